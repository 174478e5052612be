"""A Keyreeve to ask: a running server, or the parts of one in this process (tests/permissions/still.py)."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from keyreeve.access.accounts import account_exists
from keyreeve.app import DataFolder, open_checked
from keyreeve.instances.model import Instance
from keyreeve.instances.store import put_instance
from tests.keys.still import StillServer
from tests.permissions.still import StillCaller
from tests.support.client import VERSION, Answer, KmsRefused, query_of, send, v3_headers
from tests.support.server import Account

RAM = "2015-05-01"


class Place(Protocol):
    """`account` is who asks; `api` the version of the API that has the action."""

    @property
    def account(self) -> Account: ...

    def answer(self, action: str, /, api: str = VERSION, **parameters: str) -> Answer: ...

    def lets_in(self, access_key_id: str, secret: str) -> bool: ...

    def put_instance(self, instance: Instance) -> None: ...


def call(place: Place, action: str, /, api: str = VERSION, **parameters: str) -> Any:
    """The JSON of a success. Raises KmsRefused."""
    answer = place.answer(action, api, **parameters)
    if answer.status != 200:
        raise KmsRefused(answer)
    return answer.json


@dataclass(frozen=True)
class Served:
    address: str
    data: Path
    account: Account

    def answer(self, action: str, /, api: str = VERSION, **parameters: str) -> Answer:
        query = query_of(parameters)
        headers = v3_headers(self.account, action, query, self.address, x_acs_version=api)
        return send(self.address, "POST", f"/?{query}" if query else "/", headers)

    def lets_in(self, access_key_id: str, secret: str) -> bool:
        return replace(self, account=_as(self.account, access_key_id, secret)).answer("DescribeRegions").status == 200

    def put_instance(self, instance: Instance) -> None:
        database, sealer = open_checked(DataFolder(self.data))
        with database.writing() as connection:
            assert account_exists(connection, self.account.account_id)
            put_instance(connection, sealer, self.account.account_id, instance, 0)
        database.close()


@dataclass(frozen=True)
class Still:
    server: StillServer

    @property
    def account(self) -> Account:
        return self.server.account

    def answer(self, action: str, /, api: str = VERSION, **parameters: str) -> Answer:
        return StillCaller(self.server, self.account).answer(action, api, **parameters)

    def lets_in(self, access_key_id: str, secret: str) -> bool:
        caller = StillCaller(self.server, _as(self.account, access_key_id, secret))
        return caller.answer("DescribeRegions").status == 200

    def put_instance(self, instance: Instance) -> None:
        parts = self.server.parts
        with parts.database.writing() as connection:
            put_instance(connection, parts.sealer, self.account.account_id, instance, 0)


def _as(account: Account, access_key_id: str, secret: str) -> Account:
    return replace(account, access_key_id=access_key_id, access_key_secret=secret)
