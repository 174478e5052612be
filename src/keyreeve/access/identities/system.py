"""The system's policies in the shape of an account's own; each has one version."""

from keyreeve.access.authorisation import SYSTEM
from keyreeve.access.identities.model import Policy, PolicyVersion
from keyreeve.access.policies.system import SYSTEM_POLICIES

# 2026-01-01: they come with the program, and an account sees the same dates wherever it is.
_MADE_AT = 1_767_225_600_000


def read_policy(name: str) -> Policy | None:
    found = SYSTEM_POLICIES.get(name)
    if found is None:
        return None
    return Policy(SYSTEM, name, found.description, 1, 1, _MADE_AT, _MADE_AT)


def list_policies(after: str, limit: int) -> list[Policy]:
    """Up to `limit` policies by name, behind the name `after`."""
    found = [read_policy(name) for name in sorted(SYSTEM_POLICIES) if name > after]
    return [policy for policy in found[:limit] if policy is not None]


def list_versions(name: str) -> list[PolicyVersion]:
    return [PolicyVersion(1, SYSTEM_POLICIES[name].document, _MADE_AT)]
