"""Keys brought into each of their states."""

import base64
from dataclasses import dataclass
from uuid import UUID, uuid4

from tests.support.client import Client

STATES = ("Enabled", "Disabled", "PendingDeletion", "PendingImport")


@dataclass(frozen=True)
class Made:
    """A key in some state, with what was made for it while it could still be used."""

    key_id: str
    alias: str
    version_id: str
    blob: str


def new_alias() -> str:
    return f"alias/test-{uuid4().hex}"


def key_in(client: Client, state: str) -> Made:
    made = _waiting_for_import(client) if state == "PendingImport" else _usable(client)
    if state == "Disabled":
        client.call("DisableKey", KeyId=made.key_id)
    elif state == "PendingDeletion":
        client.call("ScheduleKeyDeletion", KeyId=made.key_id, PendingWindowInDays="7")
    assert metadata(client, made.key_id)["KeyState"] == state
    return made


def metadata(client: Client, key_id: str) -> dict[str, str]:
    return dict(client.call("DescribeKey", KeyId=key_id)["KeyMetadata"])


def _usable(client: Client) -> Made:
    key_id = client.create_key()
    encrypted = client.call("Encrypt", KeyId=key_id, Plaintext="aGVsbG8=")
    return Made(key_id, _with_alias(client, key_id), encrypted["KeyVersionId"], encrypted["CiphertextBlob"])


def _waiting_for_import(client: Client) -> Made:
    """Nothing can be encrypted with it, so its blob is another key's that bears its name."""
    key_id = client.create_key(Origin="EXTERNAL")
    return Made(key_id, _with_alias(client, key_id), str(uuid4()), renamed(_usable(client).blob, key_id))


def renamed(blob: str, key_id: str) -> str:
    """The blob with another key's id in its header (docs/formats/ciphertext.md, offset 5)."""
    content = base64.b64decode(blob)
    return base64.b64encode(content[:5] + UUID(key_id).bytes + content[21:]).decode()


def _with_alias(client: Client, key_id: str) -> str:
    alias = new_alias()
    client.call("CreateAlias", AliasName=alias, KeyId=key_id)
    return alias
