"""Sealed values against a second implementation of docs/formats/sealed-values.md."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given
from hypothesis import strategies as st

from keyreeve.crypto.sealing import PlainRootKey, SealBroken, root_key_id_of, seal, unseal
from keyreeve.crypto.secret import Secret

ROOT, ROOT_ID, SALT = bytes(range(32)), b"rootkey1", bytes(range(50, 82))
PLACE = "key_versions.sealed_material/k/v"

roots = st.binary(min_size=32, max_size=32)
ids = st.binary(min_size=8, max_size=8)
places = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def cipher(root: bytes, header: bytes) -> AESGCM:
    return AESGCM(HKDFExpand(SHA256(), 32, b"keyreeve sealed value v1" + header).derive(root))


def by_the_document(root: bytes, root_id: bytes, salt: bytes, place: str, value: bytes) -> bytes:
    header = b"\x01" + root_id + salt
    return header + cipher(root, header).encrypt(b"\0" * 12, value, place.encode())


@given(roots, ids, roots, places, st.binary(max_size=100))
def test_both_implementations_make_the_same_bytes_and_open_them(
    root: bytes, root_id: bytes, salt: bytes, place: str, value: bytes
):
    sealed = seal(PlainRootKey(Secret(root)), root_id, salt, place, value)
    assert sealed == by_the_document(root, root_id, salt, place, value)
    assert cipher(root, sealed[:41]).decrypt(b"\0" * 12, sealed[41:], place.encode()) == value
    assert unseal(PlainRootKey(Secret(root)), place, sealed).reveal() == value
    assert root_key_id_of(sealed) == root_id


def test_every_flipped_bit_is_noticed():
    sealed = seal(PlainRootKey(Secret(ROOT)), ROOT_ID, SALT, PLACE, b"secret")
    for position in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[position // 8] ^= 1 << position % 8
        with pytest.raises(SealBroken):
            unseal(PlainRootKey(Secret(ROOT)), PLACE, bytes(changed))


def test_every_other_length_is_noticed():
    sealed = seal(PlainRootKey(Secret(ROOT)), ROOT_ID, SALT, PLACE, b"secret")
    for changed in (*(sealed[:length] for length in range(len(sealed))), sealed + b"\0"):
        with pytest.raises(SealBroken):
            unseal(PlainRootKey(Secret(ROOT)), PLACE, changed)


@pytest.mark.parametrize("place", ["", PLACE + "2", PLACE.upper(), "access_keys.sealed_secret/k/v"])
def test_a_value_that_was_moved_does_not_open(place: str):
    sealed = seal(PlainRootKey(Secret(ROOT)), ROOT_ID, SALT, PLACE, b"secret")
    assert unseal(PlainRootKey(Secret(ROOT)), PLACE, sealed).reveal() == b"secret"
    with pytest.raises(SealBroken):
        unseal(PlainRootKey(Secret(ROOT)), place, sealed)


def test_another_root_key_does_not_open():
    sealed = seal(PlainRootKey(Secret(ROOT)), ROOT_ID, SALT, PLACE, b"secret")
    with pytest.raises(SealBroken):
        unseal(PlainRootKey(Secret(ROOT[::-1])), PLACE, sealed)
