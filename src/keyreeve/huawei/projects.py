"""The door's operations are of a project, and an account has one: of its region (IAM API reference, projects)."""

from functools import lru_cache, partial

from msgspec import Struct

from keyreeve.access.accounts import project_id
from keyreeve.context import Context
from keyreeve.errors import WrongProject
from keyreeve.huawei.parameters import Sequence
from keyreeve.operations import Service, operation


class ProjectRequest(Struct, frozen=True, kw_only=True):
    """What every request to a project has: the project of its path."""

    project_id: str
    sequence: Sequence | None = None

    def admit(self, ctx: Context) -> None:
        """Raises WrongProject."""
        if self.project_id != own_project_id(ctx.caller.account_id, ctx.region_id):
            raise WrongProject


own_project_id = lru_cache(maxsize=1024)(project_id)
kms = partial(operation, service=Service.HUAWEI)
