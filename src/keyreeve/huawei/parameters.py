"""The parameter types of the Huawei door (KMS API reference, common parameters of the requests)."""

import json
import re
from typing import Annotated, ClassVar, Self

from msgspec import Meta

from keyreeve.crypto.context import canonical_context
from keyreeve.keys.references import ALIAS_NAME, NO_CONTEXT, EncryptionContext, KeyReference

_ID = re.compile(r"[0-9a-z]{8}(?:-[0-9a-z]{4}){3}-[0-9a-z]{12}\Z")
_SEQUENCE = re.compile(r"[0-9A-Za-z-]{36}\Z")
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
