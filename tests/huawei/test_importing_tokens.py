"""Import tokens at the Huawei door: whose they are, how long they live, and which of them cross the doors."""

import base64
import os
from collections.abc import Iterator

import pytest

from tests.huawei.imports import OAEP, OAEP_SHA_1, PAIR_WRAPPINGS, SM2, Given, Owner, code, new_owner
from tests.huawei.still import StillDoor
from tests.importing import calls as at_alibaba
from tests.importing.materials import some_pair
from tests.importing.refusals import INVALID_TOKEN, refusal
from tests.importing.wrapping import RSA_AES, SM2_SM4
from tests.interop.outside import b64
from tests.keys.still import DAY, still_server
from tests.support.server import Server, init

P_256 = "EC_P256"
# What the doors call the algorithms that both have.
SHARED = {OAEP: OAEP, OAEP_SHA_1: OAEP_SHA_1, SM2: "SM2PKE"}


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StillDoor]:
    data = tmp_path_factory.mktemp("still") / "data"
    with still_server(data, init(data)) as still:
        yield StillDoor(still)


def given_by(door: StillDoor, key_id: str, algorithm: str = OAEP) -> Given:
    got = door.call("get-parameters-for-import", key_id=key_id, wrapping_algorithm=algorithm).json
    return Given(key_id, algorithm, got["import_token"], base64.b64decode(got["public_key"]))


def test_a_token_lives_for_24_hours(door: StillDoor):
    still = door.still
    key_id = still.create_key(Origin="EXTERNAL")
    early, got = given_by(door, key_id, SM2), given_by(door, key_id)
    still.wait(DAY - 1)
    assert door.call("import-key-material", **got.symmetric(bytes(32))).code == "OK"
    still.call("DeleteKeyMaterial", KeyId=key_id)
    still.wait(1)
    for one in (early, got):
        assert code(door.call("import-key-material", **one.symmetric(bytes(32)))) == (400, "KMS.2601")
    assert door.details(key_id)["key_state"] == "5"
    assert door.call("import-key-material", **given_by(door, key_id).symmetric(bytes(32))).code == "OK"


def test_at_its_time_the_material_is_gone(door: StillDoor):
    still = door.still
    key_id = still.create_key(Origin="EXTERNAL")
    members = given_by(door, key_id).symmetric(bytes(32))
    assert code(door.call("import-key-material", **members, expiration_time=still.now)) == (400, "KMS.2602")
    assert door.call("import-key-material", **members, expiration_time=still.now + 100).code == "OK"
    ciphertext = door.call("encrypt-data", key_id=key_id, plain_text="hello").json["cipher_text"]
    still.wait(99)
    assert door.call("decrypt-data", cipher_text=ciphertext).json["plain_text"] == "hello"
    still.wait(2)
    assert door.details(key_id)["key_state"] == "5"
    assert door.details(key_id)["expiration_time"] == ""
    assert door.call("decrypt-data", cipher_text=ciphertext).code == "KMS.1301"
    still.run_jobs()
    assert still.sealed(key_id) == []
    assert door.call("import-key-material", **members).code == "OK"
    assert door.call("decrypt-data", cipher_text=ciphertext).json["plain_text"] == "hello"


@pytest.mark.parametrize("algorithm", SHARED)
def test_the_token_of_another_key_is_told_from_a_damaged_one(owner: Owner, algorithm: str):
    one, another = owner.waiting(algorithm=algorithm), owner.waiting(algorithm=algorithm)
    swapped = {**one.symmetric(bytes(32)), "import_token": another.token}
    assert code(owner.send(swapped)) == (400, "KMS.2603")
    assert (owner.state(one.key_id), owner.state(another.key_id)) == ("5", "5")
    assert owner.send(one.symmetric(bytes(32))).code == "OK"


def test_the_token_of_another_accounts_key_is_no_better(owner: Owner):
    stranger = new_owner(owner.server)
    ours, theirs = owner.waiting(), stranger.waiting()
    assert owner.send({**ours.symmetric(bytes(32)), "import_token": theirs.token}).code == "KMS.2603"
    assert code(stranger.send(ours.symmetric(bytes(32)))) == (404, "KMS.0207")
    assert owner.state(ours.key_id) == "5"


def test_no_changed_byte_leaves_a_token_good(sqlite_server: Server):
    owner = new_owner(sqlite_server)
    given = owner.waiting(algorithm=SM2)
    members, token = given.symmetric(bytes(32)), base64.b64decode(given.token, validate=True)
    changed = [token[:at] + bytes((byte ^ 1 << at % 8,)) + token[at + 1 :] for at, byte in enumerate(token)]
    shorter = [token[:length] for length in (1, 15, 16, 17, 60, len(token) - 1)]
    others = [*changed, *shorter, token + b"\0", token[16:], os.urandom(len(token)), given.spki]
    texts = ["x", "=", "null", "\u4e2d", f"{given.token}\n", given.token[:-1], given.token + "====", "A" * 6145]
    refused = {code(owner.send({**members, "import_token": text})) for text in (*texts, *map(b64, others))}
    assert refused == {(400, "KMS.2605")}
    assert owner.send(members).code == "OK"


def test_a_token_and_the_public_key_of_another_do_not_mix(owner: Owner):
    key_id, pair_id = owner.external_key(), owner.external_key(P_256)
    one, another = owner.given(key_id), owner.given(key_id)
    mixed = {**one.symmetric(bytes(32)), "import_token": another.token}
    assert code(owner.send(mixed)) == (400, "KMS.2604")
    first, second = owner.given(pair_id), owner.given(pair_id)
    mixed = {**first.pair(some_pair(P_256).pkcs8), "import_token": second.token}
    assert code(owner.send(mixed)) == (400, "KMS.2610")
    assert (owner.state(key_id), owner.state(pair_id)) == ("5", "5")


@pytest.mark.parametrize("algorithm", SHARED)
def test_the_tokens_of_symmetric_keys_are_good_at_either_door(owner: Owner, algorithm: str):
    material, key_id = os.urandom(32), owner.external_key()
    ours, theirs = owner.given(key_id, algorithm), at_alibaba.download(owner.alibaba, key_id, SHARED[algorithm])
    as_theirs = at_alibaba.Download(key_id, theirs.algorithm, ours.token, ours.spki)
    as_ours = Given(key_id, algorithm, theirs.token, theirs.spki)
    assert owner.send(as_ours.symmetric(material)).code == "OK"
    assert owner.delete_material(key_id) == "OK"
    assert at_alibaba.send(owner.alibaba, as_theirs, as_theirs.wrap(material)).code == "OK"
    assert owner.decrypt(owner.encrypt(key_id)) == "hello"


def test_a_token_for_pkcs_1_is_good_at_the_other_door_only(owner: Owner):
    key_id, algorithm = owner.external_key(), "RSAES_PKCS1_V1_5"
    asked = {"key_id": key_id, "wrapping_algorithm": algorithm}
    assert owner.huawei.refused("create_parameters_for_import", **asked) == "KMS.0308"
    theirs = at_alibaba.download(owner.alibaba, key_id, algorithm)
    assert code(owner.send(Given(key_id, algorithm, theirs.token, theirs.spki).symmetric(bytes(32)))) == (
        400,
        "KMS.2605",
    )
    assert owner.state(key_id) == "5"


@pytest.mark.parametrize("algorithm", PAIR_WRAPPINGS)
def test_the_tokens_of_pairs_are_good_at_their_own_door_only(owner: Owner, algorithm: str):
    pkcs8, key_id = some_pair(P_256).pkcs8, owner.external_key(P_256)
    ours, theirs = owner.given(key_id, algorithm), at_alibaba.download(owner.alibaba, key_id, RSA_AES)
    members = {**ours.pair(pkcs8), "import_token": theirs.token}
    assert code(owner.send(members)) == (400, "KMS.2605")
    joined = ours.wrap(os.urandom(32)) + bytes(144)
    assert (
        refusal(at_alibaba.send(owner.alibaba, at_alibaba.Download(key_id, "", ours.token, b""), joined))
        == INVALID_TOKEN
    )
    assert owner.state(key_id) == "5"
    assert at_alibaba.send(owner.alibaba, theirs, theirs.wrap(pkcs8)).code == "OK"


def test_an_sm2_key_of_the_other_door_is_filled_there(owner: Owner):
    key_id = owner.external_key("SM2")
    theirs = at_alibaba.download(owner.alibaba, key_id, SM2_SM4)
    members = {"key_id": key_id, "import_token": theirs.token, "encrypted_key_material": b64(bytes(128))}
    assert code(owner.send(members)) == (400, "KMS.0325")
    at_alibaba.bring(owner.alibaba, key_id, SM2_SM4, some_pair("EC_SM2").material)
    assert owner.state(key_id) == "2"
