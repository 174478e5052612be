"""The functions in DuckDB's SQL that need no server: what they return, how often, and to which connections."""

import json
import re
import sys
from pathlib import Path

import duckdb
import pytest

from keyreeve import keysets
from keyreeve.keysets import codec
from keyreeve.keysets import sql as engines
from keyreeve.keysets.keyset import KeyType
from tests.keysets.documented import CIPHERTEXTS, K1, K1_JSON, K1_RAW_KEY
from tests.keysets.duck import Duck, sql
from tests.keysets.examples import TYPES, one_key

__all__ = ["sql"]  # the fixture

K1_SQL = f"unhex('{K1.hex()}')"
MANY = 5000


def test_the_documented_keyset_comes_out_of_its_json_and_goes_back(sql: Duck) -> None:
    assert json.loads(sql.value(f"SELECT KEYSET_TO_JSON({K1_SQL})")) == K1_JSON
    assert sql.value("SELECT HEX(KEYSET_FROM_JSON(?))", json.dumps(K1_JSON)) == K1.hex().upper()


def test_documented_ciphertexts_open(sql: Duck) -> None:
    for plaintext, ciphertext in CIPHERTEXTS.items():
        statement = f"SELECT CAST(ENHANCED_SYM_DECRYPT({K1_SQL}, UNHEX('{ciphertext.hex()}'), '') AS STRING)"
        assert sql.value(statement) == plaintext.decode()


def test_keysets_are_made_rotated_and_added_to(sql: Duck) -> None:
    (made,) = codec.from_bytes(sql.value("SELECT NEW_KEYSET('AES-GCM-256', 'hello world')")).keys
    assert (made.type, made.description) == (KeyType.GCM_256, "hello world")
    rotated = codec.from_bytes(sql.value(f"SELECT rotate_keyset({K1_SQL}, 'aes-siv-cmac-256', 'new')"))
    assert [key.type for key in rotated.keys] == [KeyType.GCM_256, KeyType.SIV_256]
    added = codec.from_bytes(
        sql.value(f"SELECT add_key_to_keyset({K1_SQL}, 'AES-SIV-CMAC-128', unhex('{K1_RAW_KEY.hex()}'), 'mine')")
    )
    assert (added.keys[1].raw_key, added.keys[1].description) == (K1_RAW_KEY, "mine")


def test_arguments_may_be_named(sql: Duck) -> None:
    made = sql.value("SELECT new_keyset(description := 'named', key_type := 'AES-GCM-256')")
    assert codec.from_bytes(made).keys[0].description == "named"


@pytest.mark.parametrize(
    "drawn",
    [
        "new_keyset('AES-GCM-256')",
        f"rotate_keyset({K1_SQL}, 'AES-GCM-256')",
        f"add_key_to_keyset({K1_SQL}, 'AES-GCM-256', unhex('{K1_RAW_KEY.hex()}'))",
        f"enhanced_sym_encrypt({K1_SQL}, 'same')",
    ],
)
def test_what_is_drawn_is_drawn_for_each_row(sql: Duck, drawn: str) -> None:
    assert sql.value(f"SELECT count(DISTINCT {drawn}) FROM range({MANY})") == MANY
    assert sql.value(f"SELECT {drawn} = {drawn}") is False


@pytest.mark.parametrize("kind", [KeyType.SIV_128, KeyType.SIV_256])
def test_deterministic_encryption_is_the_same_in_each_row_and_in_the_library(sql: Duck, kind: KeyType) -> None:
    made = sql.rows(f"SELECT DISTINCT enhanced_sym_encrypt(?, 'same', 'row') FROM range({MANY})", one_key(kind))
    assert made == [(keysets.enhanced_sym_encrypt(one_key(kind), "same", "row"),)]


@pytest.mark.parametrize("threads", [1, 4])
def test_many_rows_with_keysets_and_additional_data_of_their_own_open_again(sql: Duck, threads: int) -> None:
    sql.rows(f"SET threads = {threads}")
    sql.rows("CREATE TABLE keys (number INTEGER, keyset BLOB)")
    for number, kind in enumerate(TYPES):
        sql.rows("INSERT INTO keys VALUES (?, ?)", number, one_key(kind))
    sql.rows(
        "CREATE TABLE made AS "
        "SELECT i, keyset, enhanced_sym_encrypt(keyset, 'value ' || i, 'row ' || (i % 7)) AS value "
        "FROM range(200000) t(i) LEFT JOIN keys ON number = i % 4"
    )
    opened = "decode(enhanced_sym_decrypt(keyset, value, 'row ' || (i % 7)))"
    counted = f"SELECT count(*), count(value), count(*) FILTER ({opened} = 'value ' || i) FROM made"
    assert sql.rows(counted) == [(200_000, 150_000, 150_000)]


def test_values_of_a_dictionary_open_again(sql: Duck) -> None:
    sql.rows("CREATE TYPE colour AS ENUM ('red', 'green')")
    sql.rows(f"CREATE TABLE made AS SELECT (['red', 'green'][1 + i % 2])::colour AS c FROM range({MANY}) t(i)")
    same = f"decode(enhanced_sym_decrypt({K1_SQL}, enhanced_sym_encrypt({K1_SQL}, c::VARCHAR))) = c::VARCHAR"
    assert sql.value(f"SELECT count(*) FROM made WHERE {same}") == MANY


def test_no_rows_are_no_rows(sql: Duck) -> None:
    sql.rows("CREATE TABLE empty (keyset BLOB, value VARCHAR)")
    assert sql.rows("SELECT enhanced_sym_encrypt(keyset, value), new_keyset(value) FROM empty") == []


def test_a_cursor_is_registered_by_itself_and_more_than_once(sql: Duck) -> None:
    cursor = Duck(sql.connection.cursor())
    assert "does not exist" in cursor.refusal("SELECT new_keyset('AES-GCM-256')")
    for _ in range(2):
        keysets.register_duckdb(cursor.connection)
    assert cursor.value("SELECT new_keyset('AES-GCM-256')")
    keysets.register_duckdb(sql.connection)
    assert sql.value("SELECT new_keyset('AES-GCM-256')")


def test_a_view_opens_what_a_table_has_and_nothing_of_ours_is_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "data.duckdb"
    with duckdb.connect(file) as connection:
        keysets.register_duckdb(connection)
        made = Duck(connection)
        made.rows(f"CREATE TABLE people AS SELECT enhanced_sym_encrypt({K1_SQL}, 'Ada') AS name")
        made.rows(f"CREATE VIEW plain AS SELECT decode(enhanced_sym_decrypt({K1_SQL}, name)) AS name FROM people")
    with duckdb.connect(file, read_only=True) as connection:
        again = Duck(connection)
        assert again.rows("SELECT function_name FROM duckdb_functions() WHERE function_name LIKE '%keyset%'") == []
        keysets.register_duckdb(connection)
        assert again.rows("SELECT name FROM plain") == [("Ada",)]


def test_maxcomputes_other_names_are_there(sql: Duck) -> None:
    assert sql.value("SELECT CAST(UNBASE64(BASE64('text'::BINARY)) AS STRING)") == "text"
    assert sql.value("""SELECT GET_JSON_OBJECT('{"key": [{"a": {"b": "c"}}]}', '$.key[0].a.b')""") == "c"


def test_without_duckdb_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(engines, "duckdb", raising=False)
    monkeypatch.delitem(sys.modules, "keyreeve.keysets.sql.duckdb", raising=False)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(ImportError, match=re.escape("duckdb is not installed: pip install 'keyreeve[duckdb]'")):
        keysets.register_duckdb(duckdb.connect())


@pytest.mark.parametrize(
    "setting",
    ["arrow_large_buffer_size", "produce_arrow_string_view", "arrow_lossless_conversion", "preserve_identifier_case"],
)
@pytest.mark.parametrize("value", ["true", "false"])
def test_however_duckdb_hands_its_columns_over(sql: Duck, setting: str, value: str) -> None:
    sql.rows("SET arrow_output_version = '1.5'")
    sql.rows(f"SET {setting} = {value}")
    sql.rows(
        f"CREATE TABLE made AS SELECT i, enhanced_sym_encrypt({K1_SQL}, 'v' || i, 'a' || i) AS v FROM range(3000) t(i)"
    )
    opened = f"decode(enhanced_sym_decrypt(keyset_from_json(keyset_to_json({K1_SQL})), v, 'a' || i))"
    assert sql.value(f"SELECT count(*) FROM made WHERE {opened} = 'v' || i") == 3000
