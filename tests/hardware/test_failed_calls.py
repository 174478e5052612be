"""A call that fails after the token has done its part takes back what it made there.

The database is made to refuse by a trigger, which comes last in a call.
"""

import sqlite3
import time
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from tests.hardware import raw
from tests.hardware.box import SIGN, Box
from tests.hardware.eventually import wait_until
from tests.keys.imports import import_material, new_material, parameters_for
from tests.keys.moved import WEEK, move
from tests.serving.processes import log_of

TOO_LATE = "too late"


@contextmanager
def refusing(box: Box, event: str, condition: str) -> Generator[None]:
    """While it lasts, the database refuses such a change."""
    path = box.server.data / "keyreeve.db"
    trigger = f"create trigger refusing before {event} when {condition} begin select raise(abort, '{TOO_LATE}'); end"
    with sqlite3.connect(path, timeout=30) as database:
        database.execute(trigger)
    try:
        yield
    finally:
        with sqlite3.connect(path, timeout=30) as database:
            database.execute("drop trigger refusing")


@pytest.mark.parametrize("spec", ["Aliyun_AES_256", "RSA_2048", "EC_P256"])
def test_a_key_that_was_not_created_is_not_in_the_token(box: Box, spec: str) -> None:
    before = raw.ids(box.hsm)
    words = {"KeySpec": spec, "ProtectionLevel": "HSM", "Description": TOO_LATE}
    with refusing(box, "insert on keys", f"new.description = '{TOO_LATE}'"):
        assert box.client.answer("CreateKey", **words).status >= 500
        assert raw.ids(box.hsm) == before
    box.client.call("CreateKey", **words)
    assert len(raw.ids(box.hsm) - before) == 1


def test_what_is_refused_early_makes_nothing(box: Box) -> None:
    before = raw.ids(box.hsm)
    for words in (
        {"Tags": "nonsense"},
        {"KeyUsage": SIGN},
        {"Policy": "{}"},
        {"EnableAutomaticRotation": "true"},
        {"RotationInterval": "1d", "EnableAutomaticRotation": "true"},
        {"DKMSInstanceId": "kst-1"},
    ):
        assert box.client.answer("CreateKey", ProtectionLevel="HSM", **words).status in (400, 403)
    assert raw.ids(box.hsm) == before


def test_a_version_that_was_not_added_is_not_in_the_token(box: Box) -> None:
    key_id = box.new_key("EC_P256", KeyUsage=SIGN)
    before = raw.ids(box.hsm)
    move(box.server.data, [key_id], last_rotated_at=int(time.time() * 1000) - 2 * WEEK)
    with refusing(box, "update on keys", f"new.key_id = '{key_id}'"):
        assert box.client.answer("CreateKeyVersion", KeyId=key_id).status >= 500
        assert raw.ids(box.hsm) == before
    box.client.call("CreateKeyVersion", KeyId=key_id)
    assert len(raw.ids(box.hsm) - before) == 1


@pytest.mark.parametrize("spec", ["Aliyun_AES_256", "EC_P256"])
def test_material_that_was_not_imported_is_not_in_the_token(box: Box, spec: str) -> None:
    key_id, material = box.new_key(spec, Origin="EXTERNAL"), new_material(spec)
    before = raw.ids(box.hsm)
    words = parameters_for(box.client, key_id, spec, material)
    with refusing(box, "update on keys", f"new.key_id = '{key_id}'"):
        assert box.client.answer("ImportKeyMaterial", **words).status >= 500
        assert raw.ids(box.hsm) == before
    box.client.call("ImportKeyMaterial", **words)
    assert len(raw.ids(box.hsm) - before) == 1


def test_material_that_was_there_before_a_failed_import_stays(box: Box) -> None:
    spec = "Aliyun_AES_256"
    key_id, material = box.new_key(spec, Origin="EXTERNAL"), new_material(spec)
    import_material(box.client, key_id, spec, material)
    blob = box.encrypt(key_id, "aGVsbG8=")
    words = parameters_for(box.client, key_id, spec, material)
    with refusing(box, "update on keys", f"new.key_id = '{key_id}'"):
        assert box.client.answer("ImportKeyMaterial", **words).status >= 500
    assert box.decrypt(blob) == "aGVsbG8="


def test_a_rotation_that_fails_again_and_again_leaves_nothing_behind(box: Box) -> None:
    key_id = box.new_key(EnableAutomaticRotation="true", RotationInterval="7d")
    before, failures = raw.ids(box.hsm), log_of(box.server).count("call failed")
    with refusing(box, "update on keys", f"new.key_id = '{key_id}' and new.last_rotated_at > old.last_rotated_at"):
        move(box.server.data, [key_id], last_rotated_at=int(time.time() * 1000) - 2 * WEEK)
        wait_until(lambda: log_of(box.server).count("call failed") >= failures + 2)
    wait_until(lambda: len(box.versions(key_id)) == 2)
    assert len(raw.ids(box.hsm) - before) == 1
