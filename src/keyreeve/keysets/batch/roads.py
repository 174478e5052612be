"""Rows of one key through its cipher by the faster road: a batch, or the loop that calls the cipher for each value."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from keyreeve.keysets.batch.gcm import GcmBatch
from keyreeve.keysets.batch.rows import Rows, joined
from keyreeve.keysets.batch.siv import SivBatch
from keyreeve.keysets.ciphers.keyring import KeyCipher
from keyreeve.keysets.ciphers.single import NONCE_BYTES, overhead_of
from keyreeve.keysets.errors import CiphertextNotOpened
from keyreeve.keysets.keyset import Key

Booleans = NDArray[np.bool_]

# A batch's arrays should stay in a core's cache, and its fixed costs need rows to share them; Spark sends so many.
_ROWS_AT_ONCE = 10_000
_FEWEST_ROWS = 256


@dataclass(frozen=True, slots=True)
class _Limits:
    """The longest values, with additional data, for which a batch is faster; measured (adr/0008)."""

    all_equal: int
    varied: int


_GCM_LIMITS = _Limits(all_equal=192, varied=128)
_SIV_LIMITS = _Limits(all_equal=256, varied=192)


def encrypt_rows(cipher: KeyCipher, texts: Rows, additional: Rows, *, batch: bool) -> Rows:
    """Whole ciphertexts. `additional` has a row for each text, or one for all. Raises ValueTooLarge."""
    return joined([_encrypt(cipher, *slices, batch=batch) for slices in _slices(texts, additional)])


def decrypt_rows(cipher: KeyCipher, bodies: Rows, additional: Rows, *, batch: bool) -> tuple[Rows, Booleans]:
    """The plaintexts of the bodies (ciphertexts without prefix) that this key made, and which those are."""
    pieces = [_decrypt(cipher, *slices, batch=batch) for slices in _slices(bodies, additional)]
    return joined([texts for texts, _ in pieces]), np.concatenate([agreed for _, agreed in pieces])


def _slices(rows: Rows, additional: Rows) -> Iterator[tuple[Rows, Rows]]:
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        yield rows.at(part), additional if len(additional) == 1 else additional.at(part)


def _encrypt(cipher: KeyCipher, texts: Rows, additional: Rows, *, batch: bool) -> Rows:
    if not (batch and _fits(cipher.key, texts, additional)):
        values = zip(texts.values(), additional.repeated(len(texts)).values(), strict=True)
        return Rows.of([cipher.encrypt(text, data) for text, data in values])
    by_batch = _batch_cipher(cipher)
    if isinstance(by_batch, SivBatch):
        return by_batch.encrypt(cipher.prefix, texts, additional)
    nonces = np.frombuffer(os.urandom(NONCE_BYTES * len(texts)), np.uint8).reshape(len(texts), NONCE_BYTES)
    return by_batch.encrypt(cipher.prefix, nonces, texts, additional.repeated(len(texts)))


def _decrypt(cipher: KeyCipher, bodies: Rows, additional: Rows, *, batch: bool) -> tuple[Rows, Booleans]:
    whole = bodies.lengths >= overhead_of(cipher.key.type)
    if not whole.all():
        rest = additional if len(additional) == 1 else additional.at(whole)
        texts, agreed = _decrypt_whole(cipher, bodies.at(whole), rest, batch=batch)
        whole[whole] = agreed
        return texts, whole
    return _decrypt_whole(cipher, bodies, additional, batch=batch)


def _decrypt_whole(cipher: KeyCipher, bodies: Rows, additional: Rows, *, batch: bool) -> tuple[Rows, Booleans]:
    additional = additional.repeated(len(bodies))
    if batch and _fits(cipher.key, bodies.part(0, overhead_of(cipher.key.type)), additional):
        return _batch_cipher(cipher).decrypt(bodies, additional)
    opened = [_opened(cipher, *pair) for pair in zip(bodies.values(), additional.values(), strict=True)]
    return Rows.of([text for text in opened if text is not None]), np.array([text is not None for text in opened], bool)


def _opened(cipher: KeyCipher, body: bytes, additional: bytes) -> bytes | None:
    try:
        return cipher.body.decrypt(body, additional)
    except CiphertextNotOpened:
        return None


def _fits(key: Key, texts: Rows, additional: Rows) -> bool:
    if len(texts) < _FEWEST_ROWS:
        return False
    limits = _SIV_LIMITS if key.type.deterministic else _GCM_LIMITS
    longest = int(texts.lengths.max())
    equal = longest == int(texts.lengths.min())
    return longest + int(additional.lengths.max()) <= (limits.all_equal if equal else limits.varied)


# As long as the keyring that a key is in: what is forgotten there should be forgotten here.
_batch_ciphers: WeakKeyDictionary[KeyCipher, GcmBatch | SivBatch] = WeakKeyDictionary()


def _batch_cipher(cipher: KeyCipher) -> GcmBatch | SivBatch:
    """Threads may make one twice, alike."""
    found = _batch_ciphers.get(cipher)
    if found is None:
        key = cipher.key
        found = SivBatch(key.raw_key) if key.type.deterministic else GcmBatch(key.raw_key)
        _batch_ciphers[cipher] = found
    return found
