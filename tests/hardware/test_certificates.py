"""Certificates whose private key is made in the token and stays there."""

import hashlib
from pathlib import Path

import pytest

from tests.certificates.authority import Authority
from tests.certificates.held import SUBJECT, Held
from tests.hardware import raw
from tests.hardware.box import Box
from tests.interop.openssl import OpenSsl

KINDS = ("RSA_2048", "EC_P256")
ALGORITHMS = {"RSA_2048": ("RSA_PSS_SHA_256", "RSA_PKCS1_SHA_256"), "EC_P256": ("ECDSA_SHA_256",)}


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca-of-token"), "EC_P256")


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_in_the_token_asks_signs_and_is_destroyed(box: Box, authority: Authority, tmp_path: Path, kind: str):
    held = Held.made(box.client, kind, ProtectionLevel="HSM")
    object_id = raw.id_of(held.certificate_id)
    assert [one.id for one in raw.objects(box.hsm) if one.id == object_id] == [object_id]
    described = held.described
    assert (described["ProtectionLevel"], described["ExportablePrivateKey"]) == ("HSM", False)
    assert authority.verifies(held.csr)
    held.uploaded(authority)
    openssl = OpenSsl(tmp_path)
    for algorithm in ALGORITHMS[kind]:
        signature = held.sign(algorithm, b"message")
        assert held.verifies(algorithm, hashlib.sha256(b"message").digest(), signature, "DIGEST")
        assert not held.verifies(algorithm, b"other", signature)
    openssl.put("public", held.public_key)
    openssl.put("message", b"message")
    openssl.put("signature", held.sign(ALGORITHMS[kind][-1], b"message"))
    assert openssl.says("dgst -sha256 -verify public -signature signature message")
    held.call("DeleteCertificate")
    assert not [one for one in raw.objects(box.hsm) if one.id == object_id]


def test_an_rsa_key_in_the_token_decrypts_as_well(box: Box):
    held = Held.made(box.client, "RSA_2048", ProtectionLevel="HSM")
    words = {"Algorithm": "RSAES_OAEP_SHA_1", "Plaintext": "eA=="}
    ciphertext = held.call("CertificatePublicKeyEncrypt", **words)["CiphertextBlob"]
    pending = held.refused("CertificatePrivateKeyDecrypt", Algorithm="RSAES_OAEP_SHA_1", CiphertextBlob=ciphertext)
    assert pending == "Rejected.PendingImport"
    # SoftHSM 2.6 decrypts with SHA-1 only, so nothing is encrypted that it could not open.
    words["Algorithm"] = "RSAES_OAEP_SHA_256"
    assert held.refused("CertificatePublicKeyEncrypt", **words) == "Unsupported.ProtectionLevel"


def test_what_the_token_opens_is_what_was_encrypted(box: Box, authority: Authority):
    held = Held.made(box.client, "RSA_2048", ProtectionLevel="HSM").uploaded(authority)
    assert held.decrypt("RSAES_OAEP_SHA_1", held.encrypt("RSAES_OAEP_SHA_1", b"secret")) == b"secret"
    refused = held.refused("CertificatePrivateKeyDecrypt", Algorithm="RSAES_OAEP_SHA_1", CiphertextBlob="eA==")
    assert refused == "InvalidParameter"


def test_what_cannot_be_in_a_token_is_refused_and_leaves_nothing(box: Box):
    before = {one.id for one in raw.objects(box.hsm)}
    words = {"Subject": SUBJECT, "ProtectionLevel": "HSM"}
    refused = box.client.refused("CreateCertificate", KeySpec="EC_SM2", **words)
    assert refused == "Unsupported.ProtectionLevel"
    exportable = box.client.answer("CreateCertificate", KeySpec="EC_P256", ExportablePrivateKey="true", **words)
    assert '"ExportablePrivateKey"' in exportable.json["Message"]
    dry = box.client.refused("CreateCertificate", KeySpec="EC_P256", DryRun="true", **words)
    assert dry == "DryRunOperationError"
    assert {one.id for one in raw.objects(box.hsm)} == before


def test_a_dry_run_of_a_deletion_leaves_the_key_where_it_is(box: Box):
    held = Held.made(box.client, "EC_P256", ProtectionLevel="HSM")
    assert held.refused("DeleteCertificate", DryRun="true") == "DryRunOperationError"
    assert [one for one in raw.objects(box.hsm) if one.id == raw.id_of(held.certificate_id)]
