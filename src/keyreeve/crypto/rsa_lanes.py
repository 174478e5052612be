"""RSA private-key operations eight at a time, by crypto_mb of Intel's Cryptography Primitives Library.

On a processor with AVX-512 IFMA eight of 2,048 bits take as long as three by OpenSSL (docs/adr/0009-rsa-lanes.md). The
library does not blind, it computes in constant time; every result is checked with the public key, since a fault in one
half of a computation by the primes would give the key away.
"""

import ctypes
from collections.abc import Sequence
from ctypes import c_char, c_char_p, c_int, c_uint64, c_void_p
from typing import Any, final

from cryptography.hazmat.primitives.asymmetric import rsa

LANES = 8
_EXPONENT = 65537
_SIZES = {2048: "2K", 3072: "3K", 4096: "4K"}
# From how many on eight at once take less time than one after the other.
_WORTH = {2048: 3, 3072: 7, 4096: 5}
# A type of arrays that was made anew for every call would be left to the garbage collector.
_Pointers, _Strings = c_void_p * LANES, c_char_p * LANES


class ArithmeticFault(Exception):
    """A result was wrong, or none came."""


@final
class LaneKey:
    """A private key as the library reads it: numbers as little-endian bytes in memory that stays where it is."""

    __slots__ = ("_kept", "bits")

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        numbers = key.private_numbers()
        self.bits = key.key_size
        half, whole = self.bits // 16, self.bits // 8
        of_primes = (numbers.p, numbers.q, numbers.dmp1, numbers.dmq1, numbers.iqmp)
        modulus = numbers.public_numbers.n.to_bytes(whole, "little")
        parts = (*(number.to_bytes(half, "little") for number in of_primes), modulus)
        self._kept = [ctypes.create_string_buffer(part, len(part)) for part in parts]

    def addresses(self) -> list[int]:
        """Of p, q, d mod p-1, d mod q-1, the inverse of q mod p, and n."""
        return [ctypes.addressof(part) for part in self._kept]


def lane_key(key: rsa.RSAPrivateKey) -> LaneKey | None:
    """None for a key that the library does not take: another exponent, or primes of different lengths."""
    numbers = key.private_numbers()
    half = key.key_size // 2
    even = numbers.p.bit_length() == numbers.q.bit_length() == half
    if key.key_size not in _SIZES or numbers.public_numbers.e != _EXPONENT or not even:
        return None
    return LaneKey(key)


@final
class RsaLanes:
    """The library, loaded; threads may share it."""

    def __init__(self, library: ctypes.CDLL) -> None:
        """Raises OSError for another library, or where this processor has not what it takes."""
        try:
            # Before anything else of it runs, which may be made of instructions that this processor has not.
            if not _is_applicable(library):
                raise OSError("crypto_mb does not work on this processor")
            self._private = _function(library, "mbx_rsa_private_crt_mb8", 7)
            self._public = _function(library, "mbx_rsa_public_mb8", 3)
            self._methods = {bits: _methods(library, name) for bits, name in _SIZES.items()}
        except AttributeError:
            raise OSError("not crypto_mb") from None

    def are_worth(self, count: int, bits: int) -> bool:
        """Whether so many operations are done faster together than one after the other."""
        return count >= _WORTH[bits]

    def private(self, keys: Sequence[LaneKey], messages: Sequence[bytes]) -> list[bytes]:
        """RSASP1 (RFC 8017 section 5.2.1) of each message with its key, big-endian, as long as the modulus.

        At most eight, with keys of one size. Raises ArithmeticFault.
        """
        bits, count = keys[0].bits, len(keys)
        private, public = self._methods[bits]
        # A lane without work does the first one's again: it costs no time.
        lanes = [*keys, *([keys[0]] * (LANES - count))]
        given = [*messages, *([messages[0]] * (LANES - count))]
        signed, checked = _outputs(bits), _outputs(bits)
        *of_primes, modulus = (_Pointers(*column) for column in zip(*map(LaneKey.addresses, lanes), strict=True))
        given_at, signed_at, checked_at = _Strings(*given), _addresses(signed), _addresses(checked)
        failed = self._private(given_at, signed_at, *of_primes, bits, *private.with_buffer())
        failed = failed or self._public(signed_at, checked_at, modulus, bits, *public.with_buffer())
        if failed or [one.raw for one in checked] != given:
            raise ArithmeticFault
        return [one.raw for one in signed[:count]]


@final
class _Method:
    """How the library computes for one size of keys, and how much room it needs for it."""

    __slots__ = ("_buffer", "_pointer")

    def __init__(self, pointer: int, size: int) -> None:
        self._pointer, self._buffer = pointer, c_char * size

    def with_buffer(self) -> tuple[int, Any]:
        return self._pointer, self._buffer()


def _is_applicable(library: ctypes.CDLL) -> bool:
    applicable = library.mbx_is_crypto_mb_applicable
    applicable.argtypes, applicable.restype = (c_uint64,), c_int
    return bool(applicable(0))


def _methods(library: ctypes.CDLL, size: str) -> tuple[_Method, _Method]:
    """For the private and for the public key."""
    names = (f"mbx_RSA{size}_private_crt_Method", f"mbx_RSA{size}_pub65537_Method")
    return _method(library, names[0]), _method(library, names[1])


def _method(library: ctypes.CDLL, name: str) -> _Method:
    get, size_of = getattr(library, name), library.mbx_RSA_Method_BufSize
    get.argtypes, get.restype = (), c_void_p
    size_of.argtypes, size_of.restype = (c_void_p,), c_int
    pointer = get()
    return _Method(pointer, size_of(pointer))


def _function(library: ctypes.CDLL, name: str, arrays: int) -> Any:
    function = getattr(library, name)
    function.argtypes = (*(c_void_p,) * arrays, c_int, c_void_p, c_void_p)
    function.restype = c_int
    return function


def _outputs(bits: int) -> list[Any]:
    return [ctypes.create_string_buffer(bits // 8) for _ in range(LANES)]


def _addresses(buffers: Sequence[Any]) -> Any:
    return _Pointers(*(ctypes.addressof(buffer) for buffer in buffers))
