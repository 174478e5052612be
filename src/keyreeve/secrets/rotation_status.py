"""What the answers about a secret say of its rotation."""

from typing import TypedDict

from msgspec import UNSET, Struct, UnsetType

from keyreeve.secrets import rules
from keyreeve.secrets.model import AutomaticRotation, NamedSecret
from keyreeve.wire_time import to_wire


class RotationStatus(Struct, frozen=True, rename="pascal", kw_only=True):
    """Absent for Generic secrets; dates and interval absent where there are none."""

    automatic_rotation: AutomaticRotation | UnsetType = UNSET
    last_rotation_date: str | UnsetType = UNSET
    next_rotation_date: str | UnsetType = UNSET
    rotation_interval: str | UnsetType = UNSET


class RotationFields(TypedDict, total=False):
    automatic_rotation: AutomaticRotation
    last_rotation_date: str
    next_rotation_date: str
    rotation_interval: str


def rotation_status(secret: NamedSecret) -> RotationFields:
    fields: RotationFields = {}
    if not secret.is_managed:
        return fields
    fields["automatic_rotation"] = rules.automatic_rotation(secret)
    if secret.last_rotated_at is not None:
        fields["last_rotation_date"] = to_wire(secret.last_rotated_at)
    if secret.rotates and secret.next_rotation_at is not None:
        fields["next_rotation_date"] = to_wire(secret.next_rotation_at)
        fields["rotation_interval"] = f"{secret.rotation_seconds}s"
    return fields
