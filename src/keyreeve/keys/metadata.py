"""KeyMetadata, as CreateKey and DescribeKey return it (API reference 8.1, 8.10)."""

from msgspec import UNSET, Struct, UnsetType

from keyreeve.context import Context
from keyreeve.keys import rules
from keyreeve.keys.model import Key
from keyreeve.wire_time import to_wire


class KeyMetadata(Struct, frozen=True, rename="pascal"):
    """An empty text stands for no value where the API shows it so; what is unset is absent."""

    key_id: str
    arn: str
    creator: str
    creation_date: str
    description: str
    key_spec: str
    key_usage: str
    key_state: str
    origin: str
    protection_level: str
    delete_date: str
    material_expire_time: str
    automatic_rotation: str
    last_rotation_date: str
    primary_key_version: str | UnsetType = UNSET
    next_rotation_date: str | UnsetType = UNSET
    rotation_interval: str | UnsetType = UNSET
    deletion_protection: str | UnsetType = UNSET
    deletion_protection_description: str | UnsetType = UNSET


class KeyMetadataResponse(Struct, frozen=True, rename="pascal"):
    key_metadata: KeyMetadata


def describe(ctx: Context, key: Key, *, with_protection: bool) -> KeyMetadataResponse:
    next_rotation_at = rules.next_rotation_at(key)
    return KeyMetadataResponse(
        KeyMetadata(
            key_id=key.key_id,
            arn=ctx.arn(f"key/{key.key_id}", key.account_id),
            creator=key.service or key.account_id,
            creation_date=to_wire(key.created_at),
            description=key.description,
            key_spec=key.spec,
            key_usage=key.usage,
            key_state=key.state,
            origin=key.origin,
            protection_level=key.protection_level,
            delete_date="" if key.delete_at is None else to_wire(key.delete_at),
            material_expire_time=_material_expiry(key),
            automatic_rotation=rules.automatic_rotation(key),
            last_rotation_date=to_wire(key.last_rotated_at),
            primary_key_version=_primary_version(key),
            next_rotation_date=UNSET if next_rotation_at is None else to_wire(next_rotation_at),
            rotation_interval=UNSET if key.rotation_seconds is None else f"{key.rotation_seconds}s",
            deletion_protection=_protection(key) if with_protection else UNSET,
            deletion_protection_description=(with_protection and key.deletion_protection_description) or UNSET,
        )
    )


def _material_expiry(key: Key) -> str:
    return to_wire(key.material_expire_at) if key.has_material and key.material_expire_at is not None else ""


def _primary_version(key: Key) -> str | UnsetType:
    """A pair has none: its callers name the version that they mean (chapter 8.24)."""
    return UNSET if key.is_asymmetric or key.primary_version_id is None else key.primary_version_id


def _protection(key: Key) -> str:
    return "Enabled" if key.deletion_protected else "Disabled"
