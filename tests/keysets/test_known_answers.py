import json
import quopri

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keyreeve import keysets
from keyreeve.keysets import codec
from keyreeve.keysets.keyset import KeyType, Origin, Status
from tests.keysets.documented import CIPHERTEXTS, K1, K1_JSON, K1_RAW_KEY, NEW_KEYSET


@pytest.mark.parametrize("keyset", [NEW_KEYSET, K1])
def test_documented_keysets_are_written_again_byte_for_byte(keyset: bytes) -> None:
    assert codec.to_bytes(codec.from_bytes(keyset)) == keyset


def test_the_documented_keyset_is_what_its_page_says() -> None:
    (key,) = codec.from_bytes(NEW_KEYSET).keys
    assert (key.key_id, key.type, key.status) == ("WugsZQEAUMBwnhLB", KeyType.GCM_256, Status.ENABLED)
    assert (key.origin, key.description) == (Origin.GENERATED, "hello world")


def test_the_documented_json_is_the_documented_keyset() -> None:
    assert json.loads(keysets.keyset_to_json(K1)) == K1_JSON
    assert keysets.keyset_from_json(json.dumps(K1_JSON)) == K1


def test_json_is_sorted_and_indented_as_documented() -> None:
    assert keysets.keyset_to_json(K1) == json.dumps(K1_JSON, indent=4, sort_keys=True)


@pytest.mark.parametrize("plaintext", CIPHERTEXTS)
def test_documented_ciphertexts_open(plaintext: bytes) -> None:
    assert keysets.enhanced_sym_decrypt(K1, CIPHERTEXTS[plaintext]) == plaintext
    # A documented statement opens with '' what was encrypted without the argument.
    assert keysets.enhanced_sym_decrypt(K1, CIPHERTEXTS[plaintext], "") == plaintext
    printed = quopri.encodestring(CIPHERTEXTS[plaintext])
    assert keysets.enhanced_sym_decrypt(K1, quopri.decodestring(printed)) == plaintext


def test_what_stands_behind_the_prefix_is_plain_aes_gcm() -> None:
    ciphertext = keysets.enhanced_sym_encrypt(K1, "secret", "row 7")
    assert AESGCM(K1_RAW_KEY).decrypt(ciphertext[32:44], ciphertext[44:], b"row 7") == b"secret"


def test_rotation_appends_a_primary_key_and_keeps_the_old_one() -> None:
    rotated = codec.from_bytes(keysets.rotate_keyset(K1, "AES-SIV-CMAC-256", "description"))
    old, new = rotated.keys
    assert old == codec.from_bytes(K1).keys[0]
    assert (rotated.primary_key_id, new.type, len(new.raw_key), new.origin) == (
        new.key_id,
        KeyType.SIV_256,
        64,
        Origin.GENERATED,
    )


def test_an_added_key_becomes_primary_and_is_marked_imported() -> None:
    raw_key = bytes(range(32))
    added = codec.from_bytes(keysets.add_key_to_keyset(K1, "AES-SIV-CMAC-128", raw_key, "description"))
    assert added.primary_key_id == added.keys[1].key_id
    assert (added.keys[1].raw_key, added.keys[1].origin) == (raw_key, Origin.IMPORTED)
    assert [key.status for key in added.keys] == [Status.ENABLED] * 2


def test_new_keys_have_ids_of_sixteen_characters_that_begin_with_the_time() -> None:
    (key,) = codec.from_bytes(keysets.new_keyset("AES-GCM-256")).keys
    assert len(key.key_id) == 16
    assert key.description == ""
