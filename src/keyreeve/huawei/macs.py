"""GenerateMac and VerifyMac (KMS API reference, generate-mac, verify-mac)."""

import base64
from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.crypto.specs import MacAlgorithm
from keyreeve.errors import AliasNotFound, KeyNotFound, KeyNotUsable, UnsupportedForKey
from keyreeve.huawei.names import NewMacAlgorithm
from keyreeve.huawei.parameters import TheKeyOrAlias
from keyreeve.huawei.projects import ProjectRequest, kms
from keyreeve.keys.lookup import find_key
from keyreeve.keys.macs import Message, mac_with, verify_with
from keyreeve.keys.references import Base64
from keyreeve.operations import Needs

_ERRORS = (KeyNotFound, AliasNotFound, KeyNotUsable, UnsupportedForKey)


class GenerateMacRequest(ProjectRequest, frozen=True, kw_only=True):
    key_id: TheKeyOrAlias
    mac_algorithm: Annotated[NewMacAlgorithm, Meta(description="The one that the key's spec has.")]
    message: Annotated[Message, Meta(description="Base64 of the message, 1 to 4,096 bytes.")]


class GenerateMacResponse(Struct, frozen=True):
    key_id: str
    mac_algorithm: str
    mac: str


@kms(needs=Needs.CACHE, errors=_ERRORS, asks="kms:GenerateMac")
def generate_mac(ctx: Context, request: GenerateMacRequest) -> GenerateMacResponse:
    """Make the code that authenticates a message, in Base64."""
    key = find_key(ctx, request.key_id)
    mac = mac_with(ctx, key, MacAlgorithm(request.mac_algorithm), request.message.data)
    return GenerateMacResponse(key.key_id, request.mac_algorithm, base64.b64encode(mac).decode("ascii"))


class VerifyMacRequest(GenerateMacRequest, frozen=True, kw_only=True):
    mac: Annotated[Base64, Meta(description="Base64 of the code, in its full length.")]


class VerifyMacResponse(Struct, frozen=True):
    key_id: str
    mac_algorithm: str
    mac_valid: bool


@kms(needs=Needs.CACHE, errors=_ERRORS, asks="kms:VerifyMac")
def verify_mac(ctx: Context, request: VerifyMacRequest) -> VerifyMacResponse:
    """Say whether a code is a message's; a wrong one is an answer, not an error."""
    key = find_key(ctx, request.key_id)
    right = verify_with(ctx, key, MacAlgorithm(request.mac_algorithm), request.message.data, request.mac.data)
    return VerifyMacResponse(key.key_id, request.mac_algorithm, right)


OPERATIONS = (generate_mac, verify_mac)
