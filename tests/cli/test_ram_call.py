"""`keyreeve ram call`: RAM and STS by the names of their operations."""

import json
import subprocess
from collections.abc import Callable

import pytest
from typer.testing import CliRunner

from keyreeve.catalogue import CATALOGUE, IDENTITY_CATALOGUE
from keyreeve.cli.main import app
from tests.cli.test_mistakes import mistake
from tests.cli.test_ram_sessions import Session
from tests.limits.servers import new_client
from tests.support.server import Server, keyreeve

Call = Callable[..., subprocess.CompletedProcess[str]]
NAMES = [operation.name for operation in IDENTITY_CATALOGUE.values()]


@pytest.fixture
def env(sqlite_server: Server) -> dict[str, str]:
    """An account of its own."""
    return Session(sqlite_server.address, new_client(sqlite_server).account, "").environment


@pytest.fixture
def call(env: dict[str, str]) -> Call:
    return lambda *words: keyreeve("ram", "call", *words, env=env)


def shown(*words: str) -> str:
    done = CliRunner().invoke(app, ["ram", "call", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_no_two_services_have_an_operation_of_one_name():
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("words", [(), ("--help",), ("-h",)], ids=" ".join)
def test_the_overview_has_every_operation_of_ram_and_sts_and_none_of_kms(words: tuple[str, ...]):
    text = shown(*words)
    listed = {line.split()[0] for line in text.splitlines() if line.startswith("  ") and not line.startswith("  -")}
    assert listed == set(NAMES)
    assert text.startswith("Usage: keyreeve ram call OPERATION")


@pytest.mark.parametrize("name", NAMES)
def test_an_operations_help_has_its_parameters(name: str):
    (operation,) = [one for one in IDENTITY_CATALOGUE.values() if one.name == name]
    text = shown(name, "--help")
    assert text.startswith(f"Usage: keyreeve ram call {name} ")
    for parameter in operation.parameters:
        (line,) = [line for line in text.splitlines() if line.startswith(f"  --{parameter.name} ")]
        assert line.endswith(" (required)") is parameter.required


def test_a_user_is_made_shown_and_deleted(call: Call):
    made = json.loads(call("CreateUser", "--UserName", "alice", "--DisplayName=Alice A.").stdout)
    assert made["User"]["DisplayName"] == "Alice A."
    assert json.loads(call("GetUser", "--UserName", "alice").stdout)["User"]["UserName"] == "alice"
    assert call("DeleteUser", "--UserName", "alice").returncode == 0
    assert call("GetUser", "--UserName", "alice").returncode == 1


def test_the_secret_of_an_access_key_is_shown_when_it_is_made_and_never_again(call: Call):
    call("CreateUser", "--UserName", "alice")
    done = call("CreateAccessKey", "--UserName", "alice")
    made = json.loads(done.stdout)["AccessKey"]
    assert done.stdout.count(made["AccessKeySecret"]) == 1
    assert made["AccessKeySecret"] not in done.stderr
    listed = call("ListAccessKeys", "--UserName", "alice").stdout
    assert made["AccessKeyId"] in listed
    assert "Secret" not in listed


def test_the_access_key_that_was_printed_signs(call: Call, env: dict[str, str]):
    call("CreateUser", "--UserName", "alice")
    made = json.loads(call("CreateAccessKey", "--UserName", "alice").stdout)["AccessKey"]
    own = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": made["AccessKeyId"],
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": made["AccessKeySecret"],
    }
    done = keyreeve("ram", "call", "GetCallerIdentity", env={**env, **own})
    assert json.loads(done.stdout)["Arn"].endswith(":user/alice")
    assert "Forbidden.NoPermission" in mistake("call", "CreateKey", env={**env, **own})


def test_the_first_account_of_a_data_directory_calls_without_further_words(sqlite_server: Server):
    done = keyreeve("ram", "call", "GetCallerIdentity", "--data", str(sqlite_server.data))
    assert json.loads(done.stdout)["AccountId"] == sqlite_server.account.account_id


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("GetUser", "--UserName", "nobody"), "EntityNotExist.User"),
        (("CreateUser",), "MissingParameter"),
        (("CreateUser", "--UserName", "not a name"), "InvalidParameter.UserName"),
        (("CreatePolicy", "--PolicyName", "p", "--PolicyDocument", "{"), "MalformedPolicyDocument"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_a_refusal_is_one_line_and_the_services_answer(env: dict[str, str], words: tuple[str, ...], code: str):
    done = keyreeve("ram", "call", *words, env=env)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert json.loads(done.stdout)["Code"].startswith(code)
    assert line.startswith(f"keyreeve: {json.loads(done.stdout)['Code']}: ")


@pytest.mark.parametrize("name", ["create-user", "createuser", "CREATEUSER"])
def test_an_operation_in_another_spelling_is_pointed_to(name: str):
    assert "did you mean CreateUser?" in mistake("ram", "call", name, status=2)


def test_an_operation_of_kms_is_not_one_of_ram_and_the_other_way_round():
    assert "CreateKey" in CATALOGUE
    assert "keyreeve ram call --help" in mistake("ram", "call", "CreateKey", status=2)
    assert "keyreeve call --help" in mistake("call", "CreateUser", status=2)


def test_an_unknown_option_is_told_where_they_are_listed():
    assert "keyreeve ram call GetUser --help" in mistake("ram", "call", "GetUser", "--Nonsense", "1", status=2)
