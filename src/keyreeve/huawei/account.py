"""What belongs to no key (KMS API reference, gen-random, user-instances, user-quotas, querying API versions)."""

from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.errors import ParameterInvalid
from keyreeve.huawei.errors import RandomLengthUneven
from keyreeve.huawei.projects import ProjectRequest, kms
from keyreeve.huawei.tagged_keys import CUSTOM_KEYS
from keyreeve.keys.inventory import page_of_keys
from keyreeve.limits import Quota
from keyreeve.operations import Needs

_LEAST_BITS, _MOST_BITS = 8, 8192
# What clients read as a number of 32 bits, where nothing limits the keys of an account.
_NO_LIMIT = 2**31 - 1
_VERSION, _RELEASED = "v1.0", "2018-09-05T08:18:05Z"


class GenRandomRequest(ProjectRequest, frozen=True, kw_only=True):
    random_data_length: Annotated[int, Meta(description="How many bits, 8 to 8,192 by eights.")]


class GenRandomResponse(Struct, frozen=True):
    random_data: str


@kms(needs=Needs.CACHE, errors=(RandomLengthUneven,), asks="kms:GenRandom")
def gen_random(ctx: Context, request: GenRandomRequest) -> GenRandomResponse:
    """Random bytes, in hexadecimal."""
    ctx.permit("*")
    bits = request.random_data_length
    if not _LEAST_BITS <= bits <= _MOST_BITS:
        raise ParameterInvalid("random_data_length", "8 to 8,192 bits")
    if bits % 8:
        raise RandomLengthUneven("random_data_length")
    return GenRandomResponse(ctx.random(bits // 8).hex())


class ShowUserInstancesResponse(Struct, frozen=True):
    instance_num: int


@kms(needs=Needs.READ, asks="kms:ListKeys")
def show_user_instances(ctx: Context, request: ProjectRequest) -> ShowUserInstancesResponse:
    """How many keys the account has; the service's own do not count."""
    del request
    return ShowUserInstancesResponse(_count_keys(ctx))


class QuotaOfType(Struct, frozen=True):
    type: str
    used: int
    quota: int


class Quotas(Struct, frozen=True):
    resources: list[QuotaOfType]


class ShowUserQuotasResponse(Struct, frozen=True):
    quotas: Quotas


@kms(needs=Needs.READ, asks="kms:ListKeys")
def show_user_quotas(ctx: Context, request: ProjectRequest) -> ShowUserQuotasResponse:
    """How many keys the account has and may have; there are no grants."""
    del request
    keys = QuotaOfType("CMK", _count_keys(ctx), ctx.limits.quotas.get(Quota.KEYS, _NO_LIMIT))
    return ShowUserQuotasResponse(Quotas([keys, QuotaOfType("grant_per_CMK", 0, 0)]))


class VersionsRequest(Struct, frozen=True):
    """`endpoint` is what the door says: scheme, host and port."""

    endpoint: str = ""


class Link(Struct, frozen=True):
    href: str
    rel: str = "self"


class ApiVersionDetail(Struct, frozen=True):
    """`version` and `min_version` are of microversions, which there are none of."""

    id: str
    links: list[Link]
    version: str = ""
    status: str = "CURRENT"
    updated: str = _RELEASED
    min_version: str = ""


class ShowVersionsResponse(Struct, frozen=True):
    versions: list[ApiVersionDetail]


@kms(needs=Needs.CACHE, open_to_all=True)
def show_versions(ctx: Context, request: VersionsRequest) -> ShowVersionsResponse:
    """The versions of this API: there is one."""
    del ctx
    return ShowVersionsResponse([_version(request)])


class ShowVersionResponse(Struct, frozen=True):
    version: ApiVersionDetail


@kms(needs=Needs.CACHE, open_to_all=True)
def show_version(ctx: Context, request: VersionsRequest) -> ShowVersionResponse:
    """The one version of this API."""
    del ctx
    return ShowVersionResponse(_version(request))


def _count_keys(ctx: Context) -> int:
    ctx.touch("key")
    ctx.permit("key")
    _, total = page_of_keys(ctx, CUSTOM_KEYS, 0, 0)
    return total


def _version(request: VersionsRequest) -> ApiVersionDetail:
    return ApiVersionDetail(_VERSION, [Link(f"{request.endpoint}/{_VERSION}/")])


OPERATIONS = (gen_random, show_user_instances, show_user_quotas, show_versions, show_version)
