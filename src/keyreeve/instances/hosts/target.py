import hashlib
from collections.abc import Callable

from keyreeve.crypto.secret import Secret
from keyreeve.instances.errors import TargetRefused
from keyreeve.instances.hosts import scripts
from keyreeve.instances.hosts.authorized_keys import read_public_key, with_key, without_key
from keyreeve.instances.hosts.connection import Done, Host, Login, Place, on_host
from keyreeve.instances.hosts.names import require_password, require_user
from keyreeve.instances.model import Instance

_MORE_TRIES = 2
_ROOT = "root"
_NOBODY = "nobody"
_FACTS = {
    scripts.NO_SUCH_USER: "the host has no such user",
    scripts.NO_HOME: "the user has no home directory",
    scripts.CHANGED_MEANWHILE: "authorized_keys is being changed by others",
    scripts.NOT_OWNER: "authorized_keys does not belong to the user",
    scripts.NO_ACCESS: "authorized_keys is a link to where the user cannot go",
    127: "the host lacks a command that this needs",
}


class HostTarget:
    """A host that is reached by SSH. Every operation connects anew, is bounded in time, and raises TargetError."""

    def __init__(self, instance: Instance) -> None:
        assert instance.host_key is not None, "parse_instance requires one for hosts"
        self._place = Place(instance.host, instance.port, instance.host_key)
        self._login = Login(instance.user, instance.password, instance.private_key)
        self._commands = scripts.Commands(is_root=instance.user == _ROOT)

    def log_in_password(self, user: str, password: str) -> None:
        """Prove that the password is the user's. Raises LoginRefused or TargetUnreachable."""
        require_user(user)
        require_password(password)
        on_host(self._place, Login(user, password=Secret(password.encode())), _nothing)

    def log_in_key(self, user: str, private_key: str) -> None:
        """Prove that the key (PEM or OpenSSH text) is one of the user's. Raises LoginRefused or TargetUnreachable."""
        require_user(user)
        on_host(self._place, Login(user, private_key=Secret(private_key.encode())), _nothing)

    def set_password(self, user: str, password: str) -> None:
        """As the administrator; again with the same password changes nothing that can be seen."""
        require_user(user)
        require_password(password)
        line = Secret(f"{user}:{password}\n".encode())

        async def change(host: Host) -> None:
            _require_done(await host.run(self._commands.set_password_of(user), line.reveal()), "chpasswd")

        on_host(self._place, self._login, change)

    def authorize_key(self, user: str, public_key: str, like: str | None = None) -> None:
        """Add a key to the user's authorized_keys if absent, under the options that the key `like` has there."""
        key = read_public_key(public_key)
        model = None if like is None else read_public_key(like)
        self._edit_keys(user, lambda text: with_key(text, key, model))

    def revoke_key(self, user: str, public_key: str) -> None:
        """Take exactly that key out of the user's authorized_keys; that it is not there is as well."""
        key = read_public_key(public_key)
        self._edit_keys(user, lambda text: without_key(text, key))

    def check(self) -> list[str]:
        """Log in as the administrator and say what works, a line each."""

        async def look(host: Host) -> list[str]:
            system = await host.run("uname -sr")
            passwords = await host.run(self._commands.set_passwords())
            keys = await host.run(self._commands.as_user(_NOBODY, ":"))
            if passwords.status != 0 and keys.status != 0:
                raise TargetRefused(f"{self._login.user} may neither run chpasswd nor act as other users by sudo -n")
            return [
                f"logged in as {self._login.user}",
                system.output.decode(errors="replace").strip(),
                f"{_may(passwords)} set passwords",
                f"{_may(keys)} change authorized_keys of other users",
            ]

        return on_host(self._place, self._login, look)

    def _edit_keys(self, user: str, edit: Callable[[str], str]) -> None:
        require_user(user)

        async def work(host: Host) -> None:
            done = await self._edit_once(host, user, edit)
            for _ in range(_MORE_TRIES):
                if done.status == scripts.CHANGED_MEANWHILE:
                    done = await self._edit_once(host, user, edit)
            _require_done(done, "the change of authorized_keys")

        on_host(self._place, self._login, work)

    async def _edit_once(self, host: Host, user: str, edit: Callable[[str], str]) -> Done:
        read = await host.run(self._commands.read_keys(user))
        wanted = edit(read.output.decode("latin-1")).encode("latin-1")
        if read.status != 0 or wanted == read.output:
            return read
        return await host.run(self._commands.replace_keys(user, _digest(read.output), _digest(wanted)), wanted)


async def _nothing(_: Host) -> None:
    pass


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _may(done: Done) -> str:
    return "may" if done.status == 0 else "may not"


def _require_done(done: Done, what: str) -> None:
    """Raises TargetRefused."""
    if done.status == 0:
        return
    if done.status in _FACTS:
        raise TargetRefused(_FACTS[done.status])
    if "sudo:" in done.complaint:
        raise TargetRefused(f"sudo -n does not let the administrator do it: {what}")
    raise TargetRefused(f"{what} was refused (status {done.status})")
