from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from keyreeve.instances.databases.target import DatabaseTarget
from keyreeve.instances.errors import TargetUnreachable
from keyreeve.instances.model import Tls, TlsMode
from tests.instances.database import Maria, Postgres, database_target
from tests.instances.places import mariadb_instance, postgres_instance
from tests.support import mariadb
from tests.support import postgres as postgresql
from tests.support.certificates import Authority


def reached(database: Maria | Postgres, tls: Tls, host: str = "127.0.0.1") -> DatabaseTarget:
    return database_target(replace(database.instance, tls=tls, host=host))


@pytest.mark.parametrize("mode", ["ca", "unverified"])
def test_a_connection_is_encrypted(database: Maria | Postgres, authority: Authority, mode: str):
    tls = Tls(TlsMode.VERIFIED, authority.pem) if mode == "ca" else Tls(TlsMode.UNVERIFIED)
    target = reached(database, tls)
    assert target.check()
    account = database.new_account()
    if isinstance(database, Maria):
        database.server.run(f"ALTER USER {account} REQUIRE SSL")
    target.set_password(account, "second")
    target.log_in(account, "second")


@pytest.mark.parametrize("tls", [Tls(TlsMode.VERIFIED), Tls(TlsMode.VERIFIED, Authority("another").pem)])
def test_a_certificate_of_another_authority_is_refused(database: Maria | Postgres, tls: Tls):
    with pytest.raises(TargetUnreachable, match=r"TLS: the server's certificate is not (trusted|signed)"):
        reached(database, tls).check()


def test_the_systems_authorities_are_trusted(
    database: Maria | Postgres, authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    file = tmp_path / "ca.pem"
    file.write_text(authority.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    assert reached(database, Tls(TlsMode.VERIFIED)).check()


def test_a_certificate_for_another_name_is_refused(database: Maria | Postgres, authority: Authority):
    with pytest.raises(TargetUnreachable, match="TLS: the server's certificate is for another name"):
        reached(database, Tls(TlsMode.VERIFIED, authority.pem), "localhost").check()


@pytest.fixture(params=["maria", "postgres"], scope="module")
def plain(request: pytest.FixtureRequest) -> Iterator[DatabaseTarget]:
    """A server without TLS, asked for it."""
    if request.param == "maria":
        request.getfixturevalue("mariadb_server")
        with mariadb.server() as server:
            yield database_target(replace(mariadb_instance(server), tls=Tls(TlsMode.UNVERIFIED)))
    else:
        request.getfixturevalue("postgres_tcp")
        with postgresql.tcp_cluster() as cluster:
            yield database_target(replace(postgres_instance(cluster), tls=Tls(TlsMode.UNVERIFIED)))


def test_a_server_without_tls_is_refused(plain: DatabaseTarget):
    with pytest.raises(TargetUnreachable, match="TLS: the server offers none"):
        plain.check()
