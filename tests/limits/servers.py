"""Servers with limits of their own, and calls counted as the clock's seconds pass."""

import json
import random
import time
from collections import Counter
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.client import Client
from tests.support.server import Account, Server, create_account, init

# Numbers that a test reaches at once; asymmetric calls and what is not named are not limited.
RATES = {"symmetric": 2, "create_key": 3, "read": 20, "write": 4, "tags": 3, "account": 1}
QUOTAS = {"keys": 3, "aliases": 2, "versions": 4}
THROTTLED = "Rejected.Throttling"


def put_limits(data: Path, limits: object) -> None:
    """As an operator would, with an editor."""
    path = data / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "limits": limits}))


@contextmanager
def limited(data: Path, limits: object, *words: str) -> Generator[Server]:
    account: Account = init(data, *words)
    put_limits(data, limits)
    server = Server(data, account).start()
    yield server
    assert server.stop() == 0


def new_client(server: Server) -> Client:
    """Every account counts for itself, so a test takes new ones."""
    return Client(server.address, create_account(server.data, str(random.randrange(10**15, 10**16))))


def lines_of(server: Server) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (server.data / "audit" / "audit.jsonl").read_text().splitlines()]


@dataclass(frozen=True)
class Burst:
    """The codes of calls made at once, and how many seconds of the clock they touched."""

    codes: list[str]
    seconds: int

    @property
    def passed(self) -> int:
        return self.codes.count("OK")

    @property
    def only_throttled(self) -> bool:
        return Counter(self.codes).keys() <= {"OK", THROTTLED}


def burst(client: Client, count: int, operation: str, **parameters: str) -> Burst:
    """Calls one after another."""
    started = int(time.time())
    codes = [client.answer(operation, **parameters).code for _ in range(count)]
    return Burst(codes, int(time.time()) - started + 1)


def storm(client: Client, connections: int, seconds: float, operation: str) -> Burst:
    """Calls over many connections, from the beginning of a second on."""
    wait_for_next_second()
    started = time.time()

    def call_on() -> list[str]:
        codes: list[str] = []
        while time.time() < started + seconds:
            codes.append(client.answer(operation).code)
        return codes

    with ThreadPoolExecutor(connections) as pool:
        found = [code for future in [pool.submit(call_on) for _ in range(connections)] for code in future.result()]
    return Burst(found, int(time.time()) - int(started) + 1)


def wait_for_next_second() -> None:
    time.sleep(1.001 - time.time() % 1)
