"""Key policies: SetKeyPolicy and GetKeyPolicy (API of 2023; KMS documentation, "Key policy overview")."""

from dataclasses import replace
from typing import Annotated, Literal, Self

from msgspec import Meta, Struct

from keyreeve.access.policies.document import PolicyMalformed
from keyreeve.access.policies.language import PolicyKind, parse_policy
from keyreeve.access.policies.system import default_key_policy
from keyreeve.context import Context
from keyreeve.errors import KeyNotFound, KeyPendingDeletion, ParameterInvalid
from keyreeve.keys import references, rules, store
from keyreeve.keys.lookup import find_key
from keyreeve.operations import Empty, Needs, operation

POLICY_NAME = "default"


class ResourcePolicy:
    """A policy of a key or a secret, of the documented form; `text` as it came."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    @classmethod
    def from_wire(cls, text: str) -> Self:
        try:
            parse_policy(text, PolicyKind.RESOURCE)
        except PolicyMalformed as error:
            raise ParameterInvalid("Policy", str(error)) from None
        return cls(text)


PolicyName = Annotated[Literal["default"], Meta(description="There is one policy, named default.")]


class SetKeyPolicyRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKey
    policy: Annotated[ResourcePolicy, Meta(description="JSON of at most 32,768 bytes: who may use the key.")]
    policy_name: PolicyName = POLICY_NAME


@operation(needs=Needs.WRITE, errors=(KeyNotFound, KeyPendingDeletion))
def set_key_policy(ctx: Context, request: SetKeyPolicyRequest) -> Empty:
    """Replace the policy of a key; it takes effect with the answer."""
    key = find_key(ctx, request.key_id)
    rules.require_not_pending_deletion(key)
    store.update_key(ctx.db, replace(key, policy=request.policy.text))
    return Empty()


class GetKeyPolicyRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKey
    policy_name: PolicyName = POLICY_NAME


class GetKeyPolicyResponse(Struct, frozen=True, rename="pascal"):
    policy: str


@operation(needs=Needs.CACHE, errors=(KeyNotFound,))
def get_key_policy(ctx: Context, request: GetKeyPolicyRequest) -> GetKeyPolicyResponse:
    """The policy of a key; one that was never set leaves everything to RAM."""
    key = find_key(ctx, request.key_id)
    return GetKeyPolicyResponse(key.policy or default_key_policy(key.account_id))


OPERATIONS = (set_key_policy, get_key_policy)
