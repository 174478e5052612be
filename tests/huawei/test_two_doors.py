"""Ciphertext goes from door to door at random, and always opens under the right context and under no other."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.huawei.ciphers import SYMMETRIC, Laboratory
from tests.huawei.walking import NAME, NOTHING, Bound, Move, begin, go_on

# At least a byte, since "" is none here.
AADS = st.text(min_size=1, max_size=128).filter(lambda text: len(text.encode()) <= 128)
SAYABLE = st.one_of(st.just(NOTHING), AADS.map(lambda text: Bound(((NAME, text),))))
FOREIGN = st.sampled_from([Bound((("a", "b"),)), Bound(((NAME, "x"), ("a", "b"))), Bound(((NAME, ""),))])


def moves(by_huawei: bool) -> st.SearchStrategy[Move]:
    return st.builds(
        Move,
        st.just(by_huawei),
        st.sampled_from(SYMMETRIC),
        st.integers(0, 1),
        SAYABLE if by_huawei else st.one_of(SAYABLE, FOREIGN),
        st.sampled_from(["", "RSA_2048", "SM2"]),
        st.booleans(),
    )


MOVES = st.booleans().flatmap(moves)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    walk=st.lists(MOVES, min_size=2, max_size=6),
    text=st.one_of(st.none(), st.text(min_size=1, max_size=200)),
    size=st.integers(1, 1024),
    other=st.one_of(SAYABLE, FOREIGN),
)
def test_what_goes_through_both_doors_comes_back(
    lab: Laboratory, walk: list[Move], text: str | None, size: int, other: Bound
):
    sealed = begin(lab, walk[0], text, size)
    sealed.require_right(other)
    for move in walk[1:]:
        before, sealed = sealed, go_on(lab, sealed, move)
        sealed.require_right(other)
        sealed.require_right(before.bound)
