"""A certificate of the server under test, and what is usually done with it."""

import base64
from dataclasses import dataclass
from typing import Any, Protocol

from tests.certificates.authority import Authority
from tests.support.client import Answer

SUBJECT = "CN=service.test,OU=Unit,O=Keyreeve,L=Hangzhou,ST=Zhejiang,C=CN"
NAMES = '["service.test","*.service.test"]'
SIGNING = {
    "RSA_2048": ("RSA_PSS_SHA_256", "RSA_PKCS1_SHA_256"),
    "EC_P256": ("ECDSA_SHA_256",),
    "EC_SM2": ("SM2DSA",),
}
ENCRYPTING = {"RSA_2048": ("RSAES_OAEP_SHA_256", "RSAES_OAEP_SHA_1"), "EC_P256": (), "EC_SM2": ("SM2PKE",)}


class Caller(Protocol):
    def call(self, action: str, /, **parameters: str) -> Any: ...

    def refused(self, action: str, /, **parameters: str) -> str: ...

    def answer(self, action: str, /, **parameters: str) -> Answer: ...


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@dataclass(frozen=True)
class Held:
    caller: Caller
    kind: str
    certificate_id: str
    csr: str

    @classmethod
    def made(cls, caller: Caller, kind: str, **more: str) -> "Held":
        request = {"Subject": SUBJECT, "SubjectAlternativeNames": NAMES, **more}
        made = caller.call("CreateCertificate", KeySpec=kind, **request)
        return cls(caller, kind, made["CertificateId"], made["Csr"])

    def uploaded(self, authority: Authority, days: int = 90) -> "Held":
        self.call("UploadCertificate", Certificate=authority.issue(self.csr, days), CertificateChain=authority.chain)
        return self

    def call(self, action: str, **parameters: str) -> Any:
        return self.caller.call(action, CertificateId=self.certificate_id, **parameters)

    def refused(self, action: str, **parameters: str) -> str:
        return self.caller.refused(action, CertificateId=self.certificate_id, **parameters)

    def answer(self, action: str, **parameters: str) -> Answer:
        return self.caller.answer(action, CertificateId=self.certificate_id, **parameters)

    @property
    def described(self) -> Any:
        return self.call("DescribeCertificate")

    @property
    def status(self) -> str:
        return str(self.described["Status"])

    @property
    def public_key(self) -> str:
        return str(self.described["SubjectPublicKey"])

    def sign(self, algorithm: str, message: bytes, message_type: str = "RAW") -> bytes:
        words = {"Algorithm": algorithm, "Message": b64(message), "MessageType": message_type}
        return base64.b64decode(self.call("CertificatePrivateKeySign", **words)["SignatureValue"], validate=True)

    def verifies(self, algorithm: str, message: bytes, signature: bytes, message_type: str = "RAW") -> bool:
        words = {"Algorithm": algorithm, "Message": b64(message), "MessageType": message_type}
        answer = self.call("CertificatePublicKeyVerify", **words, SignatureValue=b64(signature))
        assert isinstance(answer["SignatureValid"], bool)
        return answer["SignatureValid"]

    def encrypt(self, algorithm: str, plaintext: bytes) -> bytes:
        answer = self.call("CertificatePublicKeyEncrypt", Algorithm=algorithm, Plaintext=b64(plaintext))
        return base64.b64decode(answer["CiphertextBlob"], validate=True)

    def decrypt(self, algorithm: str, ciphertext: bytes) -> bytes:
        answer = self.call("CertificatePrivateKeyDecrypt", Algorithm=algorithm, CiphertextBlob=b64(ciphertext))
        return base64.b64decode(answer["Plaintext"], validate=True)
