"""From a name to a permission and to what is called so; and lists cut into pages."""

from collections.abc import Callable
from typing import TypeVar

from msgspec import UNSET, Struct, UnsetType

from keyreeve.access.authorisation import CUSTOM, SYSTEM
from keyreeve.access.identities import groups, policies, roles, system, users
from keyreeve.access.identities.model import Group, Policy, PolicyVersion, Role, User
from keyreeve.context import Context
from keyreeve.ram.errors import GroupNotFound, PolicyNotFound, PolicyVersionNotFound, RoleNotFound, UserNotFound

T = TypeVar("T")
_SYSTEM_ACCOUNT = "system"


class Page(Struct, frozen=True, rename="pascal", kw_only=True):
    """`marker` is there only where more follows."""

    is_truncated: bool
    marker: str | UnsetType = UNSET


def cut(found: list[T], size: int, marker_of: Callable[[T], str]) -> tuple[list[T], str | UnsetType]:
    """The page of what was found with one more than its size, and the marker of the next."""
    page = found[:size]
    return page, marker_of(page[-1]) if len(found) > size else UNSET


def ask(ctx: Context, resource: str) -> None:
    """Ask for the operation's action on a resource of the caller's account, as `user/<name>`. Raises NoPermission."""
    ctx.touch(resource)
    ctx.permit(arn(ctx, resource))


def ask_policy(ctx: Context, policy_type: str, name: str) -> None:
    """The system's policies belong to the account `system`, as in RAM. Raises NoPermission."""
    ctx.touch(f"policy/{name}")
    owner = _SYSTEM_ACCOUNT if policy_type == SYSTEM else ctx.caller.account_id
    ctx.permit(f"acs:ram::{owner}:policy/{name}")


def arn(ctx: Context, resource: str) -> str:
    """RAM has no regions."""
    return f"acs:ram::{ctx.caller.account_id}:{resource}"


def find_user(ctx: Context, name: str) -> User:
    found = users.read_user(ctx.db, ctx.caller.account_id, name)
    if found is None:
        raise UserNotFound
    return found


def find_group(ctx: Context, name: str) -> Group:
    found = groups.read_group(ctx.db, ctx.caller.account_id, name)
    if found is None:
        raise GroupNotFound
    return found


def find_role(ctx: Context, name: str) -> Role:
    found = roles.read_role(ctx.db, ctx.caller.account_id, name)
    if found is None:
        raise RoleNotFound
    return found


def find_policy(ctx: Context, policy_type: str, name: str) -> Policy:
    if policy_type == SYSTEM:
        found = system.read_policy(name)
    else:
        found = policies.read_policy(ctx.db, ctx.caller.account_id, name)
    if found is None:
        raise PolicyNotFound
    return found


def own_policy(ctx: Context, name: str) -> Policy:
    """One that the account made, and so may change."""
    ask_policy(ctx, CUSTOM, name)
    return find_policy(ctx, CUSTOM, name)


def versions_of(ctx: Context, policy: Policy) -> list[PolicyVersion]:
    """Oldest first."""
    if policy.policy_type == SYSTEM:
        return system.list_versions(policy.name)
    return policies.list_versions(ctx.db, ctx.caller.account_id, policy.name)


def find_version(ctx: Context, policy: Policy, number: int) -> PolicyVersion:
    for version in versions_of(ctx, policy):
        if version.version == number:
            return version
    raise PolicyVersionNotFound
