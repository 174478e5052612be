"""Pairs generated in the token and pairs brought in, held against pyca/cryptography and the openssl command."""

import hashlib
import os
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
)

from keyreeve.crypto.keypair import DecryptionFailed
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import ASYMMETRIC, EncryptionAlgorithm, KeySpec, KeyUsage, SigningAlgorithm
from keyreeve.errors import ProtectionLevelUnavailable
from keyreeve.hsm.token import Token
from tests.hsm import openssl

SPECS = [KeySpec.RSA_2048, KeySpec.RSA_3072, KeySpec.RSA_4096, KeySpec.EC_P256, KeySpec.EC_P256K, KeySpec.EC_P384]
SIGNING = [(spec, algorithm) for spec in SPECS for algorithm in ASYMMETRIC[spec].signing]
DIGEST = sha256(b"message").digest()
HASHES = {"256": SHA256(), "384": SHA384(), "512": SHA512()}
SHA_1 = EncryptionAlgorithm.RSAES_OAEP_SHA_1
OAEP_SHA_1 = padding.OAEP(padding.MGF1(SHA1()), SHA1(), None)  # noqa: S303  # a published algorithm of the API


def verify(spki: bytes, algorithm: SigningAlgorithm, digest: bytes, signature: bytes) -> None:
    """pyca/cryptography raises InvalidSignature."""
    digested = HASHES[algorithm[-3:]]
    public, prehashed = load_der_public_key(spki), Prehashed(digested)
    if isinstance(public, ec.EllipticCurvePublicKey):
        return public.verify(signature, digest, ec.ECDSA(prehashed))
    assert isinstance(public, rsa.RSAPublicKey)
    pss = padding.PSS(padding.MGF1(digested), digested.digest_size)
    how = pss if algorithm.startswith("RSA_PSS") else padding.PKCS1v15()
    return public.verify(signature, digest, how, prehashed)


def outside_pair(spec: KeySpec) -> tuple[Secret, bytes]:
    """A private key in PKCS#8 made here, and its SubjectPublicKeyInfo."""
    curves = {KeySpec.EC_P256: ec.SECP256R1(), KeySpec.EC_P256K: ec.SECP256K1(), KeySpec.EC_P384: ec.SECP384R1()}
    curve = curves.get(spec)
    key = ec.generate_private_key(curve) if curve else rsa.generate_private_key(65537, ASYMMETRIC[spec].bits)
    pkcs8 = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return Secret(pkcs8), key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture(scope="module")
def outside_pairs() -> dict[KeySpec, tuple[Secret, bytes]]:
    return {spec: outside_pair(spec) for spec in SPECS}


def check_signature(token: Token, key: bytes, spki: bytes, algorithm: SigningAlgorithm, folder: Path) -> None:
    name = f"sha{algorithm[-3:]}"
    digest = hashlib.new(name, b"message").digest()
    signature = token.sign(key, algorithm, digest)
    verify(spki, algorithm, digest, signature)
    with pytest.raises(InvalidSignature):
        verify(spki, algorithm, digest[::-1], signature)
    options = openssl_options(algorithm, name, len(digest))
    assert openssl.verifies(folder, spki, digest, signature, *options)
    assert not openssl.verifies(folder, spki, digest[::-1], signature, *options)


def openssl_options(algorithm: SigningAlgorithm, name: str, salt: int) -> tuple[str, ...]:
    if algorithm.startswith("ECDSA"):
        return (f"digest:{name}",)
    if algorithm.startswith("RSA_PKCS1"):
        return f"digest:{name}", "rsa_padding_mode:pkcs1"
    return f"digest:{name}", "rsa_padding_mode:pss", f"rsa_pss_saltlen:{salt}", f"rsa_mgf1_md:{name}"


@pytest.mark.parametrize(("spec", "algorithm"), SIGNING)
def test_a_generated_pair_signs(token: Token, tmp_path: Path, spec: KeySpec, algorithm: SigningAlgorithm) -> None:
    key = uuid4().bytes
    spki = token.generate_pair(key, "label", spec, KeyUsage.SIGN_VERIFY)
    check_signature(token, key, spki, algorithm, tmp_path)


@pytest.mark.parametrize(("spec", "algorithm"), SIGNING)
def test_an_imported_pair_signs(
    token: Token,
    tmp_path: Path,
    outside_pairs: dict[KeySpec, tuple[Secret, bytes]],
    spec: KeySpec,
    algorithm: SigningAlgorithm,
) -> None:
    key, (pkcs8, spki) = uuid4().bytes, outside_pairs[spec]
    token.import_private(key, "label", spec, KeyUsage.SIGN_VERIFY, pkcs8)
    check_signature(token, key, spki, algorithm, tmp_path)


@pytest.mark.parametrize("curve", [KeySpec.EC_P256, KeySpec.EC_P256K])
def test_ecdsa_signatures_are_der_however_short_their_numbers(token: Token, curve: KeySpec) -> None:
    key = uuid4().bytes
    spki = token.generate_pair(key, "label", curve, KeyUsage.SIGN_VERIFY)
    for number in range(300):
        digest = sha256(str(number).encode()).digest()
        verify(spki, SigningAlgorithm.ECDSA_SHA_256, digest, token.sign(key, SigningAlgorithm.ECDSA_SHA_256, digest))


@pytest.mark.parametrize("spec", [KeySpec.RSA_2048, KeySpec.RSA_3072, KeySpec.RSA_4096])
@pytest.mark.parametrize("imported", [False, True])
def test_a_pair_decrypts(
    token: Token, tmp_path: Path, outside_pairs: dict[KeySpec, tuple[Secret, bytes]], spec: KeySpec, imported: bool
) -> None:
    key, (pkcs8, spki) = uuid4().bytes, outside_pairs[spec]
    if imported:
        token.import_private(key, "label", spec, KeyUsage.ENCRYPT_DECRYPT, pkcs8)
    else:
        spki = token.generate_pair(key, "label", spec, KeyUsage.ENCRYPT_DECRYPT)
    public = load_der_public_key(spki)
    assert isinstance(public, rsa.RSAPublicKey)
    for text in (b"", b"x", os.urandom(ASYMMETRIC[spec].bits // 8 - 42)):
        assert token.decrypt(key, SHA_1, public.encrypt(text, OAEP_SHA_1)) == text
    ciphertext = openssl.encrypted(tmp_path, spki, b"text", "rsa_padding_mode:oaep", "rsa_oaep_md:sha1")
    assert token.decrypt(key, SHA_1, ciphertext) == b"text"


def test_a_damaged_ciphertext_is_told_from_a_broken_token(token: Token) -> None:
    key = uuid4().bytes
    public = load_der_public_key(token.generate_pair(key, "label", KeySpec.RSA_2048, KeyUsage.ENCRYPT_DECRYPT))
    assert isinstance(public, rsa.RSAPublicKey)
    good = public.encrypt(b"text", OAEP_SHA_1)
    token.decrypt(key, SHA_1, good)
    generation = token._connection.pool.generation
    flipped = [good[:at] + bytes((good[at] ^ 0x01,)) + good[at + 1 :] for at in range(len(good))]
    odd = [b"", b"\x00", good[:-1], good + b"\x00", bytes(256), b"\xff" * 256, public.encrypt(b"", padding.PKCS1v15())]
    for bad in flipped + odd:
        with pytest.raises(DecryptionFailed):
            token.decrypt(key, SHA_1, bad)
    assert token.decrypt(key, SHA_1, good) == b"text"
    assert token._connection.pool.generation == generation


def test_a_key_does_only_what_it_is_for(token: Token) -> None:
    signing, decrypting, curve = uuid4().bytes, uuid4().bytes, uuid4().bytes
    token.generate_pair(signing, "label", KeySpec.RSA_2048, KeyUsage.SIGN_VERIFY)
    token.generate_pair(decrypting, "label", KeySpec.RSA_2048, KeyUsage.ENCRYPT_DECRYPT)
    token.generate_pair(curve, "label", KeySpec.EC_P256, KeyUsage.SIGN_VERIFY)
    with pytest.raises(ProtectionLevelUnavailable):
        token.decrypt(signing, SHA_1, bytes(256))
    with pytest.raises(ProtectionLevelUnavailable):
        token.sign(decrypting, SigningAlgorithm.RSA_PSS_SHA_256, DIGEST)
    with pytest.raises(ProtectionLevelUnavailable):
        token.sign(curve, SigningAlgorithm.RSA_PSS_SHA_256, DIGEST)
    with pytest.raises(ProtectionLevelUnavailable):
        token.encrypt_gcm(signing, bytes(12), b"text", b"")
    verifying = token.sign(signing, SigningAlgorithm.RSA_PSS_SHA_256, DIGEST)
    assert len(verifying) == 256
