"""Signatures and ciphertexts of certificates beside OpenSSL's, both ways."""

import hashlib

import pytest
from sqlalchemy import select

from keyreeve.storage.schema import certificates
from tests.certificates.authority import KINDS
from tests.certificates.held import ENCRYPTING, SIGNING, Held, b64
from tests.importing.materials import ec_pkcs8
from tests.interop.der import contents, der_sm2
from tests.interop.openssl import OpenSsl
from tests.interop.sm2 import e_of
from tests.keys.still import StillServer

SIGNS = [(kind, algorithm) for kind in KINDS for algorithm in SIGNING[kind]]
ENCRYPTS = [(kind, algorithm) for kind in KINDS for algorithm in ENCRYPTING[kind]]
MESSAGES = [b"x", b"\0" * 31, bytes(range(256)) * 16]
_HOW = {
    "RSA_PKCS1_SHA_256": "-sha256",
    "RSA_PSS_SHA_256": "-sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32",
    "ECDSA_SHA_256": "-sha256",
    "SM2DSA": "-sm3 -sigopt distid:1234567812345678",
}
_PADDING = {
    "RSAES_OAEP_SHA_256": "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256",
    "RSAES_OAEP_SHA_1": "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha1",
    "SM2PKE": "",
}
_MOST = {"RSAES_OAEP_SHA_256": 190, "RSAES_OAEP_SHA_1": 214, "SM2PKE": 6047}


@pytest.fixture
def openssl(tmp_path_factory: pytest.TempPathFactory) -> OpenSsl:
    return OpenSsl(tmp_path_factory.mktemp("openssl"))


def digest_of(held: Held, algorithm: str, message: bytes) -> bytes:
    return e_of(held.public_key, message) if algorithm == "SM2DSA" else hashlib.sha256(message).digest()


@pytest.mark.parametrize(("kind", "algorithm"), SIGNS)
def test_openssl_verifies_what_a_certificate_signs(held: Held, openssl: OpenSsl, algorithm: str):
    openssl.put("certificate", held.call("GetCertificate")["Certificate"])
    openssl.put("public", openssl.run("x509 -in certificate -noout -pubkey"))
    for message in MESSAGES:
        openssl.put("message", message)
        for signature in (
            held.sign(algorithm, message),
            held.sign(algorithm, digest_of(held, algorithm, message), "DIGEST"),
        ):
            openssl.put("signature", signature)
            assert openssl.says(f"dgst {_HOW[algorithm]} -verify public -signature signature message")
            assert held.verifies(algorithm, message, signature)
            assert held.verifies(algorithm, digest_of(held, algorithm, message), signature, "DIGEST")
            assert not held.verifies(algorithm, message + b"x" if len(message) < 4096 else b"x" * 2, signature)


@pytest.mark.parametrize(("kind", "algorithm"), SIGNS)
def test_what_is_no_signature_is_not_valid(held: Held, algorithm: str):
    signature = held.sign(algorithm, b"message")
    changed = [signature[:-1], signature + b"\0", bytes(len(signature)), b"x", bytes(5000)]
    changed += [
        bytes([*signature[:at], signature[at] ^ 1, *signature[at + 1 :]]) for at in (1, 20, -1 % len(signature))
    ]
    assert not any(held.verifies(algorithm, b"message", one) for one in changed)


@pytest.mark.parametrize(("kind", "algorithm"), ENCRYPTS)
def test_a_certificate_opens_what_openssl_encrypts_for_it(held: Held, openssl: OpenSsl, algorithm: str):
    openssl.put("certificate", held.call("GetCertificate")["Certificate"])
    for plaintext in (b"x", b"\0" * 32, bytes(_MOST[algorithm] % 251) or b"y"):
        openssl.put("plaintext", plaintext)
        how = f"pkeyutl -encrypt -certin -inkey certificate -in plaintext -out ciphertext {_PADDING[algorithm]}"
        openssl.run(how)
        assert held.decrypt(algorithm, openssl.get("ciphertext")) == plaintext


@pytest.mark.parametrize(("kind", "algorithm"), ENCRYPTS)
def test_all_that_fits_is_encrypted_and_opens(held: Held, algorithm: str):
    most = bytes(range(256)) * 24
    for plaintext in (b"x", most[: _MOST[algorithm]]):
        assert held.decrypt(algorithm, held.encrypt(algorithm, plaintext)) == plaintext
    too_long = b64(most[: _MOST[algorithm] + 1])
    refused = held.refused("CertificatePublicKeyEncrypt", Algorithm=algorithm, Plaintext=too_long)
    assert refused == "InvalidParameter"
    ciphertext = held.encrypt(algorithm, b"x")
    for changed in (ciphertext[:-1], b"x", bytes(len(ciphertext)), ciphertext[:-1] + bytes([ciphertext[-1] ^ 1])):
        assert (
            held.refused("CertificatePrivateKeyDecrypt", Algorithm=algorithm, CiphertextBlob=b64(changed))
            == "InvalidParameter"
        )


def private_der(shared: StillServer, held: Held) -> bytes:
    """A certificate's private key in PKCS #8, which nobody but the server can open."""
    query = select(certificates.c.sealed_private_key).where(certificates.c.certificate_id == held.certificate_id)
    with shared.parts.database.reading() as connection:
        sealed = bytes(connection.execute(query).scalar_one() or b"")
    place = f"certificates.sealed_private_key/{shared.account.account_id}/{held.certificate_id}"
    material = shared.parts.sealer.unseal(place, sealed).reveal()
    return ec_pkcs8("EC_SM2", material) if held.kind == "EC_SM2" else material


@pytest.mark.parametrize(("kind", "algorithm"), SIGNS)
def test_what_openssl_signs_with_the_same_key_is_valid(
    shared: StillServer, held: Held, openssl: OpenSsl, algorithm: str
):
    openssl.put("key", private_der(shared, held))
    openssl.put("message", b"message")
    signature = openssl.run(f"dgst {_HOW[algorithm]} -keyform DER -sign key message")
    assert held.verifies(algorithm, b"message", signature)
    assert held.verifies(algorithm, digest_of(held, algorithm, b"message"), signature, "DIGEST")


@pytest.mark.parametrize(("kind", "algorithm"), ENCRYPTS)
def test_openssl_opens_what_a_certificate_encrypts(shared: StillServer, held: Held, openssl: OpenSsl, algorithm: str):
    openssl.put("key", private_der(shared, held))
    ciphertext = held.encrypt(algorithm, b"plaintext")
    openssl.put("ciphertext", der_sm2(ciphertext) if algorithm == "SM2PKE" else ciphertext)
    opened = openssl.run(f"pkeyutl -decrypt -keyform DER -inkey key -in ciphertext {_PADDING[algorithm]}")
    assert opened == b"plaintext"


@pytest.mark.parametrize("kind", KINDS)
def test_a_private_key_is_in_no_file(shared: StillServer, held: Held):
    der = private_der(shared, held)
    scalar = contents(contents(der)[2])[1] if held.kind != "RSA_2048" else contents(contents(der)[2])[4][-32:]
    assert len(scalar) == 32
    files = [path for path in shared.data.rglob("*") if path.is_file()]
    assert files
    assert not any(scalar in path.read_bytes() for path in files)


@pytest.mark.parametrize("kind", KINDS)
def test_an_algorithm_of_another_kind_is_refused(held: Held, kind: str):
    for algorithm in sorted({one for ones in SIGNING.values() for one in ones} - set(SIGNING[kind])):
        words = {"Algorithm": algorithm, "Message": "eA=="}
        assert held.refused("CertificatePrivateKeySign", **words) == "Rejected.UnsupportedOperation"
        verify = held.refused("CertificatePublicKeyVerify", **words, SignatureValue="eA==")
        assert verify == "Rejected.UnsupportedOperation"
    for algorithm in sorted({one for ones in ENCRYPTING.values() for one in ones} - set(ENCRYPTING[kind])):
        encrypt = held.refused("CertificatePublicKeyEncrypt", Algorithm=algorithm, Plaintext="eA==")
        decrypt = held.refused("CertificatePrivateKeyDecrypt", Algorithm=algorithm, CiphertextBlob="eA==")
        assert encrypt == decrypt == "Rejected.UnsupportedOperation"


@pytest.mark.parametrize("kind", ["EC_P256"])
def test_a_message_has_at_most_4_kib_and_a_digest_32_bytes(held: Held):
    assert held.verifies("ECDSA_SHA_256", b"x" * 4096, held.sign("ECDSA_SHA_256", b"x" * 4096))
    for length, message_type in ((4097, "RAW"), (31, "DIGEST"), (33, "DIGEST"), (64, "DIGEST"), (4097, "DIGEST")):
        words = {"Algorithm": "ECDSA_SHA_256", "Message": b64(b"x" * length), "MessageType": message_type}
        assert held.refused("CertificatePrivateKeySign", **words) == "InvalidParameter"
        assert held.refused("CertificatePublicKeyVerify", **words, SignatureValue="eA==") == "InvalidParameter"
