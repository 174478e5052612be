"""What RAM refuses beside what every service does, named by the fact; the wire codes stand in protocols/."""

from typing import cast

from keyreeve.errors import BadParameter, Conflict, LimitReached, NotFound


class UserNotFound(NotFound):
    pass


class GroupNotFound(NotFound):
    pass


class RoleNotFound(NotFound):
    pass


class PolicyNotFound(NotFound):
    pass


class PolicyVersionNotFound(NotFound):
    pass


class UserAccessKeyNotFound(NotFound):
    pass


class UserNotInGroup(NotFound):
    pass


class PolicyNotOfUser(NotFound):
    pass


class PolicyNotOfGroup(NotFound):
    pass


class PolicyNotOfRole(NotFound):
    pass


class UserExists(Conflict):
    pass


class GroupExists(Conflict):
    pass


class RoleExists(Conflict):
    pass


class PolicyExists(Conflict):
    pass


class UserInGroup(Conflict):
    pass


class PolicyOfUser(Conflict):
    pass


class PolicyOfGroup(Conflict):
    pass


class PolicyOfRole(Conflict):
    pass


class UserHasGroups(Conflict):
    """And so cannot be deleted; the ones below likewise."""


class UserHasAccessKeys(Conflict):
    pass


class UserHasPolicies(Conflict):
    pass


class GroupHasUsers(Conflict):
    pass


class GroupHasPolicies(Conflict):
    pass


class RoleHasPolicies(Conflict):
    pass


class PolicyHasUsers(Conflict):
    pass


class PolicyHasGroups(Conflict):
    pass


class PolicyHasRoles(Conflict):
    pass


class PolicyHasVersions(Conflict):
    pass


class VersionIsDefault(Conflict):
    pass


class TooManyAccessKeys(LimitReached):
    pass


class TooManyVersions(LimitReached):
    pass


class PolicyDocumentMalformed(BadParameter):
    """`detail` is the reason, with the place in the document."""


class PolicyTypeInvalid(BadParameter):
    pass


class VersionIdInvalid(BadParameter):
    pass


def _of_each(what: str, parameters: tuple[str, ...]) -> dict[str, type[BadParameter]]:
    """One class for each parameter, since RAM has a code for each."""
    return {name: cast("type[BadParameter]", type(f"{name}{what}", (BadParameter,), {})) for name in parameters}


_NAMES = ("UserName", "NewUserName", "GroupName", "NewGroupName", "RoleName", "PolicyName")
_TEXTS = ("DisplayName", "NewDisplayName", "Comments", "NewComments", "Description", "NewDescription")
_DOCUMENTS = ("PolicyDocument", "AssumeRolePolicyDocument", "NewAssumeRolePolicyDocument")

TOO_LONG = _of_each("TooLong", (*_NAMES, *_TEXTS, *_DOCUMENTS))
INVALID_CHARS = _of_each("InvalidChars", _NAMES)
