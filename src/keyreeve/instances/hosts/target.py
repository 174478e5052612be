from keyreeve.crypto.secret import Secret
from keyreeve.instances.errors import TargetRefused
from keyreeve.instances.hosts.connection import Done, Host, Login, Place, on_host
from keyreeve.instances.hosts.names import require_password, require_user
from keyreeve.instances.model import Instance

_CHPASSWD = "/usr/sbin/chpasswd"


class HostTarget:
    """A host that is reached by SSH. Every operation connects anew, is bounded in time, and raises TargetError."""

    def __init__(self, instance: Instance) -> None:
        assert instance.host_key is not None, "parse_instance requires one for hosts"
        self._place = Place(instance.host, instance.port, instance.host_key)
        self._login = Login(instance.user, instance.password, instance.private_key)
        self._is_root = instance.user == "root"

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

        async def change(host: Host) -> Done:
            return await host.run(f"{'' if self._is_root else 'sudo -n '}{_CHPASSWD}", f"{user}:{password}\n")

        done = on_host(self._place, self._login, change)
        if done.status != 0:
            raise _refusal(done, "chpasswd")


async def _nothing(_: Host) -> None:
    pass


def _refusal(done: Done, what: str) -> TargetRefused:
    if "sudo:" in done.complaint:
        return TargetRefused(f"sudo -n does not let the administrator run {what}")
    if done.status == 127:  # noqa: PLR2004  # what a shell says of a command that is not there
        return TargetRefused(f"the host has no {what}")
    return TargetRefused(f"{what} was refused (status {done.status})")
