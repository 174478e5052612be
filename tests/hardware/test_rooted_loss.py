"""A token that holds the root key too goes away under a running server, and comes back."""

from collections.abc import Iterator

import pytest

from tests.hardware.box import Box, running
from tests.hardware.eventually import wait_until_all_workers_answer
from tests.keys.moved import move
from tests.serving.processes import workers_of

TEXT = "aGVsbG8="


@pytest.fixture(scope="module")
def shared(softhsm_installed: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with running(tmp_path_factory.mktemp("rooted"), "--root-key", "hsm") as box:
        yield box


@pytest.fixture
def rooted(shared: Box) -> Box:
    """All workers have found the token again if a test before took it away."""
    wait_until_all_workers_answer(shared.client, "CreateKey", ProtectionLevel="HSM")
    return shared


def test_everything_is_used_under_a_root_key_in_the_token(rooted: Box) -> None:
    for level in ("SOFTWARE", "HSM"):
        key_id = rooted.client.create_key(ProtectionLevel=level)
        assert rooted.decrypt(rooted.encrypt(key_id, TEXT)) == TEXT


def test_what_is_open_goes_on_and_what_is_not_waits(rooted: Box) -> None:
    before = workers_of(rooted.server)
    software, hardware = rooted.client.create_key(), rooted.new_key()
    blob, hidden = rooted.encrypt(software, TEXT), rooted.encrypt(hardware, TEXT)
    wait_until_all_workers_answer(rooted.client, "Decrypt", CiphertextBlob=blob)
    with rooted.hsm.away():
        assert [rooted.decrypt(blob) for _ in range(6)] == [TEXT] * 6
        assert rooted.client.refused("Decrypt", CiphertextBlob=hidden) == "ServiceUnavailableTemporary"
        assert rooted.client.refused("CreateKey") == "ServiceUnavailableTemporary"
    wait_until_all_workers_answer(rooted.client, "Decrypt", CiphertextBlob=hidden)
    wait_until_all_workers_answer(rooted.client, "CreateKey")
    assert workers_of(rooted.server) == before


def test_what_a_write_has_closed_is_opened_again_with_the_token(rooted: Box) -> None:
    """Behind a write nothing is cached: not even the caller's AccessKey can be opened."""
    key_id = rooted.client.create_key()
    blob = rooted.encrypt(key_id, TEXT)
    with rooted.hsm.away():
        move(rooted.server.data, [key_id], last_rotated_at=1)
        for _ in range(4):
            answer = rooted.client.answer("Decrypt", CiphertextBlob=blob)
            assert (answer.status, answer.code) == (503, "ServiceUnavailableTemporary")
    wait_until_all_workers_answer(rooted.client, "Decrypt", CiphertextBlob=blob)
    assert rooted.decrypt(blob) == TEXT
