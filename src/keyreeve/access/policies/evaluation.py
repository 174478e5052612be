"""Who may do what, decided from policies alone (reference 2.2 and 2.6). Nothing here reads, waits or knows the time.

1. The root of an account has every right on its resources.
2. A session policy, where there is one, must allow too; it gives no right by itself.
3. An explicit Deny, of an identity's policy or the resource's, is final.
4. Within an account an identity's policy or the resource's must allow. A statement of the resource's policy whose
   principal is the whole own account, as in the default policy, leaves that to RAM: it gives no user or role a right.
5. Between accounts both must allow; for the other account's root there is only the resource's policy to ask.
6. What nothing allows is denied.
"""

from keyreeve.access.policies.decisions import (
    NOT_ALLOWED_BY_SESSION,
    NOT_TRUSTED,
    NOTHING_ALLOWS,
    RESOURCE_POLICY_DOES_NOT_ALLOW,
    ROOT,
    Decision,
)
from keyreeve.access.policies.policy_set import PolicySet, Request


def decide(
    request: Request,
    *,
    is_root: bool,
    identity: PolicySet,
    session: PolicySet | None = None,
    resource: PolicySet | None = None,
) -> Decision:
    """`is_root`: the caller is the root of its own account. The numbers are those of the module's laws."""
    own = request.account_id == request.owner_account_id
    if is_root and own:
        return ROOT  # 1
    refusal = _refusal_by_session(request, session) or identity.denial(request)  # 2, 3
    if refusal is None and resource is not None:
        refusal = resource.denial(request)  # 3
    if refusal is not None:
        return refusal
    by_identity = ROOT if is_root else identity.permission(request)
    if own:
        return by_identity or _permission(request, resource, by_name=True) or NOTHING_ALLOWS  # 4, 6
    if by_identity is None:
        return NOTHING_ALLOWS  # 5
    return _permission(request, resource, by_name=False) or RESOURCE_POLICY_DOES_NOT_ALLOW  # 5


def trusts(request: Request, trust: PolicySet) -> Decision:
    """Whether a role's trust policy lets the caller assume it; the action of the request is sts:AssumeRole.

    A whole account as principal trusts all its identities. That the caller's own policies allow sts:AssumeRole on the
    role is a second question: ask `decide` as if the caller's account owned the role.
    """
    return trust.denial(request) or trust.permission(request) or NOT_TRUSTED


def _refusal_by_session(request: Request, session: PolicySet | None) -> Decision | None:
    if session is None:
        return None
    refusal = session.denial(request)
    if refusal is None and session.permission(request) is None:
        return NOT_ALLOWED_BY_SESSION
    return refusal


def _permission(request: Request, resource: PolicySet | None, *, by_name: bool) -> Decision | None:
    return None if resource is None else resource.permission(request, by_name=by_name)
