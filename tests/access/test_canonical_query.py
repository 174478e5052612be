"""The canonical query against what urllib makes of the same raw query."""

from urllib.parse import quote, unquote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from keyreeve.access.signatures.canonical import (
    Malformed,
    canonical_query,
    decode,
    encode,
    split,
    to_parameters,
)

PIECES = [*"aZ09-._~+*!'()/:%=&; é\u00ff", "%20", "%2a", "%2B", "%41", "%7E", "%7e", "%26", "%3D", "%25"]
BROKEN = ["%E4%B8%AD", "%e4%b8%ad", "%F0%9F%94%91", "%ff", "%", "%4", "%zz", "%C3", "%00"]
raw_queries = st.lists(st.sampled_from(PIECES + BROKEN), max_size=40).map("".join)
texts = st.text(st.characters(exclude_categories=["Cs"]))


def by_urllib(query: str) -> list[tuple[str, str]]:
    """The decoded pairs. Raises UnicodeDecodeError."""
    pairs = [piece.partition("=") for piece in query.split("&") if piece]
    return [(unquote_plus(name, errors="strict"), unquote_plus(value, errors="strict")) for name, _, value in pairs]


@given(raw_queries)
@example("a=%7E&a%7E=+&b=%2B&c=%2b&=&d")
def test_every_raw_query_is_encoded_as_urllib_encodes_it(query: str):
    try:
        pairs = by_urllib(query)
    except UnicodeDecodeError:
        with pytest.raises(Malformed):
            to_parameters(split(query))
        return
    expected = [f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs]
    canonical = canonical_query(query)
    assert sorted(canonical.split("&")) == sorted(expected or [""])


@given(st.dictionaries(texts, st.just("v"), max_size=8))
@example({"a/b": "v", "a-b": "v"})
@example({"Context.中": "v", "Context.a": "v"})
def test_names_are_sorted_as_they_are_and_not_as_they_are_encoded(parameters: dict[str, str]):
    """So do all the official clients: they sort first and encode afterwards."""
    raw = "&".join(f"{quote(name, safe='')}=v" for name in parameters)
    assert canonical_query(raw) == "&".join(f"{quote(name, safe='')}=v" for name in sorted(parameters))


@given(raw_queries)
def test_parameters_are_what_urllib_decodes_or_the_query_is_malformed(query: str):
    try:
        pairs = by_urllib(query)
    except UnicodeDecodeError:
        pairs = None
    if pairs is None or len(dict(pairs)) != len(pairs):
        with pytest.raises(Malformed):
            to_parameters(split(query))
    else:
        assert to_parameters(split(query)) == dict(pairs)


@given(texts)
def test_encoding_is_that_of_rfc_3986_and_decoding_undoes_it(text: str):
    assert encode(text) == quote(text, safe="")
    assert decode(encode(text)) == text


@given(texts, texts)
def test_a_canonical_query_is_its_own_canonical_form(name: str, value: str):
    once = canonical_query(f"{encode(name)}={encode(value)}")
    assert canonical_query(once) == once


@given(texts)
def test_a_plus_stands_for_a_space_and_an_escape_may_be_lower_case(text: str):
    assert decode(quote(text, safe="").replace("%20", "+")) == text
    assert decode("".join(f"%{byte:02x}" for byte in text.encode())) == text


@given(st.lists(st.sampled_from(["Signature", "%53ignature", "Signature2", "A", "Z"]), unique=True))
def test_one_parameter_can_be_left_out_however_its_name_is_written(names: list[str]):
    raw = "&".join(f"{name}=1" for name in names)
    left = sorted(unquote_plus(name) for name in names if unquote_plus(name) != "Signature")
    assert canonical_query(raw, without="Signature") == "&".join(f"{name}=1" for name in left)
