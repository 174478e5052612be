"""Everything that keeps a rotation from succeeding, on real servers, and what repairs it."""

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from keyreeve.instances.model import Instance
from tests.instances.database import Maria, Postgres
from tests.instances.places import with_password
from tests.rotation.places import Place
from tests.rotation.subjects import KINDS, Services, Subject
from tests.support.ports import free_port

Make = Callable[[Services, Place, Subject], "Trouble"]


@dataclass(frozen=True)
class Trouble:
    """`reason` is a part of what is told. `shut_out`: the account cannot log in at all before it is repaired."""

    reason: str
    repair: Callable[[], None]
    shut_out: bool = False


@contextmanager
def in_trouble(name: str, services: Services, place: Place) -> Generator[tuple[Subject, Trouble]]:
    kind, make = TROUBLES[name]
    subject = KINDS[kind](services, place)
    trouble = make(services, place, subject)
    try:
        yield subject, trouble
    finally:
        trouble.repair()


def account_of(subject: Subject) -> str:
    return json.loads(subject.parameters["SecretData"])["Accounts"][0]["AccountName"]


def _instance(changed: Callable[[Instance], Instance], reason: str) -> Make:
    def make(services: Services, place: Place, _: Subject) -> Trouble:
        right = replace(Maria(services.mariadb()).instance, instance_id="rm-mariadb")
        place.put_instance(changed(right))
        return Trouble(reason, lambda: place.put_instance(right))

    return make


def _mariadb(breaking: str, repairing: str, reason: str, *, shut_out: bool = False) -> Make:
    def make(services: Services, _: Place, subject: Subject) -> Trouble:
        server, account = services.mariadb(), account_of(subject)
        server.run(breaking.format(account=account))
        return Trouble(reason, lambda: server.run(repairing.format(account=account)), shut_out)

    return make


def _postgres(breaking: str, repairing: str, reason: str) -> Make:
    def make(services: Services, _: Place, subject: Subject) -> Trouble:
        server, account = Postgres(services.postgres()).server, account_of(subject)
        server.run(f"ALTER ROLE {account} {breaking}")
        return Trouble(reason, lambda: server.run(f"ALTER ROLE {account} {repairing}"), shut_out=True)

    return make


def _no_home(services: Services, _: Place, subject: Subject) -> Trouble:
    home = services.sshd().folder / json.loads(subject.parameters["SecretData"])["UserName"]
    away = home.with_suffix(".away")
    home.rename(away)
    return Trouble("the user has no home directory", lambda: away.exists() and away.rename(home), shut_out=True)


TROUBLES: dict[str, tuple[str, Make]] = {
    "another administrator's password": (
        "mariadb-single",
        _instance(lambda instance: with_password(instance, "wrong"), "the server refuses the account or its password"),
    ),
    "the server is down": (
        "mariadb-single",
        _instance(lambda instance: replace(instance, port=free_port()), "connection refused"),
    ),
    "no account": (
        "mariadb-single",
        _mariadb(
            "DROP USER '{account}'@'%'",
            "CREATE OR REPLACE USER '{account}'@'%' IDENTIFIED BY 'first'",
            "no such account",
            shut_out=True,
        ),
    ),
    "the account is locked": (
        "mariadb-single",
        _mariadb(
            "ALTER USER '{account}'@'%' ACCOUNT LOCK",
            "ALTER USER '{account}'@'%' ACCOUNT UNLOCK",
            "the account is locked; the former one was put back",
            shut_out=True,
        ),
    ),
    "the password's rules": (
        "mariadb-single",
        _mariadb(
            "INSTALL SONAME 'simple_password_check'",
            "UNINSTALL SONAME IF EXISTS 'simple_password_check'",
            "the server refused the statement",
        ),
    ),
    "the account's time is over": (
        "postgres-single",
        _postgres("VALID UNTIL 'yesterday'", "VALID UNTIL 'infinity'", "the former one was put back"),
    ),
    "an account that may not log in": (
        "postgres-single",
        _postgres("NOLOGIN", "LOGIN", "the account is a role that may not log in"),
    ),
    "no connection is left": (
        "postgres-single",
        _postgres("CONNECTION LIMIT 0", "CONNECTION LIMIT -1", "the former one was put back"),
    ),
    "no home": ("host-key", _no_home),
}
