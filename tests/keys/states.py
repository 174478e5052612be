"""Keys brought into each of their states."""

import base64
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from tests.keys.imports import Caller, import_material, new_material, parameters_for
from tests.support.client import Client

STATES = ("Enabled", "Disabled", "PendingDeletion", "PendingImport")

_SPEC = "Aliyun_AES_256"


@dataclass(frozen=True)
class Made:
    """A key in some state, with what was made for it while it could still be used.

    `importing` holds the parameters of one more import, if the key takes one.
    """

    key_id: str
    alias: str
    version_id: str
    blob: str
    importing: dict[str, str] = field(default_factory=dict[str, str])


def new_alias() -> str:
    return f"alias/test-{uuid4().hex}"


def key_in(client: Client, state: str) -> Made:
    """A key whose material was made here, but for PendingImport, where only imported material leads."""
    if state == "PendingImport":
        return imported_key_in(client, state)
    made = _used(client, client.create_key())
    bring(client, made.key_id, state)
    return made


def imported_key_in(client: Client, state: str) -> Made:
    """A key whose material was imported, and deleted again for PendingImport."""
    key_id, material = client.create_key(Origin="EXTERNAL"), new_material(_SPEC)
    import_material(client, key_id, _SPEC, material)
    made = _used(client, key_id, parameters_for(client, key_id, _SPEC, material))
    bring(client, key_id, state)
    return made


def never_imported(client: Client) -> Made:
    """Nothing was encrypted with it, so its blob is another key's that bears its name."""
    key_id = client.create_key(Origin="EXTERNAL")
    other = _used(client, client.create_key())
    return Made(key_id, _with_alias(client, key_id), str(uuid4()), renamed(other.blob, key_id))


def bring(client: Caller, key_id: str, state: str) -> None:
    """From Enabled to that state."""
    if state == "Disabled":
        client.call("DisableKey", KeyId=key_id)
    elif state == "PendingDeletion":
        client.call("ScheduleKeyDeletion", KeyId=key_id, PendingWindowInDays="7")
    elif state == "PendingImport":
        client.call("DeleteKeyMaterial", KeyId=key_id)
    assert metadata(client, key_id)["KeyState"] == state


def metadata(client: Caller, key_id: str) -> dict[str, str]:
    return dict(client.call("DescribeKey", KeyId=key_id)["KeyMetadata"])


def renamed(blob: str, key_id: str) -> str:
    """The blob with another key's id in its header (docs/formats/ciphertext.md, offset 5)."""
    content = base64.b64decode(blob)
    return base64.b64encode(content[:5] + UUID(key_id).bytes + content[21:]).decode()


def _used(client: Client, key_id: str, importing: dict[str, str] | None = None) -> Made:
    encrypted = client.call("Encrypt", KeyId=key_id, Plaintext="aGVsbG8=")
    names = (_with_alias(client, key_id), encrypted["KeyVersionId"], encrypted["CiphertextBlob"])
    return Made(key_id, *names, importing or {})


def _with_alias(client: Client, key_id: str) -> str:
    alias = new_alias()
    client.call("CreateAlias", AliasName=alias, KeyId=key_id)
    return alias
