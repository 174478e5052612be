"""MariaDB and MySQL, alike but for how an account's password is changed.

An account name stands for every 'name'@'host' that there is: all get the password.
"""

import hashlib
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from pymysql.constants import ER

from keyreeve.instances.databases.mysql_session import Session, StatementRefused, open_session, proves_password
from keyreeve.instances.databases.names import require_text, revealed
from keyreeve.instances.databases.target import DatabaseTarget
from keyreeve.instances.errors import TargetRefused
from keyreeve.instances.model import Instance

_MAY_ALTER = re.compile(r"GRANT (?:ALL PRIVILEGES|(?:[^`'\"]*, )?CREATE USER\b[^`'\"]*) ON \*\.\* TO ")
_NATIVE = "mysql_native_password"
_HASHED_BY_SERVER = {"caching_sha2_password", "sha256_password"}


class MySql(DatabaseTarget):
    """MySQL rewrites passwords in its logs (not with --log-raw); what it alone can hash, it must get as it is."""

    product = "MySQL"

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

    def set_password(self, account: str, password: str) -> None:
        """The account keeps the way it logs in; a password goes as the hash that the server stores, where it may."""
        require_text(account, password)
        with self._administration() as session:
            found = _accounts(session, account)
            if not found:
                raise TargetRefused("the server has no such account")
            mixed = self._mixed(session, account)
            changes = [f"{one.name} {_identified(session, one, password)}" for one in found if one.name not in mixed]
            if changes:
                session.query(f"ALTER USER {', '.join(changes)}")
            for name in mixed:
                # ALTER USER would drop the account's other ways of logging in.
                session.query(f"SET PASSWORD FOR {name} = {session.literal(native_hash(password))}")

    def check(self) -> list[str]:
        user = self._instance.user
        with self._administration() as session:
            granted = [line for row in session.query("SHOW GRANTS") for line in row.values()]
            if not any(map(_MAY_ALTER.match, granted)):
                raise TargetRefused(f"{user} may not change passwords: it needs CREATE USER on *.*")
            # Reading the accounts is a privilege of its own.
            _accounts(session, user)
            self._mixed(session, user)
            (server,) = session.query("SELECT VERSION() AS version")
            return [f"logged in as {user}", f"{self.product} {server['version']}", "may change passwords"]

    def _administration(self) -> AbstractContextManager[Session]:
        return open_session(self._instance, self._instance.user, revealed(self._instance.password))

    def _mixed(self, session: Session, account: str) -> list[str]:
        """The accounts of that name, quoted, that log in by a password or by something else."""
        del session, account
        return []


class MariaDb(MySql):
    """MariaDB logs statements as they are, so it never gets a password, but the hash."""

    product = "MariaDB"

    def _mixed(self, session: Session, account: str) -> list[str]:
        condition = f"HEX(User) = '{account.encode().hex()}' AND JSON_EXISTS(Priv, '$.auth_or')"
        try:
            rows = session.query(f"SELECT User, Host FROM mysql.global_priv WHERE {condition}")  # noqa: S608
        except StatementRefused as error:
            if error.code == ER.NO_SUCH_TABLE:
                # Before 10.4 an account had one way of logging in.
                return []
            raise
        return [_quoted(session, row) for row in rows]


def native_hash(password: str) -> str:
    """What mysql_native_password stores, as PASSWORD() makes it."""
    once = hashlib.sha1(password.encode(), usedforsecurity=False).digest()
    return "*" + hashlib.sha1(once, usedforsecurity=False).hexdigest().upper()


@dataclass(frozen=True, slots=True)
class _Account:
    """`name` is quoted, with its host; `plugin` how it logs in."""

    name: str
    plugin: str


def _accounts(session: Session, account: str) -> list[_Account]:
    # In hex there is nothing to quote, and no trailing space or letter case that the server would overlook.
    wanted = account.encode().hex()
    rows = session.query(f"SELECT * FROM mysql.user WHERE HEX(User) = '{wanted}'")  # noqa: S608
    return [_Account(_quoted(session, row), row["plugin"] or _NATIVE) for row in rows if not _is_role(row)]


def _quoted(session: Session, row: Mapping[str, str]) -> str:
    return f"{session.literal(row['User'])}@{session.literal(row['Host'])}"


def _is_role(row: Mapping[str, str]) -> bool:
    """MariaDB says so; MySQL makes a role as an account that is locked and has no password."""
    return row.get("is_role") == "Y" or (row.get("account_locked") == "Y" and not row["authentication_string"])


def _identified(session: Session, account: _Account, password: str) -> str:
    if account.plugin == _NATIVE:
        return f"IDENTIFIED WITH {_NATIVE} AS {session.literal(native_hash(password))}"
    if account.plugin in _HASHED_BY_SERVER:
        return f"IDENTIFIED WITH {account.plugin} BY {session.literal(password)}"
    raise TargetRefused("the account logs in by a method that Keyreeve does not speak")
