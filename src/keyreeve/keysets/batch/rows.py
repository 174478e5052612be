"""Byte strings side by side in one buffer, as Arrow keeps them, and as matrices that arrays can work on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rows:
    """Row i is data[starts[i] : starts[i] + lengths[i]]."""

    data: Bytes = field(repr=False)
    starts: Integers
    lengths: Integers

    @classmethod
    def one(cls, value: bytes) -> Self:
        return cls(np.frombuffer(value, np.uint8), np.zeros(1, np.int64), np.array([len(value)], np.int64))

    @classmethod
    def of(cls, values: Sequence[bytes]) -> Self:
        lengths = np.fromiter(map(len, values), np.int64, len(values))
        return cls(np.frombuffer(b"".join(values), np.uint8), np.cumsum(lengths) - lengths, lengths)

    def __len__(self) -> int:
        return len(self.starts)

    def at(self, which: Integers | Booleans | slice) -> "Rows":
        return Rows(self.data, self.starts[which], self.lengths[which])

    def part(self, offset: int, without: int) -> "Rows":
        """Each row from `offset` on, shorter by `without` bytes in all."""
        return Rows(self.data, self.starts + offset, self.lengths - without)

    def repeated(self, count: int) -> "Rows":
        """A single row `count` times; so many rows, as they are."""
        return Rows(self.data, np.broadcast_to(self.starts, count), np.broadcast_to(self.lengths, count))

    def for_rows(self, which: Integers) -> "Rows":
        """Those rows; a single row, which stands for all, as it is."""
        return self if len(self) == 1 else self.at(which)

    def values(self) -> list[bytes]:
        if not len(self):
            return []
        first, ends = int(self.starts.min()), self.starts + self.lengths
        held = self.data[first : int(ends.max())].tobytes()
        return [
            held[start:end] for start, end in zip((self.starts - first).tolist(), (ends - first).tolist(), strict=True)
        ]


def rows_of(matrix: Bytes, lengths: Integers, column: int = 0) -> Rows:
    """lengths[i] bytes of each row of a matrix, from a column on."""
    count, width = matrix.shape
    starts = np.arange(column, column + count * width, width, dtype=np.int64) if width else np.zeros(count, np.int64)
    return Rows(np.ascontiguousarray(matrix).reshape(-1), starts, lengths)


def windows(data: Bytes, starts: Integers, width: int) -> Bytes:
    """A matrix whose row i is the `width` bytes from starts[i] on; what lies outside of the data is zero."""
    if width == 0 or len(starts) == 0:
        return np.empty((len(starts), width), np.uint8)
    data, starts = _padded(data, starts, width)
    steps = np.diff(starts)
    if len(steps) == 0 or (steps == steps[0]).all():
        step = int(steps[0]) if len(steps) else 0
        return np.ndarray((len(starts), width), np.uint8, data.data, int(starts[0]), (step, 1))
    # Items of `width` bytes that overlap: one copy of memory for each row, which no index for each byte comes near.
    items = np.ndarray((len(data) - width + 1,), f"V{width}", data.data, 0, (1,))
    return items[starts].view(np.uint8).reshape(len(starts), width)


def _padded(data: Bytes, starts: Integers, width: int) -> tuple[Bytes, Integers]:
    low, high = int(starts.min()), int(starts.max()) + width
    if low >= 0 and high <= len(data):
        return data, starts
    padded = np.zeros(high - low, np.uint8)
    inside = data[max(low, 0) : max(high, 0)]
    offset = max(-low, 0)
    padded[offset : offset + len(inside)] = inside
    return padded, starts - low


def placed(rows: Rows, columns: Integers, width: int) -> Bytes:
    """A matrix that holds each row's bytes from its column on, and zeros elsewhere."""
    matrix = windows(rows.data, rows.starts - columns, width)
    if int(rows.lengths.min()) == width:
        return matrix
    place = np.arange(width, dtype=np.int32)
    begin = columns.astype(np.int32)[:, None]
    end = (columns + rows.lengths).astype(np.int32)[:, None]
    return matrix * ((place >= begin) & (place < end))


def packed(parts: Bytes, lengths: Integers) -> Rows:
    """The first lengths[i] bytes of each row of a matrix, one row right behind the other."""
    width = parts.shape[1]
    if len(lengths) and int(lengths.min()) == width:
        return rows_of(parts, lengths)
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    out = np.empty(total + width, np.uint8)
    scatter(out, ends - lengths, parts)
    return Rows(out[:total], ends - lengths, lengths)


def joined(pieces: Sequence[Rows]) -> Rows:
    """Packed rows, one piece right behind the other."""
    if len(pieces) == 1:
        return pieces[0]
    lengths = np.concatenate([np.zeros(0, np.int64), *(piece.lengths for piece in pieces)])
    data = np.concatenate([np.zeros(0, np.uint8), *(piece.data for piece in pieces)])
    return Rows(data, np.cumsum(lengths) - lengths, lengths)


def scatter(out: Bytes, starts: Integers, parts: Bytes) -> None:
    """Write each row of a matrix to its place. In order: where rows overlap, the later one stays."""
    width = parts.shape[1]
    if width and len(starts):
        items = np.ndarray((len(out) - width + 1,), f"V{width}", out.data, 0, (1,))
        items[starts] = np.ascontiguousarray(parts).view(f"V{width}").reshape(-1)
