"""An account as seen through each of the doors, and its users."""

import random
import uuid
from functools import cached_property
from typing import Any

from tests.huawei.raw import Raw
from tests.huawei.sdk import Huawei
from tests.ram.calls import Ram
from tests.support.client import Client
from tests.support.server import Account, Server, create_account


class Household:
    """Whoever calls: an account or a user of it."""

    def __init__(self, server: Server, account: Account) -> None:
        self.server = server
        self.account = account

    @cached_property
    def huawei(self) -> Huawei:
        return Huawei(self.server.address, self.account)

    @cached_property
    def raw(self) -> Raw:
        return Raw(self.server.address, self.account)

    @cached_property
    def alibaba(self) -> Client:
        return Client(self.server.address, self.account)

    def new_key(self, **given: Any) -> str:
        """The id of a key that was made at the Huawei door."""
        return self.huawei.call("create_key", key_alias=f"k-{uuid.uuid4()}", **given).key_info.key_id

    def new_user(self, *statements: dict[str, Any]) -> "Household":
        """A RAM user with these rights, or none."""
        ram, name = Ram(self.server.address, self.account), f"u{random.randrange(10**12):012d}"
        account = ram.create_user(name)
        if statements:
            ram.grant(name, name, *statements)
        return Household(self.server, account)

    def arn(self, resource: str) -> str:
        return f"acs:kms:{self.account.region_id}:{self.account.account_id}:{resource}"


def new_household(server: Server) -> Household:
    return Household(server, create_account(server.data, str(random.randrange(10**15, 10**16))))
