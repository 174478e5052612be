"""DuckDB's answers to what is NULL, empty, huge or wrong: those of the library, and none with key material."""

import os
from typing import Any

import pytest

from keyreeve import keysets
from keyreeve.keysets import KeysetError
from keyreeve.keysets.keyset import KeyType, Status
from tests.keysets.documented import K1, K1_JSON, K1_RAW_KEY
from tests.keysets.duck import Duck, assert_no_key_in, sql
from tests.keysets.examples import TYPES, key, keyset, one_key

__all__ = ["sql"]  # the fixture

ENCRYPT, DECRYPT, TRY = "enhanced_sym_encrypt", "enhanced_sym_decrypt", "try_enhanced_sym_decrypt"
DISABLED = keyset(key(KeyType.GCM_256, 1, Status.DISABLED))


def library(function: str, *arguments: Any) -> Any:
    """What the library answers, or the text of its refusal."""
    try:
        return getattr(keysets, function)(*arguments)
    except KeysetError as error:
        return f"{type(error).__name__}: {error}"


def in_sql(sql: Duck, function: str, *arguments: Any) -> Any:
    places = ", ".join("?" for _ in arguments)
    statement = f"SELECT {function}({places})"
    try:
        return sql.value(statement, *arguments)
    except Exception as error:  # noqa: BLE001  # whatever it is, its text is compared
        text = str(error)
        assert_no_key_in(text, K1_RAW_KEY)
        return text.rpartition("while executing the UDF: ")[2]


WHOLE = keysets.enhanced_sym_encrypt(K1, "value", "row")


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (ENCRYPT, (None, "value")),
        (ENCRYPT, (None, None)),
        (ENCRYPT, (K1, None)),
        (ENCRYPT, (b"no keyset", None)),
        (ENCRYPT, (b"no keyset", "value")),
        (ENCRYPT, (b"", "value")),
        (ENCRYPT, (DISABLED, "value")),
        (ENCRYPT, (DISABLED, None)),
        (ENCRYPT, (one_key(KeyType.SIV_256), "")),
        (ENCRYPT, (one_key(KeyType.SIV_256), b"\0\xff", None)),
        (ENCRYPT, (one_key(KeyType.SIV_128), "zürich", "äöü")),
        (DECRYPT, (K1, WHOLE, "row")),
        (DECRYPT, (K1, WHOLE, "Row")),
        (DECRYPT, (K1, WHOLE)),
        (DECRYPT, (K1, WHOLE, None)),
        (DECRYPT, (K1, None, "row")),
        (DECRYPT, (None, WHOLE, "row")),
        (DECRYPT, (K1, b"", "row")),
        (DECRYPT, (K1, WHOLE[:-1], "row")),
        (DECRYPT, (K1, WHOLE[:31], "row")),
        (DECRYPT, (K1, WHOLE[:-1] + bytes([WHOLE[-1] ^ 1]), "row")),
        (DECRYPT, (K1, bytes([WHOLE[0] ^ 1]) + WHOLE[1:], "row")),
        (DECRYPT, (one_key(KeyType.GCM_256), WHOLE, "row")),
        (DECRYPT, (DISABLED, WHOLE, "row")),
        (DECRYPT, (K1[:-1], WHOLE, "row")),
        (TRY, (K1, WHOLE, "row")),
        (TRY, (K1, WHOLE, "Row")),
        (TRY, (K1, b"")),
        (TRY, (K1[:-1], WHOLE)),
        ("new_keyset", ("DES",)),
        ("new_keyset", (None,)),
        ("rotate_keyset", (K1, None)),
        ("rotate_keyset", (K1[:-1], "AES-GCM-256")),
        ("add_key_to_keyset", (K1, "AES-GCM-256", K1_RAW_KEY[:-1])),
        ("add_key_to_keyset", (K1, "AES-GCM-256", None)),
        ("keyset_to_json", (K1,)),
        ("keyset_to_json", (K1[:-1],)),
        ("keyset_to_json", (None,)),
        ("keyset_from_json", (str(K1_JSON),)),
        ("keyset_from_json", (None,)),
        ("use_wrapped_keyset", ("no arn", "", "no wrapped keyset")),
        ("use_wrapped_keyset", (None, "", "no wrapped keyset")),
        ("rewrap_keyset", ("acs:kms:r:1:key/k", "", None)),
    ],
)
def test_the_answer_is_the_librarys(sql: Duck, function: str, arguments: tuple[Any, ...]) -> None:
    assert in_sql(sql, function, *arguments) == library(function, *arguments)


def test_null_in_an_optional_argument_is_as_if_absent(sql: Duck) -> None:
    assert sql.value("SELECT new_keyset('AES-GCM-256', NULL)")
    made = sql.value(f"SELECT {ENCRYPT}(?, 'value', NULL)", K1)
    assert keysets.enhanced_sym_decrypt(K1, made) == b"value"


def test_a_keyset_that_no_value_needs_is_not_looked_at(sql: Duck) -> None:
    rows = "(VALUES (?::BLOB, 'a'), (?, NULL), (NULL, 'b')) AS t(keyset, value)"
    made = sql.column(f"SELECT {ENCRYPT}(keyset, value) FROM {rows}", K1, b"no keyset")
    assert [value is None for value in made] == [False, True, True]


@pytest.mark.parametrize("kind", TYPES)
def test_rows_that_do_not_open_are_null_with_try_and_the_others_open(sql: Duck, kind: KeyType) -> None:
    sql.rows(
        f"CREATE TABLE made AS SELECT i, {ENCRYPT}(?, 'value ' || i) AS value FROM range(5000) t(i)", one_key(kind)
    )
    sql.rows("UPDATE made SET value = value || 'x'::BLOB WHERE i % 100 = 7")
    whole, others = "decode(opened) = 'value ' || i", "opened IS NULL AND i % 100 = 7"
    for opened in (f"{TRY}(?, value)", f"TRY({DECRYPT}(?, value))"):
        counted = f"SELECT count(*) FILTER ({whole}), count(*) FILTER ({others})"
        found = sql.rows(f"{counted} FROM (SELECT i, {opened} AS opened FROM made)", one_key(kind))
        assert found == [(4950, 50)]


def test_a_value_of_many_megabytes_opens_again(sql: Duck) -> None:
    value = os.urandom(1 << 20) * 40
    for kind in TYPES:
        made = sql.value(f"SELECT {ENCRYPT}(?, ?)", one_key(kind), value)
        assert sql.value(f"SELECT {DECRYPT}(?, ?) = ?", one_key(kind), made, value) is True


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (f"{ENCRYPT}(?)", "keyset, plaintext"),
        (f"{DECRYPT}(?, 'a', 'b', 'c')", "keyset, ciphertext, additional_data"),
        (f"{ENCRYPT}(?, 12)", "neither bytes nor text"),
        (f"{ENCRYPT}(?, [1])", "neither bytes nor text"),
        (f"{ENCRYPT}(?, 'a', 12)", "neither bytes nor text"),
        ("keyset_to_json({'a': ?::BLOB})", "STRUCT"),
        ("keyset_to_json([?::BLOB])", "neither text nor bytes"),
        ("rotate_keyset(?, 12)", "neither text nor bytes"),
        (f"{ENCRYPT}({{'a': ?::BLOB}}, 'a')", "STRUCT that use_wrapped_keyset returns"),
        (f"{ENCRYPT}('keyreeve used wrapped keyset 1'::BLOB || '\\x00'::BLOB || ?::BLOB, 'a')", "STRUCT that use"),
    ],
)
def test_arguments_of_another_number_or_type_are_refused_with_what_is_right(sql: Duck, call: str, told: str) -> None:
    refusal = sql.refusal(f"SELECT {call}", K1)
    assert told in refusal
    assert_no_key_in(refusal, K1_RAW_KEY)
