import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager

from keyreeve.instances.databases.libpq import ServerSaidNo, Session
from keyreeve.instances.databases.names import require_text, revealed
from keyreeve.instances.databases.target import DatabaseTarget
from keyreeve.instances.databases.tls import system_bundle
from keyreeve.instances.errors import LoginRefused, TargetRefused, TargetUnreachable
from keyreeve.instances.model import Instance, TlsMode

_DATABASE = "postgres"
_LOGIN_CLASS = "28"
# The server says these once the password is proven: no CONNECT there, no such database, one that is closed.
_AFTER_LOGIN = {"42501", "3D000", "55000"}
_NAME_BYTES = 63
_SETTINGS = (b"SET search_path = pg_catalog", b"SET statement_timeout = '10s'")


class PostgreSql(DatabaseTarget):
    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    def log_in(self, account: str, password: str) -> None:
        require_text(account, password)
        _require_length(account)
        try:
            with self._session(account, password, anonymous=False):
                pass
        except ServerSaidNo as no:
            if no.sqlstate not in _AFTER_LOGIN:
                raise _login_error(no) from None

    def set_password(self, account: str, password: str) -> None:
        """The server gets its own form of the password (SCRAM verifier), so no log of statements has the password."""
        require_text(account, password)
        _require_length(account)
        with self._administration() as session:
            found = session.query(b"SELECT rolcanlogin FROM pg_roles WHERE rolname::text = $1::text", account)
            if not found:
                raise TargetRefused("the server has no such account")
            if found[0][0] != "t":
                raise TargetRefused("the account is a role that may not log in")
            ((stored,),) = session.query(b"SHOW password_encryption")
            # A server that still stores MD5 has clients that know nothing else.
            algorithm = "scram-sha-256" if stored == "scram-sha-256" else "md5"
            verifier = session.literal(session.verifier(account, password, algorithm))
            session.query(b"ALTER ROLE " + session.identifier(account) + b" PASSWORD " + verifier)

    def check(self) -> list[str]:
        with self._administration() as session:
            ((powers,),) = session.query(b"SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
            if powers not in {"t", "true"}:
                raise TargetRefused(f"{self._instance.user} may not change passwords: it needs CREATEROLE")
            return [
                f"logged in as {self._instance.user}",
                f"PostgreSQL {session.server_version}",
                "may change passwords",
            ]

    @contextmanager
    def _administration(self) -> Generator[Session]:
        try:
            with self._session(self._instance.user, revealed(self._instance.password), anonymous=True) as session:
                try:
                    for setting in _SETTINGS:
                        session.query(setting)
                    yield session
                except ServerSaidNo as no:
                    raise _statement_error(no) from None
        except ServerSaidNo as no:
            raise _login_error(no) from None

    @contextmanager
    def _session(self, user: str, password: str, *, anonymous: bool) -> Generator[Session]:
        """`anonymous`: let a server through that asks for no password, which proves nothing."""
        encrypted = self._instance.tls.mode is not TlsMode.OFF
        methods = "scram-sha-256,md5" + (",password" if encrypted else "") + (",none" if anonymous else "")
        with self._tls_parameters() as tls:
            parameters = {
                "user": user,
                "password": password,
                "dbname": _DATABASE,
                "require_auth": methods,
                "client_encoding": "UTF8",
                "application_name": "keyreeve",
                "passfile": os.devnull,
                "gssencmode": "disable",
                "sslcertmode": "disable",
                "keepalives_idle": "10",
                **tls,
            }
            session = Session(self._instance.host, self._instance.port, parameters)
        with session:
            yield session

    @contextmanager
    def _tls_parameters(self) -> Generator[dict[str, str]]:
        tls = self._instance.tls
        if tls.mode is TlsMode.OFF:
            yield {"sslmode": "disable"}
        elif tls.mode is TlsMode.UNVERIFIED:
            # A file that cannot be there: libpq would verify against the one in our home directory.
            yield {"sslmode": "require", "sslrootcert": f"{os.devnull}/none"}
        elif tls.ca is None:
            yield {"sslmode": "verify-full", "sslrootcert": str(system_bundle())}
        else:
            with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
                file.write(tls.ca)
                file.flush()
                yield {"sslmode": "verify-full", "sslrootcert": file.name}


def _require_length(account: str) -> None:
    """A longer name would be cut, and be another's."""
    if len(account.encode()) > _NAME_BYTES:
        raise TargetRefused(f"an account's name is at most {_NAME_BYTES} bytes in PostgreSQL")


def _login_error(no: ServerSaidNo) -> LoginRefused | TargetUnreachable | TargetRefused:
    if no.sqlstate is None:
        return _client_error(no.unsafe_text)
    if no.sqlstate.startswith(_LOGIN_CLASS):
        return LoginRefused("the server refuses the account or its password")
    if no.sqlstate in _AFTER_LOGIN:
        return TargetRefused(f"the login does not get into the database {_DATABASE}")
    return TargetUnreachable(f"the server takes no login now (SQLSTATE {no.sqlstate})")


def _client_error(text: str) -> TargetUnreachable | TargetRefused:
    if "authentication method" in text:
        return TargetRefused("the server does not ask for the password by scram-sha-256 or md5")
    if "does not support SSL" in text:
        return TargetUnreachable("TLS: the server offers none")
    if "does not match host name" in text:
        return TargetUnreachable("TLS: the server's certificate is for another name")
    if "certificate verify failed" in text:
        return TargetUnreachable("TLS: the server's certificate is not signed by a CA that is trusted")
    if "SSL" in text:
        return TargetUnreachable("TLS: the handshake failed")
    return TargetUnreachable("the server broke the connection off")


def _statement_error(no: ServerSaidNo) -> TargetRefused:
    if no.sqlstate == "42501":
        return TargetRefused("the administrator may not change this account's password")
    return TargetRefused(f"the server refused to change the password (SQLSTATE {no.sqlstate})")
