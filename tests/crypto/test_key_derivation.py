"""HKDF-Expand against the vectors of RFC 5869."""

import cryptography_vectors
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given
from hypothesis import strategies as st

from keyreeve.crypto.message_key import expand


def rfc_5869_cases() -> list[dict[str, str]]:
    cases: list[dict[str, str]] = []
    with cryptography_vectors.open_vector_file("KDF/rfc-5869-HKDF-SHA256.txt", "r") as file:
        for line in file:
            name, separator, value = str(line).partition("=")
            if separator and name.strip() == "COUNT":
                cases.append({})
            elif separator and cases:
                cases[-1][name.strip()] = value.strip()
    return cases


def test_expanding_gives_the_output_keying_material_of_rfc_5869():
    cases = rfc_5869_cases()
    assert len(cases) == 3
    for case in cases:
        key, info = bytes.fromhex(case["PRK"]), bytes.fromhex(case["info"])
        assert expand(key, info, int(case["L"])).hex() == case["OKM"]


@given(st.binary(min_size=1, max_size=80), st.binary(max_size=200), st.integers(1, 255 * 32))
def test_expanding_gives_what_another_implementation_gives(key: bytes, info: bytes, length: int):
    assert expand(key, info, length) == HKDFExpand(SHA256(), length, info).derive(key)
