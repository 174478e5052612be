import pytest

from tests.permissions.across import Across
from tests.permissions.documents import trusting
from tests.permissions.stage import Holder, Stage, make_stage
from tests.ram.calls import allow
from tests.support.server import Server


@pytest.fixture(scope="session")
def stages() -> dict[str, Stage]:
    return {}


@pytest.fixture
def stage(server: Server, stages: dict[str, Stage]) -> Stage:
    """Made once for a server: accounts and keys cost more than calls."""
    if server.address not in stages:
        stages[server.address] = make_stage(server)
    return stages[server.address]


@pytest.fixture
def trusted(stage: Stage) -> str:
    """The ARN of a role of ours that trusts everybody here."""
    return stage.ours.role_arn(stage.ours.new_role(trusting(stage.ours.principal("root"))))


@pytest.fixture
def role(stage: Stage) -> Holder:
    return stage.ours.new_role(trusting(stage.ours.principal("root")), allow(["kms:Encrypt", "kms:DescribeKey"]))


@pytest.fixture(params=["user", "role", "root"])
def across(request: pytest.FixtureRequest, stage: Stage) -> Across:
    return Across(stage, request.param)
