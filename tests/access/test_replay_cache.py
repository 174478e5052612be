"""The replay cache by itself, under clocks that do not go on evenly."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from keyreeve.access.replay import WINDOW_SECONDS, ReplayCache, prepare_replay_folder

NOON = 1_800_000_000 // WINDOW_SECONDS * WINDOW_SECONDS


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[ReplayCache]:
    prepare_replay_folder(tmp_path / "replay", NOON)
    cache = ReplayCache(tmp_path / "replay", map_bytes=16 << 20)
    yield cache
    cache.close()


@pytest.mark.parametrize("later", [0, 1, WINDOW_SECONDS - 1, 2 * WINDOW_SECONDS])
def test_a_nonce_is_known_for_two_windows(cache: ReplayCache, later: int):
    assert cache.burn("key", "nonce", NOON)
    assert not cache.burn("key", "nonce", NOON + later)


@pytest.mark.parametrize("earlier", [1, 60, WINDOW_SECONDS])
def test_a_nonce_is_known_when_the_clock_is_set_back(cache: ReplayCache, earlier: int):
    assert cache.burn("key", "nonce", NOON)
    assert not cache.burn("key", "nonce", NOON - earlier)


def test_a_nonce_belongs_to_its_access_key(cache: ReplayCache):
    assert cache.burn("one", "nonce", NOON)
    assert cache.burn("other", "nonce", NOON)


@pytest.mark.parametrize("at", range(0, 3 * WINDOW_SECONDS, WINDOW_SECONDS // 3))
def test_pruning_leaves_what_may_still_come_again(cache: ReplayCache, at: int):
    assert cache.burn("key", "nonce", NOON)
    cache.prune(lambda: NOON + at)
    assert cache.burn("key", "nonce", NOON + min(at, 2 * WINDOW_SECONDS)) is False


def test_pruning_makes_room_for_the_next_round(cache: ReplayCache):
    assert cache.burn("key", "nonce", NOON)
    for period in range(1, 6):
        cache.prune(lambda period=period: NOON + period * WINDOW_SECONDS)
    assert cache.burn("key", "nonce", NOON + 5 * WINDOW_SECONDS)


def test_a_forgiven_nonce_may_come_again(cache: ReplayCache):
    assert cache.burn("key", "nonce", NOON)
    cache.forgive("key", "nonce", NOON)
    assert cache.burn("key", "nonce", NOON)


def test_only_a_folder_that_never_served_trusts_what_was_signed_before(tmp_path: Path):
    prepare_replay_folder(tmp_path / "new", NOON, never_served=True)
    prepare_replay_folder(tmp_path / "lost", NOON)
    assert ReplayCache(tmp_path / "new", map_bytes=1 << 20).not_before == 0
    assert ReplayCache(tmp_path / "lost", map_bytes=1 << 20).not_before == NOON


def test_of_several_at_once_each_is_taken_once(cache: ReplayCache):
    assert cache.burn("one", "old", NOON)
    seen = [("one", "new"), ("one", "old"), ("one", "new"), ("other", "new"), ("one", "last")]
    assert cache.burn_all(seen, NOON) == [True, False, False, True, True]
    assert cache.burn_all(seen, NOON + WINDOW_SECONDS) == [False] * 5


def test_what_has_no_nonce_may_come_again(cache: ReplayCache):
    assert cache.burn_all([("one", ""), ("one", "")], NOON) == [True, True]
    assert cache.burn_all([("one", "")], NOON) == [True]


@pytest.mark.parametrize("nonce", ["\ud800", "\0", "x" * 70_000, "中"])
def test_no_nonce_breaks_those_beside_it(cache: ReplayCache, nonce: str):
    assert cache.burn_all([("one", "before"), ("one", nonce), ("one", "behind")], NOON) == [True] * 3
    assert cache.burn("one", nonce, NOON) is False
