"""What else is done with the key of another account: signing, moving data, and what ends at once."""

import base64

import pytest

from tests.permissions.across import ALL, GONE, Across
from tests.permissions.documents import key_policy, names
from tests.ram.calls import allow

DIGEST = base64.b64encode(bytes(32)).decode()
SIGNING = {"KeySpec": "EC_P256", "KeyUsage": "SIGN/VERIFY"}


def test_signing_across_accounts(across: Across):
    key_id = across.root.create_key(**SIGNING)
    version = across.root.call("ListKeyVersions", KeyId=key_id)["KeyVersions"]["KeyVersion"][0]["KeyVersionId"]
    arn = across.stage.theirs.arn(f"key/{key_id}")
    key = {"KeyVersionId": version, "Algorithm": "ECDSA_SHA_256", "Digest": DIGEST}
    across.ram_says(allow("kms:AsymmetricSign", arn))
    assert across.caller.refused("AsymmetricSign", KeyId=arn, **key) == "Forbidden.KeyNotFound"
    across.root.call("SetKeyPolicy", KeyId=key_id, Policy=key_policy(names(across.name, "kms:AsymmetricSign")))
    value = across.caller.call("AsymmetricSign", KeyId=arn, **key)["Value"]
    assert across.root.call("AsymmetricVerify", KeyId=key_id, Value=value, **key)["Value"] is True
    assert across.caller.refused("AsymmetricVerify", KeyId=arn, Value=value, **key) == "Forbidden.KeyNotFound"


def test_a_withdrawn_policy_works_no_more_at_once(across: Across):
    across.ram_says(allow("kms:*"))
    for _ in range(3):
        across.key_says(names(across.name, "kms:*"))
        assert [across.outcomes() for _ in range(3)] == [ALL] * 3
        across.key_says(names(across.stage.theirs.principal("*"), "kms:*"))
        assert [across.outcomes() for _ in range(3)] == [[GONE] * 4] * 3


def test_data_moves_between_accounts_by_re_encryption(across: Across):
    own = across.stage.ours.root.create_key()
    across.ram_says(allow("kms:ReEncrypt*"))
    moving = {"CiphertextBlob": across.blob, "DestinationKeyId": own}
    across.key_says(names(across.name, "kms:ReEncryptTo"))
    assert across.caller.refused("ReEncrypt", **moving) == "Forbidden.KeyNotFound"
    across.key_says(names(across.name, "kms:ReEncryptFrom"))
    blob = across.caller.call("ReEncrypt", **moving)["CiphertextBlob"]
    assert across.stage.ours.root.call("Decrypt", CiphertextBlob=blob)["Plaintext"] == "eA=="


@pytest.mark.parametrize("operation", ["CreateAlias", "UpdateAlias"])
def test_an_alias_is_for_keys_of_its_own_account(across: Across, operation: str):
    """An alias of ours would name a key that a call by that alias does not find."""
    alias = f"alias/of-{across.key_id}"
    if operation == "UpdateAlias":
        across.stage.ours.root.call("CreateAlias", AliasName=alias, KeyId=across.stage.ours.root.create_key())
    across.ram_says(allow("kms:*"))
    across.key_says(names(across.name, "kms:*"))
    refused = across.caller.answer(operation, KeyId=across.arn, AliasName=alias)
    assert (refused.status, refused.code) == GONE
