"""Keys that live in a token, behind the interfaces of keyreeve.crypto."""

from keyreeve.crypto.keypair import DecryptionFailed
from keyreeve.crypto.message_cipher import TOKEN_SUITES, BlobRejected
from keyreeve.crypto.specs import EncryptionAlgorithm, KeySpec, SigningAlgorithm
from keyreeve.hsm.token import Token

_NONCE_BYTES = 12
_SALT_AT = 37


class TokenCipher:
    """Suites 5 to 7 of docs/formats/ciphertext.md: GCM in the token, under the key itself."""

    def __init__(self, token: Token, object_id: bytes, spec: KeySpec) -> None:
        self.suite = TOKEN_SUITES[spec]
        self._token = token
        self._object_id = object_id

    def seal(self, header: bytes, plaintext: bytes, context: bytes) -> bytes:
        return self._token.encrypt_gcm(self._object_id, _nonce(header), plaintext, header + context)

    def open(self, header: bytes, sealed: bytes, context: bytes) -> bytes:
        try:
            return self._token.decrypt_gcm(self._object_id, _nonce(header), sealed, header + context)
        except DecryptionFailed:
            raise BlobRejected from None


class TokenSigner:
    def __init__(self, token: Token, object_id: bytes) -> None:
        self._token = token
        self._object_id = object_id

    def sign(self, algorithm: SigningAlgorithm, digest: bytes) -> bytes:
        return self._token.sign(self._object_id, algorithm, digest)


class TokenDecrypter:
    def __init__(self, token: Token, object_id: bytes) -> None:
        self._token = token
        self._object_id = object_id

    def decrypt(self, algorithm: EncryptionAlgorithm, ciphertext: bytes) -> bytes:
        return self._token.decrypt(self._object_id, algorithm, ciphertext)


class TokenRootKey:
    """A root key that does not leave the token: with 32 bytes to derive, HKDF-Expand is one HMAC."""

    def __init__(self, token: Token, object_id: bytes) -> None:
        self._token = token
        self._object_id = object_id

    def derive(self, info: bytes) -> bytes:
        return self._token.hmac(self._object_id, info + b"\x01")


def _nonce(header: bytes) -> bytes:
    """The first bytes of the salt."""
    return header[_SALT_AT : _SALT_AT + _NONCE_BYTES]
