"""RAMCredentials: a RAM user's AccessKeys, which live in this database, so that one transaction rotates them."""

from keyreeve.access.accounts import create_access_key, read_access_key
from keyreeve.access.identities import user_keys, users
from keyreeve.context import Context
from keyreeve.instances.errors import TargetRefused
from keyreeve.secrets.managed import AccessKeyPair, Credential, RamConfig
from keyreeve.wire_time import to_wire

_MOST_OF_A_USER = 2


def next_access_key(
    ctx: Context, account_id: str, config: RamConfig, current: Credential, previous: Credential | None
) -> AccessKeyPair:
    """Give the user a new AccessKey; the previous one goes, the current one stays until the next rotation.

    Raises TargetRefused.
    """
    user = users.read_user(ctx.db, account_id, config.user_name)
    if user is None:
        raise TargetRefused(f"there is no RAM user {config.user_name[:64]}")
    known = {one.access_key_id for one in (current, previous) if isinstance(one, AccessKeyPair)}
    held = [one.access_key_id for one in user_keys.list_access_keys(ctx.db, user.user_id)]
    if not known.issuperset(held):
        raise TargetRefused("the RAM user has an AccessKey that the secret does not know")
    if isinstance(previous, AccessKeyPair):
        user_keys.delete_access_key(ctx.db, user.user_id, previous.access_key_id)
    made = create_access_key(ctx.db, ctx.sealer, account_id, user.user_id, ctx.now)
    opened = read_access_key(ctx.db, ctx.sealer, made.access_key_id)
    if opened is None or opened.secret.reveal() != made.secret.reveal():
        raise TargetRefused("the new AccessKey does not open")
    return AccessKeyPair(made.access_key_id, made.secret.reveal().decode("ascii"), to_wire(ctx.now))
