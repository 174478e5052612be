"""The model's laws, and what the codecs refuse."""

import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyreeve import keysets
from keyreeve.keysets import codec
from keyreeve.keysets.errors import ArgumentInvalid, KeysetMalformed, RawKeyInvalid
from keyreeve.keysets.keyset import Key, Keyset, KeyType, Origin, Status
from tests.keysets.documented import K1, K1_JSON
from tests.keysets.examples import key, keyset

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@st.composite
def any_keyset(draw: st.DrawFn) -> Keyset:
    ids = draw(st.lists(texts.filter(bool), min_size=1, max_size=5, unique=True))
    return Keyset(draw(st.sampled_from(ids)), tuple(draw(any_key(key_id)) for key_id in ids))


@st.composite
def any_key(draw: st.DrawFn, key_id: str) -> Key:
    kind, status = draw(st.sampled_from(KeyType)), draw(st.sampled_from(Status))
    size = 0 if status is Status.DESTROYED else kind.raw_key_bytes
    raw_key = draw(st.binary(min_size=size, max_size=size))
    prefix = draw(st.sampled_from([b"", bytes(range(32))]))
    return Key(key_id, kind, raw_key, draw(st.sampled_from(Origin)), status, draw(texts), prefix)


@given(any_keyset())
def test_bytes_and_json_hold_all_of_a_keyset(made: Keyset) -> None:
    assert codec.from_bytes(codec.to_bytes(made)) == made
    assert codec.from_json(codec.to_json(made)) == made


@given(st.binary(max_size=300))
def test_other_bytes_are_refused_with_one_error(data: bytes) -> None:
    with pytest.raises(KeysetMalformed):
        codec.from_bytes(data)


@given(st.data())
def test_a_changed_keyset_is_read_or_refused_and_never_more(data: st.DataObject) -> None:
    changed = bytearray(K1)
    changed[data.draw(st.integers(0, len(K1) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        codec.from_bytes(bytes(changed))
    except KeysetMalformed as error:
        assert_no_key_in(str(error))


@pytest.mark.parametrize("length", range(len(K1)))
def test_a_cut_keyset_is_refused(length: int) -> None:
    with pytest.raises(KeysetMalformed):
        codec.from_bytes(K1[:length])


def test_a_field_that_is_not_known_is_refused_rather_than_lost() -> None:
    with pytest.raises(KeysetMalformed, match="MaxCompute's form"):
        codec.from_bytes(K1 + b"\x18\x01")


def changed_json(**members: Any) -> str:
    return json.dumps({**K1_JSON, "key": [{**K1_JSON["key"][0], **members}]})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "JSON"),
        ("[]", "JSON"),
        ("{}", "JSON"),
        (json.dumps({**K1_JSON, "version": 1}), "JSON"),
        (json.dumps({**K1_JSON, "primary_key_id": "other"}), "primary key is not in it"),
        (json.dumps({**K1_JSON, "key": []}), "primary key is not in it"),
        (json.dumps({**K1_JSON, "key": [K1_JSON["key"][0]] * 2}), "one id"),
        (changed_json(status="LOST"), r"see \$\.key\[0\]\.status"),
        (changed_json(output_prefix_type="TINK"), r"see \$\.key\[0\]\.output_prefix_type"),
        (changed_json(learned_prefix="AAAA"), "32 bytes"),
        (changed_json(status="DESTROYED"), "0 bytes"),
        (json.dumps(K1_JSON).replace("Jqj7", "????"), "not Base64"),
        (json.dumps(K1_JSON).replace("Jqj7", ""), "32 bytes"),
        (json.dumps(K1_JSON).replace("AES-GCM-256", "AES-GCM-128"), "JSON"),
    ],
)
def test_json_that_is_no_keyset_is_refused_by_what_is_wrong(text: str, why: str) -> None:
    with pytest.raises(KeysetMalformed, match=why) as refused:
        keysets.keyset_from_json(text)
    assert_no_key_in(str(refused.value))


def test_key_types_are_names_of_any_case() -> None:
    assert codec.from_bytes(keysets.new_keyset("aes-siv-cmac-128")).keys[0].type is KeyType.SIV_128
    with pytest.raises(ArgumentInvalid, match="AES-GCM-256, AES-SIV-CMAC-128, AES-SIV-CMAC-256"):
        keysets.new_keyset("AES-CBC-128")


@pytest.mark.parametrize("kind", KeyType)
def test_a_raw_key_has_its_types_length(kind: KeyType) -> None:
    for length in (0, 16, kind.raw_key_bytes - 1, kind.raw_key_bytes + 1):
        with pytest.raises(RawKeyInvalid, match=f"{kind.raw_key_bytes} bytes, this one {length}"):
            keysets.add_key_to_keyset(K1, kind, bytes(length))


def test_null_gives_null_in_every_required_argument() -> None:
    nothing: Any = None
    assert keysets.new_keyset(nothing) is None
    assert keysets.rotate_keyset(nothing, "AES-GCM-256") is None
    assert keysets.rotate_keyset(keyset=K1, key_type=nothing) is None
    assert keysets.add_key_to_keyset(K1, "AES-GCM-256", nothing) is None
    assert keysets.keyset_to_json(nothing) is None
    assert keysets.keyset_from_json(nothing) is None
    assert len(codec.from_bytes(keysets.rotate_keyset(K1, "AES-GCM-256", None)).keys) == 2


def test_keys_show_and_pickle_nothing() -> None:
    made = codec.from_bytes(keyset(key(KeyType.GCM_256)))
    assert repr(made.keys[0].raw_key) not in repr(made)
    with pytest.raises(TypeError):
        pickle.dumps(made)


def test_the_masked_json_has_everything_but_the_keys() -> None:
    masked = json.loads(codec.to_masked_json(codec.from_bytes(K1)))
    assert masked["key"][0]["key_meta_data"].pop("value") == "******"
    assert masked["key"][0]["key_meta_data"]["type"] == "AES-GCM-256"


def assert_no_key_in(text: str) -> None:
    """Nor any eight bytes of it, in either spelling."""
    key = codec.from_bytes(K1).keys[0].raw_key
    value = K1_JSON["key"][0]["key_meta_data"]["value"]  # type: ignore[index]
    assert not any(key[at : at + 8].hex() in text.lower() for at in range(24))
    assert not any(value[at : at + 8] in text for at in range(len(value) - 8))
