import asyncio
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import uvloop

from keyreeve.instances.errors import LoginRefused, TargetRefused, TargetUnreachable
from keyreeve.instances.hosts.target import HostTarget
from keyreeve.instances.key_pairs import generate_key_pair
from keyreeve.instances.model import Engine, Instance
from tests.instances.places import NASTY_PASSWORDS, ssh_instance
from tests.support.sshd import Sshd, User


@contextmanager
def command_lines() -> Generator[list[str]]:
    """What `ps` shows of anybody while the block runs."""
    seen: set[str] = set()
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            for place in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    seen.add(place.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
                except OSError:
                    continue

    thread = threading.Thread(target=look)
    thread.start()
    found: list[str] = []
    try:
        yield found
    finally:
        over.set()
        thread.join()
        found.extend(seen)


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not holds() and time.monotonic() < until:
        time.sleep(0.05)
    assert holds()


def test_a_password_logs_in_and_a_wrong_one_does_not(host: HostTarget, user: User):
    host.log_in_password(user.name, user.password)
    with pytest.raises(LoginRefused) as caught:
        host.log_in_password(user.name, "hush")
    assert "hush" not in str(caught.value)


def test_a_password_proves_itself_by_questions_too(host: HostTarget, sshd_server: Sshd):
    user = sshd_server.new_user(ending="-kbd")
    host.log_in_password(user.name, user.password)
    with pytest.raises(LoginRefused):
        host.log_in_password(user.name, "wrong")
    # The server's log may be behind.
    wait_until(lambda: f"authenticating user {user.name}" in sshd_server.log)
    assert sshd_server.log.count(f"Failed keyboard-interactive/pam for {user.name}") == 1


def test_a_user_without_a_shell_proves_the_password(host: HostTarget, sshd_server: Sshd):
    user = sshd_server.new_user(shell="/usr/sbin/nologin")  # noqa: S604  # a user's, not ours
    host.log_in_password(user.name, user.password)
    host.set_password(user.name, "second")
    host.log_in_password(user.name, "second")


def test_a_new_password_replaces_the_old_one_and_any_may_be_set(host: HostTarget, user: User):
    for password in NASTY_PASSWORDS:
        host.set_password(user.name, password)
        host.log_in_password(user.name, password)
    with pytest.raises(LoginRefused):
        host.log_in_password(user.name, user.password)


def test_nobody_sees_the_password_in_the_list_of_processes(host: HostTarget, user: User, sshd_server: Sshd):
    with command_lines() as seen:
        for number in range(4):
            host.set_password(user.name, f"hush-{number}")
    assert any("chpasswd" in line for line in seen)
    assert not any("hush" in line for line in seen)
    assert "hush" not in sshd_server.log


@pytest.mark.parametrize("password", ["", "two\nlines", "a\r", "nul\0", "\ud800"])
def test_a_password_that_is_no_line_is_refused(host: HostTarget, password: str):
    for ask in (host.set_password, host.log_in_password):
        with pytest.raises(TargetRefused):
            ask("anybody", password)


@pytest.mark.parametrize(
    "name", ["", "a b", "a;id", "$(id)", "a'", "-x", "a:b", "a\n", "root\nx", "../x", "a" * 33, "1a", "k\u00e4se", "*"]
)
def test_a_name_that_could_mean_something_to_a_shell_is_refused(host: HostTarget, name: str):
    key = generate_key_pair("").public_key
    for ask in (host.set_password, host.log_in_password, host.log_in_key, host.authorize_key, host.revoke_key):
        with pytest.raises(TargetRefused, match="name of 1-32"):
            ask(name, key)


def test_a_user_that_is_not_there_is_refused(host: HostTarget):
    key = generate_key_pair("").public_key
    for ask in (host.set_password, host.authorize_key, host.revoke_key):
        with pytest.raises(TargetRefused, match="no such user"):
            ask("kr-nobody", key)


def test_a_host_with_another_key_gets_no_credential(sshd_server: Sshd, administrator: User, user: User):
    before = len(sshd_server.log)
    for like in ("", "ssh-rsa"):
        other = f"{sshd_server.host} {generate_key_pair(like).public_key}"
        host = HostTarget(replace(ssh_instance(sshd_server, administrator), host_key=other))
        with pytest.raises(TargetUnreachable, match="host's key is not the one in host_key"):
            host.set_password(user.name, "second")
    assert "Failed password" not in sshd_server.log[before:]
    assert "Accepted" not in sshd_server.log[before:]


@pytest.mark.parametrize("names", ["*", "elsewhere,10.0.0.1", "|1|q83vEjRWeJA=|q83vEjRWeJA=", "[::1]:2222"])
def test_the_key_counts_and_not_the_name_before_it(sshd_server: Sshd, administrator: User, names: str):
    _, key = sshd_server.host_key.split(maxsplit=1)
    host = HostTarget(replace(ssh_instance(sshd_server, administrator), host_key=f"{names} {key} a comment"))
    assert host.check()[0] == f"logged in as {administrator.name}"


def test_the_check_says_what_the_administrator_may(sshd_server: Sshd, host: HostTarget):
    assert [line.partition(" ")[2] for line in host.check()[2:]] == [
        "set passwords",
        "change authorized_keys of other users",
    ]
    some = sshd_server.new_user()
    sshd_server.allow_sudo(some, "(root) NOPASSWD: /usr/sbin/chpasswd")
    assert HostTarget(ssh_instance(sshd_server, some)).check()[2:] == [
        "may set passwords",
        "may not change authorized_keys of other users",
    ]


def test_an_administrator_without_rights_is_refused(sshd_server: Sshd, user: User):
    host = HostTarget(ssh_instance(sshd_server, sshd_server.new_user()))
    with pytest.raises(TargetRefused, match="neither"):
        host.check()
    for ask in (host.set_password, host.authorize_key):
        with pytest.raises(TargetRefused, match="sudo -n does not let"):
            ask(user.name, generate_key_pair("").public_key)
    host.log_in_password(user.name, user.password)


@pytest.fixture
def root(sshd_server: Sshd) -> Iterator[Instance]:
    """Root, with a key of its own, which this server looks for elsewhere than the machine's."""
    pair = generate_key_pair("")
    keys = sshd_server.folder / "keys-of-root"
    keys.write_text(pair.public_key + "\n")
    yield Instance(
        "host",
        Engine.SSH,
        sshd_server.host,
        sshd_server.port,
        "root",
        private_key=pair.private_key,
        host_key=sshd_server.host_key,
    )
    keys.unlink()


def test_root_needs_no_sudo(root: Instance, user: User):
    host = HostTarget(root)
    assert host.check()[2:] == ["may set passwords", "may change authorized_keys of other users"]
    pair = generate_key_pair("")
    host.set_password(user.name, "second")
    host.log_in_password(user.name, "second")
    host.authorize_key(user.name, pair.public_key)
    host.log_in_key(user.name, pair.private_key.reveal().decode())
    host.revoke_key(user.name, pair.public_key)
    with pytest.raises(LoginRefused):
        host.log_in_key(user.name, pair.private_key.reveal().decode())


def test_nothing_of_the_operators_own_is_tried(
    host: HostTarget, user: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sshd_server: Sshd
):
    pair = generate_key_pair("")
    host.authorize_key(user.name, pair.public_key)
    folder = tmp_path / ".ssh"
    folder.mkdir(mode=0o700)
    (folder / "id_ed25519").write_bytes(pair.private_key.reveal())
    (folder / "config").write_text(f"Host *\n  IdentityFile {folder}/id_ed25519\n  Port 1\n  User root\n")
    (folder / "known_hosts").write_text("")
    monkeypatch.setenv("HOME", str(tmp_path))
    host.log_in_password(user.name, user.password)
    before = sshd_server.log.count("Accepted publickey")
    with pytest.raises(LoginRefused):
        host.log_in_password(user.name, "wrong")
    with pytest.raises(LoginRefused):
        host.log_in_key(user.name, generate_key_pair("").private_key.reveal().decode())
    assert sshd_server.log.count("Accepted publickey") == before


@pytest.mark.parametrize("text", ["", "hush", "-----BEGIN OPENSSH PRIVATE KEY-----\nhush\n-----END"])
def test_a_private_key_that_cannot_be_read_is_refused(host: HostTarget, text: str):
    with pytest.raises(TargetRefused, match="cannot be read") as caught:
        host.log_in_key("anybody", text)
    assert "hush" not in str(caught.value)


def test_threads_beside_a_loop_of_another_kind(host: HostTarget, user: User, sshd_server: Sshd):
    other = sshd_server.new_user()

    async def both() -> None:
        await asyncio.gather(
            asyncio.to_thread(host.set_password, user.name, "one"),
            asyncio.to_thread(host.set_password, other.name, "two"),
        )
        await asyncio.gather(
            asyncio.to_thread(host.log_in_password, user.name, "one"),
            asyncio.to_thread(host.log_in_password, other.name, "two"),
        )

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(both())


def test_nothing_stays_open(host: HostTarget, user: User):
    host.log_in_password(user.name, user.password)
    before = len(list(Path("/proc/self/fd").iterdir()))
    threads = threading.active_count()
    for _ in range(3):
        host.log_in_password(user.name, user.password)
        with pytest.raises(LoginRefused):
            host.log_in_key(user.name, generate_key_pair("").private_key.reveal().decode())
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert threading.active_count() == threads


def test_a_command_that_does_not_end_is_left(root: Instance, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("keyreeve.instances.hosts.connection.STATEMENT_SECONDS", 1.0)
    monkeypatch.setattr("keyreeve.instances.hosts.scripts._CHPASSWD", "sleep 20 # ")
    with pytest.raises(TargetUnreachable, match="did not finish a command in time"):
        HostTarget(root).check()
