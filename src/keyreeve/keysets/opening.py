"""From a keyset argument, in whichever form, to its keys ready for use."""

from typing import TypeAlias

from keyreeve.keysets.ciphers.keyring import Keyring, keyring
from keyreeve.keysets.errors import ArgumentInvalid
from keyreeve.keysets.wrapping.used import UsedWrappedKeyset

KeysetArgument: TypeAlias = bytes | UsedWrappedKeyset


def keyring_of(keyset: KeysetArgument) -> Keyring:
    """Raises KeysetMalformed, or ArgumentInvalid for another type."""
    if isinstance(keyset, bytes | bytearray | memoryview):
        return keyring(bytes(keyset))
    raise ArgumentInvalid(f"a keyset is bytes or what use_wrapped_keyset returns, not {type(keyset).__name__}")
