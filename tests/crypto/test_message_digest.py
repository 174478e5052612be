"""What signatures are of, against the published values of GB/T 32918.5 (vectors/sm2.json)."""

import hashlib

from keyreeve.crypto.message_digest import digest_bytes, message_digest, sm2_digest, sm2_identity_digest
from keyreeve.crypto.specs import SigningAlgorithm
from tests.crypto.test_sm2_vectors import VECTORS, e_of, spki_of


def test_z_and_e_of_sm2_are_the_published_ones():
    vector = VECTORS["signatures"][0]
    spki, identity = spki_of(vector), vector["id"].encode()
    assert sm2_identity_digest(spki, identity) == bytes.fromhex(vector["z"])
    assert sm2_digest(spki, vector["message"].encode(), identity) == bytes.fromhex(vector["e"])


def test_every_algorithm_has_its_digest():
    spki = spki_of(VECTORS["signatures"][0])
    for algorithm in SigningAlgorithm:
        sm2, name = algorithm is SigningAlgorithm.SM2DSA, f"sha{algorithm[-3:]}"
        expected = e_of(spki, b"x") if sm2 else hashlib.new(name, b"x").digest()
        assert message_digest(algorithm, spki, b"x") == expected
        assert digest_bytes(algorithm) == len(expected)
