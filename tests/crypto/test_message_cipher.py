"""The cipher in blobs and sealed values is the GCM of NIST, by a second implementation that NIST's vectors prove."""

import base64
from collections.abc import Iterator
from itertools import islice
from uuid import UUID

import cryptography_vectors
import pytest
from gmssl_pyx import sm4_gcm_decrypt

from keyreeve.crypto.blob import Kind, seal_blob
from keyreeve.crypto.message_cipher import DerivedKeyCipher
from keyreeve.crypto.message_key import expand
from keyreeve.crypto.sealing import PlainRootKey, seal
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import KeySpec
from tests.crypto import gcm

NONCE = bytes(12)


def nist_cases(name: str) -> Iterator[dict[str, bytes | None]]:
    """Cases with 96-bit IVs and 128-bit tags; PT is None where the tag is wrong."""
    lengths: dict[str, str] = {}
    case: dict[str, bytes | None] = {}
    with cryptography_vectors.open_vector_file(f"ciphers/AES/GCM/{name}", "r") as file:
        for raw in file:
            line = str(raw).strip()
            name, _, value = (part.strip() for part in line.strip("[]").partition("="))
            if line.startswith("["):
                lengths[name] = value
            elif name in ("Key", "IV", "CT", "AAD", "Tag", "PT"):
                case[name] = bytes.fromhex(value)
            elif name == "FAIL":
                case["PT"] = None
            elif name in ("", "Count") and len(case) == 6:
                if (lengths["IVlen"], lengths["Taglen"]) == ("96", "128"):
                    yield case
                case = {}


@pytest.mark.parametrize("bits", [128, 192, 256])
def test_the_second_implementation_is_right_about_nists_vectors(bits: int):
    cases = list(islice(nist_cases(f"gcmDecrypt{bits}.rsp"), 0, None, 7))
    assert {case["PT"] is None for case in cases} == {True, False}
    for case in cases:
        sealed = (case["CT"] or b"") + (case["Tag"] or b"")
        assert gcm.open_sealed(case["Key"] or b"", case["IV"] or b"", sealed, case["AAD"] or b"") == case["PT"]


def blob_of(spec: KeySpec, material: bytes) -> tuple[bytes, bytes]:
    """The bytes of a blob, and the message key that the document derives for it."""
    cipher = DerivedKeyCipher(spec, Secret(material))
    text = seal_blob(cipher, bytes(32), UUID(int=1), UUID(int=2), Kind.TEXT, b"hello" * 9, b"context")
    data = base64.b64decode(text)
    return data, expand(material, b"keyreeve message key v1" + data[:69], 64)[: len(material)]


@pytest.mark.parametrize(("spec", "size"), [(KeySpec.AES_128, 16), (KeySpec.AES_192, 24), (KeySpec.AES_256, 32)])
def test_a_blob_holds_gcm_under_the_derived_key(spec: KeySpec, size: int):
    data, key = blob_of(spec, bytes(range(size)))
    assert gcm.open_sealed(key, NONCE, data[101:], data[:101] + b"context") == b"hello" * 9


def test_a_blob_of_an_sm4_key_holds_gcm_that_gmssl_opens():
    data, key = blob_of(KeySpec.SM4, bytes(range(16)))
    assert sm4_gcm_decrypt(key, NONCE, data[:101] + b"context", data[101:-16], data[-16:]) == b"hello" * 9


def test_a_sealed_value_holds_gcm_under_the_derived_key():
    data = seal(PlainRootKey(Secret(bytes(32))), b"12345678", bytes(32), "a.place/1", b"value" * 9)
    key = expand(bytes(32), b"keyreeve sealed value v1" + data[:41], 32)
    assert gcm.open_sealed(key, NONCE, data[41:], b"a.place/1") == b"value" * 9
