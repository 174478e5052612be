"""Times as the APIs write them."""

import time


def to_wire(milliseconds: int) -> str:
    """`yyyy-MM-ddTHH:mm:ssZ`, UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(milliseconds // 1000))


def to_precise_wire(milliseconds: int) -> str:
    """The same with milliseconds, for the audit log."""
    return f"{to_wire(milliseconds)[:-1]}.{milliseconds % 1000:03d}Z"
