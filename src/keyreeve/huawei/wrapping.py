"""How this door has material wrapped (KMS API reference, get-parameters-for-import; DEW user guide, importing).

RSAES_PKCS1_V1_5 of older sites is not among the algorithms: the codes here tell material that does not open from
material that is another, and that would tell its padding (docs/formats/import-token.md).
"""

from enum import StrEnum
from typing import ClassVar, Self

from keyreeve.context import Context
from keyreeve.crypto.key_wrapping import UnwrapFailed, WrappingAlgorithm, WrappingKeySpec
from keyreeve.crypto.keypair import KeyMalformed
from keyreeve.crypto.private_key_wrapping import PrivateKeyWrapping, TemporaryKeyFailed, unwrap_private_key
from keyreeve.errors import ImportTokenInvalid, ParameterInvalid
from keyreeve.huawei.errors import PrivateKeyInvalid, TemporaryKeyInvalid
from keyreeve.keys import imported
from keyreeve.keys.import_tokens import ImportToken
from keyreeve.keys.imported import DECOY_BYTES, Unwrapped
from keyreeve.keys.model import Key
from keyreeve.keys.references import Base64


class WrappingName(StrEnum):
    """The last is of older sites, and for symmetric keys only."""

    RSAES_OAEP_SHA_256 = "RSAES_OAEP_SHA_256"
    SM2_ENCRYPT = "SM2_ENCRYPT"
    RSAES_OAEP_SHA_1 = "RSAES_OAEP_SHA_1"


_OF_SYMMETRIC = {
    WrappingName.RSAES_OAEP_SHA_256: WrappingAlgorithm.RSAES_OAEP_SHA_256,
    WrappingName.SM2_ENCRYPT: WrappingAlgorithm.SM2PKE,
    WrappingName.RSAES_OAEP_SHA_1: WrappingAlgorithm.RSAES_OAEP_SHA_1,
}
_OF_PAIRS = {
    WrappingName.RSAES_OAEP_SHA_256: PrivateKeyWrapping.RSAES_OAEP_SHA_256_AES_KWP,
    WrappingName.SM2_ENCRYPT: PrivateKeyWrapping.SM2PKE_AES_KWP,
}


class WrappedKey(Base64):
    """Under a wrapping key; an RSA block makes 344 characters."""

    __slots__ = ()
    most_characters: ClassVar[int] = 360

    @classmethod
    def from_wire(cls, text: str) -> Self:
        if len(text) > cls.most_characters:
            raise ValueError("too long")
        return super().from_wire(text)


class WrappedPrivateKey(WrappedKey):
    __slots__ = ()
    most_characters: ClassVar[int] = 6144


def wrapping(key: Key, name: WrappingName) -> WrappingAlgorithm | PrivateKeyWrapping:
    """Raises ParameterInvalid for an algorithm that is not for the key."""
    wrappings = _OF_PAIRS if key.is_asymmetric else _OF_SYMMETRIC
    if name not in wrappings:
        raise ParameterInvalid("wrapping_algorithm", f"material of the key is wrapped with {', '.join(wrappings)}")
    return wrappings[name]


def wrapping_key_spec(name: WrappingName) -> WrappingKeySpec:
    return WrappingKeySpec.EC_SM2 if name is WrappingName.SM2_ENCRYPT else WrappingKeySpec.RSA_2048


def unwrapped_secret(ctx: Context, key: Key, token: ImportToken, wrapped: bytes) -> Unwrapped:
    """A symmetric key. Raises ImportTokenInvalid for one that was made for another algorithm, or KeyMaterialInvalid."""
    algorithm = token.algorithm
    if not isinstance(algorithm, WrappingAlgorithm) or algorithm not in _OF_SYMMETRIC.values():
        raise ImportTokenInvalid("import_token")
    return imported.unwrapped(ctx, key, algorithm, token.wrapping_key, wrapped)


def unwrapped_pair(ctx: Context, key: Key, token: ImportToken, wrapped_key: bytes, wrapped: bytes) -> Unwrapped:
    """A private key. Raises ImportTokenInvalid as above, TemporaryKeyInvalid or PrivateKeyInvalid."""
    if not isinstance(token.algorithm, PrivateKeyWrapping):
        raise ImportTokenInvalid("import_token")
    decoy = ctx.random(DECOY_BYTES)
    try:
        opened = unwrap_private_key(token.algorithm, token.wrapping_key, wrapped_key, wrapped, decoy)
        return imported.checked(key.spec, opened)
    except TemporaryKeyFailed:
        raise TemporaryKeyInvalid("encrypted_key_material") from None
    except (UnwrapFailed, KeyMalformed):
        raise PrivateKeyInvalid("encrypted_privatekey") from None
