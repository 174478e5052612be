"""GetRandomPassword (reference 3.11)."""

import string
from collections import Counter
from math import sqrt

import pytest

from tests.keys.still import StillServer
from tests.secrets.things import names_parameter

# API metadata: no backtick.
SIGNS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_{|}~"
KINDS = {
    "Lowercase": string.ascii_lowercase,
    "Uppercase": string.ascii_uppercase,
    "Numbers": string.digits,
    "Punctuation": SIGNS,
}


@pytest.fixture
def still(sqlite_still: StillServer) -> StillServer:
    """The database plays no part here."""
    return sqlite_still


def password(still: StillServer, **given: str) -> str:
    return str(still.call("GetRandomPassword", **given)["RandomPassword"])


def without(*kinds: str) -> dict[str, str]:
    return {f"Exclude{kind}": "true" for kind in kinds}


def has_each(text: str, *kinds: str) -> bool:
    return all(set(KINDS[kind]) & set(text) for kind in kinds)


def test_a_password_has_32_characters_of_all_four_kinds(still: StillServer):
    for _ in range(50):
        made = password(still)
        assert len(made) == 32
        assert has_each(made, *KINDS)
        assert set(made) <= set("".join(KINDS.values()))


@pytest.mark.parametrize("length", [8, 9, 127, 128])
def test_it_is_as_long_as_it_was_asked_to_be(still: StillServer, length: int):
    for _ in range(10):
        made = password(still, PasswordLength=str(length))
        assert len(made) == length
        assert has_each(made, *KINDS)


@pytest.mark.parametrize("length", ["7", "129", "0", "-8", "8.0", "x"])
def test_another_length_is_refused(still: StillServer, length: str):
    assert names_parameter(still.answer("GetRandomPassword", PasswordLength=length), "PasswordLength")


@pytest.mark.parametrize("left_out", KINDS)
def test_a_kind_that_is_left_out_does_not_occur(still: StillServer, left_out: str):
    others = [kind for kind in KINDS if kind != left_out]
    for _ in range(10):
        assert not has_each(password(still, PasswordLength="128", **without(left_out)), left_out)
        only = password(still, **without(*others))
        assert set(only) <= set(KINDS[left_out])


def test_characters_that_are_left_out_do_not_occur_and_an_empty_kind_is_not_required(still: StillServer):
    for _ in range(10):
        made = password(still, PasswordLength="128", ExcludeCharacters=string.digits + "aZ~`")
        assert not set(made) & set(string.digits + "aZ~`")
        assert has_each(made, "Lowercase", "Uppercase", "Punctuation")
    single = password(
        still, ExcludeCharacters=string.ascii_lowercase[1:], **without("Uppercase", "Numbers", "Punctuation")
    )
    assert single == "a" * 32


def test_where_no_character_is_left_the_request_is_refused(still: StillServer):
    every = {"ExcludeCharacters": string.ascii_lowercase, **without("Uppercase", "Numbers", "Punctuation")}
    for given in (without(*KINDS), every):
        assert still.refused("GetRandomPassword", **given) == "InvalidParameter"


@pytest.mark.parametrize("text", ["x" * 129, "a b", "é", "\0", "\n"])
def test_what_cannot_be_left_out_is_refused(still: StillServer, text: str):
    assert names_parameter(still.answer("GetRandomPassword", ExcludeCharacters=text), "ExcludeCharacters")


@pytest.mark.parametrize("required", ["true", "false"])
def test_every_character_is_as_likely_as_any_other_of_its_kind(still: StillServer, required: str):
    """In 38,400 characters every one of 93 is within six standard deviations of its share, and in each half as well."""
    made = [password(still, PasswordLength="128", RequireEachIncludedType=required) for _ in range(300)]
    assert len(set(made)) == 300
    alphabet = "".join(KINDS.values())
    for start in (0, 64):
        counted = Counter("".join(one[start : start + 64] for one in made))
        assert set(counted) == set(alphabet)
        expected = 300 * 64 / len(alphabet)
        assert all(abs(count - expected) < 6 * sqrt(expected) for count in counted.values())


def test_without_the_requirement_a_kind_may_be_missing(still: StillServer):
    made = [password(still, PasswordLength="8", RequireEachIncludedType="false") for _ in range(60)]
    assert not all(has_each(one, *KINDS) for one in made)
