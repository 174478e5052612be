from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.certificates.authority import KINDS, Authority
from tests.certificates.held import Held
from tests.keys.still import StillServer, still_server
from tests.support.server import init

# So that what a CA issues meanwhile is valid already.
HOUR = 3600
Authorities = Callable[[str], Authority]


@pytest.fixture(scope="session")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Authorities:
    """Makes the CA of a kind once."""

    @cache
    def make(kind: str) -> Authority:
        return Authority(tmp_path_factory.mktemp(f"ca-{kind}"), kind)

    return make


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StillServer]:
    """Whose clock stands; count nothing in it."""
    data = tmp_path_factory.mktemp("certificates") / "data"
    with still_server(data, init(data)) as server:
        server.wait(HOUR)
        yield server


@pytest.fixture(scope="session")
def held_ones(shared: StillServer, authorities: Authorities) -> Callable[[str], Held]:
    """An ACTIVE certificate of a kind, made once: RSA keys take long to make."""

    @cache
    def make(kind: str) -> Held:
        return Held.made(shared, kind).uploaded(authorities(kind))

    return make


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def held(held_ones: Callable[[str], Held], kind: str) -> Held:
    """Leave its status as it is."""
    return held_ones(kind)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[StillServer]:
    """One whose clock a test may move."""
    with still_server(tmp_path / "data", init(tmp_path / "data")) as server:
        server.wait(HOUR)
        yield server
