"""Run the rounds. `bench/run --help` lists the options; bench/README.md says how to read what comes out."""

import argparse
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import FrameType

from cryptography.hazmat.backends.openssl import backend

import asymmetric
import secret_values
from cores import Cores, apart, shared
from keyreeve.native import find_rsa_lanes
from keyreeve_side import Keyreeve, keyreeve
from lanes import Lane, Served, Speed
from load import Round, Wrk
from openbao_side import OpenBao, openbao
from process import BenchError, tell
from process import run as output_of
from report import OPENBAO, SPEED, Report, Result, Setting, as_json, as_table

SYMMETRIC = ("Encrypt", "Decrypt", "GenerateDataKey")
ASYMMETRIC = {operation.name: operation for operation in asymmetric.OPERATIONS}
EVERY = (*SYMMETRIC, *secret_values.LANES, *ASYMMETRIC)
EMPTY = "Empty answer"
DATA = Path("bench/.work/run")
PAYLOAD_BYTES = 32
"""A data key to encrypt, and a digest to sign."""


def empty_lanes(own: Keyreeve, wrk: Wrk) -> list[Lane]:
    return [
        Served("bare request", own.port, own.empty, wrk),
        Served("V3 request, replayed", own.port, partial(own.empty_signed, "V3"), wrk),
        Served("V1 request, replayed", own.port, partial(own.empty_signed, "V1"), wrk),
    ]


def symmetric_lanes(name: str, bao: OpenBao, own: Keyreeve, wrk: Wrk) -> list[Lane]:
    return [
        Served(OPENBAO, bao.port, partial(bao.request, name), wrk),
        Served("Keyreeve, V3 signature", own.port, partial(own.request, name, "V3"), wrk),
        Served("Keyreeve, V1 signature", own.port, partial(own.request, name, "V1"), wrk),
        Served("Keyreeve, V3, RAM user", own.port, partial(own.as_user, name), wrk),
    ]


def asymmetric_lanes(name: str, bao: OpenBao, own: Keyreeve, wrk: Wrk, cores: Sequence[int]) -> list[Lane]:
    theirs = [Served(OPENBAO, bao.port, partial(bao.request, name), wrk)] if name in bao.prepared else []
    ours = Served("Keyreeve, V3 signature", own.port, partial(own.request, name, "V3"), wrk)
    return [*theirs, ours, Speed(SPEED, ASYMMETRIC[name].speed, cores)]


def compete(operation: str, sides: Sequence[Lane], setting: Setting) -> list[Result]:
    """Warm every side up, then let them take turns, so that a slow minute of the machine meets them all."""
    rounds: dict[str, list[Round]] = {side.label: [] for side in sides}
    for side in sides:
        side.warm_up()
    for number in range(1, setting.rounds + 1):
        for side in sides:
            done = side.round(setting.seconds)
            rounds[side.label].append(done)
            tell(f"{operation}, {side.label}, round {number} of {setting.rounds}: {done.rate:,.0f}/s")
    return [Result(operation, label, tuple(measured)) for label, measured in rounds.items()]


def run(setting: Setting, operations: Sequence[str]) -> Report:
    shutil.rmtree(DATA, ignore_errors=True)
    DATA.mkdir(parents=True)
    payload, cores = os.urandom(PAYLOAD_BYTES), setting.cores.measured
    wrk = Wrk(setting.cores.load, DATA / "requests")
    tell("starting OpenBao and Keyreeve")
    with (
        openbao(DATA / "openbao", payload, cores) as bao,
        keyreeve(DATA / "keyreeve", payload, setting.workers, cores) as own,
    ):
        secrets = secret_values.kept(bao, own, payload)
        results = compete(EMPTY, empty_lanes(own, wrk), setting)
        for name in operations:
            if name in ASYMMETRIC:
                sides = asymmetric_lanes(name, bao, own, wrk, cores)
            elif name in secret_values.LANES:
                sides = secret_values.LANES[name](secrets, wrk)
            else:
                sides = symmetric_lanes(name, bao, own, wrk)
            results += compete(name, sides, setting)
    return Report(setting, tuple(results))


def setting_of(chosen: argparse.Namespace) -> Setting:
    cores: Cores = apart() if chosen.pin else shared()
    workers: int = chosen.workers or len(cores.measured)
    libraries = {
        "openssl speed": output_of(["openssl", "version"]).partition(" (")[0].strip(),
        "Keyreeve's RSA and ECDSA": backend.openssl_version_text(),
        "its RSA signatures that come together": "with that" if find_rsa_lanes() is None else "Intel crypto_mb",
    }
    return Setting(chosen.seconds, chosen.rounds, workers, cores, libraries)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bench/run", description="Keyreeve beside OpenBao and openssl speed on this machine."
    )
    parser.add_argument("--seconds", type=int, default=5, help="length of a round (5)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each side, of which the median counts (3)")
    parser.add_argument("--workers", type=int, help="Keyreeve's workers (one a core that it may use)")
    parser.add_argument(
        "--pin", action="store_true", help="bind what is measured to one core and wrk to another, not both to all"
    )
    parser.add_argument(
        "--only", action="append", choices=EVERY, metavar="OPERATION", help=f"may be repeated: {', '.join(EVERY)}"
    )
    parser.add_argument("--json", action="store_true", help="print JSON with every round, not a table")
    return parser.parse_args()


def stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    chosen = options()
    signal.signal(signal.SIGTERM, stop)
    try:
        report = run(setting_of(chosen), chosen.only or EVERY)
    except BenchError as error:
        tell(f"bench: {error}")
        return 1
    except KeyboardInterrupt:
        tell("bench: stopped")
        return 130
    print(as_json(report) if chosen.json else as_table(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
