"""Times as the APIs write them."""

from datetime import UTC, datetime
from functools import lru_cache


def to_wire(milliseconds: int) -> str:
    """`yyyy-MM-ddTHH:mm:ssZ`, UTC."""
    return _of_second(milliseconds // 1000) + "Z"


def to_precise_wire(milliseconds: int) -> str:
    """The same with milliseconds, for the audit log."""
    return f"{_of_second(milliseconds // 1000)}.{milliseconds % 1000:03d}Z"


@lru_cache(maxsize=64)
def _of_second(second: int) -> str:
    # strftime writes the years of a certificate that began before 1000 with fewer digits.
    return datetime.fromtimestamp(second, UTC).replace(tzinfo=None).isoformat()
