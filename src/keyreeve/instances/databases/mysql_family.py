"""MariaDB and MySQL, alike but for how an account's password is changed.

An account name stands for every 'name'@'host' that there is: all get the password.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from keyreeve.instances.databases.mysql_session import Session, open_session, proves_password
from keyreeve.instances.databases.names import require_text, revealed
from keyreeve.instances.databases.target import DatabaseTarget
from keyreeve.instances.errors import TargetRefused
from keyreeve.instances.model import Instance

_MAY_ALTER = re.compile(r"GRANT (?:ALL PRIVILEGES|(?:[^`'\"]*, )?CREATE USER\b[^`'\"]*) ON \*\.\* TO ")
_NATIVE = "mysql_native_password"
_SERVER_HASHES = {"caching_sha2_password", "sha256_password"}


class _MySqlFamily(DatabaseTarget):
    product: str

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def log_in(self, account: str, password: str) -> None:
        require_text(account, password)
        try:
            with open_session(self._instance, account, password):
                pass
        except TargetRefused as error:
            if not proves_password(error):
                raise

    def check(self) -> list[str]:
        user = self._instance.user
        with open_session(self._instance, user, revealed(self._instance.password)) as session:
            granted = [line for row in session.query("SHOW GRANTS") for line in row.values()]
            if not any(map(_MAY_ALTER.match, granted)):
                raise TargetRefused(f"{user} may not change passwords: it needs CREATE USER on *.*")
            # Reading the accounts is a privilege of its own.
            _accounts(session, user)
            (server,) = session.query("SELECT VERSION() AS version")
            return [f"logged in as {user}", f"{self.product} {server['version']}", "may change passwords"]


class MariaDb(_MySqlFamily):
    product = "MariaDB"

    def set_password(self, account: str, password: str) -> None:
        """MariaDB logs statements as they are, so it gets the hash that it would make of IDENTIFIED BY.

        SET PASSWORD leaves an account its other ways of logging in, such as unix_socket, where ALTER USER drops them.
        """
        require_text(account, password)
        with open_session(self._instance, self._instance.user, revealed(self._instance.password)) as session:
            for one in _known_accounts(session, account):
                session.query(f"SET PASSWORD FOR {one.name} = {session.literal(native_hash(password))}")


class MySql(_MySqlFamily):
    product = "MySQL"

    def set_password(self, account: str, password: str) -> None:
        """MySQL rewrites passwords in its logs (not with --log-raw); what it hashes itself it must get as it is."""
        require_text(account, password)
        with open_session(self._instance, self._instance.user, revealed(self._instance.password)) as session:
            found = _known_accounts(session, account)
            changes = [f"{one.name} {_identified(session, one.plugin, password)}" for one in found]
            session.query(f"ALTER USER {', '.join(changes)}")


def native_hash(password: str) -> str:
    """What mysql_native_password stores, as PASSWORD() makes it."""
    once = hashlib.sha1(password.encode(), usedforsecurity=False).digest()
    return "*" + hashlib.sha1(once, usedforsecurity=False).hexdigest().upper()


@dataclass(frozen=True, slots=True)
class _Account:
    """`name` is quoted, with its host; `plugin` how it logs in."""

    name: str
    plugin: str


def _known_accounts(session: Session, account: str) -> list[_Account]:
    """Raises TargetRefused if there is none."""
    found = _accounts(session, account)
    if not found:
        raise TargetRefused("the server has no such account")
    return found


def _accounts(session: Session, account: str) -> list[_Account]:
    # In hex there is nothing to quote, and no trailing space or letter case that the server would overlook.
    wanted = account.encode().hex()
    rows = session.query(f"SELECT * FROM mysql.user WHERE HEX(User) = '{wanted}'")  # noqa: S608
    return [
        _Account(f"{session.literal(row['User'])}@{session.literal(row['Host'])}", row["plugin"])
        for row in rows
        if not _is_role(row)
    ]


def _is_role(row: Mapping[str, str]) -> bool:
    """MariaDB says so; MySQL makes a role as an account that is locked and has no password."""
    return row.get("is_role") == "Y" or (row.get("account_locked") == "Y" and not row["authentication_string"])


def _identified(session: Session, plugin: str, password: str) -> str:
    if plugin == _NATIVE:
        return f"IDENTIFIED WITH {_NATIVE} AS {session.literal(native_hash(password))}"
    if plugin in _SERVER_HASHES:
        return f"IDENTIFIED WITH {plugin} BY {session.literal(password)}"
    raise TargetRefused("the account logs in by a method that Keyreeve does not speak")
