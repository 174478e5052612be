"""Secret policies: SetSecretPolicy and GetSecretPolicy (API of 2023; KMS documentation, "Secret policy overview")."""

from dataclasses import replace
from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.access.policies.system import default_secret_policy
from keyreeve.context import Context
from keyreeve.errors import SecretInDeleteWindow, SecretNotFound
from keyreeve.keys.policies import POLICY_NAME, PolicyName, ResourcePolicy
from keyreeve.operations import Empty, Needs, operation
from keyreeve.secrets import references, store
from keyreeve.secrets.lookup import changeable_secret, find_secret


class SetSecretPolicyRequest(Struct, frozen=True, rename="pascal"):
    secret_name: references.TheSecret
    policy: Annotated[ResourcePolicy, Meta(description="JSON of at most 32,768 bytes: who may use the secret.")]
    policy_name: PolicyName = POLICY_NAME


@operation(needs=Needs.WRITE, errors=(SecretNotFound, SecretInDeleteWindow))
def set_secret_policy(ctx: Context, request: SetSecretPolicyRequest) -> Empty:
    """Replace the policy of a secret; it takes effect with the answer."""
    secret = changeable_secret(ctx, request.secret_name)
    store.update_secret(ctx.db, replace(secret, policy=request.policy.text))
    return Empty()


class GetSecretPolicyRequest(Struct, frozen=True, rename="pascal"):
    secret_name: references.TheSecret
    policy_name: PolicyName = POLICY_NAME


class GetSecretPolicyResponse(Struct, frozen=True, rename="pascal"):
    policy: str


@operation(needs=Needs.CACHE, errors=(SecretNotFound,))
def get_secret_policy(ctx: Context, request: GetSecretPolicyRequest) -> GetSecretPolicyResponse:
    """The policy of a secret; one that was never set leaves everything to RAM."""
    secret = find_secret(ctx, request.secret_name)
    return GetSecretPolicyResponse(secret.policy or default_secret_policy(secret.account_id))


OPERATIONS = (set_secret_policy, get_secret_policy)
