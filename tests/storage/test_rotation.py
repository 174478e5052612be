"""`keyreeve root-key rotate`: everything opens afterwards, whenever it was interrupted and whatever went on beside."""

import json
import random
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving.load import start_writers, stop_writers
from tests.serving.processes import log_of, serving
from tests.serving.test_kill import require_audit, require_database, require_done
from tests.support.client import Client
from tests.support.server import KEYREEVE, Server, create_account, create_account_by_command, init, keyreeve


@pytest.fixture
def own(data: Path) -> Iterator[Server]:
    with serving(Server(data, init(data))) as server:
        yield server


def root_keys(data: Path) -> dict[str, str]:
    return dict(json.loads((data / "root-key.json").read_text())["keys"])


def rotate(data: Path, *words: str) -> None:
    done = keyreeve("root-key", "rotate", "--data", str(data), "--json", *words)
    assert done.returncode == 0, done.stderr


def filled(server: Server, count: int) -> dict[str, str]:
    """Blobs and their texts, each under a key of its own."""
    client = Client(server.address, server.account)
    blobs: dict[str, str] = {}
    for number in range(count):
        key_id = client.create_key()
        blobs[client.call("Encrypt", KeyId=key_id, Plaintext=f"text{number}")["CiphertextBlob"]] = f"text{number}"
    return blobs


def require_open(server: Server, blobs: dict[str, str]) -> None:
    client = Client(server.address, server.account)
    for blob, text in blobs.items():
        assert client.call("Decrypt", CiphertextBlob=blob)["Plaintext"] == text


def test_a_rotation_leaves_one_new_key_and_everything_opens(own: Server):
    other = create_account(own.data, "1234567890123456")
    blobs = filled(own, 5)
    before = root_keys(own.data)
    assert own.stop() == 0
    rotate(own.data)
    after = root_keys(own.data)
    assert len(before) == len(after) == 1
    assert set(before) != set(after)
    (old_id,) = before
    assert bytes.fromhex(old_id) not in (own.data / "keyreeve.db").read_bytes()
    own.start()
    require_open(own, blobs)
    Client(own.address, other).create_key()
    assert (own.data / "root-key.json").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in own.data.glob(".root-key-*")] == []


def test_a_rotation_beside_a_server_under_load_harms_nothing(own: Server):
    writers = start_writers(own, 3, lasting=True)
    for _ in range(4):
        time.sleep(0.4)
        rotate(own.data)
        create_account_by_command(own.data, str(random.randrange(10**15, 10**16)))
    known = stop_writers(writers)
    assert [writer.broken for writer in writers] == [0] * 3
    answered = known.answered + require_done(own, known)
    assert own.stop() == 0
    own.start()
    require_done(own, known)
    require_audit(own.data, answered)
    assert "Traceback" not in log_of(own)


def test_a_rotation_killed_at_any_moment_is_finished_by_the_next(own: Server):
    blobs = filled(own, 120)
    command = [str(KEYREEVE), "root-key", "rotate", "--data", str(own.data), "--json"]
    interrupted = tries = 0
    while interrupted < 3 and tries < 40:
        tries += 1
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # The work begins when the second key is in the file.
        while process.poll() is None and len(root_keys(own.data)) == 1:
            time.sleep(0.001)
        time.sleep(random.uniform(0, 0.05))
        process.kill()
        process.wait()
        interrupted += len(root_keys(own.data)) == 2
        require_open(own, dict(list(blobs.items())[:20]))
        Client(own.address, own.account).create_key()
    rotate(own.data)
    assert len(root_keys(own.data)) == 1
    assert own.stop() == 0
    own.start()
    require_open(own, blobs)
    require_database(own.data)
    assert interrupted > 0


def test_two_rotations_at_once_lose_nothing(own: Server):
    blobs = filled(own, 30)
    for _ in range(4):
        both = [threading.Thread(target=keyreeve, args=("root-key", "rotate", "--data", str(own.data))) for _ in "ab"]
        for one in both:
            one.start()
        for one in both:
            one.join()
    assert own.stop() == 0
    own.start()
    require_open(own, blobs)


def test_two_rotations_at_once_with_a_passphrase_lose_nothing(data: Path, tmp_path: Path):
    """The passphrase is stretched between reading and writing the file, which leaves much time to go wrong."""
    words = passphrase(tmp_path, "one")
    server = Server(data, init(data, *words), words=words)
    with serving(server):
        blobs = filled(server, 5)
    both = [threading.Thread(target=keyreeve, args=("root-key", "rotate", "--data", str(data), *words)) for _ in "ab"]
    for one in both:
        one.start()
    for one in both:
        one.join()
    with serving(server):
        require_open(server, blobs)


def passphrase(folder: Path, text: str) -> tuple[str, str]:
    file = folder / f"passphrase-{text}"
    file.write_text(text + "\n")
    return "--passphrase-file", str(file)


def test_a_rotation_may_change_the_passphrase(data: Path, tmp_path: Path):
    old, new = passphrase(tmp_path, "old"), passphrase(tmp_path, "new")
    account = init(data, *old)
    with serving(Server(data, account, words=old)) as server:
        blobs = filled(server, 3)
    rotate(data, *old, "--new-passphrase-file", new[1])
    assert keyreeve("account", "create", "--data", str(data), *old).returncode == 1
    with serving(Server(data, account, words=new)) as server:
        require_open(server, blobs)
        Client(server.address, account).create_key()


def test_the_passphrase_does_not_change_under_a_running_server(data: Path, tmp_path: Path):
    old, new = passphrase(tmp_path, "old"), passphrase(tmp_path, "new")
    with serving(Server(data, init(data, *old), words=old)) as server:
        blobs = filled(server, 3)
        done = keyreeve("root-key", "rotate", "--data", str(data), *old, "--new-passphrase-file", new[1])
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert "while no server runs" in done.stderr
        require_open(server, blobs)
        Client(server.address, server.account).create_key()
