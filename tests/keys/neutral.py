"""The functions that belong to no door, called as another door would call them."""

from collections.abc import Generator
from contextlib import contextmanager

from keyreeve.context import Context
from keyreeve.keys.lookup import any_key
from keyreeve.keys.making import WantedKey, make_key, material_for
from keyreeve.keys.model import Key
from keyreeve.steps import Steps
from tests.keys.still import StillServer


@contextmanager
def transaction(still: StillServer, account_id: str = "") -> Generator[Context]:
    with Steps(still.parts, account_id or still.account.account_id, "request").transaction() as ctx:
        yield ctx


def made(still: StillServer, wanted: WantedKey) -> Key:
    with transaction(still) as ctx:
        return make_key(ctx, wanted, material_for(ctx, wanted))


def found(ctx: Context, key_id: str) -> Key:
    key = any_key(ctx, key_id)
    assert key is not None
    return key
