"""The laws of a key's life while time passes, without a server: keys/rules.py driven at random."""

from collections.abc import Callable
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from keyreeve.crypto.specs import KeySpec, KeyUsage
from keyreeve.errors import KeyStateUnchangeable, WrongState
from keyreeve.keys import rules
from keyreeve.keys.model import AutomaticRotation, Key, KeyState, Origin, ProtectionLevel

DAY = 86_400_000


def new_key(now: int, *, external: bool, interval_days: int | None) -> Key:
    return Key(
        key_id="k",
        account_id="1",
        spec=KeySpec.AES_256,
        usage=KeyUsage.ENCRYPT_DECRYPT,
        origin=Origin.EXTERNAL if external else Origin.ALIYUN_KMS,
        protection_level=ProtectionLevel.SOFTWARE,
        state=KeyState.PENDING_IMPORT if external else KeyState.ENABLED,
        description="",
        created_at=now,
        delete_at=None,
        deletion_protected=False,
        deletion_protection_description="",
        rotation_seconds=interval_days and interval_days * 86_400,
        last_rotated_at=now,
        primary_version_id=None if external else "v",
    )


class Laws(RuleBasedStateMachine):
    """What happened is remembered apart from the key: when its deletion is due, and whether it is on."""

    now: int
    key: Key
    on: bool
    delete_at: int | None

    @initialize(external=st.booleans(), days=st.none() | st.integers(7, 60))
    def create(self, external: bool, days: int | None) -> None:
        self.now, self.on, self.delete_at = 1_700_000_000_000, not external, None
        self.key = new_key(self.now, external=external, interval_days=None if external else days)

    @rule(days=st.integers(0, 20), milliseconds=st.integers(0, 2))
    def time_passes(self, days: int, milliseconds: int) -> None:
        self.now += days * DAY + milliseconds

    @rule()
    def rotation_job(self) -> None:
        if rules.rotation_is_due(self.key, self.now):
            self.key = replace(self.key, last_rotated_at=self.now)

    @rule(on=st.booleans())
    def switch(self, on: bool) -> None:
        change = rules.enabled if on else rules.disabled
        if self.delete_at is not None or self.key.primary_version_id is None:
            self.refuses(change)
        else:
            self.key, self.on = change(self.key), on

    @rule(days=st.integers(7, 366))
    def schedule(self, days: int) -> None:
        if self.delete_at is not None or self.key.deletion_protected:
            self.refuses(lambda key: rules.scheduled_for_deletion(key, self.now, days))
            return
        self.key = rules.scheduled_for_deletion(self.key, self.now, days)
        self.delete_at = self.now + days * DAY

    @precondition(lambda self: not rules.is_gone(self.key, self.now))
    @rule()
    def cancel(self) -> None:
        if self.delete_at is None:
            self.refuses(rules.deletion_cancelled)
            return
        self.key, self.delete_at = rules.deletion_cancelled(self.key), None
        self.on = self.key.primary_version_id is not None

    @rule(on=st.booleans())
    def protect(self, on: bool) -> None:
        if self.delete_at is None:
            self.key = replace(self.key, deletion_protected=on)

    def refuses(self, change: Callable[[Key], Key]) -> None:
        before = self.key
        try:
            change(self.key)
        except KeyStateUnchangeable:
            assert self.key == before
        else:
            raise AssertionError("the change was not refused")

    @invariant()
    def only_an_enabled_key_may_be_used(self) -> None:
        try:
            rules.require_usable(self.key)
            usable = True
        except WrongState:
            usable = False
        assert usable == (self.on and self.delete_at is None)

    @invariant()
    def it_is_gone_from_its_date_on_and_not_before(self) -> None:
        assert rules.is_gone(self.key, self.now) == (self.delete_at is not None and self.now >= self.delete_at)

    @invariant()
    def rotation_is_shown_by_interval_and_state(self) -> None:
        shown = rules.automatic_rotation(self.key)
        if self.key.rotation_seconds is None:
            assert shown is AutomaticRotation.DISABLED
        else:
            running = self.on and self.delete_at is None
            assert shown is (AutomaticRotation.ENABLED if running else AutomaticRotation.SUSPENDED)

    @invariant()
    def rotation_is_due_an_interval_after_the_last_and_only_while_enabled(self) -> None:
        interval = self.key.rotation_seconds
        passed = interval is not None and self.now - self.key.last_rotated_at >= interval * 1000
        assert rules.rotation_is_due(self.key, self.now) == (passed and self.on and self.delete_at is None)


TestLaws = Laws.TestCase
TestLaws.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
