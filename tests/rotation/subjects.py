"""What managed secrets are about: real accounts, each new, and whether a credential opens one."""

import json
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from keyreeve.instances.key_pairs import generate_key_pair
from tests.instances.database import Maria, Postgres
from tests.instances.places import new_name, ssh_instance
from tests.rotation import openssh
from tests.rotation.places import RAM, Place, call
from tests.support.mariadb import MariaDb
from tests.support.postgres import TcpCluster
from tests.support.sshd import Sshd, User

Credential = dict[str, str]
# What the new key must have as well.
KEY_OPTIONS = "no-pty,no-port-forwarding "


@dataclass(frozen=True)
class Services:
    """Each is started when it is asked for."""

    mariadb: Callable[[], MariaDb]
    postgres: Callable[[], TcpCluster]
    sshd: Callable[[], Sshd]
    administrator: Callable[[], User]


@dataclass(frozen=True)
class Subject:
    """`parameters` are CreateSecret's; `turns`: there are two credentials, and the one that is current stays in use."""

    parameters: dict[str, str]
    lets_in: Callable[[Credential], bool]
    turns: bool = False

    @property
    def name(self) -> str:
        return self.parameters["SecretName"]


def database(maker: Maria | Postgres, place: Place, *, turns: bool) -> Subject:
    instance = replace(maker.instance, instance_id=f"rm-{maker.instance.engine}")
    place.put_instance(instance)
    accounts = [{"AccountName": maker.new_account(), "AccountPassword": "first"} for _ in range(1 + turns)]
    config = {"SecretSubType": "DoubleUsers" if turns else "SingleUser", "DBInstanceId": instance.instance_id}

    def lets_in(credential: Credential) -> bool:
        return maker.lets_in(credential["AccountName"], credential["AccountPassword"])

    return Subject(_parameters("Rds", new_name("rds-"), config, {"Accounts": accounts}), lets_in, turns)


def host_password(services: Services, place: Place) -> Subject:
    sshd = services.sshd()
    user = sshd.new_user()

    def lets_in(credential: Credential) -> bool:
        return openssh.password_opens(sshd, credential["UserName"], credential["Password"])

    return _host(services, place, "Password", {"UserName": user.name, "Password": user.password}, lets_in)


def host_key(services: Services, place: Place) -> Subject:
    sshd = services.sshd()
    user, pair = sshd.new_user(), generate_key_pair("ssh-ed25519")
    folder = user.home / ".ssh"
    folder.mkdir()
    (folder / "authorized_keys").write_text(f"{KEY_OPTIONS}{pair.public_key} old\n")
    for path in (folder, folder / "authorized_keys"):
        shutil.chown(path, user.name, user.name)

    def lets_in(credential: Credential) -> bool:
        return openssh.key_opens(sshd, credential["UserName"], credential["PrivateKey"])

    data = {"UserName": user.name, "PublicKey": pair.public_key, "PrivateKey": pair.private_key.reveal().decode()}
    return _host(services, place, "SSHKey", data, lets_in)


def ram_user(place: Place) -> Subject:
    """It has both of the AccessKeys that a user may have."""
    name = new_name("user-")
    call(place, "CreateUser", RAM, UserName=name)
    made = [call(place, "CreateAccessKey", RAM, UserName=name)["AccessKey"] for _ in range(2)]
    pairs = [{part: one[part] for part in ("AccessKeyId", "AccessKeySecret")} for one in made]
    config = {"SecretSubType": "RamUserAccessKey", "UserName": name}

    def lets_in(credential: Credential) -> bool:
        return place.lets_in(credential["AccessKeyId"], credential["AccessKeySecret"])

    secret_name = f"acs/ram/user/{name}"
    return Subject(_parameters("RAMCredentials", secret_name, config, {"AccessKeys": pairs}), lets_in, turns=True)


KINDS: dict[str, Callable[[Services, Place], Subject]] = {
    "mariadb-single": lambda services, place: database(Maria(services.mariadb()), place, turns=False),
    "mariadb-double": lambda services, place: database(Maria(services.mariadb()), place, turns=True),
    "postgres-single": lambda services, place: database(Postgres(services.postgres()), place, turns=False),
    "postgres-double": lambda services, place: database(Postgres(services.postgres()), place, turns=True),
    "host-password": host_password,
    "host-key": host_key,
    "ram": lambda _, place: ram_user(place),
}


def _host(
    services: Services, place: Place, kind: str, data: Credential, lets_in: Callable[[Credential], bool]
) -> Subject:
    instance = ssh_instance(services.sshd(), services.administrator())
    place.put_instance(instance)
    config = {"SecretSubType": kind, "RegionId": place.account.region_id, "InstanceId": instance.instance_id}
    return Subject(_parameters("ECS", f"acs/ecs/{secrets.token_hex(6)}", config, data), lets_in)


def _parameters(kind: str, name: str, config: dict[str, str], data: dict[str, Any]) -> dict[str, str]:
    return {
        "SecretName": name,
        "SecretType": kind,
        "ExtendedConfig": json.dumps(config),
        "SecretData": json.dumps(data),
        "VersionId": "v1",
    }
