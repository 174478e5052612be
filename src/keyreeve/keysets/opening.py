"""From a keyset argument, in whichever form, to its keys ready for use."""

from typing import TypeAlias

from keyreeve.keysets.arguments import as_bytes
from keyreeve.keysets.ciphers.keyring import Keyring, keyring
from keyreeve.keysets.wrapping.connection import Connection, default_connection
from keyreeve.keysets.wrapping.used import UsedWrappedKeyset

KeysetArgument: TypeAlias = bytes | UsedWrappedKeyset


def keyring_of(keyset: KeysetArgument, connection: Connection | None = None) -> Keyring:
    """A wrapped keyset is opened by `connection`, or by default that of `connect`.

    Raises KeysetMalformed, ArgumentInvalid for another type, and what `Connection.unwrap` raises.
    """
    if isinstance(keyset, UsedWrappedKeyset):
        return (connection or default_connection()).keyring(keyset)
    return keyring(as_bytes(keyset))
