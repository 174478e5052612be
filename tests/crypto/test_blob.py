"""The ciphertext blob against a second implementation of its document."""

import base64
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyreeve.crypto.blob import BlobMalformed, Kind, open_blob, parse_blob, seal_blob
from keyreeve.crypto.message_cipher import BlobRejected, DerivedKeyCipher
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import KeySpec
from tests.crypto import blob_format

KEY, OTHER_KEY = UUID(int=0x1111), UUID(int=0x2222)
VERSION, OTHER_VERSION = UUID(int=0x3333), UUID(int=0x4444)
MATERIAL, SALT = bytes(range(32)), bytes(range(100, 132))
# docs/formats/ciphertext.md, the field "suite".
SPECS = {1: KeySpec.AES_128, 2: KeySpec.AES_192, 3: KeySpec.AES_256, 4: KeySpec.SM4}

salts = st.binary(min_size=32, max_size=32)
every_suite = pytest.mark.parametrize("suite", SPECS)


@st.composite
def suites_and_materials(draw: st.DrawFn) -> tuple[int, bytes]:
    suite = draw(st.sampled_from(sorted(SPECS)))
    size = blob_format.KEY_BYTES[suite]
    return suite, draw(st.binary(min_size=size, max_size=size))


def cipher(suite: int, material: bytes = MATERIAL) -> DerivedKeyCipher:
    return DerivedKeyCipher(SPECS[suite], Secret(material[: blob_format.KEY_BYTES[suite]]))


def sealed(plaintext: bytes = b"eA==", context: bytes = b"", suite: int = 3) -> str:
    return seal_blob(cipher(suite), SALT, KEY, VERSION, Kind.TEXT, plaintext, context)


def opened(text: str, context: bytes = b"", suite: int = 3, material: bytes = MATERIAL) -> bytes:
    return open_blob(parse_blob(text), cipher(suite, material), context)


@settings(deadline=None)
@given(
    suites_and_materials(),
    salts,
    st.uuids(),
    st.uuids(),
    st.sampled_from(Kind),
    st.binary(min_size=1, max_size=200),
    st.binary(max_size=50),
)
def test_both_implementations_make_the_same_bytes_and_open_them(
    suite_and_material: tuple[int, bytes],
    salt: bytes,
    key: UUID,
    version: UUID,
    kind: Kind,
    plaintext: bytes,
    context: bytes,
):
    suite, material = suite_and_material
    ours = cipher(suite, material)
    text = seal_blob(ours, salt, key, version, kind, plaintext, context)
    assert text == blob_format.seal(suite, material, salt, key.bytes, version.bytes, kind, plaintext, context)
    assert blob_format.open_sealed(suite, material, text, context) == plaintext
    assert open_blob(parse_blob(text), ours, context) == plaintext


@pytest.mark.parametrize("suite", [1, 2, 3])
def test_both_implementations_make_the_same_bytes_of_an_empty_text(suite: int):
    material = MATERIAL[: blob_format.KEY_BYTES[suite]]
    theirs = blob_format.seal(suite, material, SALT, KEY.bytes, VERSION.bytes, 1, b"", b"c")
    assert sealed(b"", b"c", suite) == theirs


@every_suite
def test_an_empty_text_opens_with_its_context_only(suite: int):
    text = sealed(b"", b"c", suite)
    assert opened(text, b"c", suite) == b""
    with pytest.raises(BlobRejected):
        opened(text, b"d", suite)


def test_a_blob_says_which_key_version_kind_and_suite_it_is_of():
    blob = parse_blob(blob_format.seal(4, MATERIAL[:16], SALT, KEY.bytes, VERSION.bytes, 2, b"x", b""))
    assert (blob.key_id, blob.version_id, blob.kind, blob.suite) == (str(KEY), str(VERSION), Kind.DATA_KEY, 4)


@every_suite
def test_the_overhead_is_117_bytes(suite: int):
    for length in (0, 1, 6144):
        text = sealed(b"x" * length, suite=suite)
        assert len(base64.b64decode(text)) == 117 + length
        assert parse_blob(text).plaintext_bytes == length


@pytest.mark.parametrize("suite", [3, 4])
def test_every_flipped_bit_is_noticed(suite: int):
    data = base64.b64decode(sealed(suite=suite))
    for position in range(len(data) * 8):
        changed = bytearray(data)
        changed[position // 8] ^= 1 << position % 8
        with pytest.raises((BlobMalformed, BlobRejected)):
            opened(base64.b64encode(changed).decode(), suite=suite)


@pytest.mark.parametrize("suite", [3, 4])
def test_every_other_length_is_noticed(suite: int):
    data = base64.b64decode(sealed(suite=suite))
    for changed in (*(data[:length] for length in range(len(data))), data + b"\0", b"\0" + data, data + data):
        with pytest.raises((BlobMalformed, BlobRejected)):
            opened(base64.b64encode(changed).decode(), suite=suite)


@every_suite
@pytest.mark.parametrize(
    "other", [b"", b'{"a":"2"}', b'{"a":"1"} ', b'{"a":"1"}\0', b'{"a":"1","b":""}'], ids=lambda other: other.decode()
)
def test_another_context_does_not_open(suite: int, other: bytes):
    text = sealed(context=b'{"a":"1"}', suite=suite)
    assert opened(text, b'{"a":"1"}', suite) == b"eA=="
    with pytest.raises(BlobRejected):
        opened(text, other, suite)


@every_suite
@pytest.mark.parametrize("other", [bytes(32), MATERIAL[::-1], b"\0\0" + MATERIAL[2:], MATERIAL[:15] + MATERIAL])
def test_other_material_does_not_open(suite: int, other: bytes):
    with pytest.raises(BlobRejected):
        opened(sealed(suite=suite), suite=suite, material=other)


@every_suite
@pytest.mark.parametrize("other", SPECS)
def test_a_blob_opens_with_a_cipher_of_its_suite_only(suite: int, other: int):
    """Suites 1 and 4 take the same material."""
    if suite == other:
        assert opened(sealed(suite=suite), suite=other) == b"eA=="
        return
    with pytest.raises(BlobRejected):
        opened(sealed(suite=suite), suite=other)


@every_suite
@pytest.mark.parametrize(("key", "version"), [(OTHER_KEY, VERSION), (KEY, OTHER_VERSION)])
def test_equal_material_under_another_key_or_version_does_not_open(suite: int, key: UUID, version: UUID):
    data = base64.b64decode(sealed(suite=suite))
    moved = base64.b64encode(data[:5] + key.bytes + version.bytes + data[37:]).decode()
    blob = parse_blob(moved)
    assert (blob.key_id, blob.version_id) == (str(key), str(version))
    with pytest.raises(BlobRejected):
        open_blob(blob, cipher(suite), b"")


@pytest.mark.parametrize("text", ["", "é", "AAAA", "Zm9v" * 50, "\0", "=" * 200, " " + "S1I" * 60])
def test_what_is_no_blob_is_malformed(text: str):
    with pytest.raises(BlobMalformed):
        parse_blob(text)


@pytest.mark.parametrize("change", ["\n", " ", "-", "="])
def test_base64_of_another_alphabet_is_malformed(change: str):
    text = sealed()
    with pytest.raises(BlobMalformed):
        parse_blob(text[:40] + change + text[40:])


def of_suite(suite: int, kind: int, behind_the_header: int) -> str:
    content = b"KR\x01" + bytes([kind, suite]) + bytes(64) + bytes(behind_the_header)
    return base64.b64encode(content).decode()


# Commitment and tag; a token's GCM has no commitment.
@pytest.mark.parametrize(("suite", "least"), [(1, 48), (2, 48), (3, 48), (4, 48), (5, 16), (6, 16), (7, 16)])
def test_a_blob_without_room_for_what_is_behind_its_header_is_malformed(suite: int, least: int):
    for more in (0, 1, 100):
        blob = parse_blob(of_suite(suite, 1, least + more))
        assert (blob.suite, blob.plaintext_bytes) == (suite, more)
    for length in range(least):
        with pytest.raises(BlobMalformed):
            parse_blob(of_suite(suite, 1, length))


@pytest.mark.parametrize(("suite", "kind"), [(0, 1), (8, 1), (9, 1), (255, 1), (3, 0), (3, 4), (3, 255)])
def test_a_suite_or_kind_that_there_is_not_is_malformed(suite: int, kind: int):
    with pytest.raises(BlobMalformed):
        parse_blob(of_suite(suite, kind, 100))
