"""RotateSecret and UpdateSecretRotationPolicy (API reference 9.12, 9.13)."""

import time
from dataclasses import replace
from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.errors import (
    ParameterMissing,
    RotationFailed,
    SecretInDeleteWindow,
    SecretNotFound,
    Throttled,
    UnsupportedAction,
)
from keyreeve.operations import Needs, operation
from keyreeve.secrets import references, rules, store
from keyreeve.secrets.lookup import changeable_secret
from keyreeve.secrets.model import NamedSecret
from keyreeve.secrets.rotation import store as rotations
from keyreeve.secrets.rotation.beginning import begin
from keyreeve.secrets.rotation.failing import Steps
from keyreeve.secrets.rotation.machine import drive
from keyreeve.secrets.rotation.model import Phase
from keyreeve.secrets.versions import SecretNameResponse

# Whoever calls is answered by then; the rotation goes on.
_PATIENCE_SECONDS = 40.0
_POLL_SECONDS = 0.05
# The call that begins a rotation takes it on; if it cannot, the server itself does a little later.
_HEAD_START_MS = 2_000


class RotateSecretRequest(Struct, frozen=True, rename="pascal"):
    secret_name: references.TheSecret
    version_id: Annotated[references.VersionId, Meta(description="The version that is to come of it.")]


class RotateSecretResponse(Struct, frozen=True, rename="pascal"):
    arn: str
    secret_name: str
    version_id: str


def _to_its_end(steps: Steps, request: RotateSecretRequest) -> None:
    """See the rotation through: one that was on its way already first, then the one that was asked for.

    Raises RotationFailed or Throttled.
    """
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        with steps.transaction() as ctx:
            account_id = request.secret_name.account_id or ctx.caller.account_id
            secret = store.read_secret(ctx.db, account_id, request.secret_name.name)
            if secret is None or _is_rotated(ctx, secret, request.version_id):
                return
            if rotations.read_rotation(ctx.db, secret.secret_id) is None:
                begin(ctx, secret, request.version_id, ctx.now + _HEAD_START_MS)
        if not drive(steps, secret.secret_id):
            time.sleep(_POLL_SECONDS)
    raise RotationFailed("the rotation has not ended yet, and goes on")


def _is_rotated(ctx: Context, secret: NamedSecret, version_id: str) -> bool:
    """Whether the version is there and nothing is left to do for it."""
    if store.read_version(ctx.db, secret.secret_id, version_id) is None:
        return False
    pending = rotations.read_rotation(ctx.db, secret.secret_id)
    return pending is None or pending.version_id != version_id


@operation(
    needs=Needs.WRITE,
    errors=(SecretNotFound, SecretInDeleteWindow, UnsupportedAction, Throttled),
    after=_to_its_end,
)
def rotate_secret(ctx: Context, request: RotateSecretRequest) -> RotateSecretResponse:
    """Give a managed secret a new credential now; asking again for the same version changes nothing."""
    secret = changeable_secret(ctx, request.secret_name)
    rules.require_managed(secret)
    known = store.read_version(ctx.db, secret.secret_id, request.version_id)
    if known is None and rotations.read_rotation(ctx.db, secret.secret_id) is None:
        begin(ctx, secret, request.version_id, ctx.now + _HEAD_START_MS)
    return RotateSecretResponse(ctx.arn(secret.resource, secret.account_id), secret.secret_name, request.version_id)


class UpdateSecretRotationPolicyRequest(Struct, frozen=True, rename="pascal"):
    secret_name: references.TheSecret
    enable_automatic_rotation: Annotated[bool, Meta(description="Whether the secret rotates by time.")]
    rotation_interval: references.Interval = None


@operation(needs=Needs.WRITE, errors=(SecretNotFound, SecretInDeleteWindow, UnsupportedAction))
def update_secret_rotation_policy(ctx: Context, request: UpdateSecretRotationPolicyRequest) -> SecretNameResponse:
    """Turn automatic rotation on, with its interval, or off; a rotation that is overdue happens at once."""
    secret = changeable_secret(ctx, request.secret_name)
    rules.require_managed(secret)
    interval = request.rotation_interval
    if request.enable_automatic_rotation and interval is None:
        raise ParameterMissing("RotationInterval")
    seconds = None if interval is None else interval.seconds
    changed = rules.with_schedule(secret, rotates=request.enable_automatic_rotation, seconds=seconds)
    store.update_secret(ctx.db, replace(changed, updated_at=ctx.now))
    pending = rotations.read_rotation(ctx.db, secret.secret_id)
    if pending is not None and pending.phase is Phase.WANTED and not request.enable_automatic_rotation:
        # Nothing of it has been done, so nothing has to be ended.
        rotations.delete_rotation(ctx.db, secret.secret_id)
    elif pending is not None:
        # Whoever sets the policy has seen to what was wrong.
        rotations.update_rotation(ctx.db, replace(pending, attempts=0, next_attempt_at=ctx.now))
    return SecretNameResponse(secret.secret_name)


OPERATIONS = (rotate_secret, update_secret_rotation_policy)
