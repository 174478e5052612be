"""What managed secrets are made of: their extended configuration and their values (API reference 9.1, 9.5)."""

from enum import StrEnum
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from keyreeve.errors import ParameterInvalid, ParameterMissing
from keyreeve.keys.references import STORABLE
from keyreeve.secrets.model import SecretType
from keyreeve.secrets.references import custom_data

MOST_CONFIG_CHARACTERS = 1024
_FLAT = "CustomData."
_Text = Annotated[str, Meta(min_length=1, max_length=1024, pattern=STORABLE)]
S = TypeVar("S", bound=Struct)


class RdsSubType(StrEnum):
    SINGLE_USER = "SingleUser"
    DOUBLE_USERS = "DoubleUsers"


class RamSubType(StrEnum):
    RAM_USER_ACCESS_KEY = "RamUserAccessKey"


class EcsSubType(StrEnum):
    PASSWORD = "Password"
    SSH_KEY = "SSHKey"


class RdsConfig(Struct, frozen=True, rename={"sub_type": "SecretSubType", "instance_id": "DBInstanceId"}):
    sub_type: RdsSubType
    instance_id: _Text
    custom_data: dict[str, Any] = msgspec.field(name="CustomData", default_factory=dict[str, Any])


class RamConfig(Struct, frozen=True, rename={"sub_type": "SecretSubType", "user_name": "UserName"}):
    sub_type: RamSubType
    user_name: _Text
    custom_data: dict[str, Any] = msgspec.field(name="CustomData", default_factory=dict[str, Any])


class EcsConfig(
    Struct, frozen=True, rename={"sub_type": "SecretSubType", "region_id": "RegionId", "instance_id": "InstanceId"}
):
    sub_type: EcsSubType
    region_id: _Text
    instance_id: _Text
    custom_data: dict[str, Any] = msgspec.field(name="CustomData", default_factory=dict[str, Any])


Config = RdsConfig | RamConfig | EcsConfig
CONFIGS: dict[SecretType, type[Config]] = {
    SecretType.RDS: RdsConfig,
    SecretType.RAM_CREDENTIALS: RamConfig,
    SecretType.ECS: EcsConfig,
}


class Account(Struct, frozen=True, rename="pascal"):
    account_name: _Text
    account_password: _Text


class AccessKeyPair(Struct, frozen=True, rename="pascal"):
    """`generate_timestamp` is when the pair was made, as far as Keyreeve knows."""

    access_key_id: _Text
    access_key_secret: _Text
    generate_timestamp: str | UnsetType = UNSET


class HostPassword(Struct, frozen=True, rename="pascal", forbid_unknown_fields=True):
    user_name: _Text
    password: _Text


class HostKey(Struct, frozen=True, rename="pascal", forbid_unknown_fields=True):
    """`public_key` is in OpenSSH's form, `private_key` in PEM."""

    user_name: _Text
    public_key: Annotated[str, Meta(min_length=1)]
    private_key: Annotated[str, Meta(min_length=1)]


Credential = Account | AccessKeyPair | HostPassword | HostKey


class _Accounts(Struct, frozen=True):
    accounts: Annotated[tuple[Account, ...], Meta(min_length=1, max_length=2)] = msgspec.field(name="Accounts")


class _AccessKeys(Struct, frozen=True):
    access_keys: Annotated[tuple[AccessKeyPair, ...], Meta(min_length=1, max_length=2)] = msgspec.field(
        name="AccessKeys"
    )


class ExtendedConfig:
    """The `ExtendedConfig` parameter of CreateSecret: a JSON object of at most 1,024 characters, empty if not given.

    Clients that flatten it flatten its CustomData as well.
    """

    __slots__ = ("text",)
    is_map = True

    def __init__(self, text: str) -> None:
        self.text = text

    @classmethod
    def from_wire(cls, text: str) -> "ExtendedConfig":
        if len(text) > MOST_CONFIG_CHARACTERS or "\0" in text:
            raise ValueError("longer than 1,024 characters")
        return cls(_with_custom_data(text))


def _with_custom_data(text: str) -> str:
    members = msgspec.json.decode(text, type=dict[str, Any])
    flat = [name for name in members if name.startswith(_FLAT)]
    if not flat:
        return text
    custom = {name.removeprefix(_FLAT): members.pop(name) for name in flat}
    return msgspec.json.encode({**members, "CustomData": custom}).decode()


def config_of(secret_type: SecretType, text: str) -> Config:
    """The extended configuration of a managed secret. Raises ParameterMissing or ParameterInvalid."""
    if not text:
        raise ParameterMissing("ExtendedConfig")
    config = _decoded(text, CONFIGS[secret_type], "ExtendedConfig")
    try:
        custom_data(config.custom_data)
    except ValueError:
        raise ParameterInvalid("ExtendedConfig", "CustomData may have ten pairs") from None
    return config


def stored_config(secret_type: SecretType, text: str | None) -> Config:
    """What was stored was checked then."""
    assert text is not None, "a managed secret has a configuration"
    return msgspec.json.decode(text, type=CONFIGS[secret_type])


def credentials_of(config: Config, text: str) -> tuple[Credential, ...]:
    """What CreateSecret brings as SecretData: the current credential, and the other one where there are two.

    Raises ParameterInvalid.
    """
    if isinstance(config, RamConfig):
        return _decoded(text, _AccessKeys, "SecretData").access_keys
    if isinstance(config, RdsConfig):
        accounts = _decoded(text, _Accounts, "SecretData").accounts
        names = {account.account_name for account in accounts}
        wanted = 2 if config.sub_type is RdsSubType.DOUBLE_USERS else 1
        if len(accounts) != wanted or len(names) != wanted:
            raise ParameterInvalid("SecretData", f"{config.sub_type} takes {wanted} account{'s'[: wanted - 1]}")
        return accounts
    kind = HostPassword if config.sub_type is EcsSubType.PASSWORD else HostKey
    return (_decoded(text, kind, "SecretData"),)


def credential_of(config: Config, text: str) -> Credential:
    """A stored value."""
    if isinstance(config, RamConfig):
        return msgspec.json.decode(text, type=AccessKeyPair)
    if isinstance(config, RdsConfig):
        return msgspec.json.decode(text, type=Account)
    return msgspec.json.decode(text, type=HostPassword if config.sub_type is EcsSubType.PASSWORD else HostKey)


def as_text(value: Config | Credential) -> str:
    return msgspec.json.encode(value).decode()


def _decoded(text: str, kind: type[S], parameter: str) -> S:
    """Its message would quote the value, so it stays here."""
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        raise ParameterInvalid(parameter, "not of the form that the secret's type documents") from None
