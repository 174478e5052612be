from collections.abc import Callable

import pytest

from tests.support.client import Client
from tests.support.server import Account, Server
from tests.tagging.things import Things


@pytest.fixture(params=["key", "secret"])
def things(request: pytest.FixtureRequest, server: Server, new_account: Callable[[], Account]) -> Things:
    """Of an account that owns nothing yet."""
    return Things(Client(server.address, new_account()), request.param)


@pytest.fixture
def others(server: Server, new_account: Callable[[], Account], things: Things) -> Things:
    """What another account has of the same kind."""
    return things.by(Client(server.address, new_account()))
