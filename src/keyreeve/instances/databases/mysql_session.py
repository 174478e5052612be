"""PyMySQL with deadlines, and its errors as ours."""

import socket
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, NoReturn

from pymysql.connections import Connection
from pymysql.constants import CR, ER
from pymysql.err import Error, OperationalError

from keyreeve.instances.addresses import CONNECT_SECONDS, STATEMENT_SECONDS, dial
from keyreeve.instances.databases.deadline import cut_off
from keyreeve.instances.databases.tls import client_context
from keyreeve.instances.errors import LoginRefused, TargetError, TargetRefused, TargetUnreachable
from keyreeve.instances.model import Instance

_MUST_CHANGE_PASSWORD = {1820, 1862}
_NO_PASSWORD_LOGIN = 1698
_MORE_SERVER_ERRORS = 3000
_LOCKED = {3118, 4151}
_OUR_PLUGIN_IS_MISSING = {CR.CR_AUTH_PLUGIN_CANNOT_LOAD, CR.CR_AUTH_PLUGIN_ERR, ER.NOT_SUPPORTED_AUTH_MODE}
# The server says these once the password is proven.
_AFTER_LOGIN = {*_MUST_CHANGE_PASSWORD, ER.TOO_MANY_USER_CONNECTIONS, ER.USER_LIMIT_REACHED}


class StatementRefused(TargetRefused):
    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.code = code


class Session:
    """A connection that is logged in; `query` is bounded in time."""

    def __init__(self, connection: "Connection[Any]", handle: socket.socket) -> None:
        self._connection = connection
        self._handle = handle

    def literal(self, value: str) -> str:
        """Quoted as the server's mode wants it: with NO_BACKSLASH_ESCAPES or without."""
        return self._connection.escape(value)

    def query(self, sql: str) -> list[dict[str, str]]:
        """Rows by the names of their columns. Raises StatementRefused and TargetUnreachable."""
        try:
            with cut_off(self._handle, STATEMENT_SECONDS), self._connection.cursor() as cursor:
                cursor.execute(sql)
                names = [str(column[0]) for column in cursor.description or ()]
                return [dict(zip(names, map(_text, row), strict=True)) for row in cursor.fetchall()]
        except Error as error:
            raise _statement_error(error) from None


@contextmanager
def open_session(instance: Instance, user: str, password: str) -> Generator[Session]:
    """Log in. Raises LoginRefused, TargetUnreachable, and TargetRefused if the password is right and no more."""
    context = client_context(instance.tls)
    with dial(instance.host, instance.port) as connected, connected.dup() as handle:
        connection = _prepared(instance, user, password, context)
        try:
            with cut_off(handle, CONNECT_SECONDS):
                connection.connect(connected)
            yield Session(connection, handle)
        except (Error, OSError, RuntimeError) as error:
            raise _login_error(error, instance) from None
        finally:
            if connection.open:
                connection.close()


def proves_password(error: TargetError) -> bool:
    return isinstance(error, _PasswordProven)


def _prepared(instance: Instance, user: str, password: str, context: ssl.SSLContext | None) -> "Connection[Any]":
    return Connection(
        host=instance.host,
        port=instance.port,
        user=user,
        # PyMySQL would encode text as Latin-1.
        password=password.encode(),
        charset="utf8mb4",
        ssl=context,
        ssl_disabled=context is None,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=STATEMENT_SECONDS,
        write_timeout=STATEMENT_SECONDS,
        autocommit=None,
        program_name="keyreeve",
        auth_plugin_map={"mysql_clear_password": _Refusing, "dialog": _Refusing},
        defer_connect=True,
    )


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


class _Refusing:
    """Stands in for the ways of logging in that send the password as it is to whoever answers."""

    def __init__(self, _: "Connection[Any]") -> None:
        pass

    def authenticate(self, _: object) -> NoReturn:
        raise OperationalError(CR.CR_AUTH_PLUGIN_CANNOT_LOAD, "sends the password in the clear")


class _PasswordProven(TargetRefused):
    pass


def _login_error(error: Exception, instance: Instance) -> TargetError:
    code: object = error.args[0] if error.args else None
    original = getattr(error, "original_exception", error)
    where = f"{instance.host} port {instance.port}"
    if isinstance(original, ssl.SSLError) or code == CR.CR_SSL_CONNECTION_ERROR:
        return TargetUnreachable(f"TLS: {_tls_reason(original)}")
    if code in _OUR_PLUGIN_IS_MISSING or isinstance(error, RuntimeError):
        return TargetRefused("the account logs in by a method that Keyreeve does not speak")
    if isinstance(code, int) and _is_from_server(code):
        return _answer(code, where)
    return TargetUnreachable(f"{where}: the server did not answer in time, or broke the connection off")


def _answer(code: int, where: str) -> TargetError:
    if code in {ER.ACCESS_DENIED_ERROR, _NO_PASSWORD_LOGIN}:
        return LoginRefused("the server refuses the account or its password")
    if code in _LOCKED:
        return LoginRefused("the account is locked")
    if code in _AFTER_LOGIN:
        return _PasswordProven(f"the server lets the account do nothing now (error {code})")
    return TargetUnreachable(f"{where}: the server takes no login now (error {code})")


def _is_from_server(code: int) -> bool:
    return code >= ER.ERROR_FIRST and not CR.CR_ERROR_FIRST <= code < _MORE_SERVER_ERRORS


def _tls_reason(error: Exception) -> str:
    if not isinstance(error, ssl.SSLError):
        return "the server offers none"
    if not isinstance(error, ssl.SSLCertVerificationError):
        return "the handshake failed"
    if "ostname" in error.verify_message or "IP address" in error.verify_message:
        return "the server's certificate is for another name"
    return f"the server's certificate is not trusted: {error.verify_message}"


def _statement_error(error: Error) -> TargetError:
    code: object = error.args[0] if error.args else None
    if not isinstance(code, int) or not _is_from_server(code):
        return TargetUnreachable("the server did not answer in time, or broke the connection off")
    if code in {ER.DBACCESS_DENIED_ERROR, ER.TABLEACCESS_DENIED_ERROR, ER.SPECIFIC_ACCESS_DENIED_ERROR}:
        return StatementRefused("the administrator lacks a privilege", code)
    return StatementRefused(f"the server refused the statement (error {code})", code)
