"""The ciphertext blob against a second implementation of its document."""

import base64
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyreeve.crypto.blob import BlobMalformed, BlobRejected, Kind, open_blob, parse_blob, seal_blob
from keyreeve.crypto.secret import Secret
from tests.crypto import blob_format

KEY, OTHER_KEY = UUID(int=0x1111), UUID(int=0x2222)
VERSION, OTHER_VERSION = UUID(int=0x3333), UUID(int=0x4444)
MATERIAL, SALT = bytes(range(32)), bytes(range(100, 132))

materials = st.sampled_from([16, 24, 32]).flatmap(lambda size: st.binary(min_size=size, max_size=size))
salts = st.binary(min_size=32, max_size=32)


def sealed(plaintext: bytes = b"eA==", context: bytes = b"", material: bytes = MATERIAL) -> str:
    return seal_blob(Secret(material), SALT, KEY, VERSION, Kind.TEXT, plaintext, context)


def opened(text: str, context: bytes = b"", material: bytes = MATERIAL) -> bytes:
    return open_blob(parse_blob(text), Secret(material), context)


@given(materials, salts, st.uuids(), st.uuids(), st.sampled_from(Kind), st.binary(max_size=200), st.binary(max_size=50))
def test_both_implementations_make_the_same_bytes_and_open_them(
    material: bytes, salt: bytes, key: UUID, version: UUID, kind: Kind, plaintext: bytes, context: bytes
):
    text = seal_blob(Secret(material), salt, key, version, kind, plaintext, context)
    assert text == blob_format.seal(material, salt, key.bytes, version.bytes, kind, plaintext, context)
    assert blob_format.open_sealed(material, text, context) == plaintext
    assert open_blob(parse_blob(text), Secret(material), context) == plaintext


def test_a_blob_says_which_key_version_and_kind_it_is_of():
    blob = parse_blob(blob_format.seal(MATERIAL, SALT, KEY.bytes, VERSION.bytes, 2, b"x", b""))
    assert (blob.key_id, blob.version_id, blob.kind) == (str(KEY), str(VERSION), Kind.DATA_KEY)


def test_the_overhead_is_117_bytes():
    assert len(base64.b64decode(sealed(b""))) == 117
    assert len(base64.b64decode(sealed(b"x" * 6144))) == 117 + 6144


def test_every_flipped_bit_is_noticed():
    data = base64.b64decode(sealed())
    for position in range(len(data) * 8):
        changed = bytearray(data)
        changed[position // 8] ^= 1 << position % 8
        with pytest.raises((BlobMalformed, BlobRejected)):
            opened(base64.b64encode(changed).decode())


def test_every_other_length_is_noticed():
    data = base64.b64decode(sealed())
    for changed in (*(data[:length] for length in range(len(data))), data + b"\0", b"\0" + data, data + data):
        with pytest.raises((BlobMalformed, BlobRejected)):
            opened(base64.b64encode(changed).decode())


@pytest.mark.parametrize(
    "other", [b"", b'{"a":"2"}', b'{"a":"1"} ', b'{"a":"1"}\0', b'{"a":"1","b":""}'], ids=lambda other: other.decode()
)
def test_another_context_does_not_open(other: bytes):
    text = sealed(context=b'{"a":"1"}')
    assert opened(text, b'{"a":"1"}') == b"eA=="
    with pytest.raises(BlobRejected):
        opened(text, other)


@pytest.mark.parametrize("other", [bytes(32), MATERIAL[:16], MATERIAL[:24], MATERIAL[::-1], MATERIAL + b"\0"])
def test_other_material_does_not_open(other: bytes):
    with pytest.raises(BlobRejected):
        opened(sealed(), material=other)


@pytest.mark.parametrize(("key", "version"), [(OTHER_KEY, VERSION), (KEY, OTHER_VERSION)])
def test_equal_material_under_another_key_or_version_does_not_open(key: UUID, version: UUID):
    data = base64.b64decode(sealed())
    moved = base64.b64encode(data[:5] + key.bytes + version.bytes + data[37:]).decode()
    blob = parse_blob(moved)
    assert (blob.key_id, blob.version_id) == (str(key), str(version))
    with pytest.raises(BlobRejected):
        open_blob(blob, Secret(MATERIAL), b"")


@pytest.mark.parametrize("text", ["", "é", "AAAA", "Zm9v" * 50, "\0", "=" * 200, " " + "S1I" * 60])
def test_what_is_no_blob_is_malformed(text: str):
    with pytest.raises(BlobMalformed):
        parse_blob(text)


@pytest.mark.parametrize("change", ["\n", " ", "-", "="])
def test_base64_of_another_alphabet_is_malformed(change: str):
    text = sealed()
    with pytest.raises(BlobMalformed):
        parse_blob(text[:40] + change + text[40:])
