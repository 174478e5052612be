"""Servers that are started for the benchmark and always stopped with it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

START_SECONDS = 60
STOP_SECONDS = 15


class BenchError(Exception):
    """A reason to stop that is told to the person in one line."""


@contextmanager
def server(command: Sequence[str], log: Path, answers: Callable[[], object]) -> Generator[None]:
    """Run `command` until the block ends; it has begun when `answers` no longer raises OSError.

    It leads a process group of its own, so its workers end with it and Ctrl-C reaches only the benchmark.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
    try:
        _wait(process, log, answers)
        yield
    finally:
        _stop(process)


def tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def run(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def require_records(audit_log: Path) -> None:
    """A side that was measured without its audit log had less to do."""
    if not audit_log.exists() or not audit_log.stat().st_size:
        raise BenchError(f"{audit_log} was not written")


def _wait(process: subprocess.Popen[bytes], log: Path, answers: Callable[[], object]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            answers()
        except OSError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                tail = log.read_text(errors="replace")[-2000:]
                raise BenchError(f"{process.args!r} does not serve ({error}): {tail}") from error
            time.sleep(0.1)
        else:
            return


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the group to end, then make it: a worker that outlived its parent is in the group too."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
