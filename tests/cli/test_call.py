"""`keyreeve call` and `keyreeve inspect`."""

import json
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from keyreeve.catalogue import CATALOGUE
from tests.cli.test_mistakes import mistake
from tests.support.client import Client
from tests.support.server import Account, Server, create_account_by_command, keyreeve

Call = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def call(server: Server) -> Call:
    return lambda *words, **more: keyreeve("call", *words, "--data", str(server.data), **more)


def answer(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_a_key_is_made_and_used(call: Call):
    made = json.loads(call("CreateKey", "--Description", "from the command line").stdout)
    key_id = made["KeyMetadata"]["KeyId"]
    assert made["KeyMetadata"]["Description"] == "from the command line"
    encrypted = answer(call("Encrypt", "--KeyId", key_id, "--Plaintext=a=b&c", "--EncryptionContext", '{"a":"é"}'))
    blob = encrypted["CiphertextBlob"]
    # A map may be given entry by entry as well.
    decrypted = answer(call("Decrypt", "--CiphertextBlob", blob, "--EncryptionContext.a", "é"))
    assert decrypted["Plaintext"] == "a=b&c"
    assert decrypted["KeyId"] == key_id


def test_a_refusal_is_told_by_its_code_and_exit_status_1(call: Call):
    done = call("DescribeKey", "--KeyId", "alias/nobody")
    assert done.returncode == 1
    assert json.loads(done.stdout)["Code"] == "Forbidden.AliasNotFound"
    assert done.stderr.startswith("keyreeve: Forbidden.AliasNotFound: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_parameter_is_the_services_to_refuse(call: Call):
    done = call("Encrypt", "--KeyId", "alias/a")
    assert done.returncode == 1
    assert "MissingParameter" in done.stderr
    assert "Plaintext" in done.stderr


@pytest.mark.parametrize("name", ["create-key", "createkey", "create_key", "CREATEKEY"])
def test_an_operation_in_another_spelling_is_pointed_to(name: str):
    assert "did you mean CreateKey?" in mistake("call", name, status=2)


def test_an_unknown_operation_is_told_where_they_are_listed():
    assert "keyreeve call --help" in mistake("call", "Frobnicate", status=2)


def test_an_unknown_option_is_told_where_they_are_listed():
    assert "keyreeve call ListKeys --help" in mistake("call", "ListKeys", "--Nonsense", "1", status=2)
    assert "needs a value" in mistake("call", "ListKeys", "--PageSize", status=2)


def test_help_lists_every_operation_and_every_parameter():
    overview = keyreeve("call", "--help").stdout
    for operation in CATALOGUE.values():
        assert f"  {operation.name} " in overview
    for name in ("CreateKey", "Encrypt", "DescribeRegions"):
        text = keyreeve("call", name, "--help").stdout
        assert text.startswith(f"Usage: keyreeve call {name}")
        for parameter in CATALOGUE[name].parameters:
            assert f"--{parameter.name} " in text


def test_nothing_listens_there(server: Server):
    assert "cannot be reached" in mistake(
        "call", "ListKeys", "--data", str(server.data), "--endpoint", "http://127.0.0.1:1"
    )


@pytest.mark.parametrize("endpoint", ["ftp://127.0.0.1", "http://127.0.0.1:port", "http://127.0.0.1:99999"])
def test_what_is_no_endpoint_is_refused(server: Server, endpoint: str):
    assert "127.0.0.1" in mistake("call", "ListKeys", "--data", str(server.data), "--endpoint", endpoint)


def test_an_endpoint_that_the_library_chokes_on_is_refused(server: Server):
    mistake("call", "ListKeys", "--data", str(server.data), "--endpoint", "http://[::1")


def test_a_secret_that_is_not_text_is_refused(server: Server, tmp_path: Path):
    (tmp_path / "secret").write_bytes(b"\xff\xfe\xfd")
    words = ("--data", str(server.data), "--access-key-secret-file", str(tmp_path / "secret"))
    mistake("call", "ListKeys", *words)


def test_without_endpoint_or_access_key_it_says_which_is_missing(server: Server):
    assert "no endpoint" in mistake("call", "ListKeys", status=2)
    assert "no AccessKey" in mistake("call", "ListKeys", "--endpoint", server.address, status=2)


def environment(server: Server, account: Account) -> dict[str, str]:
    return {
        "KEYREEVE_ENDPOINT": f"http://{server.address}",
        "ALIBABA_CLOUD_ACCESS_KEY_ID": account.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": account.access_key_secret,
    }


def test_another_account_calls_with_what_the_environment_says(server: Server, new_account: Callable[[], Account]):
    account = new_account()
    made = json.loads(keyreeve("call", "CreateKey", env=environment(server, account)).stdout)
    assert made["KeyMetadata"]["Creator"] == account.account_id


def test_an_account_that_is_made_while_the_server_runs_may_call_at_once(server: Server):
    for _ in range(3):
        account = create_account_by_command(server.data, str(random.randrange(10**15, 10**16)))
        assert Client(server.address, account).call("ListKeys")["TotalCount"] == 0


def test_an_account_that_exists_is_not_made_again_while_the_server_runs(server: Server):
    account_id = server.account.account_id
    assert "exists already" in mistake("account", "create", "--data", str(server.data), "--account-id", account_id)
    assert create_account_by_command(server.data, "1000000000000001").region_id == server.account.region_id


def test_inspect_tells_offline_what_a_blob_is(client: Client):
    key_id = client.create_key(KeySpec="Aliyun_AES_192")
    encrypted = client.call("Encrypt", KeyId=key_id, Plaintext="0123456789")
    done = keyreeve("inspect", encrypted["CiphertextBlob"], "--json")
    assert json.loads(done.stdout) == {
        "format_version": 1,
        "kind": "text",
        "cipher": "AES-192-GCM",
        "key_id": key_id,
        "key_version_id": encrypted["KeyVersionId"],
        "plaintext_bytes": 10,
    }
    data_key = client.call("GenerateDataKey", KeyId=key_id)["CiphertextBlob"]
    shown = keyreeve("inspect", data_key).stdout
    assert "data key" in shown
    assert key_id in shown


@pytest.mark.parametrize("blob", ["", "AAAA", "not base64", "é", "S1IB" + "A" * 100])
def test_what_is_no_blob_is_refused(blob: str):
    assert "not a ciphertext" in mistake("inspect", blob)
