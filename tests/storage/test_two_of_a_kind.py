"""Two servers on one directory, two directories on one database, and directories with odd names."""

import shutil
from pathlib import Path

import pytest

from tests.serving.processes import serving
from tests.support import postgres
from tests.support.client import Client
from tests.support.server import Server, create_account, init, keyreeve


def test_a_second_server_on_the_directory_sees_a_disabled_key_at_once(data: Path):
    account = init(data)
    with serving(Server(data, account, workers=1)) as one, serving(Server(data, account, workers=1)) as two:
        first, second = Client(one.address, account), Client(two.address, account)
        key_id = first.create_key()
        for _ in range(20):
            second.call("Encrypt", KeyId=key_id, Plaintext="eA==")
            first.call("DisableKey", KeyId=key_id)
            assert second.refused("Encrypt", KeyId=key_id, Plaintext="eA==") == "Rejected.Disabled"
            first.call("EnableKey", KeyId=key_id)


@pytest.fixture
def nodes(tmp_path: Path, postgres_cluster: str) -> tuple[Path, Path]:
    one, two = tmp_path / "one", tmp_path / "two"
    init(one, "--database-url", postgres.new_database(postgres_cluster))
    shutil.copytree(one, two)
    return one, two


def test_a_node_without_the_new_root_key_cannot_make_keys_that_are_lost(nodes: tuple[Path, Path]):
    one, two = nodes
    account = create_account(one, "1234567890123456")
    with serving(Server(two, account, workers=1)) as server:
        client = Client(server.address, account)
        client.create_key()
        assert keyreeve("root-key", "rotate", "--data", str(one)).returncode == 0
        answer = client.answer("CreateKey")
        assert answer.status in (500, 503)
    shutil.copy(one / "root-key.json", two / "root-key.json")
    with serving(Server(two, account, workers=1)) as server:
        client = Client(server.address, account)
        for key in client.call("ListKeys")["Keys"]["Key"]:
            client.call("Encrypt", KeyId=key["KeyId"], Plaintext="eA==")


@pytest.mark.parametrize("name", ["with#hash", "with?mark", "with%41percent", "with space", "ünïcode"])
def test_a_directory_of_any_name_keeps_everything_inside(tmp_path: Path, name: str):
    data = tmp_path / name
    with serving(Server(data, init(data))) as server:
        client = Client(server.address, server.account)
        key_id = client.create_key()
        client.call("Encrypt", KeyId=key_id, Plaintext="eA==")
    assert (data / "keyreeve.db").exists()
    assert {one.name for one in tmp_path.iterdir()} == {name, f"{name}.log"}


def test_an_init_that_fails_can_be_tried_again(data: Path):
    url = "postgresql://nobody@127.0.0.1:1/none"
    assert keyreeve("init", "--data", str(data), "--database-url", url).returncode == 1
    assert init(data).account_id


def test_a_database_of_another_directory_is_refused(nodes: tuple[Path, Path], data: Path):
    url = str((nodes[0] / "config.json").read_text()).split('"database_url": "')[1].split('"')[0]
    done = keyreeve("init", "--data", str(data), "--database-url", url)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "another data directory" in done.stderr
    assert not (data / "root-key.json").exists()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p@ss:w0rd/x@h/db",
        "postgresql://u:w0rd@host:port/db",
        "sqlite://",
        "sqlite:///rel.db",
        "mysql://h/d",
    ],
)
def test_a_database_url_that_cannot_be_used_is_one_line_without_its_password(data: Path, url: str):
    done = keyreeve("init", "--data", str(data), "--database-url", url)
    assert (done.returncode, done.stderr.count("\n"), done.stdout) == (1, 1, "")
    assert "w0rd" not in done.stderr
