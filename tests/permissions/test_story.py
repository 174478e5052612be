"""The whole story with the official clients: a user, a right on one key, a session that may less, and their end."""

import json
from typing import Any

import pytest

from tests.permissions.documents import trusting
from tests.permissions.sdk import StsSdk, tea_of_session
from tests.permissions.stage import Stage
from tests.ram.calls import allow, policy
from tests.ram.sdk import RamSdk
from tests.sdk.sdk import SdkError
from tests.sdk.tea import Tea
from tests.support.server import Account

FORBIDDEN = "Forbidden.NoPermission"


def refusal(sdk: Any, operation: str, **parameters: Any) -> str:
    with pytest.raises(SdkError) as raised:
        sdk.call(operation, **parameters)
    return raised.value.code


class Story:
    """The clients of the administrator, and the names that a run of the story uses."""

    def __init__(self, stage: Stage, algorithm: str | None) -> None:
        self.address, self.algorithm = stage.server.address, algorithm
        self.root = stage.ours.account
        self.principal, self.arn = stage.ours.principal, stage.ours.arn
        self.kms = Tea(self.address, self.root, algorithm)
        self.ram = RamSdk(self.address, self.root, algorithm)
        self.name = f"app-{'v3' if algorithm is None else 'v1'}"

    def user(self) -> Account:
        self.ram.call("CreateUser", UserName=self.name, DisplayName="An application")
        key = self.ram.call("CreateAccessKey", UserName=self.name)["AccessKey"]
        own = self.root
        return Account(own.account_id, own.region_id, "", key["AccessKeyId"], key["AccessKeySecret"])

    def grant(self, name: str, *statements: dict[str, Any], to: str = "User") -> dict[str, str]:
        self.ram.call("CreatePolicy", PolicyName=name, PolicyDocument=policy(*statements))
        attached = {"PolicyName": name, "PolicyType": "Custom", f"{to}Name": self.name}
        self.ram.call(f"AttachPolicyTo{to}", **attached)
        return attached


@pytest.mark.parametrize("algorithm", [None, "v2"], ids=["v3", "v1"])
def test_the_story_of_a_user_and_a_session(stage: Stage, algorithm: str | None):
    story = Story(stage, algorithm)
    key_id, other = (story.kms.call("CreateKey")["KeyMetadata"]["KeyId"] for _ in range(2))
    key_arn, role_arn = story.arn(f"key/{key_id}"), story.principal(f"role/{story.name}")
    account = story.user()
    user = Tea(story.address, account, algorithm)
    assert refusal(user, "Encrypt", KeyId=key_id, Plaintext="aGVsbG8=") == FORBIDDEN

    crypto = story.grant(f"{story.name}-crypto", allow(["kms:Encrypt", "kms:Decrypt"], key_arn))
    blob = user.call("Encrypt", KeyId=key_id, Plaintext="aGVsbG8=")["CiphertextBlob"]
    assert user.call("Decrypt", CiphertextBlob=blob)["Plaintext"] == "aGVsbG8="
    assert refusal(user, "Encrypt", KeyId=other, Plaintext="aGVsbG8=") == FORBIDDEN
    assert refusal(user, "DisableKey", KeyId=key_id) == FORBIDDEN

    sts = StsSdk(story.address, account, algorithm)
    taking = {"RoleArn": role_arn, "RoleSessionName": "nightly", "DurationSeconds": 900}
    story.ram.call("CreateRole", RoleName=story.name, AssumeRolePolicyDocument=trusting(story.principal("root")))
    of_role = story.grant(f"{story.name}-role", allow("kms:*crypt", key_arn), to="Role")
    assert refusal(sts, "AssumeRole", **taking) == "NoPermission"
    story.grant(f"{story.name}-assume", allow("sts:AssumeRole", role_arn))
    narrower = json.dumps({"Version": "1", "Statement": [allow("kms:Decrypt", "*")]})
    taken = sts.call("AssumeRole", Policy=narrower, **taking)
    assert taken["AssumedRoleUser"]["Arn"] == f"{role_arn}/nightly"
    assert taken["AssumedRoleUser"]["AssumedRoleId"].endswith(":nightly")

    session = tea_of_session(story.address, taken["Credentials"], account.region_id, algorithm)
    assert session.call("Decrypt", CiphertextBlob=blob)["Plaintext"] == "aGVsbG8="
    assert refusal(session, "Encrypt", KeyId=key_id, Plaintext="aGVsbG8=") == FORBIDDEN
    full = sts.call("AssumeRole", **taking)["Credentials"]
    wide = tea_of_session(story.address, full, account.region_id, algorithm)
    wide.call("Encrypt", KeyId=key_id, Plaintext="aGVsbG8=")

    story.ram.call("DetachPolicyFromRole", **of_role)
    assert refusal(session, "Decrypt", CiphertextBlob=blob) == FORBIDDEN
    assert refusal(wide, "Encrypt", KeyId=key_id, Plaintext="aGVsbG8=") == FORBIDDEN
    user.call("Decrypt", CiphertextBlob=blob)
    story.ram.call("DetachPolicyFromUser", **crypto)
    assert refusal(user, "Decrypt", CiphertextBlob=blob) == FORBIDDEN
    assert story.kms.call("Decrypt", CiphertextBlob=blob)["Plaintext"] == "aGVsbG8="


@pytest.mark.parametrize("algorithm", [None, "v2"], ids=["v3", "v1"])
def test_the_sts_client_says_who_it_is(stage: Stage, algorithm: str | None):
    own = stage.ours.account
    told = StsSdk(stage.server.address, own, algorithm).call("GetCallerIdentity")
    assert (told["AccountId"], told["IdentityType"]) == (own.account_id, "Account")
