"""One value at a time: the table of answers in docs/formats/keysets.md."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from hypothesis import given
from hypothesis import strategies as st

from keyreeve import keysets
from keyreeve.keysets import codec
from keyreeve.keysets.ciphers.prefix import prefix_of
from keyreeve.keysets.errors import ArgumentInvalid, CiphertextNotOpened, KeyNotEnabled, KeysetError
from keyreeve.keysets.keyset import KeyType, Status
from tests.keysets.documented import CIPHERTEXTS, K1
from tests.keysets.examples import TYPES, key, keyset, one_key

encrypt, decrypt = keysets.enhanced_sym_encrypt, keysets.enhanced_sym_decrypt
OVERHEAD = {KeyType.GCM_256: 60, KeyType.SIV_128: 48, KeyType.SIV_256: 48}


@given(st.sampled_from(TYPES), st.binary(max_size=300) | st.text(max_size=100), st.text(max_size=50))
def test_what_is_encrypted_opens_with_the_same_additional_data(kind: KeyType, plain: bytes | str, data: str) -> None:
    ciphertext = encrypt(one_key(kind), plain, data)
    expected = plain if isinstance(plain, bytes) else plain.encode()
    assert decrypt(one_key(kind), ciphertext, data) == expected
    assert len(ciphertext) == len(expected) + OVERHEAD[kind]
    with pytest.raises(CiphertextNotOpened):
        decrypt(one_key(kind), ciphertext, data + "!")


@pytest.mark.parametrize("kind", TYPES)
def test_every_changed_byte_and_every_cut_behind_the_prefix_is_refused(kind: KeyType) -> None:
    ciphertext = encrypt(one_key(kind), b"plain text", "row")
    for at in range(32, len(ciphertext)):
        changed = ciphertext[:at] + bytes([ciphertext[at] ^ 1]) + ciphertext[at + 1 :]
        with pytest.raises(CiphertextNotOpened):
            decrypt(one_key(kind), changed, "row")
    for length in range(len(ciphertext)):
        with pytest.raises(CiphertextNotOpened):
            decrypt(one_key(kind), ciphertext[:length], "row")


@pytest.mark.parametrize("kind", TYPES)
def test_any_prefix_is_accepted(kind: KeyType) -> None:
    ciphertext = encrypt(one_key(kind), b"plain text")
    assert decrypt(one_key(kind), bytes(32) + ciphertext[32:]) == b"plain text"


def test_gcm_differs_each_time_and_siv_does_not() -> None:
    assert encrypt(K1, "a") != encrypt(K1, "a")
    for kind in (KeyType.SIV_128, KeyType.SIV_256):
        assert encrypt(one_key(kind), "a", "b") == encrypt(one_key(kind), "a", "b")


@pytest.mark.parametrize("kind", [KeyType.SIV_128, KeyType.SIV_256])
def test_siv_has_one_associated_component_also_if_it_is_empty(kind: KeyType) -> None:
    made = key(kind)
    ciphertext = encrypt(keyset(made), "plain")
    assert ciphertext == prefix_of(made) + AESSIV(made.raw_key).encrypt(b"plain", [b""])
    assert ciphertext[32:] != AESSIV(made.raw_key).encrypt(b"plain", None)


def test_a_keyset_of_all_types_opens_what_each_of_its_keys_encrypted() -> None:
    keys = [key(kind, number) for number, kind in enumerate(TYPES)]
    every = keyset(*keys)
    for primary in range(len(keys)):
        ciphertext = encrypt(keyset(*keys, primary=primary), b"value")
        assert decrypt(every, ciphertext) == b"value"
        assert decrypt(every, bytes(32) + ciphertext[32:]) == b"value"


def test_a_foreign_keyset_is_refused() -> None:
    with pytest.raises(CiphertextNotOpened):
        decrypt(one_key(KeyType.GCM_256), CIPHERTEXTS[b"0001"])


def test_a_key_that_is_not_enabled_neither_encrypts_nor_decrypts() -> None:
    ciphertext = encrypt(one_key(KeyType.GCM_256), "a")
    for status in (Status.DISABLED, Status.DESTROYED):
        disabled = keyset(key(KeyType.GCM_256, 1, status), key(KeyType.GCM_256, 2), primary=0)
        with pytest.raises(KeyNotEnabled, match="key-000000000001"):
            encrypt(disabled, "a")
        with pytest.raises(CiphertextNotOpened):
            decrypt(disabled, ciphertext)
        with pytest.raises(CiphertextNotOpened):
            decrypt(keyset(key(KeyType.GCM_256, 1, status)), ciphertext)


def test_null_gives_null_and_empty_is_a_value() -> None:
    assert encrypt(None, "a") is None
    assert encrypt(K1, None) is None
    assert decrypt(K1, None) is None
    assert decrypt(None, b"") is None
    assert decrypt(K1, encrypt(K1, "", None), "") == b""
    with pytest.raises(CiphertextNotOpened):
        decrypt(K1, b"")


def test_try_gives_null_for_what_does_not_open_and_only_for_that() -> None:
    attempt = keysets.try_enhanced_sym_decrypt
    assert attempt(K1, CIPHERTEXTS[b"0001"]) == b"0001"
    assert attempt(K1, CIPHERTEXTS[b"0001"], "other") is None
    assert attempt(K1, b"short") is None
    with pytest.raises(KeysetError):
        attempt(b"no keyset", CIPHERTEXTS[b"0001"])


@pytest.mark.parametrize("kind", TYPES)
def test_tens_of_megabytes_are_a_value(kind: KeyType) -> None:
    huge = bytes(40_000_000)
    assert decrypt(one_key(kind), encrypt(one_key(kind), huge)) == huge


@pytest.mark.parametrize("value", [5, 1.5, ["a"], "\ud800"])
def test_what_is_neither_text_nor_bytes_is_refused(value: Any) -> None:
    with pytest.raises(ArgumentInvalid):
        encrypt(K1, value)
    with pytest.raises(ArgumentInvalid):
        encrypt(K1, "a", value)
    with pytest.raises(KeysetError):
        encrypt(value, "a")


def test_views_of_bytes_are_bytes() -> None:
    ciphertext = encrypt(memoryview(K1), bytearray(b"a"))  # type: ignore[arg-type]
    assert decrypt(bytearray(K1), memoryview(ciphertext)) == b"a"  # type: ignore[arg-type]


def test_a_learned_prefix_is_written_and_kept() -> None:
    sample = CIPHERTEXTS[b"0001"]
    learned = keysets.learn_prefix(K1, sample)
    assert encrypt(learned, "new")[:32] == sample[:32] != encrypt(K1, "new")[:32]
    assert encrypt(keysets.keyset_from_json(keysets.keyset_to_json(learned)), "new")[:32] == sample[:32]
    assert decrypt(K1, encrypt(learned, "new")) == b"new"
    assert decrypt(learned, encrypt(K1, "new")) == b"new"
    assert codec.from_bytes(learned).keys[0].raw_key == codec.from_bytes(K1).keys[0].raw_key


def test_a_prefix_is_learned_only_from_a_value_of_the_keyset() -> None:
    with pytest.raises(CiphertextNotOpened):
        keysets.learn_prefix(one_key(KeyType.GCM_256), CIPHERTEXTS[b"0001"])


def test_a_prefix_is_learned_for_the_key_that_made_the_sample() -> None:
    rotated = keysets.rotate_keyset(K1, "AES-GCM-256")
    learned = codec.from_bytes(keysets.learn_prefix(rotated, CIPHERTEXTS[b"0001"]))
    assert [bool(key.learned_prefix) for key in learned.keys] == [True, False]
