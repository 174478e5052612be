"""What a client of that cloud asks its IAM: a token for a password, and the id of its project (IAM API reference)."""

from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.access.callers import Caller
from keyreeve.access.tokens import VALID_MILLISECONDS, AuthToken, seal_token
from keyreeve.context import Context
from keyreeve.errors import WrongProject
from keyreeve.huawei.projects import own_project_id
from keyreeve.operations import Needs, Service, operation
from keyreeve.wire_time import to_precise_wire


class CreateTokenRequest(Struct, frozen=True):
    endpoint: Annotated[str, Meta(description="Where the caller reached this server: scheme, host and port.")]
    method: Annotated[str, Meta(description="How the caller said who it is: password or hw_ak_sk.")]
    project_id: Annotated[str, Meta(description="The project that the token is for, by its id.")] = ""


class Domain(Struct, frozen=True):
    """An account."""

    id: str
    name: str


class User(Struct, frozen=True):
    id: str
    name: str
    domain: Domain


class ScopedProject(Struct, frozen=True):
    id: str
    name: str
    domain: Domain


class Endpoint(Struct, frozen=True):
    id: str
    interface: str
    region: str
    region_id: str
    url: str


class CatalogEntry(Struct, frozen=True):
    id: str
    name: str
    type: str
    endpoints: tuple[Endpoint, ...]


class TokenBody(Struct, frozen=True):
    expires_at: str
    issued_at: str
    methods: tuple[str, ...]
    user: User
    project: ScopedProject
    roles: tuple[Domain, ...]
    catalog: tuple[CatalogEntry, ...]


class CreateTokenResponse(Struct, frozen=True):
    """`subject_token` goes into the header X-Subject-Token."""

    token: TokenBody
    subject_token: str


@operation(needs=Needs.READ, service=Service.HUAWEI, open_to_all=True)
def create_token(ctx: Context, request: CreateTokenRequest) -> CreateTokenResponse:
    """A token for 24 hours, for who has shown the secret of an AccessKey; it ends with the AccessKey."""
    caller = ctx.caller
    project = own_project_id(caller.account_id, ctx.region_id)
    if request.project_id not in ("", project):
        raise WrongProject
    token = AuthToken(caller.access_key_id, ctx.now, ctx.now + VALID_MILLISECONDS)
    domain = Domain(caller.account_id, caller.account_id)
    body = TokenBody(
        expires_at=to_precise_wire(token.expire_at),
        issued_at=to_precise_wire(token.issued_at),
        methods=(request.method,),
        user=_user(caller, domain),
        project=ScopedProject(project, ctx.region_id, domain),
        roles=(),
        catalog=_catalog(ctx, request.endpoint),
    )
    return CreateTokenResponse(body, seal_token(ctx.db, ctx.sealer, token))


class ListProjectsRequest(Struct, frozen=True):
    name: Annotated[str, Meta(description="A region; whatever it is, the account's one project is answered.")] = ""


class Project(Struct, frozen=True):
    id: str
    name: str
    domain_id: str
    parent_id: str
    enabled: bool = True
    is_domain: bool = False
    description: str = ""


class ListProjectsResponse(Struct, frozen=True):
    projects: tuple[Project, ...]


@operation(needs=Needs.CACHE, service=Service.HUAWEI, open_to_all=True)
def list_projects(ctx: Context, request: ListProjectsRequest) -> ListProjectsResponse:
    """The caller's project. There is one, in the one region that a server has."""
    del request
    account_id = ctx.caller.account_id
    project = own_project_id(account_id, ctx.region_id)
    return ListProjectsResponse((Project(project, ctx.region_id, account_id, account_id),))


def _user(caller: Caller, domain: Domain) -> User:
    return User(caller.principal_id or caller.account_id, caller.name or caller.access_key_id, domain)


def _catalog(ctx: Context, endpoint: str) -> tuple[CatalogEntry, ...]:
    """The clients put the project's id behind the address themselves."""
    at = Endpoint("kms", "public", ctx.region_id, ctx.region_id, f"{endpoint}/v1.0")
    return (CatalogEntry("kms", "kms", "kms", (at,)),)


OPERATIONS = (create_token, list_projects)
