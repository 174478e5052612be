"""AsymmetricSign and AsymmetricVerify with the private keys of vectors, which come into the server by import."""

import base64
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tests.support.client import Client
from tests.vectors import ec_keys, ecdsa, rsa_keys, wycheproof
from tests.vectors.counting import Count
from tests.vectors.ec_keys import K256, P256, Named
from tests.vectors.keys_by_import import Imported, import_pair
from tests.vectors.test_ecdsa_texts import of_section
from tests.vectors.test_rsa_signatures_nist import FIPS_186_2, SIG_GEN_PKCS1, digest_of, over_sha_256, pkcs1, pss
from tests.vectors.texts import numbers, octets

USAGE = "SIGN/VERIFY"
PKCS1, PSS, ECDSA = "RSA_PKCS1_SHA_256", "RSA_PSS_SHA_256", "ECDSA_SHA_256"


def signed(key: Imported, algorithm: str, digest: bytes) -> bytes:
    return base64.b64decode(key.call("AsymmetricSign", Algorithm=algorithm, Digest=digest)["Value"], validate=True)


def verified(key: Imported, algorithm: str, digest: bytes, signature: bytes) -> bool:
    return key.call("AsymmetricVerify", Algorithm=algorithm, Digest=digest, Value=signature)["Value"]


def public_half(key: Imported) -> object:
    return serialization.load_pem_public_key(key.call("GetPublicKey")["PublicKey"].encode())


@pytest.mark.parametrize(("bits", "cases"), [(2048, 10), (3072, 9), (4096, 8)])
def test_wycheproofs_pkcs1_signatures_are_made_byte_for_byte(
    sqlite_client: Client, bits: int, cases: int, count_cases: Count
):
    groups = wycheproof.groups("Signature", f"rsa_pkcs1_{bits}_sig_gen", sha="SHA-256")
    assert wycheproof.number_of_cases(groups) == cases
    for group in groups:
        key = import_pair(sqlite_client, f"RSA_{bits}", USAGE, group.data("privateKeyPkcs8"))
        assert group.wrong(lambda case, key=key: signed(key, PKCS1, case.digest) == case.data("sig")) == []
        assert group.wrong(lambda case, key=key: verified(key, PKCS1, case.digest, case.data("sig"))) == []
    count_cases("Wycheproof over the API", cases)


def test_nists_pkcs1_signatures_are_made_byte_for_byte(sqlite_client: Client, count_cases: Count):
    cases = over_sha_256(SIG_GEN_PKCS1, "S")
    assert len(cases) == 20
    keys = {
        mod: import_pair(
            sqlite_client, f"RSA_{mod}", USAGE, rsa_keys.private_key_of_exponents(*numbers(case, "n", "e", "d"))
        )
        for mod, case in {case["mod"]: case for case in cases}.items()
    }
    for case in cases:
        assert signed(keys[case["mod"]], PKCS1, digest_of(case)).hex() == case["S"]
    count_cases("NIST over the API", len(cases))


@pytest.mark.parametrize(
    ("path", "algorithm", "keys", "valid", "number"),
    [
        (f"{FIPS_186_2}/SigVer15_186-3.rsp", PKCS1, 11, 9, 50),
        ("/Signature/PKCS1-PSS/SigVerPSS_186-3.rsp", PSS, 11, 3, 35),
    ],
)
def test_signatures_verify_where_nist_says_so(
    sqlite_client: Client, path: str, algorithm: str, keys: int, valid: int, number: int, count_cases: Count
):
    """With every key that a case names, also where its exponent is "changed", unless that leaves no key."""
    cases = [case for case in over_sha_256(path, "Result") if rsa_keys.is_key(*numbers(case, "n", "e", "p"))]
    expected, imported = pkcs1 if algorithm == PKCS1 else pss, dict[tuple[int, ...], Imported]()
    assert (sum(map(expected, cases)), len(cases)) == (valid, number)
    for case in cases:
        n, e, p = numbers(case, "n", "e", "p")
        if (n, e) not in imported:
            pkcs8 = rsa_keys.private_key(n, e, p)
            imported[n, e] = import_pair(sqlite_client, f"RSA_{case['mod']}", USAGE, pkcs8)
        assert verified(imported[n, e], algorithm, digest_of(case), octets(case["S"])) is expected(case)
    assert len(imported) == keys
    count_cases("NIST over the API", number)


def test_pss_signatures_by_wycheproofs_keys_verify_elsewhere(sqlite_client: Client):
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    for bits in (2048, 3072, 4096):
        group = wycheproof.groups("Signature", f"rsa_pkcs1_{bits}_sig_gen", sha="SHA-256")[0]
        key = import_pair(sqlite_client, f"RSA_{bits}", USAGE, group.data("privateKeyPkcs8"))
        public = serialization.load_pem_public_key(group.fields["keyPem"].encode())
        assert isinstance(public, rsa.RSAPublicKey)
        assert public_half(key) == public
        for case in group.cases:
            public.verify(signed(key, PSS, case.digest), case.data("msg"), scheme, hashes.SHA256())


@pytest.mark.parametrize(
    ("curve", "path", "source"),
    [
        pytest.param(P256, "asymmetric/ECDSA/FIPS_186-3/SigGen.txt", "NIST over the API", id="P-256"),
        pytest.param(K256, "asymmetric/ECDSA/SECP256K1/SigGen.txt", "pyca over the API", id="secp256k1"),
    ],
)
def test_ecdsa_signatures_from_elsewhere_verify_here_and_ours_elsewhere(
    client: Client, curve: Named, path: str, source: str, count_cases: Count
):
    cases = of_section(path, curve.section, "S")[:15]
    assert len(cases) == 15
    for case in cases:
        key = import_pair(client, curve.spec, USAGE, ec_keys.private_key(curve, case))
        message, digest = bytes.fromhex(case["Msg"]), sha256(bytes.fromhex(case["Msg"])).digest()
        assert verified(key, ECDSA, digest, ec_keys.signature(case))
        assert not verified(key, ECDSA, digest[::-1], ec_keys.signature(case))
        check_elsewhere(curve, case, key, message, signed(key, ECDSA, digest))
    count_cases(source, len(cases))


def check_elsewhere(curve: Named, case: dict[str, str], key: Imported, message: bytes, signature: bytes) -> None:
    public = public_half(key)
    assert isinstance(public, ec.EllipticCurvePublicKey)
    x, y = numbers(case, "Qx", "Qy")
    assert public.public_numbers() == ec.EllipticCurvePublicNumbers(x, y, curve.pyca)
    public.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    assert ecdsa.is_signature(curve.second, (x, y), sha256(message).digest(), *decode_dss_signature(signature))
