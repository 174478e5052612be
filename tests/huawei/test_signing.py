"""sign, verify and get-publickey by that cloud's SDK; who else verifies is pyca/cryptography, and GmSSL for SM2."""

import base64
import hashlib
import os

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from gmssl_pyx import sm2_verify_sm3_digest

from tests.huawei.household import Household, new_household
from tests.interop.outside import spki_of
from tests.keys.moved import move
from tests.support.server import Server

HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512(), "SM3": hashes.SM3()}
RSA = tuple(f"RSASSA_{form}_SHA_{bits}" for form in ("PSS", "PKCS1_V1_5") for bits in ("256", "384", "512"))
KINDS = (
    *(("RSA_2048", one) for one in RSA),
    ("EC_P256", "ECDSA_SHA_256"),
    ("EC_P384", "ECDSA_SHA_384"),
    ("SECP256K1", "ECDSA_SHA_256"),
    ("SM2", "SM2DSA_SM3"),
)
kinds = pytest.mark.parametrize(("spec", "algorithm"), KINDS)


@pytest.fixture
def house(sqlite_server: Server) -> Household:
    return new_household(sqlite_server)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def hash_of(algorithm: str) -> hashes.HashAlgorithm:
    return HASHES[algorithm.rpartition("_")[2]]


def require_right(pem: str, algorithm: str, digest: bytes, signature: bytes) -> None:
    """Raises InvalidSignature."""
    spki, hashed = spki_of(pem), hash_of(algorithm)
    if algorithm == "SM2DSA_SM3":
        assert sm2_verify_sm3_digest(spki[-64:], digest, signature)
        return
    key = serialization.load_der_public_key(spki)
    if isinstance(key, rsa.RSAPublicKey):
        pss = padding.PSS(padding.MGF1(hashed), hashed.digest_size)
        key.verify(signature, digest, pss if "PSS" in algorithm else padding.PKCS1v15(), Prehashed(hashed))
        return
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(signature, digest, ec.ECDSA(Prehashed(hashed)))


@kinds
def test_a_signature_of_a_digest_is_right_for_others_and_for_us(house: Household, spec: str, algorithm: str):
    key_id = house.new_key(key_spec=spec, key_usage="SIGN_VERIFY")
    digest = os.urandom(hash_of(algorithm).digest_size)
    given = {"key_id": key_id, "message": b64(digest), "signing_algorithm": algorithm}
    signed = house.huawei.call("sign", **given)
    assert signed.key_id == key_id
    pem = house.huawei.call("show_public_key", key_id=key_id).public_key
    assert pem.count("\r\n") == pem.count("\n")
    require_right(pem, algorithm, digest, base64.b64decode(signed.signature))
    answer = house.huawei.call("validate_signature", **given, signature=signed.signature)
    assert (answer.key_id, answer.signature_valid) == (key_id, "true")
    other = {**given, "message": b64(os.urandom(len(digest)))}
    assert house.huawei.call("validate_signature", **other, signature=signed.signature).signature_valid == "false"


@pytest.mark.parametrize(("spec", "algorithm"), KINDS[:-1])
def test_a_raw_message_is_hashed_first(house: Household, spec: str, algorithm: str):
    key_id = house.new_key(key_spec=spec, key_usage="SIGN_VERIFY")
    message = b"what do ya want for nothing?"
    raw = {"key_id": key_id, "message": b64(message), "signing_algorithm": algorithm, "message_type": "RAW"}
    signature = house.huawei.call("sign", **raw).signature
    digest = hashlib.new(f"sha{algorithm.rpartition('_')[2]}", message).digest()
    pem = house.huawei.call("show_public_key", key_id=key_id).public_key
    require_right(pem, algorithm, digest, base64.b64decode(signature))
    hashed = {**raw, "message": b64(digest), "message_type": "DIGEST"}
    assert house.huawei.call("validate_signature", **hashed, signature=signature).signature_valid == "true"
    assert house.huawei.call("validate_signature", **raw, signature=signature).signature_valid == "true"


def test_a_key_signs_with_its_newest_version_and_verifies_with_all(house: Household):
    key_id = house.new_key(key_spec="EC_P256")
    given = {"key_id": key_id, "message": b64(bytes(32)), "signing_algorithm": "ECDSA_SHA_256"}
    first, before = house.huawei.call("sign", **given).signature, house.huawei.call("show_public_key", key_id=key_id)
    move(house.server.data, [key_id], last_rotated_at=1)
    house.alibaba.call("CreateKeyVersion", KeyId=key_id)
    second, after = house.huawei.call("sign", **given).signature, house.huawei.call("show_public_key", key_id=key_id)
    assert before.public_key != after.public_key
    require_right(after.public_key, "ECDSA_SHA_256", bytes(32), base64.b64decode(second))
    for signature in (first, second):
        assert house.huawei.call("validate_signature", **given, signature=signature).signature_valid == "true"


@kinds
def test_a_digest_of_another_length_is_refused(house: Household, spec: str, algorithm: str):
    key_id = house.new_key(key_spec=spec, key_usage="SIGN_VERIFY")
    for size in (1, 20, hash_of(algorithm).digest_size + 1, 4095):
        given = {"key_id": key_id, "message": b64(bytes(size)), "signing_algorithm": algorithm}
        assert house.huawei.refused("sign", **given) == "KMS.0329"
        assert house.huawei.refused("validate_signature", **given, signature=b64(bytes(64))) == "KMS.0329"


def test_what_does_not_sign_says_why(house: Household):
    given = {"message": b64(bytes(32)), "signing_algorithm": "RSASSA_PSS_SHA_256"}
    wanted = {
        house.new_key(): ("KMS.1115", "KMS.0331"),
        house.new_key(key_spec="HMAC_256"): ("KMS.0341", "KMS.0341"),
        house.new_key(key_spec="RSA_2048", key_usage="ENCRYPT_DECRYPT"): ("KMS.0334", "OK"),
        house.new_key(key_spec="EC_P256"): ("KMS.0332", "OK"),
        house.new_key(key_spec="SM2"): ("KMS.0332", "OK"),
        house.new_key(key_spec="EC_P256", origin="external"): ("KMS.0332", "KMS.1301"),
    }
    for key_id, (signing, showing) in wanted.items():
        assert house.huawei.refused("sign", key_id=key_id, **given) == signing
        assert house.huawei.refused("show_public_key", key_id=key_id) == showing
    sm2 = {**given, "signing_algorithm": "SM2DSA_SM3", "message_type": "RAW"}
    assert house.huawei.refused("sign", key_id=house.new_key(key_spec="SM2"), **sm2) == "KMS.0308"


def test_a_key_that_is_not_enabled_signs_nothing(house: Household):
    key_id = house.new_key(key_spec="EC_P256")
    given = {"key_id": key_id, "message": b64(bytes(32)), "signing_algorithm": "ECDSA_SHA_256"}
    signature = house.huawei.call("sign", **given).signature
    house.huawei.call("disable_key", key_id=key_id)
    assert house.huawei.refused("sign", **given) == "KMS.0209"
    assert house.huawei.refused("validate_signature", **given, signature=signature) == "KMS.0209"
    assert house.huawei.call("show_public_key", key_id=key_id).public_key
    house.huawei.call("delete_key", key_id=key_id, pending_days="7")
    assert house.huawei.refused("sign", **given) == "KMS.0210"
