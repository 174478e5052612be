"""GHASH (NIST SP 800-38D section 6.4) of many messages under one key, by tables.

A message's hash is the sum of its blocks, each times a power of H that counts from the end. So messages are laid out
with their ends in line, and each column of bytes is looked up in a table of that byte's products with that column's
power. The tables are secret; what is looked up is ciphertext and additional data, so where they are read tells nothing.
"""

import numpy as np
from numpy.typing import NDArray

from keyreeve.keysets.batch.blocks import BLOCK
from keyreeve.keysets.batch.rows import Bytes, Integers

# One item of 16 bytes, so that a look-up is one move; its value as a number means nothing.
_Tables = NDArray[np.complex128]
_REDUCTION = 0xE1 << 120
_LENGTH_PLACES = ((6, 7), (14, 15))


class Ghash:
    """May be shared by threads."""

    def __init__(self, h: bytes) -> None:
        self._h = int.from_bytes(h)
        self._tables: dict[int, _Tables] = {}

    def hashes(self, blocks: Bytes, additional_bytes: Integers, text_bytes: Integers) -> Bytes:
        """The hashes of messages (n, 16 m) whose ends are in line, with the block of lengths that follows them."""
        count, width = blocks.shape
        total = np.zeros(2 * count, np.uint64)
        columns = np.ascontiguousarray(blocks.T)
        # One place for each, as new arrays cost more than the look-ups do.
        indices, products = np.empty(count, np.intp), np.empty(count, np.complex128)
        for column in range(width):
            power = 1 + (width - column + BLOCK - 1) // BLOCK
            np.copyto(indices, columns[column])
            self._table(power)[column % BLOCK].take(indices, mode="clip", out=products)
            np.bitwise_xor(total, products.view(np.uint64), out=total)
        for places, lengths in zip(_LENGTH_PLACES, (additional_bytes, text_bytes), strict=True):
            total ^= self._length_products(places, lengths * 8)
        return total.view(np.uint8).reshape(count, BLOCK)

    def _length_products(self, places: tuple[int, int], bits: Integers) -> NDArray[np.uint64]:
        """Of the low two bytes: what is longer than 8 KiB is no business of a batch."""
        table = self._table(1)
        return _products(table[places[0]], bits >> 8) ^ _products(table[places[1]], bits & 0xFF)

    def _table(self, power: int) -> _Tables:
        """The products with H^power of each value (256) at each place (16). Threads may make one twice, alike."""
        found = self._tables.get(power)
        if found is None:
            found = self._tables[power] = _tables_of(_power(self._h, power))
        return found


def _products(table: _Tables, values: Integers) -> NDArray[np.uint64]:
    return table.take(values, mode="clip").view(np.uint64)


def _tables_of(factor: int) -> _Tables:
    shifted = [factor]
    for _ in range(BLOCK * 8 - 1):
        shifted.append(_times_x(shifted[-1]))
    bits = np.frombuffer(b"".join(value.to_bytes(BLOCK) for value in shifted), np.uint64).reshape(BLOCK, 8, 2)
    tables = np.zeros((BLOCK, 256, 2), np.uint64)
    for bit in range(8):
        # The products of values below 2^(bit + 1) from those below 2^bit; the field's first coefficient is the top bit.
        tables[:, 1 << bit : 2 << bit] = tables[:, : 1 << bit] ^ bits[:, 7 - bit, None]
    return tables.view(np.complex128).reshape(BLOCK, 256)


def _times_x(value: int) -> int:
    return (value >> 1) ^ (_REDUCTION if value & 1 else 0)


def _power(base: int, exponent: int) -> int:
    result = base
    for _ in range(exponent - 1):
        result = _multiplied(result, base)
    return result


def _multiplied(a: int, b: int) -> int:
    product = 0
    for bit in range(BLOCK * 8 - 1, -1, -1):
        if a >> bit & 1:
            product ^= b
        b = _times_x(b)
    return product
