"""Rds secrets: one account whose password is reset, or two that take turns (API reference 9.1)."""

from collections.abc import Callable

import msgspec

from keyreeve.instances.databases.target import DatabaseTarget
from keyreeve.instances.errors import TargetRefused
from keyreeve.instances.model import Instance
from keyreeve.secrets.managed import Account, Credential
from keyreeve.secrets.rotation.passwords import new_password


def reset_password(random: Callable[[int], bytes], replaced: Credential) -> Credential:
    """The account keeps its name."""
    assert isinstance(replaced, Account), "an Rds secret has accounts"
    return msgspec.structs.replace(replaced, account_password=new_password(random))


class DatabaseAccount:
    def __init__(self, instance: Instance, database: DatabaseTarget) -> None:
        self._instance = instance
        self._database = database

    def install(self, new: Credential, former: Credential) -> None:
        del former
        assert isinstance(new, Account), "an Rds secret has accounts"
        if self._instance.administers(new.account_name):
            raise TargetRefused("the account is the one that Keyreeve itself logs in with")
        self._database.set_password(new.account_name, new.account_password)

    def prove(self, new: Credential) -> None:
        assert isinstance(new, Account), "an Rds secret has accounts"
        self._database.log_in(new.account_name, new.account_password)

    def undo(self, new: Credential, former: Credential) -> None:
        self.install(former, new)

    def retire(self, old: Credential) -> None:
        """Nothing is left to do: its password was replaced, or is the previous version's and may still be in use."""
