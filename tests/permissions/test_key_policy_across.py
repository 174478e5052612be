"""Across accounts: the caller's policies and the key's must both allow, and the key is named by its ARN."""

import pytest

from tests.permissions.across import ALL, GONE, Across
from tests.permissions.documents import names
from tests.permissions.stage import Stage
from tests.ram.calls import allow


@pytest.mark.parametrize("by_name", [True, False])
def test_both_together_are_enough(across: Across, *, by_name: bool):
    across.ram_says(across.everything())
    across.key_says(names(across.name if by_name else across.stage.ours.principal("*"), "kms:*"))
    assert across.outcomes() == ALL
    metadata = across.caller.call("DescribeKey", KeyId=across.arn)["KeyMetadata"]
    assert (metadata["KeyId"], metadata["Arn"], metadata["Creator"]) == (
        *(across.key_id, across.arn),
        across.stage.theirs.account.account_id,
    )


def test_the_key_must_be_named_by_its_arn(across: Across):
    across.ram_says(allow("*"))
    across.key_says(names(across.name, "kms:*"))
    assert across.outcomes(across.key_id) == [GONE, GONE, GONE, (200, "OK")]
    assert across.outcomes(across.stage.ours.arn(f"key/{across.key_id}")) == [GONE, GONE, GONE, (200, "OK")]


def test_an_alias_of_theirs_may_be_named_by_its_arn(across: Across):
    alias = f"alias/{across.key_id}"
    across.root.call("CreateAlias", KeyId=across.key_id, AliasName=alias)
    across.ram_says(across.everything())
    across.key_says(names(across.name, "kms:*"))
    assert across.outcomes(across.stage.theirs.arn(alias)) == ALL
    encrypted = across.caller.answer("Encrypt", KeyId=alias, Plaintext="eA==")
    assert (encrypted.status, encrypted.code) == (404, "Forbidden.AliasNotFound")


@pytest.mark.parametrize("key_says", ["nothing of it", "another of that account", "another account", "a denial"])
def test_the_rights_of_ones_own_account_are_not_enough(across: Across, key_says: str):
    ours = across.stage.ours
    across.ram_says(allow("*"))
    if key_says == "another of that account":
        across.key_says(names(ours.principal("user/somebody-else"), "kms:*"))
    if key_says == "another account":
        across.key_says(names(f"acs:ram::{int(ours.account.account_id) ^ 1}:*", "kms:*"))
    if key_says == "a denial":
        across.key_says(names(across.name, "kms:*"), names(ours.principal("*"), "kms:*", effect="Deny"))
    assert across.outcomes() == [GONE] * 4


@pytest.mark.parametrize("who", ["user", "role"])
@pytest.mark.parametrize("ram_says", ["nothing", "another key", "a key of ones own by that id", "a denial"])
def test_the_key_policy_is_not_enough(stage: Stage, who: str, ram_says: str):
    across = Across(stage, who)
    across.key_says(names([across.name, stage.ours.principal("*")], "kms:*"))
    across.ram_says()
    if ram_says == "another key":
        across.ram_says(allow("kms:*", across.arn[:-1]))
    if ram_says == "a key of ones own by that id":
        across.ram_says(allow("kms:*", stage.ours.arn(f"key/{across.key_id}")))
    if ram_says == "a denial":
        across.ram_says(allow("kms:*"), {**across.everything(), "Effect": "Deny"})
    assert across.outcomes()[:3] == [GONE] * 3
    # By a ciphertext it is refused as if the key were nowhere: as its own, or not at all.
    status, code = across.outcomes()[3]
    assert (status, code) in (GONE, (403, "Forbidden.NoPermission"))


def test_only_what_both_allow_is_allowed(across: Across):
    across.ram_says(allow(["kms:Encrypt", "kms:DescribeKey", "kms:Decrypt"], across.arn))
    across.key_says(names(across.name, ["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"]))
    of_users = [(200, "OK"), GONE, GONE, (200, "OK")]
    of_roots = [(200, "OK"), GONE, (200, "OK"), (200, "OK")]
    assert across.outcomes() == (of_roots if across.who == "root" else of_users)
