from collections.abc import Callable, Iterator

import pytest

from tests.sdk.classic import Classic
from tests.sdk.nodejs import NodeJs
from tests.sdk.sdk import Sdk
from tests.sdk.tea import GenericTea, Tea
from tests.support.server import Account, Server

Connect = Callable[[str, Account], Sdk]

CLIENTS: dict[str, Connect] = {
    "tea-v3": Tea,
    "tea-v1": lambda address, account: Tea(address, account, "v2"),
    "tea-call-api-form": lambda address, account: GenericTea(address, account, "formData"),
    "tea-call-api-json": lambda address, account: GenericTea(address, account, "json"),
    "classic": Classic,
    "npm-kms": lambda address, account: NodeJs(address, account, "kms"),
    "npm-pop-core-post": lambda address, account: NodeJs(address, account, "pop-post"),
    "npm-pop-core-get": lambda address, account: NodeJs(address, account, "pop-get"),
}


@pytest.fixture(params=CLIENTS)
def client_name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def connect(client_name: str, server: Server) -> Iterator[Callable[[Account], Sdk]]:
    """Makes a client of this kind for an account."""
    made: list[Sdk] = []

    def make(account: Account) -> Sdk:
        made.append(CLIENTS[client_name](server.address, account))
        return made[-1]

    yield make
    for sdk in made:
        if isinstance(sdk, NodeJs):
            sdk.close()


@pytest.fixture
def sdk(connect: Callable[[Account], Sdk], new_account: Callable[[], Account]) -> Sdk:
    """A client of an account that owns nothing yet."""
    return connect(new_account())


@pytest.fixture(scope="session")
def shared_sdks() -> Iterator[dict[tuple[str, str], Sdk]]:
    """Made once for a server, because a Node.js process takes longer to start than most tests."""
    made: dict[tuple[str, str], Sdk] = {}
    yield made
    for sdk in made.values():
        if isinstance(sdk, NodeJs):
            sdk.close()


@pytest.fixture
def shared_sdk(client_name: str, server: Server, shared_sdks: dict[tuple[str, str], Sdk]) -> Sdk:
    """A client of the first account: count nothing in it."""
    place = client_name, server.address
    if place not in shared_sdks:
        shared_sdks[place] = CLIENTS[client_name](server.address, server.account)
    return shared_sdks[place]
