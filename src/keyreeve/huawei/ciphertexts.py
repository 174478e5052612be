"""From what this door's callers hold to blobs and back; the blobs are those of the other door too.

A data key is hexadecimal text here, data is Base64. What a blob holds is said in docs/formats/ciphertext.md.
"""

import base64
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from keyreeve.context import Context
from keyreeve.crypto.blob import Kind
from keyreeve.crypto.specs import ASYMMETRIC, KeyUsage
from keyreeve.errors import AliasNotFound, KeyNotFound, KeyNotUsable, ParameterInvalid
from keyreeve.huawei.errors import CipherNotForEc, CipherNotForRsa, CiphertextInvalid, KeyIsForSigning, NotForHmac
from keyreeve.huawei.parameters import AssociatedData
from keyreeve.keys import rules
from keyreeve.keys.ciphertexts import open_under, parsed, seal_with
from keyreeve.keys.lookup import find_key
from keyreeve.keys.model import Key
from keyreeve.keys.references import KeyReference

_LEAST_RSA_BITS = 2048
# What a key that is to encrypt by itself may be refused with.
CIPHER_ERRORS = (
    KeyNotFound,
    AliasNotFound,
    KeyNotUsable,
    NotForHmac,
    KeyIsForSigning,
    CipherNotForRsa,
    CipherNotForEc,
)
Ciphertext = Annotated[str, Meta(max_length=24_576, description="What this or the other door encrypted.")]


@dataclass(frozen=True, slots=True)
class Opened:
    """What a ciphertext held: a data key or data, as bytes."""

    key: Key
    kind: Kind
    plaintext: bytes


def encrypting_key(ctx: Context, reference: KeyReference, action: str = "") -> Key:
    """The key, if it may encrypt and decrypt by itself now."""
    key = find_key(ctx, reference, action)
    require_symmetric(key)
    rules.require_usable(key)
    return key


def require_symmetric(key: Key) -> None:
    """Raises what says why a key has no cipher of its own."""
    if key.is_symmetric:
        return
    pair = ASYMMETRIC.get(key.spec)
    if pair is None:
        raise NotForHmac
    if pair.encryption and key.usage is not KeyUsage.ENCRYPT_DECRYPT:
        raise KeyIsForSigning
    raise CipherNotForRsa if pair.bits >= _LEAST_RSA_BITS else CipherNotForEc


def seal(ctx: Context, key: Key, kind: Kind, plaintext: bytes, associated: AssociatedData) -> str:
    """The ciphertext as this door writes it: hexadecimal for data keys, else Base64."""
    text = plaintext if kind is Kind.TEXT else base64.b64encode(plaintext)
    blob, _ = seal_with(ctx, key, kind, text, associated.context)
    return base64.b64decode(blob).hex() if kind is Kind.DATA_KEY else blob


def unseal(
    ctx: Context, ciphertext: str, reference: KeyReference | None, associated: AssociatedData, action: str = ""
) -> Opened:
    """What a blob holds, under the key that was named or, where none was, the one that it names itself."""
    key = None if reference is None else encrypting_key(ctx, reference, action)
    try:
        blob = parsed(ciphertext)
        key = key or encrypting_key(ctx, KeyReference(blob.key_id), action)
        _, plaintext = open_under(ctx, key, blob, associated.context)
    except ParameterInvalid:
        raise CiphertextInvalid("cipher_text") from None
    return Opened(key, blob.kind, plaintext if blob.kind is Kind.TEXT else base64.b64decode(plaintext))
