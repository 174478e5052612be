"""Data keys under HSM keys, and blobs that move between software and the token."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.hardware.box import Box
from tests.interop.outside import decrypted

TEXT, CONTEXT = "aGVsbG8=", '{"a":"1"}'
ALGORITHM = "RSAES_OAEP_SHA_256"


def suite_of(blob: str) -> int:
    return base64.b64decode(blob)[4]


@pytest.mark.parametrize(("spec", "size"), [("AES_256", 32), ("AES_128", 16)])
def test_a_data_key_comes_back_as_it_was_given(box: Box, spec: str, size: int) -> None:
    made = box.client.call("GenerateDataKey", KeyId=box.key("Aliyun_AES_192"), KeySpec=spec, EncryptionContext=CONTEXT)
    assert len(base64.b64decode(made["Plaintext"], validate=True)) == size
    assert suite_of(made["CiphertextBlob"]) == 6
    assert box.decrypt(made["CiphertextBlob"], CONTEXT) == made["Plaintext"]


def test_a_data_key_without_plaintext_opens_later(box: Box) -> None:
    made = box.client.call("GenerateDataKeyWithoutPlaintext", KeyId=box.key("Aliyun_AES_256"), NumberOfBytes="100")
    assert "Plaintext" not in made
    assert len(base64.b64decode(box.decrypt(made["CiphertextBlob"]), validate=True)) == 100


@pytest.fixture(scope="module")
def theirs() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def wrapping(theirs: rsa.RSAPrivateKey) -> dict[str, str]:
    spki = theirs.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    blob = base64.b64encode(spki).decode()
    return {"PublicKeyBlob": blob, "WrappingKeySpec": "RSA_2048", "WrappingAlgorithm": ALGORITHM}


def test_a_data_key_is_exported_to_its_receiver(box: Box, theirs: rsa.RSAPrivateKey) -> None:
    made = box.client.call("GenerateDataKey", KeyId=box.key("Aliyun_AES_256"))
    exported = box.client.call("ExportDataKey", CiphertextBlob=made["CiphertextBlob"], **wrapping(theirs))
    plain = decrypted(theirs, ALGORITHM, base64.b64decode(exported["ExportedDataKey"]))
    assert plain == base64.b64decode(made["Plaintext"])


def test_a_data_key_is_made_and_exported_at_once(box: Box, theirs: rsa.RSAPrivateKey) -> None:
    made = box.client.call("GenerateAndExportDataKey", KeyId=box.key("Aliyun_AES_256"), **wrapping(theirs))
    plain = decrypted(theirs, ALGORITHM, base64.b64decode(made["ExportedDataKey"]))
    assert base64.b64decode(box.decrypt(made["CiphertextBlob"])) == plain


def moved(box: Box, blob: str, to: str) -> str:
    more = {"SourceEncryptionContext": CONTEXT, "DestinationEncryptionContext": '{"b":"2"}'}
    return str(box.client.call("ReEncrypt", CiphertextBlob=blob, DestinationKeyId=to, **more)["CiphertextBlob"])


@pytest.mark.parametrize(("source", "destination"), [(3, 7), (7, 3), (7, 5)])
def test_a_blob_moves_between_software_and_the_token(box: Box, source: int, destination: int) -> None:
    keys = {3: box.client.create_key(), 5: box.key("Aliyun_AES_128"), 7: box.key("Aliyun_AES_256")}
    before = box.encrypt(keys[source], TEXT, CONTEXT)
    after = moved(box, before, keys[destination])
    assert (suite_of(before), suite_of(after)) == (source, destination)
    assert box.decrypt(after, '{"b":"2"}') == TEXT
    assert box.client.refused("Decrypt", CiphertextBlob=after, EncryptionContext=CONTEXT) == "InvalidParameter"


def test_a_dry_run_of_a_token_key_makes_nothing(box: Box) -> None:
    key_id = box.key("Aliyun_AES_256")
    assert box.client.refused("Encrypt", KeyId=key_id, Plaintext=TEXT, DryRun="true") == "DryRunOperationError"
    assert box.client.refused("GenerateDataKey", KeyId=key_id, DryRun="true") == "DryRunOperationError"
    blob = box.encrypt(key_id, TEXT)
    assert box.client.refused("Decrypt", CiphertextBlob=blob, DryRun="true") == "DryRunOperationError"
