"""Requests as wrk replays them: fixed bytes around a nonce and its signature, or fixed bytes alone."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

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

    def write(self, path: Path, _count: int) -> None:
        path.write_bytes(b"%d 0 0\n" % len(self.data) + self.data)


@dataclass(frozen=True)
class Signed:
    """A request that a server takes once for each nonce, which decides the signature."""

    data: bytes
    sign: Callable[[bytes], bytes]

    def once(self) -> bytes:
        nonce, signature = next(self._signatures(1))
        head, middle, tail = self._pieces()
        return head + nonce + middle + signature + tail

    def write(self, path: Path, count: int) -> None:
        """Write what differs between requests only, so that reading it costs wrk next to nothing."""
        pieces = self._pieces()
        with path.open("wb") as out:
            out.write(b"%d %d %d\n" % tuple(map(len, pieces)) + b"".join(pieces))
            out.writelines(b"%s%s\n" % pair for pair in self._signatures(count))

    def _pieces(self) -> tuple[bytes, bytes, bytes]:
        head, rest = self.data.split(NONCE.encode())
        middle, tail = rest.split(SIGNATURE.encode())
        return head, middle, tail

    def _signatures(self, count: int) -> Iterator[tuple[bytes, bytes]]:
        nonces = os.urandom(16 * count).hex().encode()
        for start in range(0, len(nonces), 32):
            nonce = nonces[start : start + 32]
            yield nonce, self.sign(nonce)


Request = Constant | Signed
