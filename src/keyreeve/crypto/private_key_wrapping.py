"""A private key on its way in as Huawei Cloud has it wrapped (DEW user guide, importing key materials, step 3).

A temporary AES key is wrapped under the wrapping key, as a symmetric key is; under it the private key, in PKCS #8 DER,
by AES key wrap with padding (RFC 5649). The two come as two values, where the other cloud joins them.
"""

from enum import StrEnum

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap_with_padding

from keyreeve.crypto.key_wrapping import UnwrapFailed, WrappingAlgorithm, open_wrapped
from keyreeve.crypto.secret import Secret

# AES-256 in the documented commands; the error for a temporary key's length allows AES-128 too.
TEMPORARY_KEY_BYTES = (16, 32)


class PrivateKeyWrapping(StrEnum):
    """How the temporary key is wrapped; the private key under it always is in the same way."""

    RSAES_OAEP_SHA_256_AES_KWP = "RSAES_OAEP_SHA_256_AES_KWP"
    SM2PKE_AES_KWP = "SM2PKE_AES_KWP"


_OF_TEMPORARY_KEY = {
    PrivateKeyWrapping.RSAES_OAEP_SHA_256_AES_KWP: WrappingAlgorithm.RSAES_OAEP_SHA_256,
    PrivateKeyWrapping.SM2PKE_AES_KWP: WrappingAlgorithm.SM2PKE,
}


class TemporaryKeyFailed(ValueError):
    """A temporary key that does not open, or is no key of AES; which of them is not for the caller."""


def unwrap_private_key(
    algorithm: PrivateKeyWrapping, wrapping_key: Secret, wrapped_key: bytes, wrapped: bytes, decoy: bytes
) -> bytes:
    """What was wrapped as a private key. Raises TemporaryKeyFailed or UnwrapFailed.

    `decoy` is 32 random bytes: they take the place of a temporary key that did not open, so that all the work is done
    before the refusal. Both paddings of the temporary key contain a digest, so telling that it did not open helps
    nobody to find out what it is.
    """
    key, opened = open_wrapped(_OF_TEMPORARY_KEY[algorithm], wrapping_key, wrapped_key)
    opened = opened and len(key) in TEMPORARY_KEY_BYTES
    private_key = _unwrapped(key if opened else decoy, wrapped)
    if not opened:
        raise TemporaryKeyFailed
    if private_key is None:
        raise UnwrapFailed
    return private_key


def _unwrapped(key: bytes, wrapped: bytes) -> bytes | None:
    try:
        return aes_key_unwrap_with_padding(key, wrapped)
    except (InvalidUnwrap, ValueError):  # the second for a length that no wrapping has
        return None
