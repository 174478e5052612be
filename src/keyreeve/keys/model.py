"""What the keys domain speaks of. Times are milliseconds since 1970 in UTC."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from keyreeve.crypto.keypair import Decrypter, Encrypter, Signer, Verifier
from keyreeve.crypto.mac import MacKey
from keyreeve.crypto.message_cipher import MessageCipher
from keyreeve.crypto.specs import ASYMMETRIC, SYMMETRIC, KeySpec, KeyUsage


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


class CreatorType(StrEnum):
    """Who made a key: a caller, or a part of Keyreeve for itself."""

    USER = "User"
    SERVICE = "Service"


class AutomaticRotation(StrEnum):
    ENABLED = "Enabled"
    DISABLED = "Disabled"
    SUSPENDED = "Suspended"


@dataclass(frozen=True, slots=True)
class Key:
    """`has_material` is false before an import, after DeleteKeyMaterial and after `material_expire_at`."""

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
    has_material: bool
    material_expire_at: int | None
    policy: str | None = None
    # Which part of Keyreeve made the key for itself; absent for the keys that callers made.
    service: str | None = None
    # What Huawei Cloud calls a key's alias, one of the account's own; keys made at another door have none.
    name: str | None = None

    @property
    def is_symmetric(self) -> bool:
        """Whether it encrypts with a block cipher; a key for authentication codes is neither this nor a pair."""
        return self.spec in SYMMETRIC

    @property
    def is_asymmetric(self) -> bool:
        return self.spec in ASYMMETRIC

    @property
    def is_in_token(self) -> bool:
        return self.protection_level is ProtectionLevel.HSM


@dataclass(frozen=True, slots=True)
class KeyVersion:
    version_id: str
    key_id: str
    created_at: int


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version with what the database keeps of its material.

    `sealed_material` is absent where the material is in a token or was deleted; `public_key` is the DER
    SubjectPublicKeyInfo of a pair; `sealed_fingerprint` tells whether imported material is the same again.
    """

    version: KeyVersion
    sealed_material: bytes | None = None
    public_key: bytes | None = None
    sealed_fingerprint: bytes | None = None


@dataclass(frozen=True, slots=True)
class KeyKind:
    """What it takes to open a version of a key for use; none of it ever changes."""

    spec: KeySpec
    usage: KeyUsage
    is_in_token: bool


@dataclass(frozen=True, slots=True)
class SymmetricVersion:
    """A key version that encrypts messages; the ids as text and as what a blob holds."""

    key_id: str
    version_id: str
    key_uuid: UUID
    version_uuid: UUID
    cipher: MessageCipher


@dataclass(frozen=True, slots=True)
class MacVersion:
    """A key version that authenticates messages."""

    key_id: str
    mac_key: MacKey


@dataclass(frozen=True, slots=True)
class PrivateHalf:
    """The private half of a key version: it signs or decrypts, as the key's usage says."""

    key_id: str
    signer: Signer | None = None
    decrypter: Decrypter | None = None


@dataclass(frozen=True, slots=True)
class PublicHalf:
    key_id: str
    spki: bytes
    verifier: Verifier | None = None
    encrypter: Encrypter | None = None


@dataclass(frozen=True, slots=True)
class Alias:
    name: str
    key_id: str
    created_at: int
