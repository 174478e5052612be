"""What belongs to another account does not exist."""

from collections.abc import Callable

import pytest

from keyreeve.catalogue import CATALOGUE
from tests.catalogue.world import Pair, World, good_requests, make_world, re_encryption_of_a_pair
from tests.support.client import Client
from tests.support.server import Account, Server

KEYS = {"KeyId", "DestinationKeyId", "ProtectedResourceArn", "CiphertextBlob", "EncryptionKeyId"}
# The ciphertext of a public key does not say whose it is.
NAMES_NO_KEY = {(f"{one}Decrypt", "CiphertextBlob") for one in ("Asymmetric", "CertificatePrivateKey")}
TAKES_A_KEY = sorted(
    (name, parameter.name)
    for name, operation in CATALOGUE.items()
    for parameter in operation.parameters
    if parameter.name in KEYS and (name, parameter.name) not in NAMES_NO_KEY
)
TAKES_A_SECRET = sorted(
    name
    for name, operation in CATALOGUE.items()
    if "SecretName" in {parameter.name for parameter in operation.parameters} and name != "CreateSecret"
)
TAKES_A_CERTIFICATE = sorted(
    name
    for name, operation in CATALOGUE.items()
    if "CertificateId" in {parameter.name for parameter in operation.parameters}
)
# API reference chapter 8: the others say that an alias is not valid for them.
TAKES_AN_ALIAS = {
    *("DescribeKey", "DescribeKeyVersion", "ListKeyVersions", "CreateKeyVersion"),
    *("Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GenerateAndExportDataKey"),
    *("AsymmetricSign", "AsymmetricVerify", "AsymmetricEncrypt", "AsymmetricDecrypt", "GetPublicKey"),
    *("GenerateMac", "VerifyMac"),
}


@pytest.fixture
def theirs(server: Server, new_account: Callable[[], Account]) -> tuple[Client, World]:
    owner = Client(server.address, new_account())
    return owner, make_world(owner)


@pytest.mark.parametrize(("name", "parameter"), TAKES_A_KEY)
def test_anothers_key_is_not_found_and_not_touched(
    client: Client, server: Server, theirs: tuple[Client, World], name: str, parameter: str
):
    owner, their_world = theirs
    before = owner.call("DescribeKey", KeyId=their_world.key_id)["KeyMetadata"]
    ours = good_requests(make_world(client))[name]
    ours.pop("ProtectedResourceArn", None)
    their_blob = {"CiphertextBlob": their_world.blob, "ProtectedResourceArn": their_world.arn}
    for value in (their_blob.get(parameter, their_world.key_id), their_blob.get(parameter, their_world.arn)):
        answer = client.answer(name, **{**ours, parameter: value})
        assert (answer.status, answer.code) == (404, "Forbidden.KeyNotFound")
    assert owner.call("DescribeKey", KeyId=their_world.key_id)["KeyMetadata"] == before
    assert owner.call("ListResourceTags", KeyId=their_world.key_id)["Tags"] == {"Tag": []}


@pytest.mark.parametrize("name", TAKES_A_SECRET)
def test_anothers_secret_is_not_found_and_not_touched(client: Client, theirs: tuple[Client, World], name: str):
    owner, their_world = theirs
    secret = {"SecretName": their_world.secret}
    before = owner.call("DescribeSecret", **secret, FetchTags="true")
    ours = {**good_requests(make_world(client))[name], "KeyId": ""}
    for named in (their_world.secret, before["Arn"], before["Arn"].replace("/secret-", "/no-secret-")):
        answer = client.answer(name, **{**ours, "SecretName": named})
        assert (answer.status, answer.code) == (404, "Forbidden.ResourceNotFound")
    after = owner.call("DescribeSecret", **secret, FetchTags="true")
    assert {**after, "RequestId": ""} == {**before, "RequestId": ""}


@pytest.mark.parametrize("name", TAKES_A_CERTIFICATE)
def test_anothers_certificate_is_not_found_and_not_touched(client: Client, theirs: tuple[Client, World], name: str):
    owner, their_world = theirs
    certificate_id = their_world.certificate.certificate_id
    before = owner.call("DescribeCertificate", CertificateId=certificate_id)
    ours = {**good_requests(make_world(client))[name], "KeyId": ""}
    for named in (certificate_id, before["Arn"], "no-certificate"):
        answer = client.answer(name, **{**ours, "CertificateId": named})
        assert (answer.status, answer.code) == (404, "Certificate.NotFound")
    after = owner.call("DescribeCertificate", CertificateId=certificate_id)
    assert {**after, "RequestId": ""} == {**before, "RequestId": ""}


@pytest.mark.parametrize("name", sorted({name for name, parameter in TAKES_A_KEY if parameter == "KeyId"}))
def test_anothers_alias_is_not_found_where_aliases_are_taken(
    client: Client, server: Server, theirs: tuple[Client, World], name: str
):
    _, their_world = theirs
    ours = good_requests(make_world(client))[name]
    ours.pop("ProtectedResourceArn", None)
    answer = client.answer(name, **{**ours, "KeyId": their_world.alias})
    if name in TAKES_AN_ALIAS:
        assert (answer.status, answer.code) == (404, "Forbidden.AliasNotFound")
    else:
        assert (answer.status, answer.code) == (400, "Unsupported.Alias")


def test_anothers_keys_aliases_and_versions_are_not_listed(
    server: Server, theirs: tuple[Client, World], new_account: Callable[[], Account]
):
    us = Client(server.address, new_account())
    assert us.call("ListKeys")["Keys"] == {"Key": []}
    assert us.call("ListAliases")["Aliases"] == {"Alias": []}
    assert us.call("ListSecrets")["SecretList"] == {"Secret": []}
    ours = make_world(us)
    _, their_world = theirs
    version = us.answer("DescribeKeyVersion", KeyId=ours.key_id, KeyVersionId=their_world.version_id)
    assert version.code == "Forbidden.KeyVersionNotFound"


def test_the_source_of_a_re_encryption_is_not_found_in_another_account(client: Client, theirs: tuple[Client, World]):
    ours, their_world = make_world(client), theirs[1]
    good = re_encryption_of_a_pair(ours)
    theirs_named = re_encryption_of_a_pair(their_world)
    for changed, code in (
        ({"SourceKeyId": their_world.encrypting.key_id}, "Forbidden.KeyNotFound"),
        ({"SourceKeyId": their_world.alias}, "Forbidden.AliasNotFound"),
        ({"SourceKeyVersionId": their_world.encrypting.version_id}, "Forbidden.KeyVersionNotFound"),
        ({**theirs_named, "DestinationKeyId": ours.key_id}, "Forbidden.KeyNotFound"),
    ):
        assert client.refused("ReEncrypt", **{**good, **changed}) == code


@pytest.mark.parametrize("name", ["AsymmetricSign", "AsymmetricVerify", "GetPublicKey"])
def test_anothers_version_of_a_signing_key_is_not_found(client: Client, theirs: tuple[Client, World], name: str):
    require_version_not_found(client, name, theirs[1].signing)


@pytest.mark.parametrize("name", ["AsymmetricEncrypt", "AsymmetricDecrypt"])
def test_anothers_version_of_an_encrypting_key_is_not_found(client: Client, theirs: tuple[Client, World], name: str):
    require_version_not_found(client, name, theirs[1].encrypting)


def require_version_not_found(client: Client, name: str, their_pair: Pair) -> None:
    request = good_requests(make_world(client))[name]
    assert client.answer(name, **request).status == 200
    answer = client.answer(name, **{**request, "KeyVersionId": their_pair.version_id})
    assert (answer.status, answer.code) == (404, "Forbidden.KeyVersionNotFound")


def test_anothers_import_token_does_not_fit(client: Client, theirs: tuple[Client, World]):
    ours, their_world = make_world(client).importing, theirs[1].importing
    for changed in ({"ImportToken": their_world["ImportToken"]}, {**their_world, "KeyId": ours["KeyId"]}):
        assert client.refused("ImportKeyMaterial", **{**ours, **changed}) == "InvalidImportToken"
    client.call("ImportKeyMaterial", **ours)
