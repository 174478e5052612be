"""GetSecretValue (API reference 9.5) and BatchGetSecretValue (API of 2024)."""

from typing import Annotated, NamedTuple, Self

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field
from sqlalchemy import Connection

from keyreeve.context import Context
from keyreeve.errors import (
    DryRunParameterInvalid,
    DryRunPassed,
    KeyNotFound,
    KeyNotUsable,
    KeyreeveError,
    SecretInDeleteWindow,
    SecretNotFound,
    UnsupportedAction,
)
from keyreeve.keys.encryption import Recipient, refuse_recipient, require_wet
from keyreeve.keys.lookup import permitted_key
from keyreeve.keys.references import DryRun
from keyreeve.operations import Needs, operation
from keyreeve.secrets import references, store
from keyreeve.secrets.lookup import changeable_secret
from keyreeve.secrets.model import BUILT_IN, CURRENT, DataType, NamedSecret, SecretType, SecretVersion
from keyreeve.secrets.rotation_status import RotationStatus, rotation_status
from keyreeve.secrets.values import value_of
from keyreeve.wire_time import to_wire

ERRORS = (SecretNotFound, SecretInDeleteWindow, KeyNotFound, KeyNotUsable, UnsupportedAction)
_ACTION = "kms:GetSecretValue"
_MOST_IN_A_BATCH = 20


class StageList(Struct, frozen=True, rename="pascal"):
    version_stage: list[str]


class Wanted(Struct, frozen=True, rename="pascal"):
    """Which version of which secret; of a managed one only ACSCurrent and ACSPrevious are given out."""

    secret_name: references.TheSecret
    version_id: Annotated[references.VersionId | None, Meta(description="One version, whatever its stages.")] = None
    version_stage: Annotated[
        references.Stage | None, Meta(description="The version with this stage; by default ACSCurrent.")
    ] = None
    fetch_extended_config: Annotated[
        bool, Meta(description="Whether a managed secret's configuration is returned.")
    ] = False


class GetSecretValueRequest(Wanted, frozen=True, rename="pascal"):
    dry_run: DryRun = False
    recipient: Recipient = ""


class GetSecretValueResponse(RotationStatus, frozen=True, rename="pascal", kw_only=True):
    secret_name: str
    secret_type: SecretType
    secret_data: str
    secret_data_type: DataType
    version_id: str
    version_stages: StageList
    create_time: str
    extended_config: str | UnsetType = UNSET


@operation(needs=Needs.CACHE, errors=(*ERRORS, DryRunPassed, DryRunParameterInvalid))
def get_secret_value(ctx: Context, request: GetSecretValueRequest) -> GetSecretValueResponse:
    """The value of a version: the current one, or the one of an id, a stage or both."""
    refuse_recipient(request.recipient)
    value = read_value(ctx, request)
    require_wet(dry_run=request.dry_run)
    return value


def read_value(ctx: Context, wanted: Wanted) -> GetSecretValueResponse:
    secret = changeable_secret(ctx, wanted.secret_name, _ACTION)
    if secret.key_is_chosen:
        permitted_key(ctx, secret.key_id, secret.account_id, "kms:Decrypt")
        ctx.touch(secret.resource)
    name = secret.secret_id, wanted.version_id, wanted.version_stage, wanted.fetch_extended_config
    reading = ctx.read("reading of secret", name, _load_reading)
    if reading is None:
        raise SecretNotFound("no version has that id or stage")
    return msgspec.structs.replace(reading.answer, secret_data=value_of(ctx, secret, reading.version))


class _Reading(NamedTuple):
    """A version that was asked for, and the answer but for its value: only a write changes them."""

    version: SecretVersion
    answer: GetSecretValueResponse


def _load_reading(
    _: Context, connection: Connection, name: tuple[str, str | None, str | None, bool]
) -> _Reading | None:
    secret_id, version_id, stage, with_config = name
    secret = store.read_secret_by_id(connection, secret_id)
    if secret is None:
        return None
    stages = store.read_stages(connection, secret_id)
    marked = _wanted_version(secret, stages, version_id, stage)
    version = None if marked is None else store.read_version(connection, secret_id, marked)
    if version is None:
        return None
    answer = GetSecretValueResponse(
        **rotation_status(secret),
        secret_name=secret.secret_name,
        secret_type=secret.secret_type,
        secret_data="",
        secret_data_type=version.data_type,
        version_id=version.version_id,
        version_stages=StageList([stage for stage, at in stages.items() if at == version.version_id]),
        create_time=to_wire(version.created_at),
        extended_config=(with_config and secret.extended_config) or UNSET,
    )
    return _Reading(version, answer)


def _wanted_version(
    secret: NamedSecret, stages: dict[str, str], version_id: str | None, stage: str | None
) -> str | None:
    """Where an id and a stage are given, both must fit; a managed secret gives out its built-in stages only."""
    if secret.is_managed:
        return stages.get(stage or CURRENT) if stage in (None, *BUILT_IN) else None
    if version_id is None:
        return stages.get(stage or CURRENT)
    return version_id if stage is None or stages.get(stage) == version_id else None


class SecretsList:
    """The `SecretsList` parameter: a JSON list of what GetSecretValue is asked for, at most 20."""

    __slots__ = ("items",)

    def __init__(self, items: tuple[Wanted, ...]) -> None:
        self.items = items

    @classmethod
    def from_wire(cls, text: str) -> Self:
        items = msgspec.json.decode(text, type=tuple[Wanted, ...], dec_hook=_reference)
        if not 1 <= len(items) <= _MOST_IN_A_BATCH:
            raise ValueError("none, or more than twenty")
        return cls(items)


class BatchGetSecretValueRequest(Struct, frozen=True, rename="pascal"):
    secrets_list: Annotated[
        SecretsList,
        Meta(description="A JSON list of {SecretName, VersionId, VersionStage, FetchExtendedConfig}, at most 20."),
    ]


class NotRead(Struct, frozen=True, rename="pascal"):
    secret_name: str
    code: str
    http_status: str = field(name="HttpStatus")
    message: str = ""


class BatchGetSecretValueResponse(Struct, frozen=True, rename="pascal"):
    secret_values: list[GetSecretValueResponse]
    errors: list[NotRead]


@operation(needs=Needs.CACHE)
def batch_get_secret_value(ctx: Context, request: BatchGetSecretValueRequest) -> BatchGetSecretValueResponse:
    """Several values at once, each asked for as by GetSecretValue; what is refused is told beside the others."""
    # Each secret asks for itself, and what is not permitted is among the errors.
    ctx.asked = True
    found: list[GetSecretValueResponse] = []
    errors: list[NotRead] = []
    for wanted in request.secrets_list.items:
        try:
            found.append(read_value(ctx, wanted))
        except KeyreeveError as error:
            told = ctx.explain(error)
            errors.append(NotRead(wanted.secret_name.name, told.code, str(told.status), told.message))
    ctx.touch(",".join(f"secret/{wanted.secret_name.name}" for wanted in request.secrets_list.items))
    return BatchGetSecretValueResponse(found, errors)


def _reference(kind: type[references.SecretReference], text: object) -> references.SecretReference:
    if not isinstance(text, str):
        raise ValueError("not text")  # noqa: TRY004  # msgspec turns it into the parameter's refusal
    return kind.from_wire(text)


OPERATIONS = (get_secret_value, batch_get_secret_value)
