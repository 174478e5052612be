"""The name that a key may have beside its aliases: one of its account's own, and free again when the key is gone."""

import pytest

from keyreeve.crypto.specs import KeySpec, KeyUsage
from keyreeve.errors import KeyNameExists, LimitReached
from keyreeve.keys import store
from keyreeve.keys.making import WantedKey, make_key, material_for
from keyreeve.limits import NO_LIMITS, Limits, Quota
from tests.keys.neutral import transaction
from tests.keys.still import DAY, StillServer
from tests.support.server import create_account


def make(still: StillServer, name: str | None, account_id: str = "", limits: Limits = NO_LIMITS) -> str:
    wanted = WantedKey(spec=KeySpec.AES_256, usage=KeyUsage.ENCRYPT_DECRYPT, name=name)
    with transaction(still, account_id) as ctx:
        ctx.limits = limits
        return make_key(ctx, wanted, material_for(ctx, wanted)).key_id


def holder(still: StillServer, name: str) -> str | None:
    with still.parts.database.reading() as connection:
        key = store.key_named(connection, still.account.account_id, name)
    return None if key is None else key.key_id


def test_a_named_key_is_a_key_like_any_other(still: StillServer):
    key_id = make(still, "invoices")
    assert holder(still, "invoices") == key_id
    assert still.metadata(key_id)["KeySpec"] == "Aliyun_AES_256"
    assert still.call("Encrypt", KeyId=key_id, Plaintext="aGk=")["KeyId"] == key_id
    assert holder(still, "Invoices") is None


def test_no_two_keys_of_an_account_have_one_name(still: StillServer):
    make(still, "once")
    with pytest.raises(KeyNameExists):
        make(still, "once")
    other = create_account(still.data, "1000000000000007")
    assert make(still, "once", other.account_id) != holder(still, "once")


def test_any_number_of_keys_has_no_name(still: StillServer):
    assert len({make(still, None) for _ in range(3)}) == 3


def test_a_name_is_taken_while_the_deletion_is_pending_and_free_when_the_key_is_gone(still: StillServer):
    first = make(still, "reused")
    still.call("ScheduleKeyDeletion", KeyId=first, PendingWindowInDays="7")
    with pytest.raises(KeyNameExists):
        make(still, "reused")
    still.wait(7 * DAY)
    second = make(still, "reused")
    assert holder(still, "reused") == second != first
    still.run_jobs()
    assert holder(still, "reused") == second
    assert still.metadata(second)["KeyState"] == "Enabled"


def test_what_exceeds_the_quota_is_not_made(still: StillServer):
    with pytest.raises(LimitReached):
        make(still, "too many", limits=Limits(quotas={Quota.KEYS: 0}))
    assert holder(still, "too many") is None
