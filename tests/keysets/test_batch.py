"""The batch ciphers against pyca's AESGCM and AESSIV, which share no code with them."""

import random
from collections.abc import Sequence

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV

from keyreeve.keysets.batch.gcm import GcmBatch
from keyreeve.keysets.batch.rows import Rows
from keyreeve.keysets.batch.siv import SivBatch

PREFIX = bytes(range(32))
LENGTHS = range(201)
SIV_KEYS = [bytes(range(100, 132)), bytes(range(100, 164))]
GCM_KEY = bytes(range(7, 39))


def bodies_of(ciphertexts: Rows) -> Rows:
    return ciphertexts.part(len(PREFIX), len(PREFIX))


class Gcm:
    """Both ciphers under one name, so that every test is for both."""

    overhead = 28

    def __init__(self, key: bytes) -> None:
        self.batch, self.one = GcmBatch(key), AESGCM(key)

    def encrypt(self, texts: Sequence[bytes], additional: Sequence[bytes]) -> Rows:
        nonces = np.random.default_rng(1).integers(0, 256, (len(texts), 12), np.uint8)
        made = self.batch.encrypt(PREFIX, nonces, Rows.of(texts), Rows.of(additional).repeated(len(texts)))
        every = list(additional) * (len(texts) // len(additional))
        rows = zip(nonces, texts, every, strict=True)
        expected = [PREFIX + nonce.tobytes() + self.one.encrypt(nonce.tobytes(), *row) for nonce, *row in rows]
        assert made.values() == expected
        return made

    def decrypt(self, bodies: Rows, additional: Sequence[bytes]) -> tuple[list[bytes], list[bool]]:
        texts, agreed = self.batch.decrypt(bodies, Rows.of(additional).repeated(len(bodies)))
        return texts.values(), agreed.tolist()


class Siv:
    overhead = 16

    def __init__(self, key: bytes) -> None:
        self.batch, self.one = SivBatch(key), AESSIV(key)

    def encrypt(self, texts: Sequence[bytes], additional: Sequence[bytes]) -> Rows:
        made = self.batch.encrypt(PREFIX, Rows.of(texts), Rows.of(additional))
        every = list(additional) * (len(texts) // len(additional))
        expected = [PREFIX + self.one.encrypt(text, [data]) for text, data in zip(texts, every, strict=True)]
        assert made.values() == expected
        return made

    def decrypt(self, bodies: Rows, additional: Sequence[bytes]) -> tuple[list[bytes], list[bool]]:
        texts, agreed = self.batch.decrypt(bodies, Rows.of(additional))
        return texts.values(), agreed.tolist()


@pytest.fixture(params=[0, 1, 2], ids=["GCM-256", "SIV-128", "SIV-256"])
def ciphers(request: pytest.FixtureRequest) -> Gcm | Siv:
    return Gcm(GCM_KEY) if request.param == 0 else Siv(SIV_KEYS[request.param - 1])


def same_both_ways(ciphers: Gcm | Siv, texts: Sequence[bytes], additional: Sequence[bytes]) -> None:
    made = ciphers.encrypt(texts, additional)
    assert ciphers.decrypt(bodies_of(made), additional) == (list(texts), [True] * len(texts))


def noise(size: int) -> bytes:
    return random.Random(size).randbytes(size)


@pytest.mark.parametrize("additional", [b"", b"a", b"sixteen bytes ad", noise(200)])
def test_every_length_with_one_additional_data(ciphers: Gcm | Siv, additional: bytes) -> None:
    for length in LENGTHS:
        same_both_ways(ciphers, [noise(length), bytes(length), b"\xff" * length], [additional])


def test_every_length_of_additional_data(ciphers: Gcm | Siv) -> None:
    for length in LENGTHS:
        same_both_ways(ciphers, [b"a", b"", b"text of one block and more"], [noise(length)])


@pytest.mark.parametrize("seed", range(20))
def test_all_lengths_mixed(ciphers: Gcm | Siv, seed: int) -> None:
    made = random.Random(seed)
    count, longest = made.choice([1, 2, 3, 17, 100]), made.choice([1, 16, 17, 40, 200])
    texts = [made.randbytes(made.randrange(longest + 1)) for _ in range(count)]
    same_both_ways(ciphers, texts, [made.randbytes(made.randrange(longest + 1)) for _ in range(count)])


@pytest.mark.parametrize("count", [1, 2, 255, 2041, 4096, 10_000, 20_001])
def test_batches_of_every_size(ciphers: Gcm | Siv, count: int) -> None:
    same_both_ways(ciphers, [number.to_bytes(4) * (number % 3) for number in range(count)], [b"ad"])


def test_every_changed_bit_behind_the_prefix_is_refused(ciphers: Gcm | Siv) -> None:
    """Each body once for each of its bits, in one batch, so that a neighbour of every change is whole."""
    for length in (0, 1, 15, 16, 17, 33):
        body = bodies_of(ciphers.encrypt([noise(length)], [b"row"])).values()[0]
        changed = [bytearray(body) for _ in range(8 * len(body))]
        for bit, value in enumerate(changed):
            value[bit // 8] ^= 1 << bit % 8
        mixed = [value for pair in changed for value in (bytes(pair), body)]
        texts, agreed = ciphers.decrypt(Rows.of(mixed), [b"row"])
        assert agreed == [False, True] * len(changed)
        assert texts == [noise(length)] * len(changed)


def test_cut_bodies_and_other_additional_data_are_refused(ciphers: Gcm | Siv) -> None:
    body = bodies_of(ciphers.encrypt([noise(50)], [b"row"])).values()[0]
    cuts = [body[:length] for length in range(ciphers.overhead, len(body))]
    assert ciphers.decrypt(Rows.of(cuts), [b"row"]) == ([], [False] * len(cuts))
    others = [b"", b"ro", b"row\0", b"Row", b"r" * 16]
    assert ciphers.decrypt(Rows.of([body] * len(others)), others) == ([], [False] * len(others))


def test_rows_may_lie_anywhere_in_their_buffer(ciphers: Gcm | Siv) -> None:
    """In another order, overlapping, with gaps: as Arrow slices and dictionaries have them."""
    data = np.frombuffer(noise(300), np.uint8)
    starts, lengths = np.array([290, 0, 100, 100, 37], np.int64), np.array([10, 5, 40, 41, 0], np.int64)
    texts = Rows(data, starts, lengths)
    again = Rows.of(texts.values())
    if isinstance(ciphers, Gcm):
        nonces, additional = np.zeros((5, 12), np.uint8), Rows.one(b"").repeated(5)
        made = [ciphers.batch.encrypt(PREFIX, nonces, rows, additional).values() for rows in (texts, again)]
    else:
        made = [ciphers.batch.encrypt(PREFIX, rows, Rows.one(b"")).values() for rows in (texts, again)]
    assert made[0] == made[1]


def test_counters_carry_nowhere_that_siv_forbids() -> None:
    """RFC 5297 section 2.5: an IV of ones, whose low 32 bits have their top bit cleared, counts on into that bit."""
    siv = SivBatch(SIV_KEYS[0])
    iv = np.full((1, 16), 0xFF, np.uint8)
    body = iv.tobytes() + noise(200)
    stream = siv._key_stream(iv, 200)
    texts = np.frombuffer(body[16:], np.uint8) ^ stream[0]
    counter = bytes.fromhex("ffffffffffffffff7fffffff7fffffff")
    one = Cipher(algorithms.AES(SIV_KEYS[0][16:]), modes.CTR(counter)).decryptor()
    assert texts.tobytes() == one.update(body[16:])
