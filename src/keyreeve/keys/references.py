"""The parameter types that name keys, and the ones that several key operations share."""

import binascii
import re
from enum import StrEnum
from typing import Annotated, ClassVar, Self, TypeVar

import msgspec
from msgspec import Meta, Struct

from keyreeve.crypto.context import canonical_context
from keyreeve.errors import AliasNotAccepted, ParameterInvalid

Reference = TypeVar("Reference", bound="KeyReference")

ALIAS_NAME = re.compile(r"alias/[A-Za-z0-9_\-/]{1,249}\Z")
_RESERVED_ALIAS = "alias/acs"
_MOST_ARN_CHARACTERS = 320
_MOST_FILTERS = 10
_MOST_ID_CHARACTERS = 64
_MOST_ALIAS_CHARACTERS = 255


class KeyReference:
    """A key as a caller names it: its id, its ARN, or where the operation takes one an alias or an alias's ARN."""

    __slots__ = ("account_id", "is_alias", "name", "region_id")

    def __init__(self, name: str, region_id: str | None = None, account_id: str | None = None) -> None:
        self.name = name
        self.region_id = region_id
        self.account_id = account_id
        self.is_alias = name.startswith("alias/")


class KeyId(KeyReference):
    __slots__ = ()
    accepts_alias: ClassVar[bool] = False

    @classmethod
    def from_wire(cls, text: str) -> Self:
        if "\0" in text:
            raise ValueError("no text that a database can hold")
        reference = _parse(cls, text)
        if reference.is_alias and not cls.accepts_alias:
            raise AliasNotAccepted("KeyId")
        most = _MOST_ALIAS_CHARACTERS if reference.is_alias else _MOST_ID_CHARACTERS
        if len(reference.name) > most:
            raise ValueError("too long")
        return reference


class KeyIdOrAlias(KeyId):
    __slots__ = ()
    accepts_alias: ClassVar[bool] = True


class AliasName:
    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    @classmethod
    def from_wire(cls, text: str) -> Self:
        if not ALIAS_NAME.match(text) or text.startswith(_RESERVED_ALIAS):
            raise ValueError("not an alias name, or a reserved one")
        return cls(text)


class Base64:
    """Bytes, as standard Base64 with padding (RFC 4648 section 4)."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data

    @classmethod
    def from_wire(cls, text: str) -> Self:
        return cls(binascii.a2b_base64(text.encode("ascii"), strict_mode=True))

    @classmethod
    def from_parameter(cls, name: str, text: str) -> bytes:
        """For a text that only some calls read as Base64. Raises ParameterInvalid."""
        try:
            return cls.from_wire(text).data
        except ValueError:
            raise ParameterInvalid(name) from None


class OfferedSigning(StrEnum):
    """Of the algorithms that keys sign with, those that the API has (API reference 8.24)."""

    RSA_PSS_SHA_256 = "RSA_PSS_SHA_256"
    RSA_PKCS1_SHA_256 = "RSA_PKCS1_SHA_256"
    ECDSA_SHA_256 = "ECDSA_SHA_256"
    SM2DSA = "SM2DSA"


class EncryptionContext:
    """Name and value pairs that must be given again to decrypt; `canonical` is empty for none."""

    __slots__ = ("canonical",)
    is_map: ClassVar[bool] = True

    def __init__(self, canonical: bytes) -> None:
        self.canonical = canonical

    @classmethod
    def from_wire(cls, text: str) -> Self:
        return cls(canonical_context(text))


NO_CONTEXT = EncryptionContext(b"")

# PostgreSQL cannot hold NUL in a text, so nothing that is stored or looked for may have it, whatever the database.
STORABLE = r"^[^\x00]*\Z"

TheKey = Annotated[KeyId, Meta(description="The id or ARN of the key.")]
TheKeyOrAlias = Annotated[KeyIdOrAlias, Meta(description="The id, ARN or alias of the key.")]
TheVersion = Annotated[str, Meta(max_length=64, pattern=STORABLE, description="The id of the key version.")]
PageNumber = Annotated[int, Meta(ge=1, le=2**31 - 1, description="Which page, from 1.")]
PageSize = Annotated[int, Meta(ge=1, le=100, description="How many on a page, 1 to 100.")]
LoosePageSize = Annotated[int, Meta(ge=0, le=101, description="How many on a page, 0 to 101.")]
TheSigning = Annotated[
    OfferedSigning,
    Meta(description="RSA_PSS_SHA_256 or RSA_PKCS1_SHA_256 for RSA, ECDSA_SHA_256 for EC, SM2DSA for EC_SM2."),
]
Context = Annotated[
    EncryptionContext,
    Meta(description="A JSON object of strings, at most 8,192 characters; needed again to decrypt."),
]
DryRun = Annotated[bool, Meta(description="true: check everything, do nothing, and answer with an error.")]


class Page(Struct, frozen=True, rename="pascal"):
    """What every list answers beside its items."""

    total_count: int
    page_number: int
    page_size: int


class Filter(Struct, frozen=True, rename="pascal"):
    key: str
    values: tuple[str, ...] = ()


def filters_of(text: str) -> dict[str, frozenset[str]]:
    """A JSON list of at most ten {Key, Values} by their names; no values constrain nothing. Raises ValueError."""
    filters = msgspec.json.decode(text, type=tuple[Filter, ...])
    if len(filters) > _MOST_FILTERS or any(len(one.values) > _MOST_FILTERS for one in filters):
        raise ValueError("more than ten")
    if any("\0" in value for one in filters for value in one.values):
        raise ValueError("no text that a database can hold")
    allowed: dict[str, frozenset[str]] = {}
    for one in filters:
        allowed[one.key] = allowed.get(one.key, frozenset()) | frozenset(one.values)
    return {name: values for name, values in allowed.items() if values}


def split_arn(text: str) -> tuple[str, str, str]:
    """Region, account and resource of an ARN of this service. Raises ValueError."""
    parts = text.split(":", 4)
    if len(text) > _MOST_ARN_CHARACTERS or len(parts) != 5 or parts[1] != "kms":  # noqa: PLR2004  # acs:kms:region:account:resource
        raise ValueError("not an ARN of this service")
    return parts[2], parts[3], parts[4]


def named_by_arn(text: str, kind: str) -> tuple[str, str | None, str | None]:
    """Name, region and account of a resource of one kind, given by its ARN or its bare name. Raises ValueError."""
    if not text.startswith("acs:"):
        return text, None, None
    region_id, account_id, resource = split_arn(text)
    found, _, name = resource.partition("/")
    if found != kind:
        raise ValueError("not the ARN of such a resource")
    return name, region_id, account_id


def _parse(kind: type[Reference], text: str) -> Reference:
    if not text.startswith("acs:"):
        return kind(text)
    region_id, account_id, resource = split_arn(text)
    name = resource.removeprefix("key/")
    if name == resource and not name.startswith("alias/"):
        raise ValueError("not the ARN of a key")
    return kind(name, region_id, account_id)
