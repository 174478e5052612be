"""Requests as replay.lua sends them: fixed bytes around what each takes once, its nonce and its signature."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Generic, TypeVar

NONCE = "0123456789abcdef" * 2
"""Stands for the nonce while the fixed bytes around it are made; it is percent-encoded to itself."""

SIGNATURE = "fedcba9876543210" * 2
"""Stands for the signature likewise."""


@dataclass(frozen=True)
class Constant:
    """A request that a server takes any number of times."""

    data: bytes

    def once(self) -> bytes:
        return self.data

    def pieces(self) -> tuple[bytes, ...]:
        return (self.data,)

    def write(self, path: Path, count: int) -> None:
        _write(path, [self], count)


@dataclass(frozen=True)
class Signed:
    """A request that a server takes once for each nonce, which decides the signature.

    The nonce may stand in several places, so that what has to be new in every request is the nonce too.
    """

    data: bytes
    sign: Callable[[bytes], bytes]

    def once(self) -> bytes:
        nonce = os.urandom(16).hex().encode()
        *before, tail = self.pieces()
        return nonce.join(before) + self.sign(nonce) + tail

    def pieces(self) -> tuple[bytes, ...]:
        """A nonce stands between two of them, between the last two the signature."""
        *before, last = self.data.split(NONCE.encode())
        middle, tail = last.split(SIGNATURE.encode())
        return *before, middle, tail

    def write(self, path: Path, count: int) -> None:
        _write(path, [self], count)


Form = TypeVar("Form", Constant, Signed)


@dataclass(frozen=True)
class Spread(Generic[Form]):
    """Several requests of one kind, sent in turn."""

    each: Sequence[Form]

    def once(self) -> bytes:
        return self.each[0].once()

    def write(self, path: Path, count: int) -> None:
        _write(path, self.each, count)


Request = Constant | Signed | Spread[Constant] | Spread[Signed]


def _write(path: Path, requests: Sequence[Constant | Signed], count: int) -> None:
    """Write what differs between requests only, so that reading it costs wrk next to nothing."""
    with path.open("wb") as out:
        out.write(b"%d\n" % len(requests))
        for one in requests:
            pieces = one.pieces()
            out.write(b" ".join(b"%d" % len(piece) for piece in pieces) + b"\n" + b"".join(pieces) + b"\n")
        out.writelines(_signatures([one for one in requests if isinstance(one, Signed)], count))


def _signatures(requests: Sequence[Signed], count: int) -> Iterator[bytes]:
    """A line for each request to send, the first one for the first of `requests`, and so on in turn."""
    if not requests:
        return
    nonces = os.urandom(16 * count).hex().encode()
    for start, one in zip(range(0, len(nonces), 32), cycle(requests), strict=False):
        nonce = nonces[start : start + 32]
        yield b"%s%s\n" % (nonce, one.sign(nonce))
