"""Key pairs in a token: what the private half makes is right under the public one, outside."""

import base64
import hashlib

import pytest

from tests.hardware.box import DECRYPT, EC, RSA, SIGN, Box
from tests.interop.outside import b64, encrypted, spki_of, verifies

DIGEST = hashlib.sha256(b"message").digest()
ALGORITHMS = [
    *((spec, algorithm) for spec in RSA for algorithm in ("RSA_PSS_SHA_256", "RSA_PKCS1_SHA_256")),
    *((spec, "ECDSA_SHA_256") for spec in EC),
]
SHA_1, SHA_256 = "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"


@pytest.mark.parametrize(("spec", "algorithm"), ALGORITHMS)
def test_a_signature_verifies_outside_and_inside(box: Box, spec: str, algorithm: str) -> None:
    key_id = box.key(spec, SIGN)
    version_id = box.version(key_id)
    signature = box.sign(key_id, version_id, algorithm, DIGEST)
    pem = box.pem(key_id, version_id)
    other = hashlib.sha256(b"massage").digest()
    assert verifies(pem, algorithm, DIGEST, signature)
    assert not verifies(pem, algorithm, other, signature)
    words = {"KeyId": key_id, "KeyVersionId": version_id, "Algorithm": algorithm, "Value": b64(signature)}
    assert box.client.call("AsymmetricVerify", **words, Digest=b64(DIGEST))["Value"] is True
    assert box.client.call("AsymmetricVerify", **words, Digest=b64(other))["Value"] is False


def place(box: Box, key_id: str) -> dict[str, str]:
    return {"KeyId": key_id, "KeyVersionId": box.version(key_id)}


@pytest.mark.parametrize("spec", RSA)
@pytest.mark.parametrize("plaintext", [b"\0", bytes(range(32)), b"x" * 214])
def test_what_others_encrypt_is_decrypted(box: Box, spec: str, plaintext: bytes) -> None:
    at = place(box, box.key(spec, DECRYPT))
    ciphertext = encrypted(spki_of(box.pem(at["KeyId"], at["KeyVersionId"])), SHA_1, plaintext)
    answer = box.client.call("AsymmetricDecrypt", **at, Algorithm=SHA_1, CiphertextBlob=b64(ciphertext))
    assert base64.b64decode(answer["Plaintext"], validate=True) == plaintext


def test_what_was_encrypted_here_is_decrypted_in_the_token(box: Box) -> None:
    at = place(box, box.key("RSA_2048", DECRYPT))
    blob = box.client.call("AsymmetricEncrypt", **at, Algorithm=SHA_1, Plaintext=b64(b"text"))["CiphertextBlob"]
    opened = box.client.call("AsymmetricDecrypt", **at, Algorithm=SHA_1, CiphertextBlob=blob)
    assert base64.b64decode(opened["Plaintext"]) == b"text"


def test_oaep_with_sha_256_is_refused_before_anybody_relies_on_it(box: Box) -> None:
    at = place(box, box.key("RSA_2048", DECRYPT))
    answer = box.client.answer("AsymmetricEncrypt", **at, Algorithm=SHA_256, Plaintext=b64(b"text"))
    assert (answer.status, answer.code) == (400, "Unsupported.ProtectionLevel")
    ciphertext = encrypted(spki_of(box.pem(at["KeyId"], at["KeyVersionId"])), SHA_256, b"text")
    answer = box.client.answer("AsymmetricDecrypt", **at, Algorithm=SHA_256, CiphertextBlob=b64(ciphertext))
    assert (answer.status, answer.code) == (400, "Unsupported.ProtectionLevel")
    words = {"SourceKeyId": at["KeyId"], "SourceKeyVersionId": at["KeyVersionId"]}
    words |= {"SourceEncryptionAlgorithm": SHA_256, "DestinationKeyId": box.key("Aliyun_AES_256")}
    assert box.client.refused("ReEncrypt", **words, CiphertextBlob=b64(ciphertext)) == "Unsupported.ProtectionLevel"


@pytest.mark.parametrize("change", ["cut", "flipped", "zero", "above the modulus", "of another algorithm"])
def test_a_ciphertext_that_does_not_open_is_refused_without_the_reason(box: Box, change: str) -> None:
    at = place(box, box.key("RSA_2048", DECRYPT))
    spki = spki_of(box.pem(at["KeyId"], at["KeyVersionId"]))
    good = encrypted(spki, SHA_1, b"text")
    bad = {
        "cut": good[:-1],
        "flipped": good[:-1] + bytes([good[-1] ^ 1]),
        "zero": bytes(256),
        "above the modulus": b"\xff" * 256,
        "of another algorithm": encrypted(spki, SHA_256, b"text"),
    }[change]
    answer = box.client.answer("AsymmetricDecrypt", **at, Algorithm=SHA_1, CiphertextBlob=b64(bad))
    assert (answer.status, answer.code) == (400, "InvalidParameter")
    assert "CiphertextBlob" in answer.json["Message"]


def test_a_public_key_ciphertext_is_encrypted_anew_under_a_token_key(box: Box) -> None:
    at = place(box, box.key("RSA_2048", DECRYPT))
    ciphertext = encrypted(spki_of(box.pem(at["KeyId"], at["KeyVersionId"])), SHA_1, b"text")
    words = {"SourceKeyId": at["KeyId"], "SourceKeyVersionId": at["KeyVersionId"]}
    words |= {"SourceEncryptionAlgorithm": SHA_1, "DestinationKeyId": box.key("Aliyun_AES_256")}
    made = box.client.call("ReEncrypt", **words, CiphertextBlob=b64(ciphertext))
    assert base64.b64decode(box.decrypt(made["CiphertextBlob"])) == b"text"


def test_a_pair_does_only_what_it_was_made_for(box: Box) -> None:
    signing, decrypting = place(box, box.key("RSA_2048", SIGN)), place(box, box.key("RSA_2048", DECRYPT))
    digest = {"Digest": b64(DIGEST), "Algorithm": "RSA_PKCS1_SHA_256"}
    assert box.client.refused("AsymmetricSign", **decrypting, **digest) == "Rejected.UnsupportedOperation"
    blob = {"CiphertextBlob": b64(bytes(256)), "Algorithm": SHA_1}
    assert box.client.refused("AsymmetricDecrypt", **signing, **blob) == "Rejected.UnsupportedOperation"
