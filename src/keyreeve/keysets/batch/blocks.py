"""AES over matrices of 16-byte blocks, and GF(2^128) as both modes use it."""

from collections.abc import Callable

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from keyreeve.keysets.batch.rows import Bytes, Integers

BLOCK = 16


def aes(raw_key: bytes) -> Callable[[Bytes], Bytes]:
    """Encrypts each block of a matrix whose width is a multiple of 16. For one thread: its context is not shared."""
    # ECB is the bare block cipher here; every block that goes in is made by a mode around it.
    encryptor = Cipher(algorithms.AES(raw_key), modes.ECB()).encryptor()  # noqa: S305

    def encrypt(matrix: Bytes) -> Bytes:
        out = encryptor.update(np.ascontiguousarray(matrix).data)
        return np.frombuffer(out, np.uint8).reshape(matrix.shape)

    return encrypt


def block_counts(lengths: Integers) -> Integers:
    """How many blocks hold so many bytes."""
    return (lengths + (BLOCK - 1)) // BLOCK


def doubled(matrix: Bytes) -> Bytes:
    """Each block times x, in the order of bits that CMAC and SIV use (RFC 5297 section 2.3)."""
    halves = np.ascontiguousarray(matrix).view(">u8").astype(np.uint64)
    high, low = halves[:, 0], halves[:, 1]
    out = np.empty_like(halves)
    out[:, 0] = (high << np.uint64(1)) | (low >> np.uint64(63))
    out[:, 1] = (low << np.uint64(1)) ^ ((high >> np.uint64(63)) * np.uint64(0x87))
    return out.astype(">u8").view(np.uint8)
