"""What a start refuses about the root key: one clear line, exit status 1, and nothing is changed."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.serving.processes import serving
from tests.serving.test_starting import refused_start
from tests.support.client import Client
from tests.support.server import Account, Server, init, keyreeve


@pytest.fixture
def account(data: Path) -> Account:
    return init(data)


def key_file(data: Path) -> Path:
    return data / "root-key.json"


def changed(data: Path, **members: Any) -> None:
    content = {**json.loads(key_file(data).read_text()), **members}
    key_file(data).write_text(json.dumps(content))


def test_without_the_root_key_nothing_starts(data: Path, account: Account):
    kept = key_file(data).read_bytes()
    key_file(data).unlink()
    assert "root key is missing" in refused_start(data)
    key_file(data).write_bytes(kept)
    with serving(Server(data, account)) as server:
        Client(server.address, account).create_key()


def test_another_directorys_root_key_is_refused(data: Path, account: Account, tmp_path: Path):
    init(tmp_path / "other")
    key_file(data).write_bytes(key_file(tmp_path / "other").read_bytes())
    assert "not the one" in refused_start(data)


def test_a_right_id_with_a_wrong_key_is_refused(data: Path, account: Account):
    active = json.loads(key_file(data).read_text())["active"]
    changed(data, keys={active: "A" * 43 + "="})
    assert "not the one" in refused_start(data)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"format": 1}', "\udcff\udcfe", "A" * 100_000])
def test_a_file_that_is_not_of_its_form_is_refused(data: Path, account: Account, content: str):
    key_file(data).write_bytes(content.encode(errors="surrogateescape"))
    assert "root key is damaged" in refused_start(data)


@pytest.mark.parametrize(
    "members",
    [
        {"format": 2},
        {"keys": {}},
        {"active": "0123456789abcdef"},
        {"active": "not hex"},
        {"keys": {"not hex": "AAAA"}},
        {"protection": "none"},
    ],
    ids=str,
)
def test_members_that_make_no_sense_are_refused(data: Path, account: Account, members: dict[str, Any]):
    changed(data, **members)
    assert "root key is damaged" in refused_start(data)


@pytest.mark.parametrize("text", ["", "AAAA", "é", "A" * 44])
def test_a_key_that_is_not_32_bytes_is_refused(data: Path, account: Account, text: str):
    active = json.loads(key_file(data).read_text())["active"]
    changed(data, keys={active: text})
    assert "root key" in refused_start(data)


def test_a_root_key_that_may_not_be_read_is_refused(data: Path, account: Account):
    key_file(data).unlink()
    key_file(data).mkdir()
    assert "root key" in refused_start(data)


@pytest.fixture
def passphrase_file(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text("correct horse\nthe second line does not count\n")
    return path


@pytest.fixture
def with_passphrase(data: Path, passphrase_file: Path) -> Account:
    return init(data, "--passphrase-file", str(passphrase_file))


def test_the_right_passphrase_opens(data: Path, with_passphrase: Account, passphrase_file: Path):
    with serving(Server(data, with_passphrase, words=("--passphrase-file", str(passphrase_file)))) as server:
        key_id = Client(server.address, with_passphrase).create_key()
    passphrase_file.write_text("correct horse")
    with serving(Server(data, with_passphrase, words=("--passphrase-file", str(passphrase_file)))) as server:
        Client(server.address, with_passphrase).call("Encrypt", KeyId=key_id, Plaintext="aGVsbG8=")


def test_the_file_holds_the_key_neither_plain_nor_without_its_parameters(data: Path, with_passphrase: Account):
    content = json.loads(key_file(data).read_text())
    assert content["protection"] == "passphrase"
    assert {**content["argon2id"], "salt": ""} == {"salt": "", "memory_kib": 65536, "passes": 3, "lanes": 4}
    (wrapped,) = content["keys"].values()
    assert len(wrapped) == 120


def test_a_wrong_passphrase_is_refused(data: Path, with_passphrase: Account, tmp_path: Path):
    wrong = tmp_path / "wrong"
    wrong.write_text("battery staple\n")
    assert "does not open" in refused_start(data, "--passphrase-file", str(wrong))


def test_a_missing_passphrase_is_refused(data: Path, with_passphrase: Account, tmp_path: Path):
    assert "--passphrase-file" in refused_start(data)
    assert "cannot be read" in refused_start(data, "--passphrase-file", str(tmp_path / "none"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"\xff\xfe\xfd\n",
    ],
)
def test_a_passphrase_file_with_no_text_is_refused(
    data: Path, with_passphrase: Account, tmp_path: Path, content: bytes
):
    path = tmp_path / "odd"
    path.write_bytes(content)
    assert "passphrase" in refused_start(data, "--passphrase-file", str(path))


@pytest.mark.parametrize(
    "members", [{"salt": "", "passes": 3}, {"salt": "AAAA"}, {"salt": "A" * 22 + "==", "memory_kib": -1}], ids=str
)
def test_stretching_parameters_that_make_no_sense_are_refused(
    data: Path, with_passphrase: Account, passphrase_file: Path, members: dict[str, Any]
):
    changed(data, argon2id=members)
    assert "root key is damaged" in refused_start(data, "--passphrase-file", str(passphrase_file))


def test_the_passphrase_may_come_from_standard_input(data: Path):
    done = keyreeve("init", "--data", str(data), "--passphrase-file", "-", stdin="typed\n")
    assert done.returncode == 0
    created = keyreeve("account", "create", "--data", str(data), "--passphrase-file", "-", stdin="typed\n")
    assert created.returncode == 0, created.stderr
