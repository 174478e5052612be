"""The account and the service (API reference chapter 12)."""

from typing import Literal

from msgspec import Struct

from keyreeve.context import Context
from keyreeve.errors import ServiceAlreadyOpen
from keyreeve.operations import Empty, Needs, operation


class Region(Struct, frozen=True, rename="pascal"):
    region_id: str


class RegionList(Struct, frozen=True, rename="pascal"):
    region: list[Region]


class DescribeRegionsResponse(Struct, frozen=True, rename="pascal"):
    regions: RegionList


@operation(needs=Needs.CACHE, open_to_all=True)
def describe_regions(ctx: Context, request: Empty) -> DescribeRegionsResponse:
    """The regions of this server: it serves one."""
    del request
    return DescribeRegionsResponse(RegionList([Region(ctx.region_id)]))


@operation(needs=Needs.CACHE, errors=(ServiceAlreadyOpen,))
def open_kms_service(ctx: Context, request: Empty) -> Empty:
    """Activate the service: it always is, and the documented answer to that is an error."""
    del request
    ctx.permit("*")
    raise ServiceAlreadyOpen


class DescribeAccountKmsStatusResponse(Struct, frozen=True, rename="pascal"):
    account_status: Literal["Enabled"]


@operation(needs=Needs.CACHE)
def describe_account_kms_status(ctx: Context, request: Empty) -> DescribeAccountKmsStatusResponse:
    """Whether the account may use the service: every account of this server may."""
    del request
    ctx.permit("*")
    return DescribeAccountKmsStatusResponse("Enabled")


OPERATIONS = (describe_regions, open_kms_service, describe_account_kms_status)
