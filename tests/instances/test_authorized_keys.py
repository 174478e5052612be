"""One line comes or goes; the others, the mode and the owner stay."""

import grp
import os
import pwd
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyreeve.instances.errors import LoginRefused, TargetRefused
from keyreeve.instances.hosts.authorized_keys import read_public_key, with_key, without_key
from keyreeve.instances.hosts.target import HostTarget
from keyreeve.instances.key_pairs import generate_key_pair
from tests.support.sshd import Sshd, User

ONE, TWO, RSA = (generate_key_pair(like).public_key for like in ("", "", "ssh-rsa AAAA"))
FILE = f"""# who may come
{RSA} the old laptop

 from="10.0.0.0/8,*.example.com",command="echo \\"{TWO}\\"" {RSA.replace("=", "")}x
no-pty,environment="A=ssh-ed25519 b" {TWO}\tcomment \xe9
not a key
#{ONE}
"""


def test_a_key_is_added_at_the_end_once():
    added = with_key(FILE, read_public_key(f"{ONE} some comment"), None)
    assert added == f"{FILE}{ONE}\n"
    assert with_key(added, read_public_key(ONE), None) == added
    assert with_key("", read_public_key(ONE), None) == f"{ONE}\n"
    assert with_key("last line", read_public_key(ONE), None) == f"last line\n{ONE}\n"


def test_a_key_gets_the_options_of_the_one_that_it_stands_in_for():
    added = with_key(FILE, read_public_key(ONE), read_public_key(TWO))
    assert added == f'{FILE}no-pty,environment="A=ssh-ed25519 b" {ONE}\n'


def test_exactly_the_lines_of_a_key_go():
    assert without_key(FILE, read_public_key(ONE)) == FILE
    lines = FILE.splitlines(keepends=True)
    assert without_key(FILE, read_public_key(TWO)) == "".join(line for line in lines if not line.startswith("no-pty"))
    assert without_key(f"{ONE}\n{TWO} x\n{ONE} y", read_public_key(ONE)) == f"{TWO} x\n"
    assert without_key(f"{ONE}\r\n{TWO}\r\n", read_public_key(ONE)) == f"{TWO}\r\n"


@given(st.text(st.characters(max_codepoint=255)))
def test_what_is_added_and_taken_out_leaves_what_was(text: str):
    key = read_public_key(ONE)
    added = with_key(text, key, None)
    assert without_key(added, key).rstrip("\n") == text.rstrip("\n")


@pytest.mark.parametrize(
    "text", ["", "hush", "ssh-ed25519", "ssh-ed25519 AAAA", f"no-pty {ONE}", f"{ONE}\n{TWO}", "#" + ONE], ids=range(7)
)
def test_what_is_no_public_key_is_refused(text: str):
    with pytest.raises(TargetRefused) as caught:
        read_public_key(text)
    assert "hush" not in str(caught.value)


def test_a_key_opens_the_account_until_it_is_revoked(host: HostTarget, user: User):
    for like in ("", "ssh-rsa"):
        pair = generate_key_pair(like)
        private = pair.private_key.reveal().decode()
        for _ in range(2):
            host.authorize_key(user.name, pair.public_key)
        host.log_in_key(user.name, private)
        for _ in range(2):
            host.revoke_key(user.name, f"{pair.public_key} whatever")
        with pytest.raises(LoginRefused):
            host.log_in_key(user.name, private)


def test_the_first_key_makes_a_folder_of_the_users_own(host: HostTarget, user: User):
    host.authorize_key(user.name, ONE)
    file = user.home / ".ssh" / "authorized_keys"
    assert file.read_text() == f"{ONE}\n"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert (file.owner(), file.parent.owner()) == (user.name, user.name)


def filled(user: User, text: bytes) -> Path:
    file = user.home / ".ssh" / "authorized_keys"
    file.parent.mkdir()
    file.write_bytes(text)
    owner = pwd.getpwnam(user.name)
    for path in (file, file.parent):
        os.chown(path, owner.pw_uid, owner.pw_gid)
    return file


def test_other_lines_mode_and_owner_stay(host: HostTarget, user: User):
    text = FILE.encode("latin-1")
    file = filled(user, text)
    file.chmod(0o640)
    host.authorize_key(user.name, ONE)
    assert file.read_bytes() == text + f"{ONE}\n".encode()
    host.revoke_key(user.name, ONE)
    assert file.read_bytes() == text
    assert file.stat().st_mode & 0o777 == 0o640
    assert (file.owner(), file.group()) == (user.name, grp.getgrgid(pwd.getpwnam(user.name).pw_gid).gr_name)
    assert [path.name for path in file.parent.iterdir()] == ["authorized_keys"]


def test_a_link_is_followed_as_the_user_and_no_further(host: HostTarget, user: User, tmp_path: Path, sshd_server: Sshd):
    file = filled(user, b"")
    (elsewhere := user.home / "keys").write_text("")
    os.chown(elsewhere, file.stat().st_uid, file.stat().st_gid)
    file.unlink()
    file.symlink_to(elsewhere)
    host.authorize_key(user.name, ONE)
    assert (file.is_symlink(), elsewhere.read_text()) == (True, f"{ONE}\n")
    for folder, told in ((sshd_server.folder, "does not belong"), (tmp_path, "cannot go")):
        roots = folder / "roots"
        roots.write_text("root's\n")
        file.unlink()
        file.symlink_to(roots)
        with pytest.raises(TargetRefused, match=told):
            host.authorize_key(user.name, ONE)
        assert roots.read_text() == "root's\n"
        assert file.is_symlink()


def test_a_file_of_another_is_left_alone(host: HostTarget, user: User):
    file = filled(user, b"")
    os.chown(file, 0, 0)
    file.chmod(0o644)
    with pytest.raises(TargetRefused, match="does not belong to the user"):
        host.authorize_key(user.name, ONE)
    assert file.read_bytes() == b""


def test_a_user_without_a_home_is_refused(host: HostTarget, user: User):
    user.home.rename(user.home.with_name(f"{user.name}-gone"))
    with pytest.raises(TargetRefused, match="home"):
        host.authorize_key(user.name, ONE)


def test_a_pair_is_read_by_openssh(tmp_path: Path):
    for like, kind in (("", "ssh-ed25519"), ("ssh-rsa AAAA", "ssh-rsa"), ("ecdsa-sha2-nistp256 AAAA", "ssh-ed25519")):
        pair = generate_key_pair(like)
        file = tmp_path / kind
        file.write_bytes(pair.private_key.reveal())
        file.chmod(0o600)
        done = subprocess.run(["ssh-keygen", "-y", "-f", str(file)], capture_output=True, text=True, check=True)
        assert done.stdout.split()[:2] == pair.public_key.split()
        assert pair.public_key.split()[0] == kind
        assert "hush" not in repr(pair)
        assert "Secret(...)" in repr(pair)
