"""What takes part: a side offers lanes, and a lane does the same work on the same values as every other."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from keyreeve import keysets

PLAIN = "pyca AESGCM, loop"
SPARK = "Spark aes_encrypt"


@dataclass(frozen=True)
class Case:
    """Values of one length, and the keyset of one AES-GCM-256 key to put them under."""

    size: int
    values: tuple[bytes, ...]
    keyset: bytes

    @property
    def rows(self) -> int:
        return len(self.values)


@dataclass(frozen=True)
class Work:
    """Each does all rows, and returns how many bytes came out of them, so that nothing is left undone by an optimiser.

    `decrypt` takes ciphertexts that the lane has made before, outside of what is measured. `times` is how often each
    does all rows at once, where an engine needs more of them to get going.
    """

    encrypt: Callable[[], int]
    decrypt: Callable[[], int]
    times: int = 1


class Lane(Protocol):
    @property
    def label(self) -> str: ...

    def prepared(self, case: Case) -> AbstractContextManager[Work]:
        """Ready to work: data where the engine has it, processes started."""
        ...


def case_of(size: int, rows: int) -> Case:
    noise = os.urandom(size * rows)
    values = tuple(noise[start : start + size] for start in range(0, len(noise), size))
    return Case(size, values, keysets.new_keyset("AES-GCM-256", "benchmark"))
