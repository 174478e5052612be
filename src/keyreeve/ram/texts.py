"""Names, texts and policies as RAM takes them, each refused with the code that RAM has for it."""

import re
from typing import ClassVar, Self

from keyreeve.access.authorisation import CUSTOM, SYSTEM
from keyreeve.access.policies.document import PolicyMalformed
from keyreeve.access.policies.language import (
    MOST_IDENTITY_CHARACTERS,
    MOST_TRUST_CHARACTERS,
    PolicyKind,
    parse_policy,
)
from keyreeve.errors import ParameterInvalid
from keyreeve.ram.errors import INVALID_CHARS, TOO_LONG, PolicyDocumentMalformed, PolicyTypeInvalid, VersionIdInvalid

_STORABLE = re.compile(r"[^\x00]*")
_MOST_DESCRIPTION_CHARACTERS = 1_024
_VERSION_ID = re.compile(r"v[1-9][0-9]{0,8}")


class Text:
    """A text of one parameter, which a subclass names with its greatest length."""

    __slots__ = ("text",)
    parameter: ClassVar[str]
    most: ClassVar[int]

    def __init__(self, text: str) -> None:
        self.text = text

    @classmethod
    def from_wire(cls, text: str) -> Self:
        if len(text) > cls.most:
            raise TOO_LONG[cls.parameter](cls.parameter)
        cls.check(text)
        return cls(text)

    @classmethod
    def check(cls, text: str) -> None:
        """Raises ValueError, or a BadParameter that says more."""
        if not _STORABLE.fullmatch(text):
            raise ValueError("no text that a database can hold")


class Name(Text):
    __slots__ = ()
    most = 64
    pattern: ClassVar[re.Pattern[str]] = re.compile(r"[A-Za-z0-9._-]+")

    @classmethod
    def check(cls, text: str) -> None:
        if not cls.pattern.fullmatch(text):
            raise INVALID_CHARS[cls.parameter](cls.parameter)


class UserName(Name):
    __slots__ = ()
    parameter = "UserName"


class NewUserName(Name):
    __slots__ = ()
    parameter = "NewUserName"


class GroupName(Name):
    __slots__ = ()
    parameter = "GroupName"


class NewGroupName(Name):
    __slots__ = ()
    parameter = "NewGroupName"


class RoleName(Name):
    __slots__ = ()
    parameter = "RoleName"
    pattern = re.compile(r"[A-Za-z0-9.-]+")


class PolicyName(Name):
    __slots__ = ()
    parameter = "PolicyName"
    most = 128
    pattern = re.compile(r"[A-Za-z0-9-]+")


class DisplayName(Text):
    __slots__ = ()
    parameter = "DisplayName"
    most = 128


class NewDisplayName(DisplayName):
    __slots__ = ()
    parameter = "NewDisplayName"


class Comments(Text):
    __slots__ = ()
    parameter = "Comments"
    most = 128


class NewComments(Comments):
    __slots__ = ()
    parameter = "NewComments"


class Description(Text):
    __slots__ = ()
    parameter = "Description"
    most = _MOST_DESCRIPTION_CHARACTERS


class NewDescription(Description):
    __slots__ = ()
    parameter = "NewDescription"


class PolicyDocument(Text):
    __slots__ = ()
    parameter = "PolicyDocument"
    most = MOST_IDENTITY_CHARACTERS
    kind: ClassVar[PolicyKind] = PolicyKind.IDENTITY

    @classmethod
    def check(cls, text: str) -> None:
        try:
            parse_policy(text, cls.kind)
        except PolicyMalformed as error:
            raise PolicyDocumentMalformed(cls.parameter, str(error)) from None


class TrustPolicy(PolicyDocument):
    __slots__ = ()
    parameter = "AssumeRolePolicyDocument"
    most = MOST_TRUST_CHARACTERS
    kind = PolicyKind.TRUST


class NewTrustPolicy(TrustPolicy):
    __slots__ = ()
    parameter = "NewAssumeRolePolicyDocument"


class PolicyType(Text):
    __slots__ = ()

    @classmethod
    def from_wire(cls, text: str) -> Self:
        if text not in (SYSTEM, CUSTOM):
            raise PolicyTypeInvalid("PolicyType")
        return cls(text)


class VersionId:
    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number

    @classmethod
    def from_wire(cls, text: str) -> Self:
        if not _VERSION_ID.fullmatch(text):
            raise VersionIdInvalid("VersionId")
        return cls(int(text[1:]))


class NoTags:
    """Passing tags over would leave somebody with an entity that his policies do not cover.

    The client says `[]` where there are none.
    """

    is_map: ClassVar[bool] = True

    @classmethod
    def from_wire(cls, text: str) -> Self:
        if text != "[]":
            raise ParameterInvalid("Tag", "tags of RAM's own entities are not available")
        return cls()


class NoResourceGroup:
    """Passing it over would grant on the whole account what was meant for a part of it."""

    @classmethod
    def from_wire(cls, text: str) -> Self:
        del text
        raise ParameterInvalid("ResourceGroupId", "there are no resource groups")
