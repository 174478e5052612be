"""Columns against single values: the same answers, whichever road they take."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyreeve import keysets
from keyreeve.keysets.arrow import USED_WRAPPED_KEYSET, arguments, decrypt_column, encrypt_column
from keyreeve.keysets.arrow.columns import array_of_rows
from keyreeve.keysets.batch import roads
from keyreeve.keysets.batch.rows import Rows
from keyreeve.keysets.errors import ArgumentInvalid, CiphertextNotOpened, KeyNotEnabled, KeysetMalformed, ValueTooLarge
from keyreeve.keysets.keyset import KeyType, Status
from tests.keysets.documented import CIPHERTEXTS, K1
from tests.keysets.examples import TYPES, key, keyset, one_key

both_roads = pytest.mark.parametrize("batch", [True, False], ids=["batch", "loop"])
MANY = 700
VALUES = [None if n % 50 == 7 else bytes(n % 40) + n.to_bytes(2) for n in range(MANY)]
EVERY = keyset(*(key(kind, number) for number, kind in enumerate(TYPES)))


def opened_singly(keyset: Any, ciphertexts: Any, additional: Any = None) -> list[bytes | None]:
    every = additional if isinstance(additional, list) else [additional] * len(ciphertexts)
    return [
        keysets.try_enhanced_sym_decrypt(keyset, *pair) for pair in zip(ciphertexts.to_pylist(), every, strict=True)
    ]


@both_roads
@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("additional", [None, "", "row", [f"row {n}" if n % 3 else None for n in range(MANY)]])
def test_a_column_is_what_its_values_are(kind: KeyType, batch: bool, additional: Any) -> None:
    column = pa.array(additional) if isinstance(additional, list) else additional
    made = encrypt_column(one_key(kind), pa.array(VALUES), column, batch=batch)
    assert made.type == pa.binary()
    assert opened_singly(one_key(kind), made, additional) == VALUES
    assert decrypt_column(one_key(kind), made, column, batch=batch).to_pylist() == VALUES
    if kind.deterministic:
        every = additional if isinstance(additional, list) else [additional] * MANY
        singly = [keysets.enhanced_sym_encrypt(one_key(kind), *pair) for pair in zip(VALUES, every, strict=True)]
        assert made.to_pylist() == singly


@settings(deadline=None)
@given(
    st.sampled_from(TYPES),
    st.lists(st.none() | st.binary(max_size=70), max_size=40),
    st.integers(1, 12),
    st.integers(0, 40),
    st.booleans(),
)
def test_any_slice_of_any_column(kind: KeyType, values: Any, copies: int, start: int, large: bool) -> None:
    column = pa.array(values * copies * 8, pa.large_binary() if large else pa.binary()).slice(start)
    made = encrypt_column(one_key(kind), column, batch=True)
    assert made.type == column.type
    assert opened_singly(one_key(kind), made) == column.to_pylist()
    assert decrypt_column(one_key(kind), made, batch=True).to_pylist() == column.to_pylist()


def test_gcm_nonces_differ_within_a_batch() -> None:
    made = encrypt_column(K1, pa.array([b"same"] * 10_000)).to_pylist()
    assert len({value[32:44] for value in made}) == 10_000


@both_roads
def test_documented_ciphertexts_open_in_a_column(batch: bool) -> None:
    opened = decrypt_column(K1, pa.array(list(CIPHERTEXTS.values()) * 100), batch=batch)
    assert opened.to_pylist() == list(CIPHERTEXTS) * 100


@both_roads
@pytest.mark.parametrize("prefix", ["own", "zero"])
def test_ciphertexts_of_several_keys_open_in_one_column(batch: bool, prefix: str) -> None:
    made: list[Any] = [
        encrypt_column(one_key(kind, n), pa.array(VALUES), batch=batch).to_pylist() for n, kind in enumerate(TYPES)
    ]
    mixed = [value for triple in zip(*made, strict=True) for value in triple]
    if prefix == "zero":
        mixed = [value and bytes(32) + value[32:] for value in mixed]
    assert decrypt_column(EVERY, pa.array(mixed), batch=batch).to_pylist() == [v for v in VALUES for _ in TYPES]


@both_roads
def test_each_row_may_have_a_keyset_of_its_own(batch: bool) -> None:
    choices = [K1, None, *(one_key(kind) for kind in TYPES)]
    column = pa.array([choices[n % 5] for n in range(MANY)])
    made = encrypt_column(column, pa.array(VALUES), batch=batch)
    expected = [None if n % 5 == 1 else value for n, value in enumerate(VALUES)]
    assert decrypt_column(column, made, batch=batch).to_pylist() == expected
    singly = [keysets.enhanced_sym_decrypt(*pair) for pair in zip(column.to_pylist(), made.to_pylist(), strict=True)]
    assert singly == expected


@both_roads
@pytest.mark.parametrize("keyset", [None, pa.array([K1] * MANY), pa.chunked_array([[K1] * 100, [K1] * (MANY - 100)])])
def test_a_keyset_for_all_rows_may_be_a_column_and_may_be_null(keyset: Any, batch: bool) -> None:
    made = encrypt_column(keyset, pa.array(VALUES), batch=batch)
    assert decrypt_column(K1, made, batch=batch).to_pylist() == ([None] * MANY if keyset is None else VALUES)


@both_roads
@pytest.mark.parametrize("kind", TYPES)
def test_what_does_not_open_is_refused_by_its_row_or_is_null(kind: KeyType, batch: bool) -> None:
    whole = encrypt_column(one_key(kind), pa.array([b"value"] * MANY), "row", batch=batch).to_pylist()
    bad = {3: whole[3][:-1], 4: b"", 5: whole[5][:31], 6: whole[6][:40], 600: whole[600] + b"\0", 7: bytes(80)}
    bad |= {100 + at: whole[0][:at] + bytes([whole[0][at] ^ 128]) + whole[0][at + 1 :] for at in range(32, 53)}
    column = pa.array([bad.get(row, value) for row, value in enumerate(whole)])
    with pytest.raises(CiphertextNotOpened) as refused:
        decrypt_column(one_key(kind), column, "row", batch=batch)
    assert refused.value.row == 3
    opened = decrypt_column(one_key(kind), column, "row", on_error="null", batch=batch)
    assert opened.to_pylist() == [None if row in bad else b"value" for row in range(MANY)]
    assert opened_singly(one_key(kind), column, "row") == opened.to_pylist()
    assert decrypt_column(one_key(kind), column, "other", on_error="null", batch=batch).to_pylist() == [None] * MANY


@both_roads
@pytest.mark.parametrize(
    "column",
    [
        pa.array(["text", None, ""] * 200),
        pa.array(["text", None, ""] * 200, pa.large_string()),
        pa.array(["text", None, ""] * 200, pa.string_view()),
        pa.array([b"text", None, b""] * 200, pa.binary_view()),
        pa.array([b"four", b"byte"] * 200, pa.binary(4)),
        pa.array(["text", None, ""] * 200).dictionary_encode(),
        pa.array([None] * 500),
        pa.array([], pa.binary()),
        pa.chunked_array([["a"] * 300, [], [None, "b"] * 200]),
        pa.chunked_array([], pa.string()),
    ],
)
def test_every_layout_of_text_and_bytes(column: Any, batch: bool) -> None:
    for kind in TYPES:
        made = encrypt_column(one_key(kind), column, batch=batch)
        assert isinstance(made, pa.ChunkedArray) is isinstance(column, pa.ChunkedArray)
        expected = [value.encode() if isinstance(value, str) else value for value in column.to_pylist()]
        assert decrypt_column(one_key(kind), made, batch=batch).to_pylist() == expected


def test_chunks_need_not_agree_between_columns() -> None:
    plain = pa.chunked_array([["a"] * 300, ["b"] * 100])
    made = encrypt_column(K1, plain, pa.chunked_array([[f"{n}" for n in range(150)], ["x"] * 250]))
    opened = decrypt_column(pa.array([K1] * 400), made, pa.array([f"{n}" for n in range(150)] + ["x"] * 250))
    assert opened.to_pylist() == [b"a"] * 300 + [b"b"] * 100


@pytest.mark.parametrize("keysets", [pa.array([None] * 3, pa.binary()), pa.array([None] * 3, USED_WRAPPED_KEYSET)])
def test_a_column_of_nothing_but_null_keysets_gives_nulls(keysets: Any) -> None:
    assert encrypt_column(keysets, pa.array(["a", "b", None])).to_pylist() == [None] * 3
    assert decrypt_column(keysets, pa.array([b"a", b"b", None])).to_pylist() == [None] * 3


def test_long_values_among_short_ones() -> None:
    values = [b"short"] * 300 + [bytes(3_000_000)] + [b"short"] * 300
    assert decrypt_column(K1, encrypt_column(K1, pa.array(values))).to_pylist() == values


def test_a_column_of_another_type_or_length_is_refused() -> None:
    with pytest.raises(ArgumentInvalid, match="int64"):
        encrypt_column(K1, pa.array([1]))
    with pytest.raises(ArgumentInvalid, match="2 and 1 rows"):
        encrypt_column(K1, pa.array(["a", "b"]), pa.array(["c"]))


def test_keysets_are_refused_as_they_are_for_values() -> None:
    with pytest.raises(KeysetMalformed):
        encrypt_column(b"no keyset", pa.array(["a"]))
    disabled = keyset(key(KeyType.GCM_256, 1, Status.DISABLED))
    with pytest.raises(KeyNotEnabled):
        encrypt_column(disabled, pa.array(["a"]))
    with pytest.raises(CiphertextNotOpened):
        decrypt_column(disabled, pa.array(list(CIPHERTEXTS.values())))


def test_more_than_two_gigabytes_need_large_binary() -> None:
    rows = Rows(Rows.one(b"").data, Rows.one(b"").starts, Rows.one(b"").lengths + 2**31)
    with pytest.raises(ValueTooLarge, match="large_binary"):
        array_of_rows(rows, pa.binary())


@pytest.mark.parametrize(("setting", "wanted"), [("", True), ("on", True), ("off", False)])
def test_the_environment_turns_the_batch_off(setting: str, wanted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYREEVE_KEYSETS_BATCH", setting)
    assert arguments.batch_wanted(None) is wanted
    assert arguments.batch_wanted(not wanted) is not wanted


@pytest.mark.parametrize("chosen", [True, False])
def test_the_switch_decides_the_road(chosen: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []
    real = roads._batch_cipher

    def watched(made: Any) -> Any:
        taken.append("batch")
        return real(made)

    monkeypatch.setattr(roads, "_batch_cipher", watched)
    decrypt_column(K1, encrypt_column(K1, pa.array(VALUES), batch=chosen), batch=chosen)
    assert bool(taken) is chosen
