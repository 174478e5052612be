"""The functions in Spark's SQL that need no server: what they return, and how often."""

import json

import pytest
from pyspark.sql.functions import call_function, col, lit

from keyreeve import keysets
from keyreeve.keysets import codec
from keyreeve.keysets.keyset import KeyType
from tests.keysets.documented import CIPHERTEXTS, K1, K1_JSON, K1_RAW_KEY
from tests.keysets.examples import TYPES, one_key
from tests.keysets.sparks import Spark

K1_SQL = f"unhex('{K1.hex()}')"
MANY = 5000


def test_the_documented_keyset_comes_out_of_its_json_and_goes_back(spark: Spark) -> None:
    [(text, back)] = spark.rows(f"SELECT KEYSET_TO_JSON({K1_SQL}), HEX(KEYSET_FROM_JSON(?))", json.dumps(K1_JSON))
    assert (json.loads(text), back) == (K1_JSON, K1.hex().upper())


def test_documented_ciphertexts_open(spark: Spark) -> None:
    opened = [f"CAST(ENHANCED_SYM_DECRYPT({K1_SQL}, UNHEX('{c.hex()}'), '') AS STRING)" for c in CIPHERTEXTS.values()]
    assert spark.rows(f"SELECT {', '.join(opened)}") == [tuple(plaintext.decode() for plaintext in CIPHERTEXTS)]


def test_keysets_are_made_rotated_and_added_to(spark: Spark) -> None:
    [row] = spark.rows(
        "SELECT NEW_KEYSET('AES-GCM-256', 'hello world'),"
        " new_keyset(description => 'named', key_type => 'AES-GCM-256'),"
        f" rotate_keyset({K1_SQL}, 'aes-siv-cmac-256', 'new'),"
        f" add_key_to_keyset({K1_SQL}, 'AES-SIV-CMAC-128', unhex('{K1_RAW_KEY.hex()}'), 'mine')"
    )
    made, named, rotated, added = (codec.from_bytes(bytes(value)).keys for value in row)
    assert [(key.type, key.description) for key in (*made, *named)] == [
        (KeyType.GCM_256, "hello world"),
        (KeyType.GCM_256, "named"),
    ]
    assert [key.type for key in rotated] == [KeyType.GCM_256, KeyType.SIV_256]
    assert (added[1].raw_key, added[1].description) == (K1_RAW_KEY, "mine")


def test_what_is_drawn_is_drawn_for_each_row(spark: Spark) -> None:
    drawn = [
        "new_keyset('AES-GCM-256')",
        f"rotate_keyset({K1_SQL}, 'AES-GCM-256')",
        f"add_key_to_keyset({K1_SQL}, 'AES-GCM-256', unhex('{K1_RAW_KEY.hex()}'))",
        f"enhanced_sym_encrypt({K1_SQL}, 'same')",
    ]
    named = ", ".join(f"{call} AS c{number}" for number, call in enumerate(drawn))
    counted = ", ".join(f"count(DISTINCT c{number})" for number in range(len(drawn)))
    assert spark.rows(f"SELECT {counted} FROM (SELECT {named} FROM range({MANY}))") == [(MANY,) * len(drawn)]
    [pair] = spark.rows(f"SELECT {drawn[3]}, {drawn[3]}")
    assert pair[0] != pair[1]


def test_deterministic_encryption_is_the_same_in_each_row_and_in_the_library(spark: Spark) -> None:
    for kind in (KeyType.SIV_128, KeyType.SIV_256):
        encrypted = f"SELECT enhanced_sym_encrypt(?, 'same', 'row') AS c FROM range({MANY})"
        made = spark.value(f"SELECT DISTINCT c FROM ({encrypted})", one_key(kind))
        assert made == keysets.enhanced_sym_encrypt(one_key(kind), "same", "row")


def test_many_rows_with_keysets_and_additional_data_of_their_own_open_again(spark: Spark) -> None:
    keys = ", ".join(f"({number}, X'{one_key(kind).hex()}')" for number, kind in enumerate(TYPES))
    spark.view(
        "made",
        "SELECT id, keyset, enhanced_sym_encrypt(keyset, concat('value ', id), concat('row ', id % 7)) AS value "
        f"FROM range(0, 20000, 1, 4) LEFT JOIN (VALUES {keys}) AS keys(number, keyset) ON number = id % 4",
    )
    opened = "CAST(enhanced_sym_decrypt(keyset, value, concat('row ', id % 7)) AS STRING)"
    # Deterministic, so it may stand inside an aggregate.
    counted = f"SELECT count(*), count(value), count_if({opened} = concat('value ', id)) FROM made"
    assert spark.rows(counted) == [(20_000, 15_000, 15_000)]


def test_encryption_stands_beside_an_aggregate_in_a_sub_query_and_not_within(spark: Spark) -> None:
    call = f"enhanced_sym_encrypt({K1_SQL}, CAST(id AS STRING))"
    refusal = spark.refusal(f"SELECT max(octet_length({call})) FROM range(10)")
    assert "AGGREGATE_FUNCTION_WITH_NONDETERMINISTIC_EXPRESSION" in refusal
    assert spark.value(f"SELECT max(octet_length(c)) FROM (SELECT {call} AS c FROM range(10))") == 61


def test_columns_of_a_data_frame(spark: Spark) -> None:
    table = spark.session.range(10).select(col("id").cast("string").alias("id"))
    made = table.select("id", call_function("enhanced_sym_encrypt", lit(K1), col("id"), col("id")).alias("c"))
    opened = made.select(call_function("enhanced_sym_decrypt", lit(K1), col("c"), col("id")).cast("string"))
    assert [row[0] for row in opened.collect()] == [str(number) for number in range(10)]


def test_what_stands_behind_the_prefix_opens_with_sparks_own_function(spark: Spark) -> None:
    made = f"SELECT enhanced_sym_encrypt({K1_SQL}, 'value') AS c"
    opened = f"aes_decrypt(substring(c, 33), unhex('{K1_RAW_KEY.hex()}'), 'GCM')"
    assert spark.value(f"SELECT {opened} FROM ({made})") == b"value"


def test_no_rows_are_no_rows(spark: Spark) -> None:
    calls = "enhanced_sym_encrypt(to_binary(CAST(id AS STRING), 'utf-8'), 'a'), new_keyset(CAST(id AS STRING))"
    assert spark.rows(f"SELECT {calls} FROM range(0)") == []


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("spark.sql.execution.arrow.useLargeVarTypes", "true"),
        ("spark.sql.execution.arrow.maxRecordsPerBatch", "7"),
    ],
)
def test_other_settings_of_arrow_change_nothing(spark: Spark, setting: str, value: str) -> None:
    spark.session.conf.set(setting, value)
    try:
        made = f"SELECT id, enhanced_sym_encrypt({K1_SQL}, CAST(id AS STRING)) AS c FROM range(700)"
        opened = f"CAST(enhanced_sym_decrypt({K1_SQL}, c) AS STRING) = CAST(id AS STRING)"
        assert spark.value(f"SELECT count_if({opened}) FROM ({made})") == 700
    finally:
        spark.session.conf.unset(setting)
