"""CreateKeyVersion (API reference 8.16), with a clock that is moved."""

import base64
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy import insert

from keyreeve.storage.schema import key_versions
from tests.keys.pairs import DIGEST, ENCRYPTS, PLAINTEXT
from tests.keys.still import DAY, StillServer

WEEK = 7 * DAY
DIGEST_BYTES = base64.b64decode(DIGEST)


def refusal(still: StillServer, key_id: str) -> tuple[int, str]:
    answer = still.answer("CreateKeyVersion", KeyId=key_id)
    return answer.status, answer.code


def sign(still: StillServer, key_id: str, version_id: str) -> str:
    given = {"KeyId": key_id, "KeyVersionId": version_id, "Algorithm": "ECDSA_SHA_256", "Digest": DIGEST}
    return str(still.call("AsymmetricSign", **given)["Value"])


def verifies(still: StillServer, key_id: str, version_id: str, signature: str) -> bool:
    given = {"KeyId": key_id, "KeyVersionId": version_id, "Algorithm": "ECDSA_SHA_256", "Digest": DIGEST}
    value = still.call("AsymmetricVerify", **given, Value=signature)["Value"]
    pem = still.call("GetPublicKey", KeyId=key_id, KeyVersionId=version_id)["PublicKey"]
    public = load_pem_public_key(pem.encode())
    assert isinstance(public, ec.EllipticCurvePublicKey)
    if value:
        public.verify(base64.b64decode(signature), DIGEST_BYTES, ec.ECDSA(Prehashed(hashes.SHA256())))
    return bool(value)


def test_in_its_first_seven_days_a_pair_gets_no_version(still: StillServer):
    key_id = still.create_key(KeySpec="EC_P256")
    before = still.metadata(key_id)
    assert refusal(still, key_id) == (400, "Rejected.UnsupportedOperation")
    still.wait(WEEK - 1)
    assert refusal(still, key_id) == (400, "Rejected.UnsupportedOperation")
    assert still.metadata(key_id) == before
    assert len(still.versions(key_id)) == 1


def test_from_the_seventh_day_on_it_gets_one_and_waits_seven_days_again(still: StillServer):
    key_id = still.create_key(KeySpec="EC_P256")
    (first,) = still.versions(key_id)
    for count in (2, 3):
        still.wait(WEEK)
        made = still.call("CreateKeyVersion", KeyId=key_id)["KeyVersion"]
        assert made["KeyId"] == key_id
        assert still.metadata(key_id)["LastRotationDate"] == made["CreationDate"]
        assert still.call("DescribeKeyVersion", KeyId=key_id, KeyVersionId=made["KeyVersionId"])["KeyVersion"] == made
        versions = still.versions(key_id)
        assert (versions[0], versions[-1], len(versions)) == (made["KeyVersionId"], first, count)
        assert refusal(still, key_id) == (400, "Rejected.UnsupportedOperation")


def test_the_date_of_the_last_rotation_is_at_first_that_of_the_key(still: StillServer):
    key = still.metadata(still.create_key(KeySpec="EC_P256"))
    assert key["LastRotationDate"] == key["CreationDate"]


def test_an_alias_names_the_key(still: StillServer):
    key_id, alias = still.create_key(KeySpec="EC_P256"), f"alias/{uuid4()}"
    still.call("CreateAlias", KeyId=key_id, AliasName=alias)
    still.wait(WEEK)
    assert still.call("CreateKeyVersion", KeyId=alias)["KeyVersion"]["KeyId"] == key_id


@pytest.mark.parametrize(
    "given",
    [{}, {"KeySpec": "Aliyun_SM4"}, {"Origin": "EXTERNAL"}, {"KeySpec": "EC_P256", "Origin": "EXTERNAL"}],
    ids=str,
)
def test_a_symmetric_key_and_one_of_imported_material_get_no_version_by_hand(still: StillServer, given: dict[str, str]):
    key_id = still.create_key(**given)
    still.wait(2 * WEEK)
    assert refusal(still, key_id) == (400, "Rejected.UnsupportedOperation")


def test_old_versions_sign_and_verify_like_the_new_one_and_each_only_for_itself(still: StillServer):
    key_id = still.create_key(KeySpec="EC_P256")
    still.wait(WEEK)
    still.call("CreateKeyVersion", KeyId=key_id)
    new, old = still.versions(key_id)
    signatures = {version: sign(still, key_id, version) for version in (new, old)}
    for version, signature in signatures.items():
        assert verifies(still, key_id, version, signature)
        other = old if version == new else new
        assert not verifies(still, key_id, other, signature)


def test_what_an_old_version_encrypted_opens_with_it_and_not_with_the_new_one(still: StillServer):
    key_id = still.create_key(KeySpec="EC_SM2", KeyUsage=ENCRYPTS)
    (old,) = still.versions(key_id)
    made = {"KeyId": key_id, "KeyVersionId": old, "Algorithm": "SM2PKE"}
    blob = still.call("AsymmetricEncrypt", **made, Plaintext=PLAINTEXT)["CiphertextBlob"]
    still.wait(WEEK)
    new = still.call("CreateKeyVersion", KeyId=key_id)["KeyVersion"]["KeyVersionId"]
    assert still.call("AsymmetricDecrypt", **made, CiphertextBlob=blob)["Plaintext"] == PLAINTEXT
    with_new = {**made, "KeyVersionId": new, "CiphertextBlob": blob}
    assert still.refused("AsymmetricDecrypt", **with_new) == "InvalidParameter"


def test_the_fifty_first_version_is_too_many(still: StillServer):
    key_id = still.create_key(KeySpec="EC_P256")
    rows = [{"version_id": str(uuid4()), "key_id": key_id, "created_at": 0} for _ in range(48)]
    with still.parts.database.writing() as connection:
        connection.execute(insert(key_versions).values(rows))
    still.wait(WEEK)
    still.call("CreateKeyVersion", KeyId=key_id)
    assert len(still.versions(key_id)) == 50
    still.wait(WEEK)
    before = still.metadata(key_id)
    assert refusal(still, key_id) == (400, "Rejected.LimitExceeded")
    assert still.metadata(key_id) == before
    assert len(still.versions(key_id)) == 50
