"""GenerateMac and VerifyMac (the descriptions of SDK 3.3.1; AWS KMS, which they follow, for what those leave open)."""

import base64
from typing import Annotated, Self

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.crypto.mac import MacKey
from keyreeve.crypto.specs import MacAlgorithm
from keyreeve.errors import (
    AliasNotFound,
    DryRunParameterInvalid,
    DryRunPassed,
    KeyNotFound,
    KeyNotUsable,
    UnsupportedForKey,
)
from keyreeve.keys import references, rules
from keyreeve.keys.encryption import require_wet
from keyreeve.keys.lookup import find_key
from keyreeve.keys.model import Key
from keyreeve.keys.opening import mac_key
from keyreeve.operations import Needs, operation

MOST_MESSAGE_BYTES = 4096

_ERRORS = (KeyNotFound, AliasNotFound, KeyNotUsable, UnsupportedForKey, DryRunPassed, DryRunParameterInvalid)


class Message(references.Base64):
    __slots__ = ()

    @classmethod
    def from_wire(cls, text: str) -> Self:
        message = super().from_wire(text)
        if len(message.data) > MOST_MESSAGE_BYTES:
            raise ValueError("longer than 4,096 bytes")
        return message


class _MacRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKeyOrAlias
    algorithm: Annotated[
        MacAlgorithm,
        Meta(
            description="HMAC_SHA_224 for HMAC_224, HMAC_SHA_256 for HMAC_256, HMAC_SHA_384 for HMAC_384, "
            "HMAC_SHA_512 for HMAC_512, HMAC_SM3 for HMAC_SM3."
        ),
    ]
    message: Annotated[Message, Meta(description="Base64 of the message, 1 to 4,096 bytes.")]


class GenerateMacRequest(_MacRequest, frozen=True, rename="pascal"):
    dry_run: references.DryRun = False


class GenerateMacResponse(Struct, frozen=True, rename="pascal"):
    algorithm: str
    key_id: str
    mac: str


@operation(needs=Needs.CACHE, errors=_ERRORS)
def generate_mac(ctx: Context, request: GenerateMacRequest) -> GenerateMacResponse:
    """Make the code that authenticates a message, in Base64; the same for the same message every time."""
    key = find_key(ctx, request.key_id)
    mac = mac_with(ctx, key, request.algorithm, request.message.data, dry_run=request.dry_run)
    return GenerateMacResponse(request.algorithm, key.key_id, base64.b64encode(mac).decode("ascii"))


class VerifyMacRequest(_MacRequest, frozen=True, rename="pascal", kw_only=True):
    mac: Annotated[references.Base64, Meta(description="Base64 of the code, in its full length.")]
    dry_run: references.DryRun = False


class VerifyMacResponse(Struct, frozen=True, rename="pascal"):
    algorithm: str
    key_id: str
    value: bool


@operation(needs=Needs.CACHE, errors=_ERRORS)
def verify_mac(ctx: Context, request: VerifyMacRequest) -> VerifyMacResponse:
    """Say whether a code is a message's; a wrong one is an answer, not an error."""
    key = find_key(ctx, request.key_id)
    message, mac = request.message.data, request.mac.data
    value = verify_with(ctx, key, request.algorithm, message, mac, dry_run=request.dry_run)
    return VerifyMacResponse(request.algorithm, key.key_id, value)


def mac_with(ctx: Context, key: Key, algorithm: MacAlgorithm, message: bytes, *, dry_run: bool = False) -> bytes:
    """The message's code, if the key may make it now. Raises UnsupportedForKey, KeyNotUsable or DryRunPassed."""
    opened = _opened(ctx, key, algorithm, dry_run=dry_run)
    return opened.generate(message)


def verify_with(
    ctx: Context, key: Key, algorithm: MacAlgorithm, message: bytes, mac: bytes, *, dry_run: bool = False
) -> bool:
    """Whether the code is the message's; it refuses what `mac_with` does."""
    opened = _opened(ctx, key, algorithm, dry_run=dry_run)
    return opened.verify(message, mac)


def _opened(ctx: Context, key: Key, algorithm: MacAlgorithm, *, dry_run: bool) -> MacKey:
    rules.require_authenticates(key, algorithm)
    rules.require_usable(key)
    opened = mac_key(ctx, key)
    require_wet(dry_run=dry_run)
    return opened


OPERATIONS = (generate_mac, verify_mac)
