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
        has_material=not external,
        material_expire_at=None,
    )


class Laws(RuleBasedStateMachine):
    """What happened is remembered apart from the key: whether it is on, and when it and its material are due to go.

    Who looks at a key sees it as of now, whether or not a job has come by.
    """

    now: int
    key: Key
    on: bool
    delete_at: int | None
    material: bool
    expire_at: int | None

    @initialize(external=st.booleans(), days=st.none() | st.integers(7, 60))
    def create(self, external: bool, days: int | None) -> None:
        self.now, self.on, self.delete_at = 1_700_000_000_000, not external, None
        self.material, self.expire_at = not external, None
        self.key = new_key(self.now, external=external, interval_days=None if external else days)

    @property
    def seen(self) -> Key:
        return rules.as_of(self.key, self.now)

    @property
    def has_material(self) -> bool:
        return self.material and (self.expire_at is None or self.now < self.expire_at)

    @rule(days=st.integers(0, 20), milliseconds=st.integers(0, 2))
    def time_passes(self, days: int, milliseconds: int) -> None:
        self.now += days * DAY + milliseconds

    @rule()
    def rotation_job(self) -> None:
        if rules.rotation_is_due(self.key, self.now):
            self.key = replace(self.key, last_rotated_at=self.now)

    @rule()
    def material_job(self) -> None:
        self.key = self.seen

    @precondition(lambda self: self.key.origin is Origin.EXTERNAL and not rules.is_gone(self.key, self.now))
    @rule(days=st.none() | st.integers(1, 30))
    def import_material(self, days: int | None) -> None:
        expire_at = days and self.now + days * DAY
        if self.delete_at is not None:
            self.refuses(lambda key: rules.with_material(key, expire_at))
            return
        self.on = self.on or not self.has_material
        self.key = rules.with_material(self.seen, expire_at)
        self.material, self.expire_at = True, expire_at

    @precondition(lambda self: self.key.origin is Origin.EXTERNAL)
    @rule()
    def delete_material(self) -> None:
        self.key, self.material = rules.without_material(self.seen), False

    @rule(on=st.booleans())
    def switch(self, on: bool) -> None:
        change = rules.enabled if on else rules.disabled
        if self.delete_at is not None or not self.has_material:
            self.refuses(change)
        else:
            self.key, self.on = change(self.seen), on

    @rule(days=st.integers(7, 366))
    def schedule(self, days: int) -> None:
        if self.delete_at is not None or self.key.deletion_protected:
            self.refuses(lambda key: rules.scheduled_for_deletion(key, self.now, days))
            return
        self.key = rules.scheduled_for_deletion(self.seen, self.now, days)
        self.delete_at = self.now + days * DAY

    @precondition(lambda self: not rules.is_gone(self.key, self.now))
    @rule()
    def cancel(self) -> None:
        if self.delete_at is None:
            self.refuses(rules.deletion_cancelled)
            return
        self.key, self.delete_at = rules.deletion_cancelled(self.seen), None
        self.on = True

    @rule(on=st.booleans())
    def protect(self, on: bool) -> None:
        if self.delete_at is None:
            self.key = replace(self.key, deletion_protected=on)

    def refuses(self, change: Callable[[Key], Key]) -> None:
        try:
            change(self.seen)
        except KeyStateUnchangeable:
            pass
        else:
            raise AssertionError("the change was not refused")

    @invariant()
    def only_an_enabled_key_may_be_used(self) -> None:
        try:
            rules.require_usable(self.seen)
            usable = True
        except WrongState:
            usable = False
        assert usable == (self.on and self.has_material and self.delete_at is None)

    @invariant()
    def its_state_says_whether_it_goes_then_whether_it_waits_then_whether_it_is_on(self) -> None:
        state = KeyState.ENABLED if self.on else KeyState.DISABLED
        if not self.has_material:
            state = KeyState.PENDING_IMPORT
        if self.delete_at is not None:
            state = KeyState.PENDING_DELETION
        assert self.seen.state is state

    @invariant()
    def its_material_is_there_until_its_time_or_its_deletion(self) -> None:
        assert self.seen.has_material == self.has_material
        if self.has_material:
            assert self.seen.material_expire_at == self.expire_at

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
