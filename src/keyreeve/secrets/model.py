"""What the secrets domain speaks of. Times are milliseconds since 1970 in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

CURRENT, PREVIOUS = "ACSCurrent", "ACSPrevious"
BUILT_IN = (CURRENT, PREVIOUS)

Stages = Mapping[str, str]
"""Which version each stage of a secret marks."""


class SecretType(StrEnum):
    GENERIC = "Generic"
    RDS = "Rds"
    RAM_CREDENTIALS = "RAMCredentials"
    ECS = "ECS"


class DataType(StrEnum):
    TEXT = "text"
    BINARY = "binary"


class AutomaticRotation(StrEnum):
    ENABLED = "Enabled"
    DISABLED = "Disabled"
    INVALID = "Invalid"


@dataclass(frozen=True, slots=True)
class NamedSecret:
    """All of a secret but its versions.

    `extended_config` is JSON, absent for Generic. `rotates` is what the rotation policy says; `rotation_failed` that
    the last attempt did not succeed.
    """

    secret_id: str
    account_id: str
    secret_name: str
    secret_type: SecretType
    description: str
    key_id: str
    key_is_chosen: bool
    created_at: int
    updated_at: int
    extended_config: str | None = None
    delete_at: int | None = None
    rotates: bool = False
    rotation_failed: bool = False
    rotation_seconds: int | None = None
    last_rotated_at: int | None = None
    next_rotation_at: int | None = None
    policy: str | None = None

    @property
    def is_managed(self) -> bool:
        return self.secret_type is not SecretType.GENERIC

    @property
    def resource(self) -> str:
        return f"secret/{self.secret_name}"


@dataclass(frozen=True, slots=True)
class SecretVersion:
    """`number` counts the versions of a secret from 1; `wrapped_key` is the data key's blob."""

    secret_id: str
    version_id: str
    number: int
    created_at: int
    data_type: DataType
    wrapped_key: str
    sealed_value: bytes
