from dataclasses import dataclass
from enum import StrEnum

from keyreeve.crypto.secret import Secret


class Engine(StrEnum):
    MARIADB = "mariadb"
    MYSQL = "mysql"
    POSTGRESQL = "postgresql"
    SSH = "ssh"


DEFAULT_PORTS = {Engine.MARIADB: 3306, Engine.MYSQL: 3306, Engine.POSTGRESQL: 5432, Engine.SSH: 22}


class TlsMode(StrEnum):
    OFF = "off"
    VERIFIED = "verified"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Tls:
    """How a database is reached; `ca` (PEM) stands in for the system's CAs when verifying."""

    mode: TlsMode = TlsMode.OFF
    ca: str | None = None


@dataclass(frozen=True, slots=True)
class Instance:
    """A database or host and its administrator's login: a password or, for a host, a private key.

    `host_key` is a line of known_hosts, there for a host only.
    """

    instance_id: str
    engine: Engine
    host: str
    port: int
    user: str
    password: Secret | None = None
    private_key: Secret | None = None
    host_key: str | None = None
    tls: Tls = Tls()

    def administers(self, account: str) -> bool:
        """Whether the account is the one that Keyreeve itself logs in with, which rotation must leave alone."""
        return account == self.user
