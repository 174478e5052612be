"""The parameter types of the Huawei door (KMS API reference, common parameters of the requests)."""

import json
import re
from typing import Annotated, ClassVar, Self

from msgspec import Meta

from keyreeve.crypto.context import canonical_context
from keyreeve.keys.references import ALIAS_NAME, NO_CONTEXT, STORABLE, EncryptionContext, KeyReference

_ID = re.compile(r"[0-9a-z]{8}(?:-[0-9a-z]{4}){3}-[0-9a-z]{12}\Z")
_SEQUENCE = re.compile(r"[0-9A-Za-z-]{36}\Z")
_NAME = re.compile(r"[a-zA-Z0-9:/_-]{1,255}\Z")
# How the names of the service's own keys end.
_DEFAULT_KEYS = "/default"
_MOST_AAD_BYTES = 128
_AAD = "additional_authenticated_data"


class KeyId(KeyReference):
    """A key of the project by its id."""

    __slots__ = ()
    accepts_alias: ClassVar[bool] = False

    @classmethod
    def from_wire(cls, text: str) -> Self:
        if not _ID.match(text) and not (cls.accepts_alias and ALIAS_NAME.match(text)):
            raise ValueError("not the id of a key")
        return cls(text)


class KeyIdOrAlias(KeyId):
    __slots__ = ()
    accepts_alias: ClassVar[bool] = True


class KeyNameText:
    """A key's name in this cloud, its key_alias; no other key of the account has the same."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    @classmethod
    def from_wire(cls, text: str) -> Self:
        if not _NAME.match(text) or text.endswith(_DEFAULT_KEYS):
            raise ValueError("not a name for a key")
        return cls(text)


class Sequence:
    """The caller's own number of a request: it is looked at, and has no effect."""

    __slots__ = ()

    @classmethod
    def from_wire(cls, text: str) -> Self:
        if not _SEQUENCE.match(text):
            raise ValueError("not 36 letters, digits and hyphens")
        return cls()


class AssociatedData:
    """Additional authenticated data, as the EncryptionContext that the other door would be given."""

    __slots__ = ("context",)

    def __init__(self, context: EncryptionContext) -> None:
        self.context = context

    @classmethod
    def from_wire(cls, text: str) -> Self:
        if len(text.encode()) > _MOST_AAD_BYTES:
            raise ValueError("longer than 128 bytes")
        return cls(EncryptionContext(canonical_context(json.dumps({_AAD: text}))))


NO_ASSOCIATED_DATA = AssociatedData(NO_CONTEXT)

TheKey = Annotated[KeyId, Meta(description="The id of the key.")]
TheKeyOrAlias = Annotated[KeyIdOrAlias, Meta(description="The id of the key, or an alias of it.")]
Aad = Annotated[
    AssociatedData,
    Meta(description="At most 128 bytes that must be given again to decrypt; empty for none."),
]
KeyName = Annotated[
    KeyNameText, Meta(description="1 to 255 letters, digits, : / _ and -, not with /default at the end.")
]
Description = Annotated[
    str,
    Meta(
        max_length=255,
        pattern=STORABLE,
        description="Any text without NUL, up to 255 characters.",
        extra={"may_be_empty": True},
    ),
]
