"""Keysets in the real Tink, and Tink's here."""

import io

import pytest
import tink
from tink import aead, cleartext_keyset_handle, daead

from keyreeve import keysets
from keyreeve.keysets import codec
from keyreeve.keysets.errors import ArgumentInvalid, KeysetMalformed
from keyreeve.keysets.keyset import KeyType, Origin, Status
from tests.keysets.documented import CIPHERTEXTS, K1
from tests.keysets.examples import key, keyset, one_key


@pytest.fixture(scope="module", autouse=True)
def registered() -> None:
    aead.register()
    daead.register()


def in_tink(exported: bytes) -> tink.KeysetHandle:
    return cleartext_keyset_handle.read(tink.BinaryKeysetReader(exported))


def out_of_tink(handle: tink.KeysetHandle) -> bytes:
    stream = io.BytesIO()
    cleartext_keyset_handle.write(tink.BinaryKeysetWriter(stream), handle)
    return stream.getvalue()


def test_tink_opens_a_documented_ciphertext_behind_its_prefix() -> None:
    primitive = in_tink(keysets.export_tink(K1)).primitive(aead.Aead)
    assert primitive.decrypt(CIPHERTEXTS[b"0001"][32:], b"") == b"0001"


def test_tink_opens_what_any_key_of_an_exported_keyset_encrypted() -> None:
    rotated = keysets.rotate_keyset(K1, "AES-GCM-256")
    primitive = in_tink(keysets.export_tink(rotated)).primitive(aead.Aead)
    for each in (K1, rotated):
        assert primitive.decrypt(keysets.enhanced_sym_encrypt(each, "new", "row")[32:], b"row") == b"new"


@pytest.mark.parametrize("additional", ["", "row"])
def test_tink_encrypts_as_siv_256_does_here(additional: str) -> None:
    siv = one_key(KeyType.SIV_256)
    primitive = in_tink(keysets.export_tink(siv)).primitive(daead.DeterministicAead)
    ciphertext = keysets.enhanced_sym_encrypt(siv, "value", additional)
    assert primitive.encrypt_deterministically(b"value", additional.encode()) == ciphertext[32:]


def test_what_tink_encrypted_opens_here_behind_any_prefix() -> None:
    handle = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM_RAW)
    ciphertext = handle.primitive(aead.Aead).encrypt(b"value", b"row")
    imported = keysets.import_tink(out_of_tink(handle))
    assert keysets.enhanced_sym_decrypt(imported, bytes(32) + ciphertext, "row") == b"value"
    assert codec.from_bytes(imported).keys[0].origin is Origin.IMPORTED
    siv = tink.new_keyset_handle(daead.deterministic_aead_key_templates.AES256_SIV)
    ciphertext = siv.primitive(daead.DeterministicAead).encrypt_deterministically(b"value", b"")
    # With Tink's own prefix of five bytes before it.
    assert keysets.enhanced_sym_decrypt(keysets.import_tink(out_of_tink(siv)), bytes(32) + ciphertext[5:]) == b"value"


def test_keys_states_and_the_primary_survive_both_ways() -> None:
    keys = [key(KeyType.GCM_256, n, status) for n, status in enumerate(Status)]
    there = keysets.export_tink(keyset(*keys, primary=0))
    again = codec.from_bytes(keysets.import_tink(there))
    assert [(each.raw_key, each.status) for each in again.keys] == [(each.raw_key, each.status) for each in keys]
    assert again.primary_key_id == again.keys[0].key_id


@pytest.mark.parametrize("kinds", [[KeyType.SIV_128], [KeyType.GCM_256, KeyType.SIV_256]])
def test_what_tink_cannot_have_is_refused(kinds: list[KeyType]) -> None:
    with pytest.raises(ArgumentInvalid, match="Tink has keysets of"):
        keysets.export_tink(keyset(*(key(kind, n) for n, kind in enumerate(kinds))))


@pytest.mark.parametrize("template", ["AES128_GCM", "AES256_EAX", "XCHACHA20_POLY1305"])
def test_what_only_tink_has_is_refused(template: str) -> None:
    handle = tink.new_keyset_handle(getattr(aead.aead_key_templates, template))
    with pytest.raises(KeysetMalformed):
        keysets.import_tink(out_of_tink(handle))


@pytest.mark.parametrize("data", [b"", b"no keyset", b"\xff" * 20, K1])
def test_what_is_no_keyset_of_tink_is_refused(data: bytes) -> None:
    with pytest.raises(KeysetMalformed):
        keysets.import_tink(data)


def test_a_keyset_of_tink_is_not_taken_for_one_of_maxcompute() -> None:
    with pytest.raises(KeysetMalformed, match="import_tink"):
        keysets.keyset_to_json(keysets.export_tink(K1))
