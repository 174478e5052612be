"""A token is good for 24 hours; the server's clock is moved by libfaketime."""

import base64
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.importing.refusals import EXPIRED_TOKEN, refusal
from tests.importing.wrapping import wrapped
from tests.interop.outside import b64
from tests.keys.late import LateServer
from tests.support.client import Answer
from tests.support.server import init

HOUR = 1 / 24
ALGORITHM = "RSAES_OAEP_SHA_256"


@pytest.fixture
def late(data: Path) -> Iterator[LateServer]:
    server = LateServer(data, init(data))
    try:
        yield server
    finally:
        if server.server is not None:
            server.server.kill()


def parameters(late: LateServer, key_id: str) -> dict[str, str]:
    wrapping = {"WrappingAlgorithm": ALGORITHM, "WrappingKeySpec": "RSA_2048"}
    return dict(late.answer("GetParametersForImport", KeyId=key_id, **wrapping).json)


def send(late: LateServer, got: dict[str, str], material: bytes) -> Answer:
    blob = wrapped(ALGORITHM, base64.b64decode(got["PublicKey"]), material)
    given = {"EncryptedKeyMaterial": b64(blob), "ImportToken": got["ImportToken"]}
    return late.answer("ImportKeyMaterial", KeyId=got["KeyId"], **given)


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def test_a_token_is_good_for_24_hours_and_a_new_one_after_them(late: LateServer):
    key_id = late.start(0).create_key(Origin="EXTERNAL")
    made = late.metadata(key_id)
    got = parameters(late, key_id)
    assert 0 <= seconds(got["TokenExpireTime"]) - seconds(made["CreationDate"]) - 24 * 3600 < 30
    late.restart(25 * HOUR)
    assert refusal(send(late, got, bytes(32))) == EXPIRED_TOKEN
    assert late.metadata(key_id) == made
    assert send(late, parameters(late, key_id), bytes(32)).code == "OK"
    assert late.decrypt(late.encrypt(key_id, "eA==")) == "eA=="


def test_a_token_is_good_in_its_last_hour_also_after_a_restart(late: LateServer):
    key_id = late.start(0).create_key(Origin="EXTERNAL")
    got = parameters(late, key_id)
    late.restart(23.9 * HOUR)
    assert send(late, got, bytes(32)).code == "OK"
    late.restart(24.1 * HOUR)
    assert refusal(send(late, got, bytes(32))) == EXPIRED_TOKEN
    assert late.metadata(key_id)["KeyState"] == "Enabled"
