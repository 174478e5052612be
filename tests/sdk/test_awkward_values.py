"""Values that clients encode, sort or send in ways of their own."""

import asyncio
import json

import pytest
from alibabacloud_kms20160120 import models
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest

from tests.sdk.sdk import Sdk
from tests.sdk.tea import connect
from tests.support.server import Server


@pytest.fixture
def server(sqlite_server: Server) -> Server:
    """The database plays no part in what is tested here."""
    return sqlite_server


@pytest.fixture
def key_id(shared_sdk: Sdk) -> str:
    return shared_sdk.call("CreateKey")["KeyMetadata"]["KeyId"]


def test_a_context_of_any_names_may_be_flattened_or_not(shared_sdk: Sdk, key_id: str):
    for names in (("a", "b"), ("A", "_", "%41", "a"), ("a b", "a!b", "a*b", "a~b"), ("a-b", "a/b"), ("a", "中")):
        context = {name: f"value of {name}" for name in names}
        blob = shared_sdk.call("Encrypt", KeyId=key_id, Plaintext="eA==", EncryptionContext=context)
        opened = shared_sdk.call("Decrypt", CiphertextBlob=blob["CiphertextBlob"], EncryptionContext=context)
        assert opened["Plaintext"] == "eA=="


def test_the_longest_plaintext_and_context_pass_in_whatever_place_the_client_puts_them(shared_sdk: Sdk, key_id: str):
    context = {"name": "c" * (8192 - len(json.dumps({"name": ""})))}
    plaintext = "+/" * 4096
    blob = shared_sdk.call("Encrypt", KeyId=key_id, Plaintext=plaintext, EncryptionContext=context)
    opened = shared_sdk.call("Decrypt", CiphertextBlob=blob["CiphertextBlob"], EncryptionContext=context)
    assert opened["Plaintext"] == plaintext


def test_an_empty_value_is_signed_and_kept(shared_sdk: Sdk, key_id: str):
    shared_sdk.call("UpdateKeyDescription", KeyId=key_id, Description="something")
    shared_sdk.call("UpdateKeyDescription", KeyId=key_id, Description="")
    assert shared_sdk.call("DescribeKey", KeyId=key_id)["KeyMetadata"]["Description"] == ""


def test_the_older_client_may_put_parameters_into_a_form(server: Server):
    account = server.account
    client = AcsClient(account.access_key_id, account.access_key_secret, account.region_id)
    request = CommonRequest(domain=server.address, version="2016-01-20", action_name="CreateKey")
    request.set_protocol_type("http")
    request.set_method("POST")
    request.add_body_params("Description", "x y+z 中")
    answer = json.loads(client.do_action_with_exception(request) or b"")
    assert answer["KeyMetadata"]["Description"] == "x y+z 中"


def test_the_older_client_may_be_told_the_port_apart(server: Server):
    account = server.account
    client = AcsClient(account.access_key_id, account.access_key_secret, account.region_id, port=server.port)
    request = CommonRequest(domain=server.host, version="2016-01-20", action_name="DescribeRegions")
    request.set_protocol_type("http")
    request.set_method("GET")
    answer = json.loads(client.do_action_with_exception(request) or b"")
    assert answer["Regions"] == {"Region": [{"RegionId": account.region_id}]}


def test_the_client_may_be_asynchronous(server: Server):
    client = connect(server.address, server.account)
    made = asyncio.run(client.create_key_async(models.CreateKeyRequest(description="later")))
    assert made.body.key_metadata.description == "later"


def test_an_endpoint_may_carry_its_scheme(server: Server):
    """The client then signs a Host header that holds the whole URL."""
    client = connect(f"http://{server.address}", server.account)
    assert client.describe_regions().body.regions.region[0].region_id == server.account.region_id
