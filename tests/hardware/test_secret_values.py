"""Secrets whose key is in a token."""

from pathlib import Path

from tests.hardware.box import Box, running
from tests.hardware.eventually import wait_until, wait_until_all_workers_answer
from tests.secrets.things import create, described, put, read


def test_a_key_in_the_token_keeps_secrets(box: Box):
    key_id = box.key("Aliyun_AES_256")
    name = create(box.client, "first", EncryptionKeyId=key_id)
    put(box.client, name, "v2", "second")
    assert described(box.client, name)["EncryptionKeyId"] == key_id
    assert (read(box.client, name), read(box.client, name, VersionId="v1")) == ("second", "first")


def test_a_key_in_the_token_that_is_disabled_closes_them(box: Box):
    key_id = box.new_key()
    name = create(box.client, "first", EncryptionKeyId=key_id)
    box.client.call("DisableKey", KeyId=key_id)
    assert (read(box.client, name), put(box.client, name, "v2").code) == ("Rejected.Disabled", "Rejected.Disabled")
    box.client.call("EnableKey", KeyId=key_id)
    assert read(box.client, name) == "first"


def test_while_the_token_is_away_they_are_neither_read_nor_written(softhsm_installed: None, tmp_path: Path):
    with running(tmp_path) as box:
        client, key_id = box.client, box.new_key()
        name, other = create(client, "first", EncryptionKeyId=key_id), create(client, "other")
        assert read(client, name) == "first"
        with box.hsm.away():
            wait_until(lambda: read(client, name) == "ServiceUnavailableTemporary")
            assert put(client, name, "v2").code == "ServiceUnavailableTemporary"
            assert read(client, other) == "other"
        wait_until_all_workers_answer(client, "GetSecretValue", SecretName=name)
        assert (put(client, name, "v2", "second").code, read(client, name)) == ("OK", "second")
