"""What the keys domain speaks of. Times are milliseconds since 1970 in UTC."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import KeySpec, KeyUsage


class KeyState(StrEnum):
    ENABLED = "Enabled"
    DISABLED = "Disabled"
    PENDING_DELETION = "PendingDeletion"
    PENDING_IMPORT = "PendingImport"


class Origin(StrEnum):
    ALIYUN_KMS = "Aliyun_KMS"
    EXTERNAL = "EXTERNAL"


class ProtectionLevel(StrEnum):
    SOFTWARE = "SOFTWARE"
    HSM = "HSM"


class AutomaticRotation(StrEnum):
    ENABLED = "Enabled"
    DISABLED = "Disabled"
    SUSPENDED = "Suspended"


@dataclass(frozen=True, slots=True)
class Key:
    key_id: str
    account_id: str
    spec: KeySpec
    usage: KeyUsage
    origin: Origin
    protection_level: ProtectionLevel
    state: KeyState
    description: str
    created_at: int
    delete_at: int | None
    deletion_protected: bool
    deletion_protection_description: str
    rotation_seconds: int | None
    last_rotated_at: int
    primary_version_id: str | None


@dataclass(frozen=True, slots=True)
class KeyVersion:
    version_id: str
    key_id: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Material:
    """The opened material of one key version; the ids as text and as what a blob holds."""

    key_id: str
    version_id: str
    key_uuid: UUID
    version_uuid: UUID
    secret: Secret


@dataclass(frozen=True, slots=True)
class Alias:
    name: str
    key_id: str
