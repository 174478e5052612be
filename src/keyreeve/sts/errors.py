"""The refusals of the STS API (STS reference, AssumeRole)."""

from keyreeve.errors import BadParameter, Forbidden, NotFound


class RoleArnInvalid(BadParameter):
    pass


class SessionNameInvalid(BadParameter):
    pass


class DurationInvalid(BadParameter):
    pass


class SessionPolicyTooLong(BadParameter):
    pass


class SessionPolicyMalformed(BadParameter):
    pass


class RoleMissing(NotFound):
    pass


class RoleNotTrusting(Forbidden):
    """The caller may not take the role: its own policies or the role's trust policy do not say so."""
