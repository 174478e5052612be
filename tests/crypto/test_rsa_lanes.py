"""Signatures made eight at a time are those that OpenSSL makes or accepts, whoever stands beside them."""

import ctypes
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from keyreeve.crypto.joint_signing import SigningJob, sign_together
from keyreeve.crypto.keypair import GeneratedPair
from keyreeve.crypto.message_digest import HASHES
from keyreeve.crypto.rsa import RsaPrivateKey, RsaPublicKey, generate, private_der
from keyreeve.crypto.rsa_lanes import ArithmeticFault, LaneKey, RsaLanes
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import SigningAlgorithm
from keyreeve.native import find_rsa_lanes
from tests.conftest import missing

PKCS1 = SigningAlgorithm.RSA_PKCS1_SHA_256
ALGORITHMS = [algorithm for algorithm in SigningAlgorithm if algorithm.startswith("RSA_")]
SIZES = (2048, 3072, 4096)


@pytest.fixture(scope="module")
def lanes() -> RsaLanes:
    if "avx512ifma" not in Path("/proc/cpuinfo").read_text():
        pytest.skip("this processor has no AVX-512 IFMA")
    found = find_rsa_lanes()
    if found is None:
        missing("the extra multibuffer")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def pairs() -> dict[int, list[GeneratedPair]]:
    return {bits: [generate(bits) for _ in range(2)] for bits in SIZES}


def job_of(pair: GeneratedPair, algorithm: SigningAlgorithm, message: bytes) -> SigningJob:
    signer = RsaPrivateKey(Secret(pair.material))
    assert signer.lane_key is not None
    return SigningJob(signer, signer.lane_key, algorithm, digest_of(algorithm, message))


def digest_of(algorithm: SigningAlgorithm, message: bytes) -> bytes:
    return hashlib.new(HASHES[algorithm].name, message).digest()


def made_together(jobs: Sequence[SigningJob]) -> int:
    return sum(job.signature is not None for job in jobs)


@pytest.mark.parametrize("bits", SIZES)
@pytest.mark.parametrize("count", range(1, 19))
def test_every_number_of_signatures_comes_out_right(
    lanes: RsaLanes, pairs: dict[int, list[GeneratedPair]], bits: int, count: int
):
    """By turns of two keys, and of all algorithms; those of PKCS #1 v1.5 byte for byte."""
    turns = [(pairs[bits][at % 2], ALGORITHMS[at % len(ALGORITHMS)], str(at).encode()) for at in range(count)]
    jobs = [job_of(*turn) for turn in turns]
    sign_together(lanes, jobs, os.urandom)
    rest = count % 8
    assert made_together(jobs) == count - (0 if lanes.are_worth(rest, bits) else rest)
    for (pair, algorithm, message), job in zip(turns, jobs, strict=True):
        digest = digest_of(algorithm, message)
        assert RsaPublicKey(pair.spki, bits).verify(algorithm, digest, job.result())
        if "PKCS1" in algorithm:
            assert job.result() == RsaPrivateKey(Secret(pair.material)).sign(algorithm, digest)


def test_keys_of_all_sizes_may_come_at_once(lanes: RsaLanes, pairs: dict[int, list[GeneratedPair]]):
    turns = [(pairs[SIZES[at % 3]][0], SIZES[at % 3]) for at in range(24)]
    jobs = [job_of(pair, PKCS1, bytes([at])) for at, (pair, _) in enumerate(turns)]
    sign_together(lanes, jobs, os.urandom)
    assert made_together(jobs) == 24
    for at, ((pair, bits), job) in enumerate(zip(turns, jobs, strict=True)):
        assert RsaPublicKey(pair.spki, bits).verify(PKCS1, digest_of(PKCS1, bytes([at])), job.result())


def test_a_salt_is_drawn_for_each_signature(lanes: RsaLanes, pairs: dict[int, list[GeneratedPair]]):
    jobs = [job_of(pairs[2048][0], SigningAlgorithm.RSA_PSS_SHA_256, b"the same") for _ in range(8)]
    sign_together(lanes, jobs, os.urandom)
    assert len({job.result() for job in jobs}) == 8


@pytest.mark.parametrize("bits", SIZES)
def test_the_smaller_prime_may_come_first(lanes: RsaLanes, bits: int):
    """OpenSSL makes keys with the larger one first; of an imported key nobody knows."""
    one = rsa.generate_private_key(65537, bits).private_numbers()
    p, q = one.q, one.p
    other = rsa.RSAPrivateNumbers(p, q, one.d, one.d % (p - 1), one.d % (q - 1), pow(q, -1, p), one.public_numbers)
    lane_key, n = LaneKey(other.private_key()), one.public_numbers.n
    messages = [(int.from_bytes(os.urandom(bits // 8)) % n).to_bytes(bits // 8) for _ in range(64)]
    for start in range(0, 64, 8):
        batch = messages[start : start + 8]
        results = lanes.private([lane_key] * 8, batch)
        assert [pow(int.from_bytes(result), 65537, n).to_bytes(bits // 8) for result in results] == batch


def test_a_wrong_result_is_given_to_nobody(lanes: RsaLanes, pairs: dict[int, list[GeneratedPair]]):
    """A key whose parts do not fit each other computes wrongly, as a processor would that is at fault."""
    key = serialization.load_der_private_key(pairs[2048][0].material, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    whole = key.private_numbers()
    wrong = rsa.RSAPrivateNumbers(
        whole.p, whole.q, whole.d, whole.dmp1 + 2, whole.dmq1, whole.iqmp, whole.public_numbers
    ).private_key(unsafe_skip_rsa_key_validation=True)
    jobs = [job_of(pairs[2048][1], PKCS1, bytes([at])) for at in range(4)]
    jobs[2].lane_key = LaneKey(wrong)
    with pytest.raises(ArithmeticFault):
        sign_together(lanes, jobs, os.urandom)
    assert made_together(jobs) == 0
    for at, job in enumerate(jobs):
        assert RsaPublicKey(pairs[2048][1].spki, 2048).verify(PKCS1, digest_of(PKCS1, bytes([at])), job.result())


@pytest.mark.parametrize(("exponent", "bits"), [(3, 2048), (65537, 2560)])
def test_a_key_that_the_library_does_not_take_signs_by_itself(exponent: int, bits: int):
    key = rsa.generate_private_key(exponent, bits)
    assert RsaPrivateKey(Secret(private_der(key))).lane_key is None


def test_nothing_is_left_of_a_library_that_is_turned_off(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KEYREEVE_MULTIBUFFER", "off")
    find_rsa_lanes.cache_clear()
    assert find_rsa_lanes() is None
    find_rsa_lanes.cache_clear()


def test_the_runtime_of_the_library_is_nobody_elses(lanes: RsaLanes):
    """It has functions of its own by the names of the C library's."""
    assert lanes
    assert not hasattr(ctypes.CDLL(None), "__svml_exp8")


def test_nothing_of_the_library_runs_on_a_processor_that_it_does_not_work_on():
    class Elsewhere:
        def __getattr__(self, name: str) -> object:
            def call(*_: int) -> int:
                assert name == "mbx_is_crypto_mb_applicable"
                return 0

            return call

    with pytest.raises(OSError, match="this processor"):
        RsaLanes(cast("ctypes.CDLL", Elsewhere()))
