"""Signatures that are asked for at the same time, made together where that is faster."""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import final

from keyreeve.crypto.rsa import RsaPrivateKey
from keyreeve.crypto.rsa_lanes import LANES, LaneKey, RsaLanes
from keyreeve.crypto.rsa_padding import encoded, salt_bytes
from keyreeve.crypto.specs import SigningAlgorithm


@final
class SigningJob:
    """A signature of a digest that is still to be made, by itself or with others."""

    __slots__ = ("algorithm", "digest", "lane_key", "signature", "signer")

    def __init__(self, signer: RsaPrivateKey, lane_key: LaneKey, algorithm: SigningAlgorithm, digest: bytes) -> None:
        self.signer = signer
        self.lane_key = lane_key
        self.algorithm = algorithm
        self.digest = digest
        self.signature: bytes | None = None

    def result(self) -> bytes:
        if self.signature is None:
            self.signature = self.signer.sign(self.algorithm, self.digest)
        return self.signature


def sign_together(lanes: RsaLanes, jobs: Iterable[SigningJob], random: Callable[[int], bytes]) -> None:
    """Make those signatures that come sooner together, and leave the others to `result`; `random` is for salts.

    Raises ArithmeticFault; then some are left that were not to be.
    """
    by_size = sorted(jobs, key=_bits_of)
    for bits, group in groupby(by_size, _bits_of):
        waiting = list(group)
        for start in range(0, len(waiting), LANES):
            batch = waiting[start : start + LANES]
            if lanes.are_worth(len(batch), bits):
                _sign(lanes, batch, random)


def _sign(lanes: RsaLanes, jobs: list[SigningJob], random: Callable[[int], bytes]) -> None:
    messages = [
        encoded(job.algorithm, job.digest, random(salt_bytes(job.algorithm)), job.lane_key.bits // 8) for job in jobs
    ]
    signatures = lanes.private([job.lane_key for job in jobs], messages)
    for job, signature in zip(jobs, signatures, strict=True):
        job.signature = signature


def _bits_of(job: SigningJob) -> int:
    return job.lane_key.bits
