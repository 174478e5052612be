"""Starting with a token that is away, gone, or another."""

from pathlib import Path

import pytest

from tests.cli.test_mistakes import mistake
from tests.hardware.box import Box, new_box
from tests.hardware.eventually import wait_until_all_workers_answer
from tests.serving.processes import serving, workers_of

TEXT = "aGVsbG8="


@pytest.fixture
def rooted(softhsm_installed: None, tmp_path: Path) -> Box:
    return new_box(tmp_path, "--root-key", "hsm")


def test_with_the_root_key_in_its_file_the_server_starts_without_the_token(still_box: Box) -> None:
    with still_box.hsm.away():
        still_box.server.start()
        assert still_box.client.create_key()
        assert still_box.client.refused("CreateKey", ProtectionLevel="HSM") == "ServiceUnavailableTemporary"
    workers = workers_of(still_box.server)
    wait_until_all_workers_answer(still_box.client, "CreateKey", ProtectionLevel="HSM")
    assert workers_of(still_box.server) == workers
    assert still_box.server.stop() == 0


@pytest.mark.parametrize("command", [("serve",), ("account", "create"), ("root-key", "rotate")], ids=" ".join)
def test_with_the_root_key_in_the_token_a_command_says_that_it_is_away(rooted: Box, command: tuple[str, ...]) -> None:
    with rooted.hsm.away():
        told = mistake(*command, "--data", str(rooted.server.data), env=dict(rooted.hsm.env))
    assert "HSM" in told
    assert "database" not in told


@pytest.mark.parametrize("command", [("serve",), ("account", "create")], ids=" ".join)
def test_with_the_root_key_in_the_token_a_wrong_pin_is_told(rooted: Box, command: tuple[str, ...]) -> None:
    env = {**rooted.hsm.env, "KEYREEVE_HSM_PIN": "a wrong one"}
    told = mistake(*command, "--data", str(rooted.server.data), env=env)
    assert "PIN" in told


def test_a_token_without_the_root_key_is_told(rooted: Box, tmp_path: Path) -> None:
    """Another token of the same label and PIN, as after a restore that forgot the HSM."""
    (tmp_path / "elsewhere").mkdir()
    other = new_box(tmp_path / "elsewhere")
    told = mistake("serve", "--data", str(rooted.server.data), env=dict(other.hsm.env))
    assert "root key" in told
    assert "database" not in told


def test_a_server_whose_root_key_is_in_the_token_starts_again(rooted: Box) -> None:
    with serving(rooted.server):
        blob = rooted.encrypt(rooted.client.create_key(), TEXT)
    with serving(rooted.server):
        assert rooted.decrypt(blob) == TEXT
