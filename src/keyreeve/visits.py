"""A call on its way: as its door understood it, and what has been done of it."""

import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from keyreeve.access.callers import Caller
from keyreeve.access.claims import AnyClaim
from keyreeve.audit.chain import Record
from keyreeve.context import Context, Explain, Postponed
from keyreeve.errors import KeyreeveError


def request_id_of(random: bytes) -> str:
    """16 random bytes as a UUID (RFC 9562 version 4), made by hand because it is made for every call."""
    digits = random.hex()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


class Call(Struct, frozen=True):
    """A request as its door understood it; the claim is not verified.

    The parameters are texts, or what JSON has where the door speaks JSON.
    """

    operation: str
    parameters: Mapping[str, object]
    claim: AnyClaim

    def text_of(self, *names: str) -> str:
        """The first of those parameters that is a text and not empty; empty if none is."""
        values = (self.parameters.get(name) for name in names)
        return next((value for value in values if isinstance(value, str) and value), "")


@dataclass(slots=True)
class Visit:
    """A call on its way. What has been done stays done if the rest has to wait for the database.

    `decode` reads the request; `refusal` is why the caller is not let in. A call that is answered `in_turn`, with
    others, keeps its audit line as `owed` until the lines of all are written at once, and may be `postponed`.
    """

    source: str
    explain: Explain
    request_id: str
    decode: Callable[[], Call]
    secure: bool = False
    started: float = field(default_factory=time.perf_counter)
    call: Call | None = None
    caller: Caller | None = None
    refusal: KeyreeveError | None = None
    counted: bool = False
    nonce: str = ""
    context: Context | None = None
    in_turn: bool = False
    owed: Record | None = None
    postponed: Postponed | None = None


class RandomBuffer:
    """The system's randomness drawn in blocks, for salts and ids: a system call each would cost as much as a cipher.

    Keys are never drawn from here, so what the memory holds of the future is no secret. Made after the fork.
    """

    _BLOCK = 16_384

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._block = b""
        self._used = 0

    def draw(self, size: int) -> bytes:
        with self._lock:
            start = self._used
            if start + size > len(self._block):
                self._block, start = os.urandom(self._BLOCK), 0
            self._used = start + size
            return self._block[start : start + size]
