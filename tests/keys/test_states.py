"""Every operation in every state of a key answers what the API reference's table says (chapter 2)."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from keyreeve.catalogue import CATALOGUE
from tests.catalogue.world import KEY_POLICY
from tests.keys.imports import rsa_spki, wrapping
from tests.keys.states import STATES, Made, imported_key_in, key_in, metadata, never_imported, new_alias, renamed
from tests.support.client import Client

_DOCUMENT = json.loads((Path(__file__).parent / "vectors" / "key_states.json").read_text())
MATRIX: dict[str, dict[str, str]] = _DOCUMENT["matrix"]
OF_IMPORTED_KEYS = {"GetParametersForImport", "ImportKeyMaterial", "DeleteKeyMaterial"}
# Key operations that the reference's table leaves out: like the ones that do the same, or free.
ALWAYS: dict[str, str] = dict.fromkeys(STATES, "Success")
BESIDE: dict[str, dict[str, str]] = {
    "SetKeyPolicy": {**ALWAYS, "PendingDeletion": "Rejected.PendingDeletion"},
    "GetKeyPolicy": ALWAYS,
    "SetDeletionProtection": {**ALWAYS, "PendingDeletion": "Rejected.PendingDeletion"},
    "ListAliasesByKeyId": ALWAYS,
    "ExportDataKey": MATRIX["Decrypt"],
    "GenerateAndExportDataKey": MATRIX["GenerateDataKey"],
}
TABLE = {**MATRIX, **BESIDE}
CELLS = [(name, state) for name in TABLE for state in STATES]

_TAGS = '[{"TagKey":"team","TagValue":"blue"}]'
_THEIR_KEY = {"PublicKeyBlob": rsa_spki(), "WrappingKeySpec": "RSA_2048", "WrappingAlgorithm": "RSAES_OAEP_SHA_256"}
PARAMETERS: dict[str, Callable[[Made], dict[str, str]]] = {
    **dict.fromkeys(["CreateKey", "ListKeys", "ListAliases"], lambda _: {}),
    "DeleteAlias": lambda made: {"AliasName": made.alias},
    "DescribeKeyVersion": lambda made: {"KeyId": made.key_id, "KeyVersionId": made.version_id},
    "Encrypt": lambda made: {"KeyId": made.key_id, "Plaintext": "aGVsbG8="},
    "Decrypt": lambda made: {"CiphertextBlob": made.blob},
    "UpdateRotationPolicy": lambda made: {"KeyId": made.key_id, "EnableAutomaticRotation": "false"},
    "UpdateKeyDescription": lambda made: {"KeyId": made.key_id, "Description": "new"},
    "TagResource": lambda made: {"KeyId": made.key_id, "Tags": _TAGS},
    "UntagResource": lambda made: {"KeyId": made.key_id, "TagKeys": '["team"]'},
    "CreateAlias": lambda made: {"KeyId": made.key_id, "AliasName": new_alias()},
    "UpdateAlias": lambda made: {"KeyId": made.key_id, "AliasName": made.alias},
    "SetKeyPolicy": lambda made: {"KeyId": made.key_id, "Policy": KEY_POLICY},
    "SetDeletionProtection": lambda made: {"KeyId": made.key_id, "EnableDeletionProtection": "true"},
    "GetParametersForImport": lambda made: {"KeyId": made.key_id, **wrapping("Aliyun_AES_256")},
    "ImportKeyMaterial": lambda made: made.importing,
    "ExportDataKey": lambda made: {"CiphertextBlob": made.blob, **_THEIR_KEY},
    "GenerateAndExportDataKey": lambda made: {"KeyId": made.key_id, **_THEIR_KEY},
}


def parameters(operation: str, made: Made) -> dict[str, str]:
    return PARAMETERS.get(operation, lambda made: {"KeyId": made.key_id})(made)


def expected(operation: str, state: str) -> str:
    wanted = TABLE[operation][state]
    return "OK" if wanted == "Success" else wanted


@pytest.mark.parametrize(("operation", "state"), CELLS)
def test_the_state_of_a_key_decides_as_documented(client: Client, operation: str, state: str):
    made = (imported_key_in if operation in OF_IMPORTED_KEYS else key_in)(client, state)
    before = metadata(client, made.key_id)
    answer = client.answer(operation, **parameters(operation, made))
    assert answer.code == expected(operation, state)
    if answer.code.startswith("Rejected."):
        assert answer.status == 409
        assert metadata(client, made.key_id) == before


def test_a_key_that_never_had_material_is_refused_like_one_that_lost_it(client: Client):
    made = never_imported(client)
    for operation in ("Encrypt", "Decrypt", "GenerateDataKey", "ExportDataKey", "GenerateAndExportDataKey"):
        assert client.refused(operation, **parameters(operation, made)) == "Rejected.PendingImport"


def test_a_key_that_never_had_material_has_no_version(client: Client):
    made = never_imported(client)
    given = parameters("DescribeKeyVersion", made)
    assert client.refused("DescribeKeyVersion", **given) == "Forbidden.KeyVersionNotFound"
    assert client.call("ListKeyVersions", KeyId=made.key_id)["KeyVersions"] == {"KeyVersion": []}
    assert "PrimaryKeyVersion" not in metadata(client, made.key_id)


@pytest.mark.parametrize("state", STATES)
def test_re_encrypt_judges_its_source_like_decrypt(client: Client, state: str):
    source = key_in(client, state)
    given = {"CiphertextBlob": source.blob, "DestinationKeyId": client.create_key()}
    assert client.answer("ReEncrypt", **given).code == expected("Decrypt", state)


@pytest.mark.parametrize("state", STATES)
def test_re_encrypt_judges_its_destination_like_encrypt(client: Client, state: str):
    given = {"CiphertextBlob": key_in(client, "Enabled").blob, "DestinationKeyId": key_in(client, state).key_id}
    assert client.answer("ReEncrypt", **given).code == expected("Encrypt", state)


@pytest.mark.parametrize("state", STATES)
def test_an_alias_may_be_moved_away_from_a_key_in_any_state(client: Client, state: str):
    made, destination = key_in(client, state), client.create_key()
    client.call("UpdateAlias", AliasName=made.alias, KeyId=destination)
    assert metadata(client, made.alias)["KeyId"] == destination


@pytest.mark.parametrize("state", STATES)
def test_an_alias_leads_to_a_key_in_any_state(client: Client, state: str):
    made = key_in(client, state)
    assert metadata(client, made.alias)["KeyId"] == made.key_id
    assert client.answer("Encrypt", KeyId=made.alias, Plaintext="aa").code == expected("Encrypt", state)


@pytest.mark.parametrize("state", ["Enabled", "Disabled"])
def test_a_cancelled_deletion_leaves_the_key_enabled_whatever_it_was(client: Client, state: str):
    made = key_in(client, state)
    client.call("ScheduleKeyDeletion", KeyId=made.key_id, PendingWindowInDays="7")
    client.call("CancelKeyDeletion", KeyId=made.key_id)
    assert metadata(client, made.key_id)["KeyState"] == "Enabled"
    assert client.call("Decrypt", CiphertextBlob=made.blob)["Plaintext"] == "aGVsbG8="


def lost(client: Client) -> Made:
    return key_in(client, "PendingImport")


@pytest.mark.parametrize("make", [never_imported, lost], ids=["never", "lost"])
def test_a_cancelled_deletion_of_a_key_without_material_leaves_it_waiting(
    client: Client, make: Callable[[Client], Made]
):
    made = make(client)
    client.call("ScheduleKeyDeletion", KeyId=made.key_id, PendingWindowInDays="7")
    client.call("CancelKeyDeletion", KeyId=made.key_id)
    assert metadata(client, made.key_id)["KeyState"] == "PendingImport"


@pytest.mark.parametrize("state", ["Enabled", "Disabled", "PendingImport"])
def test_a_protected_key_is_not_scheduled_for_deletion(client: Client, state: str):
    made = key_in(client, state)
    client.call("SetDeletionProtection", KeyId=made.key_id, EnableDeletionProtection="true")
    assert client.refused("ScheduleKeyDeletion", KeyId=made.key_id) == "Rejected.StateModifiedFailed"
    assert metadata(client, made.key_id)["KeyState"] == state


def test_a_blob_that_was_given_another_keys_name_does_not_open(client: Client):
    other = client.create_key()
    blob = renamed(key_in(client, "Enabled").blob, other)
    assert client.refused("Decrypt", CiphertextBlob=blob) == "InvalidParameter"


def test_every_row_of_the_table_is_offered():
    assert set(MATRIX) <= set(CATALOGUE)
