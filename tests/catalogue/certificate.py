"""The certificate of the catalogue's small world."""

import time
from dataclasses import dataclass
from functools import cache

from tests.certificates.makers import Maker, pem, self_signed, sm2_leaf
from tests.interop.outside import spki_of
from tests.support.client import Client

SUBJECT = "CN=a,OU=b,O=c,C=CN"
_SIGNING = {"Algorithm": "SM2DSA", "Message": "eA==", "MessageType": "RAW"}


@dataclass(frozen=True)
class WorldsCertificate:
    """One of EC_SM2, which signs and decrypts, ACTIVE; with what it made."""

    certificate_id: str = ""
    certificate: str = ""
    chain: str = ""
    signature: str = ""
    ciphertext: str = ""


def certificate_of(client: Client) -> WorldsCertificate:
    """The one that the tests of a process share in an account, or a new one where it has been deleted."""
    found = _SHARED.get(client)
    if found is None or client.answer("GetCertificate", CertificateId=found.certificate_id).status != 200:
        found = _SHARED[client] = new_certificate(client)
    return found


def new_certificate(client: Client) -> WorldsCertificate:
    made = client.call("CreateCertificate", KeySpec="EC_SM2", Subject=SUBJECT, SubjectAlternativeNames='["a.example"]')
    certificate = {"CertificateId": made["CertificateId"]}
    described = client.call("DescribeCertificate", **certificate)
    leaf, chain = sm2_leaf(_root(), spki_of(described["SubjectPublicKey"])), pem(_root().certificate)
    client.call("UploadCertificate", **certificate, Certificate=leaf, CertificateChain=chain)
    client.call("TagResource", **certificate, Tags='[{"TagKey":"a","TagValue":"b"}]')
    signed = client.call("CertificatePrivateKeySign", **certificate, **_SIGNING)
    encrypted = client.call("CertificatePublicKeyEncrypt", **certificate, Algorithm="SM2PKE", Plaintext="eA==")
    return WorldsCertificate(made["CertificateId"], leaf, chain, signed["SignatureValue"], encrypted["CiphertextBlob"])


def certificate_requests(world: WorldsCertificate) -> dict[str, dict[str, str]]:
    certificate = {"CertificateId": world.certificate_id}
    encryption = {**certificate, "Algorithm": "SM2PKE"}
    kept = {"ExportablePrivateKey": "true", "ProtectionLevel": "SOFTWARE"}
    names = {"Subject": SUBJECT, "SubjectAlternativeNames": '["a.example"]'}
    return {
        "CreateCertificate": {"KeySpec": "EC_P256", **names, **kept},
        "UploadCertificate": {**certificate, "Certificate": world.certificate, "CertificateChain": world.chain},
        "GetCertificate": certificate,
        "DescribeCertificate": certificate,
        "UpdateCertificateStatus": {**certificate, "Status": "ACTIVE"},
        "DeleteCertificate": certificate,
        "CertificatePrivateKeySign": {**certificate, **_SIGNING},
        "CertificatePublicKeyVerify": {**certificate, **_SIGNING, "SignatureValue": world.signature},
        "CertificatePublicKeyEncrypt": {**encryption, "Plaintext": "eA=="},
        "CertificatePrivateKeyDecrypt": {**encryption, "CiphertextBlob": world.ciphertext},
    }


NO_CERTIFICATE = WorldsCertificate()
_SHARED: dict[Client, WorldsCertificate] = {}


@cache
def _root() -> Maker:
    return self_signed(int(time.time()), "Root")
