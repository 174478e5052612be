"""Threads that are the first to decode a type, all at once."""

import subprocess
import sys

# Every operation's request is decoded by four threads that begin together, and change places as often as they can.
DECODING = """
import sys, threading
from contextlib import suppress
from keyreeve.app import EVERYTHING
from keyreeve.errors import KeyreeveError
from keyreeve.struct_types import learn_struct_types

sys.setswitchinterval(1e-6)
learn_struct_types()
for operation in EVERYTHING.values():
    given = {parameter.name: "1" for parameter in operation.parameters}
    ready = threading.Barrier(4)

    def decode():
        ready.wait(60)
        with suppress(KeyreeveError):
            operation.decode(given)

    threads = [threading.Thread(target=decode) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def test_requests_of_a_type_that_come_first_and_at_once_crash_nothing() -> None:
    for _ in range(5):
        done = subprocess.run([sys.executable, "-c", DECODING], capture_output=True, text=True, check=False, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
