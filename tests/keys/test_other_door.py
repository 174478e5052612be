"""Signing as only another door asks for it, and what the keys that only it makes are at this one."""

import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from msgspec import Struct

from keyreeve.crypto.specs import ASYMMETRIC, KeySpec, KeyUsage, SigningAlgorithm
from keyreeve.errors import (
    DryRunPassed,
    KeyDisabled,
    KeyVersionNotFound,
    ParameterInvalid,
    UnsupportedAction,
    UnsupportedForKey,
    UnsupportedOrigin,
)
from keyreeve.keys.making import WantedKey, material_for
from keyreeve.keys.model import Origin
from keyreeve.keys.signing import sign_with, verify_with
from tests.keys.imports import import_material, new_material
from tests.keys.neutral import found, made, transaction
from tests.keys.pairs import DIGEST
from tests.keys.still import StillServer

pytestmark = pytest.mark.parametrize("still", ["sqlite"], indirect=True)

SPECS = (KeySpec.RSA_2048, KeySpec.EC_P256, KeySpec.EC_P384, KeySpec.EC_SM2)
SIGNING = [(spec, algorithm) for spec in SPECS for algorithm in ASYMMETRIC[spec].signing]
HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
REJECTED = "Rejected.UnsupportedOperation"
HERE = ("RSA_PSS_SHA_256", "RSA_PKCS1_SHA_256", "ECDSA_SHA_256", "SM2DSA")


class Signed(Struct):
    """What a door would answer."""

    signature: bytes


def digest_for(algorithm: SigningAlgorithm) -> bytes:
    name = "sha256" if algorithm is SigningAlgorithm.SM2DSA else f"sha{algorithm[-3:]}"
    return hashlib.new(name, b"message").digest()


def signing_key(still: StillServer, spec: KeySpec) -> str:
    return made(still, WantedKey(spec=spec, usage=KeyUsage.SIGN_VERIFY)).key_id


def signed(still: StillServer, key_id: str, algorithm: SigningAlgorithm, digest: bytes, **more: bool) -> bytes:
    (version,) = still.versions(key_id)
    with transaction(still) as ctx:
        return sign_with(ctx, found(ctx, key_id), version, algorithm, digest, Signed, **more).signature


def verified(still: StillServer, key_id: str, algorithm: SigningAlgorithm, digest: bytes, signature: bytes) -> bool:
    (version,) = still.versions(key_id)
    with transaction(still) as ctx:
        return verify_with(ctx, found(ctx, key_id), version, algorithm, digest, signature)


def verify_elsewhere(pem: str, algorithm: SigningAlgorithm, digest: bytes, signature: bytes) -> None:
    """Raises InvalidSignature."""
    key, digested = serialization.load_pem_public_key(pem.encode()), HASHES[algorithm[-3:]]
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.verify(signature, digest, ec.ECDSA(Prehashed(digested)))
    assert isinstance(key, rsa.RSAPublicKey)
    pss = padding.PSS(padding.MGF1(digested), digested.digest_size)
    scheme = pss if algorithm.startswith("RSA_PSS") else padding.PKCS1v15()
    return key.verify(signature, digest, scheme, Prehashed(digested))


@pytest.mark.parametrize(("spec", "algorithm"), SIGNING)
def test_every_algorithm_of_a_spec_signs_and_verifies(still: StillServer, spec: KeySpec, algorithm: SigningAlgorithm):
    key_id, digest = signing_key(still, spec), digest_for(algorithm)
    signature = signed(still, key_id, algorithm, digest)
    assert verified(still, key_id, algorithm, digest, signature)
    assert not verified(still, key_id, algorithm, digest[::-1], signature)
    assert not verified(still, key_id, algorithm, digest, b"")
    if spec is not KeySpec.EC_SM2:
        pem = still.call("GetPublicKey", KeyId=key_id, KeyVersionId=still.versions(key_id)[0])["PublicKey"]
        verify_elsewhere(pem, algorithm, digest, signature)
        with pytest.raises(InvalidSignature):
            verify_elsewhere(pem, algorithm, digest[::-1], signature)


@pytest.mark.parametrize(("spec", "algorithm"), SIGNING)
def test_this_door_keeps_to_the_algorithms_that_its_documents_name(
    still: StillServer, spec: KeySpec, algorithm: SigningAlgorithm
):
    key_id = signing_key(still, spec)
    given = {"KeyId": key_id, "KeyVersionId": still.versions(key_id)[0], "Algorithm": algorithm, "Digest": DIGEST}
    expected = "OK" if algorithm in HERE else "InvalidParameter"
    assert still.answer("AsymmetricSign", **given).code == expected
    assert still.answer("AsymmetricVerify", **given, Value="eA==").code == expected


@pytest.mark.parametrize("length", [0, 1, 31, 32, 47, 49, 64])
def test_a_digest_of_another_length_is_refused(still: StillServer, length: int):
    key_id = signing_key(still, KeySpec.EC_P384)
    algorithm = SigningAlgorithm.ECDSA_SHA_384
    with pytest.raises(ParameterInvalid):
        signed(still, key_id, algorithm, bytes(length))
    with pytest.raises(ParameterInvalid):
        verified(still, key_id, algorithm, bytes(length), b"x")


def test_what_a_key_cannot_is_refused_at_every_door(still: StillServer):
    key_id, digest = signing_key(still, KeySpec.EC_P384), digest_for(SigningAlgorithm.ECDSA_SHA_384)
    with pytest.raises(UnsupportedForKey):
        signed(still, key_id, SigningAlgorithm.ECDSA_SHA_256, bytes(32))
    with pytest.raises(UnsupportedForKey):
        signed(still, signing_key(still, KeySpec.EC_P256), SigningAlgorithm.ECDSA_SHA_384, digest)
    with pytest.raises(UnsupportedForKey):
        signed(still, still.create_key(), SigningAlgorithm.ECDSA_SHA_384, digest)
    with pytest.raises(DryRunPassed):
        signed(still, key_id, SigningAlgorithm.ECDSA_SHA_384, digest, dry_run=True)
    with pytest.raises(KeyVersionNotFound), transaction(still) as ctx:
        sign_with(ctx, found(ctx, key_id), "another", SigningAlgorithm.ECDSA_SHA_384, digest, Signed)
    still.call("DisableKey", KeyId=key_id)
    with pytest.raises(KeyDisabled):
        signed(still, key_id, SigningAlgorithm.ECDSA_SHA_384, digest)


def test_a_key_on_p384_is_not_made_here_and_is_shown(still: StillServer):
    assert still.refused("CreateKey", KeySpec="EC_P384") == "InvalidParameter"
    key_id = signing_key(still, KeySpec.EC_P384)
    assert still.metadata(key_id)["KeySpec"] == "EC_P384"
    filters = '[{"Key":"KeySpec","Values":["EC_P384"]}]'
    assert key_id in [one["KeyId"] for one in still.call("ListKeys", PageSize="100", Filters=filters)["Keys"]["Key"]]
    version = {"KeyId": key_id, "KeyVersionId": still.versions(key_id)[0]}
    for algorithm in HERE:
        assert still.refused("AsymmetricSign", **version, Algorithm=algorithm, Digest=DIGEST) == REJECTED
    assert still.refused("AsymmetricEncrypt", **version, Algorithm="SM2PKE", Plaintext="eA==") == REJECTED
    assert still.refused("Encrypt", KeyId=key_id, Plaintext="eA==") == "UnsupportedOperation"
    still.wait(7 * 86_400)
    still.call("CreateKeyVersion", KeyId=key_id)
    assert len(still.versions(key_id)) == 2


def test_a_key_on_p384_can_be_imported(still: StillServer):
    wanted = WantedKey(spec=KeySpec.EC_P384, usage=KeyUsage.SIGN_VERIFY, origin=Origin.EXTERNAL)
    key_id, material = made(still, wanted).key_id, new_material("EC_P384")
    with pytest.raises(Exception, match="InvalidKeyMaterial"):
        import_material(still, key_id, "EC_P384", new_material("EC_P256"))
    import_material(still, key_id, "EC_P384", material)
    digest = digest_for(SigningAlgorithm.ECDSA_SHA_384)
    signature = signed(still, key_id, SigningAlgorithm.ECDSA_SHA_384, digest)
    private = serialization.load_der_private_key(material, None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    private.public_key().verify(signature, digest, ec.ECDSA(Prehashed(hashes.SHA384())))


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (WantedKey(spec=KeySpec.EC_P384, usage=KeyUsage.ENCRYPT_DECRYPT), UnsupportedAction),
        (WantedKey(spec=KeySpec.HMAC_256, usage=KeyUsage.SIGN_VERIFY), UnsupportedAction),
        (WantedKey(spec=KeySpec.AES_256, usage=KeyUsage.GENERATE_VERIFY_MAC), UnsupportedAction),
        (WantedKey(spec=KeySpec.HMAC_256, usage=KeyUsage.GENERATE_VERIFY_MAC, rotation_seconds=9), UnsupportedAction),
        (WantedKey(spec=KeySpec.EC_P384, usage=KeyUsage.SIGN_VERIFY, rotation_seconds=9), UnsupportedAction),
        (
            WantedKey(spec=KeySpec.SM4, usage=KeyUsage.ENCRYPT_DECRYPT, origin=Origin.EXTERNAL, rotation_seconds=9),
            UnsupportedOrigin,
        ),
    ],
)
def test_what_is_not_to_be_had_is_not_made_at_any_door(still: StillServer, wanted: WantedKey, error: type[Exception]):
    with pytest.raises(error), transaction(still) as ctx:
        material_for(ctx, wanted)
