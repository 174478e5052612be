from typing import TypeAlias, overload

from keyreeve.keysets.arguments import as_bytes
from keyreeve.keysets.errors import CiphertextNotOpened
from keyreeve.keysets.opening import KeysetArgument, keyring_of

Additional: TypeAlias = str | bytes | None


@overload
def enhanced_sym_encrypt(
    keyset: KeysetArgument, plaintext: str | bytes, additional_data: Additional = None
) -> bytes: ...
@overload
def enhanced_sym_encrypt(
    keyset: KeysetArgument | None, plaintext: str | bytes | None, additional_data: Additional = None
) -> bytes | None: ...
def enhanced_sym_encrypt(
    keyset: KeysetArgument | None, plaintext: str | bytes | None, additional_data: Additional = None
) -> bytes | None:
    """The plaintext under the keyset's primary key: each time another ciphertext with AES-GCM, the same with AES-SIV.

    `keyset` is plain, or what use_wrapped_keyset returned. `additional_data` is not stored: decryption needs it again.
    """
    if keyset is None or plaintext is None:
        return None
    return keyring_of(keyset).encrypt(as_bytes(plaintext), as_bytes(additional_data))


@overload
def enhanced_sym_decrypt(keyset: KeysetArgument, ciphertext: bytes, additional_data: Additional = None) -> bytes: ...
@overload
def enhanced_sym_decrypt(
    keyset: KeysetArgument | None, ciphertext: bytes | None, additional_data: Additional = None
) -> bytes | None: ...
def enhanced_sym_decrypt(
    keyset: KeysetArgument | None, ciphertext: bytes | None, additional_data: Additional = None
) -> bytes | None:
    """What enhanced_sym_encrypt, here or in MaxCompute, encrypted with a key of the keyset.

    Raises CiphertextNotOpened.
    """
    if keyset is None or ciphertext is None:
        return None
    return keyring_of(keyset).decrypt(as_bytes(ciphertext), as_bytes(additional_data))


def try_enhanced_sym_decrypt(
    keyset: KeysetArgument | None, ciphertext: bytes | None, additional_data: Additional = None
) -> bytes | None:
    """As enhanced_sym_decrypt, and None for a ciphertext that does not open."""
    try:
        return enhanced_sym_decrypt(keyset, ciphertext, additional_data)
    except CiphertextNotOpened:
        return None
