"""The canonical EncryptionContext of docs/formats/ciphertext.md."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyreeve.crypto.context import canonical_context
from tests.crypto import blob_format

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
contexts = st.dictionaries(texts, texts, max_size=6)


@given(contexts)
def test_the_canonical_form_is_sorted_and_compact(context: dict[str, str]):
    assert canonical_context(json.dumps(context)) == blob_format.canonical(context)


@given(contexts.flatmap(lambda one: st.tuples(st.just(one), st.permutations(list(one.items())))))
def test_order_white_space_and_escapes_do_not_matter(
    both: tuple[dict[str, str], list[tuple[str, str]]],
):
    context, shuffled = both
    expected = canonical_context(json.dumps(context))
    assert canonical_context(json.dumps(dict(shuffled), indent=3, ensure_ascii=False)) == expected
    assert canonical_context(json.dumps(dict(shuffled), separators=(" ,\t", "\r\n: "))) == expected


@given(contexts, contexts)
def test_different_contexts_have_different_canonical_forms(one: dict[str, str], other: dict[str, str]):
    same = canonical_context(json.dumps(one)) == canonical_context(json.dumps(other))
    assert same == (one == other)


@given(contexts)
def test_the_canonical_form_is_json_of_the_same_map(context: dict[str, str]):
    canonical = canonical_context(json.dumps(context))
    assert (json.loads(canonical) if canonical else {}) == context
    assert not canonical or canonical_context(canonical.decode()) == canonical


def test_control_characters_have_their_short_escapes_and_nothing_else_has_one():
    text = json.dumps({"k": '\b\f\n\r\t\x00\x1f\x7f"\\/<é\u2028\U0001f511'})
    expected = '{"k":"\\b\\f\\n\\r\\t\\u0000\\u001f\x7f\\"\\\\/<é\u2028\U0001f511"}'
    assert canonical_context(text) == expected.encode()


def test_the_empty_object_is_none():
    assert canonical_context("{}") == canonical_context(" { } ") == b""


NO_OBJECTS_OF_STRINGS = [
    *("", " ", "null", "[]", '""', "1", "{a:1}", "{'a':'1'}", '{"a":"1"', '{"a":"1",}', '{"a":"1"}{}'),
    *('{"a":1}', '{"a":null}', '{"a":true}', '{"a":NaN}', '{"a":[]}', '{"a":{}}', '{"a":' + "9" * 5000 + "}"),
    *('{"a":"1","a":"2"}', '{"a":"1","a":"1"}', '{"a":"1","\\u0061":"1"}'),
    *('{"a":"\t"}', '{"a":"\\x"}', '{"a":"\\ud800"}', '{"\\udfff":"a"}', '\ufeff{"a":"1"}'),
    *('{"a":' + "[" * 4000, '{"a":' * 1500, "[" * 8000),
]


def is_refused(text: str) -> bool:
    try:
        canonical_context(text)
    except ValueError:
        return True
    return False


@pytest.mark.parametrize("text", NO_OBJECTS_OF_STRINGS, ids=lambda text: text[:20])
def test_what_is_no_object_of_strings_is_refused(text: str):
    assert is_refused(text)


def test_the_limit_of_8192_characters_counts_the_text_as_sent():
    fits = '{"a":"' + "é" * (8192 - 8) + '"}'
    assert canonical_context(fits) == fits.encode()
    for text in (fits + " ", '{"a":"' + "é" * 8185 + '"}', " " * 8191 + "{}"):
        assert is_refused(text)


@given(st.text(max_size=30) | st.binary(max_size=30).map(lambda data: data.decode("utf-8", "surrogateescape")))
def test_any_text_is_canonical_bytes_or_a_value_error(text: str):
    with suppress(ValueError):
        assert isinstance(canonical_context(text), bytes)
