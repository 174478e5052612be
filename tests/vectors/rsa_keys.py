"""RSA keys from the numbers that files of vectors give, encoded by pyca/cryptography."""

import math
from functools import lru_cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


@lru_cache
def private_key(n: int, e: int, p: int) -> bytes:
    """PKCS #8; the exponent d is computed, so that it fits the others even where a file gives another."""
    q = n // p
    assert p * q == n
    d = pow(e, -1, math.lcm(p - 1, q - 1))
    return _pkcs8(rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), rsa.RSAPublicNumbers(e, n)))


def is_key(n: int, e: int, p: int) -> bool:
    """Whether there is a private exponent to e."""
    return math.gcd(e, math.lcm(p - 1, n // p - 1)) == 1


@lru_cache
def private_key_of_exponents(n: int, e: int, d: int) -> bytes:
    """PKCS #8 for a key whose primes a file leaves out."""
    p, _ = rsa.rsa_recover_prime_factors(n, e, d)
    return private_key(n, e, p)


def public_key(n: int, e: int) -> bytes:
    """SubjectPublicKeyInfo."""
    key = rsa.RSAPublicNumbers(e, n).public_key()
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def of_laboratories(fields: dict[str, bytes]) -> bytes:
    """PKCS #8 for the key of a case that `texts.rsa_laboratories` read."""
    n, e, p = (int.from_bytes(fields[name], "big") for name in ("Modulus", "Public exponent", "Prime 1"))
    return private_key(n, e, p)


def _pkcs8(numbers: rsa.RSAPrivateNumbers) -> bytes:
    key = numbers.private_key()
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
