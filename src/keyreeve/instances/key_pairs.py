from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from keyreeve.crypto.secret import Secret

_RSA_BITS = 3072


@dataclass(frozen=True, slots=True)
class KeyPair:
    """`private_key` is OpenSSH's PEM, which every OpenSSH client reads; `public_key` a line without a comment."""

    private_key: Secret
    public_key: str


def generate_key_pair(like_public_key: str) -> KeyPair:
    """A new pair in place of another: RSA stays RSA, anything else becomes Ed25519."""
    if like_public_key.split()[:1] == ["ssh-rsa"]:
        key = rsa.generate_private_key(65537, _RSA_BITS)
    else:
        key = ed25519.Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return KeyPair(Secret(private), public.decode())
