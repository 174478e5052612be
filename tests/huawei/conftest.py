from collections.abc import Callable
from typing import Any

import pytest

from tests.huawei.raw import Answer, Raw
from tests.huawei.sdk import Huawei
from tests.huawei.tokens import token_of
from tests.huawei.world import World, ask, changes, fields_of, good_requests, make_world
from tests.support.server import Account, Server

SEQUENCE = "919c82d4-8046-4722-9094-35c3c6524cff"


@pytest.fixture
def raw(server: Server, new_account: Callable[[], Account]) -> Raw:
    """A new account by requests that are signed by hand."""
    return Raw(server.address, new_account())


@pytest.fixture(params=["AccessKey", "token"])
def huawei(request: pytest.FixtureRequest, server: Server, new_account: Callable[[], Account]) -> Huawei:
    """A new account by the SDK, which signs or has a token."""
    account = new_account()
    return Huawei(server.address, account, token_of(server.address, account) if request.param == "token" else "")


@pytest.fixture(scope="session")
def worlds() -> dict[str, tuple[Raw, World]]:
    return {}


@pytest.fixture
def inhabited(server: Server, worlds: dict[str, tuple[Raw, World]], raw: Raw, name: str) -> tuple[Raw, World]:
    """An account and its world: a new one for an operation that changes something, else one for all tests."""
    if changes(name):
        return raw, make_world(raw)
    if server.address not in worlds:
        worlds[server.address] = raw, make_world(raw)
    return worlds[server.address]


@pytest.fixture
def request_of(inhabited: tuple[Raw, World], name: str) -> dict[str, Any]:
    """A good request for the operation under test, with all that it takes."""
    sequence = {"sequence": SEQUENCE} if "sequence" in fields_of(name) else {}
    return {**good_requests(inhabited[1])[name], **sequence}


@pytest.fixture
def asked(inhabited: tuple[Raw, World], name: str, request_of: dict[str, Any]) -> Callable[..., Answer]:
    """Asks the good request in which some fields are changed, or left out by None."""

    def call(**changed: Any) -> Answer:
        request = {**request_of, **changed}
        return ask(inhabited[0], name, {field: value for field, value in request.items() if value is not None})

    return call
