"""The PIN is where its owner put it, and nowhere else."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_mistakes import mistake
from tests.hardware.box import PIN, Box, new_box, words_for
from tests.serving.processes import log_of, serving, workers_of
from tests.support import softhsm
from tests.support.client import Client
from tests.support.server import Server, init, keyreeve

VARIABLE = "KEYREEVE_HSM_PIN"


@pytest.fixture(params=["file", "environment"])
def served(request: pytest.FixtureRequest, softhsm_installed: None, tmp_path: Path) -> Iterator[Box]:
    """Either way of giving the PIN, with the root key in the token, so that every process needs it."""
    box = new_box(tmp_path, "--root-key", "hsm") if request.param == "file" else without_file(tmp_path)
    with serving(box.server):
        yield box


def without_file(folder: Path) -> Box:
    hsm = softhsm.make(folder, pin=PIN)
    env = {**hsm.env, VARIABLE: PIN}
    account = init(folder / "data", *words_for(hsm), "--root-key", "hsm", env=env)
    return Box(hsm, Server(folder / "data", account, env=env))


def command_lines(server: Server) -> list[str]:
    assert server.process is not None
    pids = [server.process.pid, *workers_of(server)]
    return [Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ") for pid in pids]


def test_the_pin_is_not_in_any_file_log_or_command_line(served: Box) -> None:
    served.decrypt(served.encrypt(served.new_key(), "aGVsbG8="))
    data = served.server.data
    assert keyreeve("root-key", "rotate", "--data", str(data), env=served.server.env).returncode == 0
    with served.hsm.away():
        assert served.client.refused("CreateKey", ProtectionLevel="HSM") == "ServiceUnavailableTemporary"
    files = [path for path in data.rglob("*") if path.is_file()]
    assert {"config.json", "keyreeve.db", "root-key.json", "audit.jsonl"} <= {path.name for path in files}
    assert [path for path in files if PIN.encode() in path.read_bytes()] == []
    assert "HSM failed" in log_of(served.server)
    assert PIN not in log_of(served.server)
    lines = command_lines(served.server)
    assert all(str(data) in line for line in lines)
    assert [line for line in lines if PIN in line] == []


def test_the_configuration_names_module_token_and_the_pins_file(still_box: Box) -> None:
    hsm = json.loads((still_box.server.data / "config.json").read_text())["hsm"]
    assert hsm == {
        "module": still_box.hsm.module,
        "token": still_box.hsm.label,
        "pin_file": str(still_box.server.data.parent / "pin"),
    }


def test_without_file_and_variable_the_server_says_what_to_set(softhsm_installed: None, tmp_path: Path) -> None:
    box = without_file(tmp_path)
    told = mistake("serve", "--data", str(box.server.data), env=dict(box.hsm.env))
    assert VARIABLE in told


def test_the_variable_goes_before_the_file(still_box: Box) -> None:
    """A PIN that was changed can be tried before the file is."""
    (still_box.server.data.parent / "pin").write_text("a wrong one\n")
    still_box.server.env = {**still_box.server.env, VARIABLE: PIN}
    with serving(still_box.server):
        Client(still_box.server.address, still_box.server.account).create_key(ProtectionLevel="HSM")


def test_a_wrong_pin_is_told_in_the_log_and_tried_once(still_box: Box) -> None:
    still_box.server.workers = 1
    still_box.server.env = {**still_box.server.env, VARIABLE: "a wrong one"}
    with serving(still_box.server):
        for _ in range(3):
            assert still_box.client.refused("CreateKey", ProtectionLevel="HSM") == "ServiceUnavailableTemporary"
        still_box.client.create_key()
    assert log_of(still_box.server).count("CKR_PIN_INCORRECT") == 1
