"""Patterns against a regular expression, and in time that does not explode."""

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from keyreeve.access.policies.evaluation import decide
from keyreeve.access.policies.patterns import matcher
from tests.access.policies.documents import allow, policies, request

texts = st.text("ab", max_size=6)
patterns = st.text("ab**?", max_size=7)


def by_regex(pattern: str, text: str) -> bool:
    signs = {"*": ".*", "?": "."}
    return re.fullmatch("".join(signs.get(one, re.escape(one)) for one in pattern), text, re.DOTALL) is not None


@settings(max_examples=2000)
@given(st.lists(patterns, min_size=1, max_size=3), texts)
@example(["a*ab*b"], "aab")
@example(["*?b*b"], "ab")
@example(["ab*b"], "ab")
def test_patterns_mean_what_a_regular_expression_says(some: list[str], text: str):
    assert matcher(some)(text) == any(by_regex(pattern, text) for pattern in some)


@settings(max_examples=500)
@given(st.data(), st.text("ab", min_size=1, max_size=12))
def test_a_pattern_made_from_a_text_matches_it(data: st.DataObject, text: str):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    single = data.draw(st.integers(0, len(text) - 1))
    assert matcher([text[:start] + "*" + text[end:]])(text)
    assert matcher([text[:single] + "?" + text[single + 1 :]])(text)


def test_nothing_matches_no_pattern_and_signs_of_regular_expressions_mean_themselves():
    assert not matcher([])("")
    assert matcher(["a.b+[c]"])("a.b+[c]")
    assert not matcher(["a.b"])("axb")
    assert matcher(["a*b"])("a\n\U0001f511b")
    assert matcher(["?"])("\U0001f511")


BOMBS = {
    "stars": ("a*" * 1000 + "b", "a" * 2000),
    "stars that fit": ("*a" * 1000 + "*", "a" * 2000),
    "marks and stars": ("a*?" * 1000 + "b", "a" * 2000),
    "marks in the middle": ("*" + "?a" * 500 + "*" + "a?" * 500 + "*b*", "a" * 2000),
    "long tail": ("*" + "a" * 1000 + "b", "a" * 2000),
    "many stars": ("*" * 6000 + "b", "a" * 2000),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_take_time_at_most_as_the_product_of_their_lengths(bomb: str):
    pattern, text = BOMBS[bomb]
    started = time.process_time()
    assert matcher([pattern])(text) == (bomb == "stars that fit")
    assert time.process_time() - started < 1


def test_a_whole_document_of_bombs_is_read_and_asked_quickly():
    bomb = "kms:" + "a*" * 380
    asking = policies(*(allow([bomb + "b"], ["acs:" + "a*" * 480 + "b"]) for _ in range(3)))
    one = request("kms:" + "a" * 1000, "acs:" + "a" * 1000)
    started = time.process_time()
    for _ in range(100):
        assert not decide(one, is_root=False, identity=asking).allowed
    assert time.process_time() - started < 2
