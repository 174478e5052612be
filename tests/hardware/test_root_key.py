"""`keyreeve root-key rotate` with the root key in the token."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.test_mistakes import mistake
from tests.hardware import raw
from tests.hardware.box import SIGN, Box, running
from tests.keys.imports import import_material, new_material
from tests.support.client import Client
from tests.support.server import KEYREEVE, create_account, keyreeve

TEXT = "aGVsbG8="


@pytest.fixture
def rooted(softhsm_installed: None, tmp_path: Path) -> Iterator[Box]:
    with running(tmp_path, "--root-key", "hsm") as box:
        yield box


def key_file(box: Box) -> dict[str, str]:
    """The ids of the root keys in the file, after a check that no key stands in it."""
    content = json.loads((box.server.data / "root-key.json").read_text())
    assert content["protection"] == "hsm"
    assert content["active"] in content["keys"]
    assert set(content["keys"].values()) == {"in the token"}
    return dict(content["keys"])


def rotate(box: Box) -> int:
    done = keyreeve("root-key", "rotate", "--data", str(box.server.data), "--json", env=box.hsm.env)
    assert done.returncode == 0, done.stderr
    return int(json.loads(done.stdout)["resealed"])


def filled(box: Box) -> list[str]:
    """Blobs of every way to keep a key."""
    external, material = box.client.create_key(Origin="EXTERNAL"), new_material("Aliyun_AES_256")
    import_material(box.client, external, "Aliyun_AES_256", material)
    keys = [external, box.client.create_key(), box.client.create_key(KeySpec="Aliyun_SM4"), box.new_key()]
    return [box.encrypt(key_id, TEXT) for key_id in keys]


def require_all_well(box: Box, blobs: list[str]) -> None:
    assert [box.decrypt(blob) for blob in blobs] == [TEXT] * len(blobs)
    for level in ("SOFTWARE", "HSM"):
        key_id = box.client.create_key(ProtectionLevel=level)
        assert box.decrypt(box.encrypt(key_id, TEXT)) == TEXT


def test_a_rotation_beside_a_server_leaves_one_new_root_key_and_everything_opens(rooted: Box) -> None:
    blobs, pair = filled(rooted), rooted.client.create_key(KeySpec="EC_P256", KeyUsage=SIGN)
    before = raw.root_keys(rooted.hsm)
    assert rotate(rooted) >= 6
    after = raw.root_keys(rooted.hsm)
    assert len(before) == len(after) == 1
    assert before != after == list(key_file(rooted))
    require_all_well(rooted, blobs)
    assert rooted.sign(pair, rooted.version(pair), "ECDSA_SHA_256", bytes(32))
    assert bytes.fromhex(before[0]) not in (rooted.server.data / "keyreeve.db").read_bytes()
    assert rooted.server.stop() == 0
    rooted.server.start()
    require_all_well(rooted, blobs)


def test_an_account_is_made_and_calls_under_the_new_root_key(rooted: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in rooted.hsm.env.items():
        monkeypatch.setenv(name, value)
    earlier = create_account(rooted.server.data, "1000000000000001")
    rotate(rooted)
    later = create_account(rooted.server.data, "1000000000000002")
    for account in (earlier, later):
        assert Client(rooted.server.address, account).create_key()


def test_a_rotation_that_was_killed_is_finished_by_the_next(rooted: Box) -> None:
    blobs = filled(rooted)
    for _ in range(60):
        rooted.client.create_key()
    assert any(killed_half_way(rooted) for _ in range(8)), "no rotation was caught in the act"
    assert set(raw.root_keys(rooted.hsm)) == set(key_file(rooted))
    assert len(key_file(rooted)) == 2
    require_all_well(rooted, blobs)
    rotate(rooted)
    assert raw.root_keys(rooted.hsm) == list(key_file(rooted))
    assert len(key_file(rooted)) == 1
    require_all_well(rooted, blobs)


def killed_half_way(box: Box) -> bool:
    """Whether a rotation was killed while both keys were in the file."""
    command = [str(KEYREEVE), "root-key", "rotate", "--data", str(box.server.data), "--json"]
    env = {**os.environ, **box.server.env}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
    while process.poll() is None and len(key_file(box)) == 1:
        time.sleep(0.001)
    process.kill()
    process.wait()
    return len(key_file(box)) == 2


# What `keyreeve root-key rotate` does, with a token that is lost when the old key is to go.
_LOST_AT_THE_END = """
import sys
from pathlib import Path
from keyreeve.app import DataFolder
from keyreeve.errors import Unavailable
from keyreeve.hsm.token import Token
from keyreeve.root_key_rotation import rotate_root_key

def lost(*_):
    raise Unavailable

Token.destroy = lost
try:
    rotate_root_key(DataFolder(Path(sys.argv[1])), None, print)
except Unavailable:
    sys.exit(7)
"""


def test_a_rotation_that_lost_the_token_before_the_old_key_was_removed_is_finished_by_the_next(rooted: Box) -> None:
    command = [sys.executable, "-c", _LOST_AT_THE_END, str(rooted.server.data)]
    done = subprocess.run(command, env={**os.environ, **rooted.hsm.env}, capture_output=True, check=False, timeout=60)
    assert done.returncode == 7, done.stderr
    assert len(raw.root_keys(rooted.hsm)) == 2
    rotate(rooted)
    assert raw.root_keys(rooted.hsm) == list(key_file(rooted))


def test_a_passphrase_has_no_place_beside_a_root_key_in_the_token(rooted: Box, tmp_path: Path) -> None:
    (tmp_path / "passphrase").write_text("secret\n")
    words = ("root-key", "rotate", "--data", str(rooted.server.data))
    env = dict(rooted.hsm.env)
    for option in ("--new-passphrase-file", "--passphrase-file"):
        told = mistake(*words, option, str(tmp_path / "passphrase"), env=env)
        assert option in told
    assert raw.root_keys(rooted.hsm) == list(key_file(rooted))


def test_a_rotation_without_the_token_says_so_and_changes_nothing(rooted: Box) -> None:
    before = key_file(rooted)
    with rooted.hsm.away():
        told = mistake("root-key", "rotate", "--data", str(rooted.server.data), env=dict(rooted.hsm.env))
    assert "HSM" in told
    assert "database" not in told
    assert key_file(rooted) == before
