from collections.abc import Callable

import pytest

from tests.ram.calls import Ram
from tests.ram.sdk import RamSdk
from tests.sdk.sdk import Recorded
from tests.support.server import Account, Server


@pytest.fixture
def ram(server: Server, new_account: Callable[[], Account]) -> Ram:
    """An account that has no users yet."""
    return Ram(server.address, new_account())


@pytest.fixture(params=["v3", "v1"])
def life(request: pytest.FixtureRequest, server: Server, ram: Ram) -> Recorded:
    """The official client, as that account."""
    return Recorded(RamSdk(server.address, ram.account, None if request.param == "v3" else "v2"))
