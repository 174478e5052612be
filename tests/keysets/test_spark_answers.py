"""Spark's answers to what is NULL, empty, huge or wrong: those of the library, and none with key material."""

from typing import Any

import pytest

from keyreeve import keysets
from keyreeve.keysets import KeysetError
from keyreeve.keysets.keyset import KeyType, Status
from tests.keysets.documented import K1, K1_JSON, K1_RAW_KEY
from tests.keysets.duck import assert_no_key_in
from tests.keysets.examples import TYPES, key, keyset, one_key
from tests.keysets.sparks import Spark, library_error

ENCRYPT, DECRYPT, TRY = "enhanced_sym_encrypt", "enhanced_sym_decrypt", "try_enhanced_sym_decrypt"
DISABLED = keyset(key(KeyType.GCM_256, 1, Status.DISABLED))
WHOLE = keysets.enhanced_sym_encrypt(K1, "value", "row")
# Without an error: all of them are asked for in one statement, which is faster.
ANSWERED: list[tuple[str, tuple[Any, ...]]] = [
    (ENCRYPT, (None, "value")),
    (ENCRYPT, (None, None)),
    (ENCRYPT, (K1, None)),
    (ENCRYPT, (b"no keyset", None)),
    (ENCRYPT, (DISABLED, None)),
    (ENCRYPT, (one_key(KeyType.SIV_256), "")),
    (ENCRYPT, (one_key(KeyType.SIV_256), b"\0\xff", None)),
    (ENCRYPT, (one_key(KeyType.SIV_128), "zürich", "äöü")),
    (DECRYPT, (K1, WHOLE, "row")),
    (DECRYPT, (K1, None, "row")),
    (DECRYPT, (None, WHOLE, "row")),
    (DECRYPT, (K1, bytes([WHOLE[0] ^ 1]) + WHOLE[1:], "row")),
    (TRY, (K1, WHOLE, "row")),
    (TRY, (K1, WHOLE, "Row")),
    (TRY, (K1, b"")),
    (TRY, (one_key(KeyType.GCM_256), WHOLE, "row")),
    ("new_keyset", (None,)),
    ("rotate_keyset", (K1, None)),
    ("add_key_to_keyset", (K1, "AES-GCM-256", None)),
    ("keyset_to_json", (K1,)),
    ("keyset_to_json", (None,)),
    ("keyset_from_json", (None,)),
    ("use_wrapped_keyset", (None, "", "no wrapped keyset")),
    ("rewrap_keyset", ("acs:kms:r:1:key/k", "", None)),
]
# One of each kind: what is refused ends a worker process.
REFUSED: list[tuple[str, tuple[Any, ...]]] = [
    (ENCRYPT, (b"no keyset", "value")),
    (ENCRYPT, (b"", "value")),
    (ENCRYPT, (DISABLED, "value")),
    (DECRYPT, (K1, WHOLE, "Row")),
    (DECRYPT, (K1, b"", "row")),
    (DECRYPT, (K1, WHOLE[:-1], "row")),
    (DECRYPT, (K1, WHOLE[:-1] + bytes([WHOLE[-1] ^ 1]), "row")),
    (DECRYPT, (one_key(KeyType.GCM_256), WHOLE, "row")),
    (DECRYPT, (K1[:-1], WHOLE, "row")),
    (TRY, (K1[:-1], WHOLE)),
    ("new_keyset", ("DES",)),
    ("add_key_to_keyset", (K1, "AES-GCM-256", K1_RAW_KEY[:-1])),
    ("keyset_from_json", (str(K1_JSON),)),
    ("use_wrapped_keyset", ("no arn", "", "no wrapped keyset")),
]


def places(arguments: tuple[Any, ...]) -> str:
    return ", ".join("?" for _ in arguments)


def test_the_answers_are_the_librarys(spark: Spark) -> None:
    calls = [f"{function}({places(arguments)}) AS c{at}" for at, (function, arguments) in enumerate(ANSWERED)]
    flat = [argument for _, arguments in ANSWERED for argument in arguments]
    [row] = spark.rows(f"SELECT {', '.join(calls)}", *flat)
    answers = [bytes(value) if isinstance(value, bytearray) else value for value in row]
    assert answers == [getattr(keysets, function)(*arguments) for function, arguments in ANSWERED]


@pytest.mark.parametrize(("function", "arguments"), REFUSED)
def test_the_refusal_is_the_librarys(spark: Spark, function: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(KeysetError) as expected:
        getattr(keysets, function)(*arguments)
    refusal = spark.refusal(f"SELECT {function}({places(arguments)})", *arguments)
    assert library_error(refusal) == f"{type(expected.value).__name__}: {expected.value}"
    assert_no_key_in(refusal, K1_RAW_KEY)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (f"{ENCRYPT}(unhex('{K1.hex()}'))", "keyset, plaintext"),
        (f"{ENCRYPT}(unhex('{K1.hex()}'), 12)", "neither bytes nor text"),
        (f"{ENCRYPT}(named_struct('a', 1), 'a')", "STRUCT that use_wrapped_keyset returns"),
    ],
)
def test_arguments_of_another_number_or_type_are_refused_with_what_is_right(spark: Spark, call: str, told: str) -> None:
    refusal = library_error(spark.refusal(f"SELECT {call}"))
    assert refusal.startswith("ArgumentInvalid: ")
    assert told in refusal


def test_rows_that_do_not_open_are_null_with_try_and_the_others_open(spark: Spark) -> None:
    keys = ", ".join(f"({number}, X'{one_key(kind).hex()}')" for number, kind in enumerate(TYPES))
    spark.view(
        "made",
        f"SELECT id, keyset, concat({ENCRYPT}(keyset, concat('value ', id)), if(id % 100 = 7, X'00', X'')) AS value "
        f"FROM range(6000) JOIN (VALUES {keys}) AS keys(number, keyset) ON number = id % 3",
    )
    opened = f"SELECT id, CAST({TRY}(keyset, value) AS STRING) AS opened FROM made"
    counted = "SELECT count_if(opened = concat('value ', id)), count_if(opened IS NULL AND id % 100 = 7)"
    assert spark.rows(f"{counted} FROM ({opened})") == [(5940, 60)]


def test_a_value_of_many_megabytes_opens_again(spark: Spark) -> None:
    made = f"SELECT {ENCRYPT}(?, repeat('0123456789abcdef', 1000000), 'row') AS c"
    opened = f"CAST({DECRYPT}(?, c, 'row') AS STRING) = repeat('0123456789abcdef', 1000000)"
    assert spark.value(f"SELECT {opened} FROM ({made})", K1, K1) is True
