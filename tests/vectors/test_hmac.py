"""HMAC is that of RFC 4231 and of GM/T 0042-2015, and what Python and GmSSL make of the same keys."""

import hmac
import os

import pytest
from gmssl_pyx import sm3_hmac

from keyreeve.crypto.mac import MacKey
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import AUTHENTICATING, KeySpec, MacAlgorithm
from tests.vectors.counting import Count
from tests.vectors.texts import cavp

RFC_4231 = {
    "sha224": MacAlgorithm.HMAC_SHA_224,
    "sha256": MacAlgorithm.HMAC_SHA_256,
    "sha384": MacAlgorithm.HMAC_SHA_384,
    "sha512": MacAlgorithm.HMAC_SHA_512,
}
# Appendix D.3, as OpenSSL's own tests have it (test/recipes/30-test_evp_data/evpmac_sm3.txt).
GM_T_0042 = [
    (
        bytes(range(1, 33)),
        b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq" * 2,
        "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a",
    ),
    (bytes(range(1, 38)), b"\xcd" * 50, "220bf579ded555393f0159f66c99877822a3ecf610d1552154b41d44b94db3ae"),
    (b"\x0b" * 32, b"Hi There", "c0ba18c68b90c88bc07de794bfc7d2c8d19ec31ed8773bc2b390c9604e0be11e"),
    (b"Jefe", b"what do ya want for nothing?", "2e87f1d16862e6d964b50a5200bf2b10b764faa9680a296a2405f24bec39f882"),
]


def check(algorithm: MacAlgorithm, key: bytes, message: bytes, mac: bytes) -> None:
    """Made byte for byte; and of what is not quite it, nothing verifies."""
    opened = MacKey(algorithm, Secret(key))
    assert opened.generate(message) == mac
    assert opened.verify(message, mac)
    changed = bytes([*mac[:-1], mac[-1] ^ 1])
    assert not any(opened.verify(message, wrong) for wrong in (b"", changed, mac[:-1], mac + b"\0", mac[::-1]))
    assert not opened.verify(message + b"\0", mac)
    assert not MacKey(algorithm, Secret(key + b"x")).verify(message, mac)


@pytest.mark.parametrize("name", RFC_4231)
def test_the_codes_of_rfc_4231_are_made(name: str, count_cases: Count):
    cases = list(cavp(f"HMAC/rfc-4231-{name}.txt", "MD"))
    assert len(cases) == 6
    for case in cases:
        key, message, mac = (bytes.fromhex(case[field]) for field in ("Key", "Msg", "MD"))
        check(RFC_4231[name], key, message, mac)
    count_cases("IETF", len(cases))


def test_the_codes_of_gm_t_0042_are_made(count_cases: Count):
    for key, message, mac in GM_T_0042:
        check(MacAlgorithm.HMAC_SM3, key, message, bytes.fromhex(mac))
    count_cases("GM/T 0042", len(GM_T_0042))


@pytest.mark.parametrize("spec", AUTHENTICATING)
def test_others_make_the_same_codes_with_keys_of_our_lengths(spec: KeySpec):
    kind = AUTHENTICATING[spec]
    for length in (1, 31, 32, 33, 63, 64, 65, 127, 128, 129, 4096):
        key, message = os.urandom(kind.material_bytes), os.urandom(length)
        if spec is KeySpec.HMAC_SM3:
            elsewhere = sm3_hmac(key, message)
        else:
            elsewhere = hmac.digest(key, message, kind.algorithm.removeprefix("HMAC_").replace("_", ""))
        assert len(elsewhere) == kind.material_bytes
        check(kind.algorithm, key, message, elsewhere)
