"""Deleting and restoring secrets (API reference 9.3, 9.9)."""

from dataclasses import replace
from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.errors import SecretInDeleteWindow, SecretNotFound, SecretNotInDeleteWindow
from keyreeve.operations import Needs, operation
from keyreeve.secrets import references, rules, store
from keyreeve.secrets.lookup import changeable_secret, find_secret
from keyreeve.secrets.versions import SecretNameResponse
from keyreeve.wire_time import to_wire

_DAY_MS = 86_400_000
_LEAST_DAYS, _MOST_DAYS = 7, 30


class DeleteSecretRequest(Struct, frozen=True, rename="pascal"):
    secret_name: references.TheSecret
    force_delete_without_recovery: Annotated[
        bool, Meta(description="true: delete at once and for ever; the window then counts for nothing.")
    ] = False
    recovery_window_in_days: Annotated[
        int, Meta(ge=_LEAST_DAYS, le=_MOST_DAYS, description="Until when it can be restored, 7 to 30 days.")
    ] = _MOST_DAYS


class DeleteSecretResponse(Struct, frozen=True, rename="pascal"):
    planned_delete_time: str
    secret_name: str


@operation(needs=Needs.WRITE, errors=(SecretNotFound, SecretInDeleteWindow), erases=True)
def delete_secret(ctx: Context, request: DeleteSecretRequest) -> DeleteSecretResponse:
    """Plan a secret's deletion, or delete it at once."""
    if request.force_delete_without_recovery:
        secret = find_secret(ctx, request.secret_name)
        store.delete_secret(ctx.db, secret.secret_id)
        return DeleteSecretResponse(to_wire(ctx.now), secret.secret_name)
    secret = changeable_secret(ctx, request.secret_name)
    delete_at = ctx.now + request.recovery_window_in_days * _DAY_MS
    store.update_secret(ctx.db, replace(secret, delete_at=delete_at, updated_at=ctx.now))
    return DeleteSecretResponse(to_wire(delete_at), secret.secret_name)


class RestoreSecretRequest(Struct, frozen=True, rename="pascal"):
    secret_name: references.TheSecret


@operation(needs=Needs.WRITE, errors=(SecretNotFound, SecretNotInDeleteWindow))
def restore_secret(ctx: Context, request: RestoreSecretRequest) -> SecretNameResponse:
    """Take back a planned deletion."""
    secret = find_secret(ctx, request.secret_name)
    rules.require_planned(secret)
    store.update_secret(ctx.db, replace(secret, delete_at=None, updated_at=ctx.now))
    return SecretNameResponse(secret.secret_name)


OPERATIONS = (delete_secret, restore_secret)
