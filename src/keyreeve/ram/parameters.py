"""The parameters that several operations of RAM share."""

from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.ram.texts import (
    Comments,
    Description,
    GroupName,
    NewComments,
    NewDescription,
    NoResourceGroup,
    NoTags,
    PolicyDocument,
    PolicyName,
    PolicyType,
    RoleName,
    UserName,
    VersionId,
)

_MAY_BE_EMPTY = {"may_be_empty": True}

TheUser = Annotated[UserName, Meta(description="The name of the user: 1 to 64 letters, digits, ., _ or -.")]
TheGroup = Annotated[GroupName, Meta(description="The name of the group: 1 to 64 letters, digits, ., _ or -.")]
TheRole = Annotated[RoleName, Meta(description="The name of the role: 1 to 64 letters, digits, . or -.")]
ThePolicy = Annotated[PolicyName, Meta(description="The name of the policy: 1 to 128 letters, digits or -.")]
TheType = Annotated[PolicyType, Meta(description="System or Custom.")]
TheVersion = Annotated[VersionId, Meta(description="The version of the policy, such as v1.")]
TheDocument = Annotated[PolicyDocument, Meta(description="The policy as JSON, at most 6,144 characters.")]
SomeComments = Annotated[Comments, Meta(description="At most 128 characters.")]
ChangedComments = Annotated[NewComments | None, Meta(description="At most 128 characters.", extra=_MAY_BE_EMPTY)]
SomeDescription = Annotated[Description, Meta(description="At most 1,024 characters.")]
ChangedDescription = Annotated[
    NewDescription | None, Meta(description="At most 1,024 characters.", extra=_MAY_BE_EMPTY)
]
# Not nullable, so that a client may also send it as Tag.1.Key.
Tag = Annotated[NoTags, Meta(description="Not available.")]
NO_TAGS = NoTags()
ResourceGroupId = Annotated[NoResourceGroup | None, Meta(description="Not available.")]
Ignored = Annotated[str, Meta(description="Accepted, and not kept.")]
Marker = Annotated[
    str, Meta(max_length=256, pattern=r"^[^\x00]*\Z", description="Where the page before this one ended.")
]
MaxItems = Annotated[int, Meta(ge=1, le=1_000, description="How many on a page, 1 to 1,000.")]


class PageRequest(Struct, frozen=True, rename="pascal", kw_only=True):
    marker: Marker = ""
    max_items: MaxItems = 100
