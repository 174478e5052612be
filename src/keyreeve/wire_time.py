"""Times as the APIs write them."""

import time
from functools import lru_cache


def to_wire(milliseconds: int) -> str:
    """`yyyy-MM-ddTHH:mm:ssZ`, UTC."""
    return _of_second(milliseconds // 1000) + "Z"


def to_precise_wire(milliseconds: int) -> str:
    """The same with milliseconds, for the audit log."""
    return f"{_of_second(milliseconds // 1000)}.{milliseconds % 1000:03d}Z"


@lru_cache(maxsize=64)
def _of_second(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
