"""docs/formats/ciphertext.md, written a second time from the document alone."""

import base64
import json

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

SUITES = {1: 16, 2: 24, 3: 32}


def _derive(material: bytes, header: bytes) -> tuple[bytes, bytes]:
    derived = HKDFExpand(SHA256(), 64, b"keyreeve message key v1" + header).derive(material)
    return derived[: len(material)], derived[32:]


def seal(
    material: bytes, salt: bytes, key_id: bytes, version_id: bytes, kind: int, plaintext: bytes, context: bytes
) -> str:
    suite = next(number for number, length in SUITES.items() if length == len(material))
    header = b"KR\x01" + bytes([kind, suite]) + key_id + version_id + salt
    key, commitment = _derive(material, header)
    sealed = AESGCM(key).encrypt(b"\0" * 12, plaintext, header + commitment + context)
    return base64.b64encode(header + commitment + sealed).decode()


def open_sealed(material: bytes, text: str, context: bytes) -> bytes:
    data = base64.b64decode(text, validate=True)
    header, commitment, sealed = data[:69], data[69:101], data[101:]
    assert data[:3] == b"KR\x01"
    assert SUITES[data[4]] == len(material)
    key, expected = _derive(material, header)
    assert commitment == expected
    return AESGCM(key).decrypt(b"\0" * 12, sealed, header + commitment + context)


def canonical(context: dict[str, str]) -> bytes:
    if not context:
        return b""
    members = [
        f"{json.dumps(name, ensure_ascii=False)}:{json.dumps(context[name], ensure_ascii=False)}"
        for name in sorted(context)
    ]
    return ("{" + ",".join(members) + "}").encode()
