import hmac

from keyreeve.keysets.keyset import Key

_LABEL = b"keyreeve keyset prefix v1"


def prefix_of(key: Key) -> bytes:
    """The 32 bytes before the key's ciphertexts (docs/formats/keysets.md, The prefix): learned, or else our own.

    If MaxCompute's derivation becomes known, it takes this one's place here; nothing else depends on it.
    """
    if key.learned_prefix:
        return key.learned_prefix
    return hmac.digest(key.raw_key, b"\0".join((_LABEL, key.type.encode(), key.key_id.encode())), "sha256")
