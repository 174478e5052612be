"""docs/formats/ciphertext.md, written a second time from the document alone; SM4-GCM is GmSSL's."""

import base64
import json

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from gmssl_pyx import sm4_gcm_decrypt, sm4_gcm_encrypt

KEY_BYTES = {1: 16, 2: 24, 3: 32, 4: 16}
SM4 = 4
_NONCE = bytes(12)


def _derive(suite: int, material: bytes, header: bytes) -> tuple[bytes, bytes]:
    assert len(material) == KEY_BYTES[suite]
    derived = HKDFExpand(SHA256(), 64, b"keyreeve message key v1" + header).derive(material)
    return derived[: KEY_BYTES[suite]], derived[32:]


def _encrypt(suite: int, key: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """GmSSL takes no empty plaintext."""
    if suite == SM4:
        return b"".join(sm4_gcm_encrypt(key, _NONCE, associated, plaintext))
    return AESGCM(key).encrypt(_NONCE, plaintext, associated)


def _decrypt(suite: int, key: bytes, sealed: bytes, associated: bytes) -> bytes:
    if suite == SM4:
        return bytes(sm4_gcm_decrypt(key, _NONCE, associated, sealed[:-16], sealed[-16:]))
    return AESGCM(key).decrypt(_NONCE, sealed, associated)


def seal(
    suite: int,
    material: bytes,
    salt: bytes,
    key_id: bytes,
    version_id: bytes,
    kind: int,
    plaintext: bytes,
    context: bytes,
) -> str:
    header = b"KR\x01" + bytes([kind, suite]) + key_id + version_id + salt
    key, commitment = _derive(suite, material, header)
    sealed = _encrypt(suite, key, plaintext, header + commitment + context)
    return base64.b64encode(header + commitment + sealed).decode()


def open_sealed(suite: int, material: bytes, text: str, context: bytes) -> bytes:
    data = base64.b64decode(text, validate=True)
    header, commitment, sealed = data[:69], data[69:101], data[101:]
    assert data[:3] == b"KR\x01"
    assert data[4] == suite
    key, expected = _derive(suite, material, header)
    assert commitment == expected
    return _decrypt(suite, key, sealed, header + commitment + context)


def canonical(context: dict[str, str]) -> bytes:
    if not context:
        return b""
    members = [
        f"{json.dumps(name, ensure_ascii=False)}:{json.dumps(context[name], ensure_ascii=False)}"
        for name in sorted(context)
    ]
    return ("{" + ",".join(members) + "}").encode()
