"""MariaDB and MySQL, alike but for how an account's password is changed.

An account name stands for every 'name'@'host' that there is: all get the password.
"""

import hashlib
import re

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
            granted = [str(row[0]) for row in session.query("SHOW GRANTS")]
            if not any(_MAY_ALTER.match(line) for line in granted):
                raise TargetRefused(f"{user} may not change passwords: it needs CREATE USER on *.*")
            # Reading the accounts is a privilege of its own.
            session.query("SELECT User, Host, plugin FROM mysql.user LIMIT 1")
            ((version,),) = session.query("SELECT VERSION()")
            return [f"logged in as {user}", f"{self.product} {version}", "may change passwords"]


class MariaDb(_MySqlFamily):
    product = "MariaDB"

    def set_password(self, account: str, password: str) -> None:
        """MariaDB logs statements as they are, so it gets the hash that it would make of IDENTIFIED BY.

        SET PASSWORD leaves an account its other ways of logging in, such as unix_socket, where ALTER USER drops them.
        """
        require_text(account, password)
        with open_session(self._instance, self._instance.user, revealed(self._instance.password)) as session:
            for name, _ in _accounts(session, account, "is_role = 'N'"):
                session.query(f"SET PASSWORD FOR {name} = {session.literal(native_hash(password))}")


class MySql(_MySqlFamily):
    product = "MySQL"

    def set_password(self, account: str, password: str) -> None:
        """MySQL rewrites passwords in its logs (not with --log-raw); what it hashes itself it must get as it is."""
        require_text(account, password)
        with open_session(self._instance, self._instance.user, revealed(self._instance.password)) as session:
            found = _accounts(session, account, "NOT (account_locked = 'Y' AND authentication_string = '')")
            changes = [f"{name} {_identified(session, plugin, password)}" for name, plugin in found]
            session.query(f"ALTER USER {', '.join(changes)}")


def native_hash(password: str) -> str:
    """What mysql_native_password stores, as PASSWORD() makes it."""
    once = hashlib.sha1(password.encode(), usedforsecurity=False).digest()
    return "*" + hashlib.sha1(once, usedforsecurity=False).hexdigest().upper()


def _accounts(session: Session, account: str, condition: str) -> list[tuple[str, str]]:
    """The accounts of that name, quoted, each with how it logs in. Raises TargetRefused if there is none."""
    # In hex there is nothing to quote, and no trailing space or letter case that the server would overlook.
    wanted = account.encode().hex()
    sql = f"SELECT User, Host, plugin FROM mysql.user WHERE HEX(User) = '{wanted}' AND {condition}"  # noqa: S608
    rows = session.query(sql)
    if not rows:
        raise TargetRefused("the server has no such account")
    return [
        (f"{session.literal(_text(user))}@{session.literal(_text(host))}", _text(plugin)) for user, host, plugin in rows
    ]


def _identified(session: Session, plugin: str, password: str) -> str:
    if plugin == _NATIVE:
        return f"IDENTIFIED WITH {_NATIVE} AS {session.literal(native_hash(password))}"
    if plugin in _SERVER_HASHES:
        return f"IDENTIFIED WITH {plugin} BY {session.literal(password)}"
    raise TargetRefused("the account logs in by a method that Keyreeve does not speak")


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
