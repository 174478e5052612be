"""The values of conditions, read from a policy or a request. Every function raises ValueError with a short reason."""

import ipaddress
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address

from keyreeve.access.policies.document import Number

_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_NETWORK = re.compile(r"([0-9A-Fa-f:.]{2,45})(/[0-9]{1,3})?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAPPED_BITS = 96


@dataclass(frozen=True, slots=True)
class Address:
    version: int
    bits: int


@dataclass(frozen=True, slots=True)
class Network:
    version: int
    bits: int
    mask: int

    def holds(self, address: Address) -> bool:
        return address.version == self.version and address.bits & self.mask == self.bits


def as_text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not a string")  # noqa: TRY004  # a mistake of the policy's author, not ours
    return value


def as_number(value: object) -> Decimal:
    return number(value.text if isinstance(value, Number) else as_text(value))


def as_truth(value: object) -> str:
    return truth(str(value) if isinstance(value, bool) else as_text(value))


def as_moment(value: object) -> int:
    return moment(as_text(value))


def as_network(value: object) -> Network:
    return network(as_text(value))


def number(text: str) -> Decimal:
    """At most 30 digits before and behind the point; no exponent, so that none can be huge."""
    if not _NUMBER.fullmatch(text):
        raise ValueError("not a decimal number of at most 30 digits")
    return Decimal(text)


def truth(text: str) -> str:
    lowered = text.lower()
    if lowered not in ("true", "false"):
        raise ValueError("neither true nor false")
    return lowered


@lru_cache(maxsize=256)
def moment(text: str) -> int:
    """Microseconds since 1970 of an ISO 8601 time that says its zone: `2030-01-01T00:00:00Z`, `...+08:00`."""
    if not _MOMENT.fullmatch(text):
        raise ValueError("not an ISO 8601 time with Z or an offset")
    try:
        return (datetime.fromisoformat(text) - _EPOCH) // timedelta(microseconds=1)
    except ValueError:
        raise ValueError("not a time that the calendar has") from None


@lru_cache(maxsize=4096)
def address(text: str) -> Address:
    """An IPv4 address mapped into IPv6 counts as the IPv4 address."""
    found = ipaddress.ip_address(text)
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return _address(found if mapped is None else mapped)


def network(text: str) -> Network:
    """An address, or a CIDR block whose host bits do not count."""
    written = _NETWORK.fullmatch(text)
    try:
        if written is None:
            raise ValueError  # noqa: TRY301  # what ipaddress takes beside: zones, netmasks
        block = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError("not an IP address or CIDR block") from None
    first, length = block.network_address, block.prefixlen
    if isinstance(first, IPv6Address) and first.ipv4_mapped is not None and length >= _MAPPED_BITS:
        block = ipaddress.IPv4Network((first.ipv4_mapped, length - _MAPPED_BITS))
    return Network(block.version, int(block.network_address), int(block.netmask))


def _address(found: IPv4Address | IPv6Address) -> Address:
    return Address(found.version, int(found))
