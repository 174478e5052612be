"""AssumeRole and GetCallerIdentity (STS API 2015-04-01)."""

import re
from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.access.authorisation import detail_of, require_trust
from keyreeve.access.callers import CallerKind
from keyreeve.access.identities.model import Role
from keyreeve.access.identities.roles import read_role
from keyreeve.access.policies.decisions import NOT_TRUSTED
from keyreeve.access.policies.document import PolicyMalformed
from keyreeve.access.policies.language import PolicyKind, parse_policy
from keyreeve.access.sessions import Session, new_credentials, seal_session
from keyreeve.context import Context
from keyreeve.errors import NoPermission
from keyreeve.operations import Empty, Needs, Service, operation
from keyreeve.sts.errors import (
    DurationInvalid,
    RoleArnInvalid,
    RoleMissing,
    RoleNotTrusting,
    SessionNameInvalid,
    SessionPolicyMalformed,
    SessionPolicyTooLong,
)
from keyreeve.wire_time import to_wire

_ROLE_ARN = re.compile(r"acs:ram::([0-9]{16}):role/([A-Za-z0-9._-]{1,64})")
_SESSION_NAME = re.compile(r"[A-Za-z0-9.@_-]{2,64}")
_LEAST_SECONDS, _DEFAULT_SECONDS = 900, 3600
_MOST_POLICY_CHARACTERS = 1024


class AssumeRoleRequest(Struct, frozen=True, rename="pascal"):
    role_arn: Annotated[str, Meta(description="acs:ram::<account>:role/<name>.")]
    role_session_name: Annotated[str, Meta(description="2 to 64 letters, digits, '.', '@', '_' or '-'.")]
    policy: Annotated[
        str, Meta(description="A session policy of at most 1,024 characters: only what it allows too remains.")
    ] = ""
    duration_seconds: Annotated[int, Meta(description="900 to the role's maximum.")] = _DEFAULT_SECONDS


class AssumedRoleUser(Struct, frozen=True, rename="pascal"):
    arn: str
    assumed_role_id: str


class Credentials(Struct, frozen=True, rename="pascal"):
    access_key_id: str
    access_key_secret: str
    security_token: str
    expiration: str


class AssumeRoleResponse(Struct, frozen=True, rename="pascal"):
    assumed_role_user: AssumedRoleUser
    credentials: Credentials


@operation(
    service=Service.STS,
    needs=Needs.READ,
    errors=(
        RoleArnInvalid,
        SessionNameInvalid,
        DurationInvalid,
        SessionPolicyTooLong,
        SessionPolicyMalformed,
        RoleMissing,
        RoleNotTrusting,
    ),
)
def assume_role(ctx: Context, request: AssumeRoleRequest) -> AssumeRoleResponse:
    """Temporary credentials of a role that trusts the caller."""
    match = _ROLE_ARN.fullmatch(request.role_arn)
    if match is None:
        raise RoleArnInvalid("RoleArn")
    ctx.touch(f"role/{match[2]}")
    _require_sound(request)
    try:
        ctx.permit(request.role_arn)
        role = _role(ctx, match[1], match[2])
        require_trust(ctx.caller, role.trust_policy, ctx.question(request.role_arn))
    except NoPermission as error:
        raise RoleNotTrusting(error.detail) from None
    if not _LEAST_SECONDS <= request.duration_seconds <= role.max_session_seconds:
        raise DurationInvalid("DurationSeconds", f"{_LEAST_SECONDS} to {role.max_session_seconds}")
    return _credentials(ctx, request, role)


def _require_sound(request: AssumeRoleRequest) -> None:
    if not _SESSION_NAME.fullmatch(request.role_session_name):
        raise SessionNameInvalid("RoleSessionName")
    if len(request.policy) > _MOST_POLICY_CHARACTERS:
        raise SessionPolicyTooLong("Policy")
    if request.policy:
        try:
            parse_policy(request.policy, PolicyKind.SESSION)
        except PolicyMalformed as error:
            raise SessionPolicyMalformed("Policy", str(error)) from None


def _role(ctx: Context, account_id: str, name: str) -> Role:
    role = read_role(ctx.db, account_id, name)
    if role is None and account_id != ctx.caller.account_id:
        # A role of another account that is not there is like one that does not trust.
        raise NoPermission(detail_of(ctx.question(f"acs:ram::{account_id}:role/{name}"), NOT_TRUSTED))
    if role is None:
        raise RoleMissing
    return role


def _credentials(ctx: Context, request: AssumeRoleRequest, role: Role) -> AssumeRoleResponse:
    access_key_id, secret = new_credentials()
    account_id = request.role_arn.split(":")[3]
    expire_at = ctx.now + request.duration_seconds * 1000
    session = Session(
        access_key_id=access_key_id,
        access_key_secret=secret,
        account_id=account_id,
        role_id=role.role_id,
        session_name=request.role_session_name,
        session_policy=request.policy,
        through=ctx.caller.through,
        expire_at=expire_at,
    )
    return AssumeRoleResponse(
        AssumedRoleUser(
            arn=f"{request.role_arn}/{request.role_session_name}",
            assumed_role_id=f"{role.role_id}:{request.role_session_name}",
        ),
        Credentials(access_key_id, secret, seal_session(ctx.db, ctx.sealer, session), to_wire(expire_at)),
    )


class GetCallerIdentityResponse(Struct, frozen=True, rename="pascal", omit_defaults=True):
    account_id: str
    arn: str
    identity_type: str
    principal_id: str
    user_id: str = ""
    role_id: str = ""


@operation(service=Service.STS, needs=Needs.CACHE, open_to_all=True)
def get_caller_identity(ctx: Context, request: Empty) -> GetCallerIdentityResponse:
    """Who signed the request."""
    del request
    caller = ctx.caller
    if caller.kind is CallerKind.ROLE:
        return GetCallerIdentityResponse(
            account_id=caller.account_id,
            arn=f"acs:ram::{caller.account_id}:assumed-role/{caller.name}/{caller.session_name}",
            identity_type=caller.kind,
            principal_id=f"{caller.principal_id}:{caller.session_name}",
            role_id=caller.principal_id,
        )
    user_id = caller.principal_id or caller.account_id
    return GetCallerIdentityResponse(caller.account_id, caller.principal, caller.kind, user_id, user_id)


OPERATIONS = (assume_role, get_caller_identity)
