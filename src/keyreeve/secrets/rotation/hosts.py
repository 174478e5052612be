"""ECS secrets: a user's password on a host, or the key that opens its account (API reference 9.1)."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from keyreeve.instances.errors import TargetRefused
from keyreeve.instances.key_pairs import generate_key_pair
from keyreeve.instances.model import Instance
from keyreeve.secrets.managed import Credential, HostKey, HostPassword
from keyreeve.secrets.rotation.passwords import new_password

if TYPE_CHECKING:
    from keyreeve.instances.hosts.target import HostTarget


def next_password(random: Callable[[int], bytes], replaced: Credential) -> Credential:
    assert isinstance(replaced, HostPassword), "the secret's subtype says so"
    return msgspec.structs.replace(replaced, password=new_password(random))


def next_key(random: Callable[[int], bytes], replaced: Credential) -> Credential:
    """A pair of the kind that the user has; OpenSSL draws the randomness itself."""
    del random
    assert isinstance(replaced, HostKey), "the secret's subtype says so"
    pair = generate_key_pair(replaced.public_key)
    return HostKey(replaced.user_name, pair.public_key, pair.private_key.reveal().decode())


class PasswordOfUser:
    def __init__(self, instance: Instance, host: "HostTarget") -> None:
        self._instance = instance
        self._host = host

    def install(self, new: Credential, former: Credential) -> None:
        del former
        assert isinstance(new, HostPassword), "the secret's subtype says so"
        _require_others(self._instance, new.user_name)
        self._host.set_password(new.user_name, new.password)

    def prove(self, new: Credential) -> None:
        assert isinstance(new, HostPassword), "the secret's subtype says so"
        self._host.log_in_password(new.user_name, new.password)

    def undo(self, new: Credential, former: Credential) -> None:
        self.install(former, new)

    def retire(self, old: Credential) -> None:
        """Nothing is left to do: the password was replaced."""


class KeyOfUser:
    """The new key stands beside the old one until it is current."""

    def __init__(self, instance: Instance, host: "HostTarget") -> None:
        self._instance = instance
        self._host = host

    def install(self, new: Credential, former: Credential) -> None:
        assert isinstance(new, HostKey), "the secret's subtype says so"
        assert isinstance(former, HostKey), "the secret's subtype says so"
        # What limits the former key, such as from="...", limits the new one.
        self._host.authorize_key(new.user_name, new.public_key, like=former.public_key)

    def prove(self, new: Credential) -> None:
        assert isinstance(new, HostKey), "the secret's subtype says so"
        self._host.log_in_key(new.user_name, new.private_key)

    def undo(self, new: Credential, former: Credential) -> None:
        del former
        self.retire(new)

    def retire(self, old: Credential) -> None:
        assert isinstance(old, HostKey), "the secret's subtype says so"
        self._host.revoke_key(old.user_name, old.public_key)


def _require_others(instance: Instance, user: str) -> None:
    if instance.administers(user):
        raise TargetRefused("the user is the one that Keyreeve itself logs in with")
