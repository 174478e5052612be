"""Encryption with a key pair, whose ciphertext names neither key nor version (KMS API reference, encrypt-data)."""

from keyreeve.context import Context
from keyreeve.crypto.blob import Kind
from keyreeve.crypto.specs import ASYMMETRIC, KeyUsage
from keyreeve.errors import ParameterInvalid
from keyreeve.huawei.ciphertexts import Opened, require_symmetric
from keyreeve.huawei.errors import (
    CipherNotForSymmetric,
    CiphertextInvalid,
    KeyIsForSigning,
    NotForHmac,
    PlaintextTooLong,
)
from keyreeve.huawei.names import PUBLIC_KEY_ALGORITHMS, CipherAlgorithm
from keyreeve.keys import public_encryption, rules
from keyreeve.keys.lookup import find_key
from keyreeve.keys.model import Key
from keyreeve.keys.opening import version_ids
from keyreeve.keys.references import Base64, KeyReference


def encrypt_public(
    ctx: Context, reference: KeyReference, algorithm: CipherAlgorithm, plaintext: bytes, action: str
) -> tuple[Key, bytes]:
    """With the newest version of the key."""
    key = _key(ctx, reference, algorithm, action)
    assert key.primary_version_id is not None, "a usable key has one"
    try:
        ciphertext = public_encryption.encrypt_with(
            ctx, key, key.primary_version_id, PUBLIC_KEY_ALGORITHMS[algorithm], plaintext
        )
    except ParameterInvalid:
        raise PlaintextTooLong("plain_text") from None
    return key, ciphertext


def decrypt_public(
    ctx: Context, reference: KeyReference, algorithm: CipherAlgorithm, ciphertext: str, action: str
) -> Opened:
    """With whatever version of the key opens it. Raises CiphertextInvalid."""
    key = _key(ctx, reference, algorithm, action)
    try:
        data = Base64.from_wire(ciphertext).data
    except ValueError:
        raise CiphertextInvalid("cipher_text") from None
    for version_id in version_ids(ctx, key):
        try:
            plaintext = public_encryption.decrypt_with(
                ctx, key, version_id, PUBLIC_KEY_ALGORITHMS[algorithm], data, dry_run=False
            )
        except ParameterInvalid:
            continue
        return Opened(key, _kind_of(plaintext), plaintext)
    raise CiphertextInvalid("cipher_text")


def _key(ctx: Context, reference: KeyReference, algorithm: CipherAlgorithm, action: str) -> Key:
    key = find_key(ctx, reference, action)
    pair = ASYMMETRIC.get(key.spec)
    if pair is None:
        raise CipherNotForSymmetric if key.is_symmetric else NotForHmac
    if key.usage is not KeyUsage.ENCRYPT_DECRYPT:
        raise KeyIsForSigning
    if PUBLIC_KEY_ALGORITHMS[algorithm] not in pair.encryption:
        require_symmetric(key)
    rules.require_usable(key)
    return key


def _kind_of(plaintext: bytes) -> Kind:
    """What it is to be kept as: a symmetric blob holds text."""
    try:
        plaintext.decode()
    except UnicodeDecodeError:
        return Kind.BYTES
    return Kind.TEXT
