"""Users, groups, roles and policies of an account."""

import secrets
from dataclasses import dataclass
from enum import StrEnum

_DIGITS = 17


class HolderKind(StrEnum):
    """What a policy can be attached to."""

    USER = "User"
    GROUP = "Group"
    ROLE = "Role"


# The first digit keeps the ids of the kinds apart: an attachment names its holder by the id alone.
_FIRST_DIGIT = {HolderKind.USER: "2", HolderKind.ROLE: "3", HolderKind.GROUP: "4"}


@dataclass(frozen=True, slots=True)
class Holder:
    kind: HolderKind
    holder_id: str


@dataclass(frozen=True, slots=True)
class User:
    user_id: str
    name: str
    display_name: str
    comments: str
    created_at: int
    updated_at: int

    @property
    def holder(self) -> Holder:
        return Holder(HolderKind.USER, self.user_id)


@dataclass(frozen=True, slots=True)
class Group:
    group_id: str
    name: str
    comments: str
    created_at: int
    updated_at: int

    @property
    def holder(self) -> Holder:
        return Holder(HolderKind.GROUP, self.group_id)


@dataclass(frozen=True, slots=True)
class Role:
    role_id: str
    name: str
    description: str
    trust_policy: str
    max_session_seconds: int
    created_at: int
    updated_at: int

    @property
    def holder(self) -> Holder:
        return Holder(HolderKind.ROLE, self.role_id)


@dataclass(frozen=True, slots=True)
class Policy:
    """`last_version` is the highest number ever given, so that none is given twice."""

    policy_type: str
    name: str
    description: str
    default_version: int
    last_version: int
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    version: int
    document: str
    created_at: int


@dataclass(frozen=True, slots=True)
class UserAccessKey:
    """What may be told of an AccessKey after it was made."""

    access_key_id: str
    active: bool
    created_at: int


def new_id(kind: HolderKind) -> str:
    """18 digits."""
    return f"{_FIRST_DIGIT[kind]}{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
