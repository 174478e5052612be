"""Each kind of managed secret on the real thing, by the documents' operations alone."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.rotation.managed import CURRENT, PREVIOUS, Managed, create, let_in, wrong_after
from tests.rotation.places import Place, Served
from tests.rotation.subjects import KEY_OPTIONS, KINDS, Services
from tests.sdk.classic import Classic
from tests.sdk.sdk import Sdk
from tests.sdk.tea import Tea
from tests.support.server import Account, Server

MEMBERS = {
    "Rds": {"AccountName", "AccountPassword"},
    "RAMCredentials": {"AccessKeyId", "AccessKeySecret", "GenerateTimestamp"},
    "acs/ecs/Password": {"UserName", "Password"},
    "acs/ecs/SSHKey": {"UserName", "PublicKey", "PrivateKey"},
}


def test_a_rotation_gives_a_credential_that_logs_in_and_retires_the_old_one(
    kind: str, services: Services, served: Served
):
    subject = KINDS[kind](services, served)
    sdk = Tea(served.address, served.account)
    # This client makes the JSON of an object itself.
    config = json.loads(subject.parameters["ExtendedConfig"])
    made = sdk.call("CreateSecret", **{**subject.parameters, "ExtendedConfig": config})
    secret = Managed(served, subject)
    before = secret.seen()
    assert let_in((subject, before.current)) == [True]

    rotated = sdk.call("RotateSecret", SecretName=subject.name, VersionId="v2")
    assert {name: rotated[name] for name in ("Arn", "SecretName", "VersionId")} == {
        "Arn": made["Arn"],
        "SecretName": subject.name,
        "VersionId": "v2",
    }
    assert wrong_after(secret, before, "v2") == ""

    value = sdk.call("GetSecretValue", SecretName=subject.name, FetchExtendedConfig=True)
    assert json.loads(value["ExtendedConfig"]) == {**config, "CustomData": {}}
    form = value["SecretType"] if value["SecretType"] != "ECS" else f"acs/ecs/{config['SecretSubType']}"
    assert set(json.loads(value["SecretData"])) == MEMBERS[form]
    assert (value["VersionId"], value["SecretDataType"], value["VersionStages"]) == (
        "v2",
        "text",
        {"VersionStage": [CURRENT]},
    )

    # Asked again for the same version, nothing happens.
    seen = secret.seen()
    sdk.call("RotateSecret", SecretName=subject.name, VersionId="v2")
    assert secret.seen() == seen
    sdk.call("RotateSecret", SecretName=subject.name, VersionId="v3")
    assert secret.stages() == {"v3": CURRENT, "v2": PREVIOUS}


@pytest.mark.parametrize("kind", ["mariadb-single", "ram"])
def test_two_at_once_make_a_version_each(kind: str, services: Services, served: Served):
    """Twice the same version, and another one."""
    secret = create(served, KINDS[kind](services, served))
    known = secret.versions()
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(secret.rotate, ("v2", "v3", "v2")))
    assert [one["VersionId"] for one in answers] == ["v2", "v3", "v2"]
    assert secret.versions() == known | {"v2", "v3"}
    assert set(secret.stages()) == {"v2", "v3"}
    assert let_in((secret.subject, secret.credential())) == [True]


def test_the_older_client_rotates_too_and_keyreeve_may_be_on_postgresql(
    services: Services, postgres_server: Server, new_account_on: Callable[[Server], Account]
):
    account = new_account_on(postgres_server)
    place: Place = Served(postgres_server.address, postgres_server.data, account)
    subject = KINDS["postgres-double"](services, place)
    sdk: Sdk = Classic(postgres_server.address, account)
    sdk.call("CreateSecret", **subject.parameters)
    secret = Managed(place, subject)
    before = secret.seen()
    sdk.call("RotateSecret", SecretName=subject.name, VersionId="v2")
    assert wrong_after(secret, before, "v2") == ""
    changed = {"EnableAutomaticRotation": "true", "RotationInterval": "30d"}
    sdk.call("UpdateSecretRotationPolicy", SecretName=subject.name, **changed)
    assert secret.described()["RotationInterval"] == "2592000s"


def test_a_new_key_has_the_options_of_the_one_it_replaces(services: Services, served: Served):
    secret = create(served, KINDS["host-key"](services, served))
    secret.rotate("v2")
    home = services.sshd().folder / secret.credential()["UserName"]
    assert (home / ".ssh/authorized_keys").read_text().startswith(f"{KEY_OPTIONS}{secret.credential()['PublicKey']}")
