"""CreateSecret (API reference 9.1)."""

from dataclasses import dataclass
from typing import Annotated
from uuid import uuid4

from msgspec import UNSET, Meta, Struct, UnsetType, field

from keyreeve.context import Context
from keyreeve.crypto.secret import Secret
from keyreeve.errors import (
    AliasNotFound,
    InstanceNotFound,
    KeyNotFound,
    KeyNotUsable,
    LimitReached,
    ParameterInvalid,
    ParameterMissing,
    SecretExists,
    SecretInDeleteWindow,
    UnsupportedAction,
)
from keyreeve.keys.ciphertexts import usable_key
from keyreeve.keys.creation import Description
from keyreeve.keys.model import Key
from keyreeve.keys.policies import ResourcePolicy
from keyreeve.keys.references import KeyIdOrAlias
from keyreeve.keys.service_keys import service_key
from keyreeve.limits import Quota
from keyreeve.operations import Needs, operation
from keyreeve.secrets import references, rules, store
from keyreeve.secrets.managed import AccessKeyPair, ExtendedConfig, RamConfig, as_text, config_of, credentials_of
from keyreeve.secrets.model import CURRENT, PREVIOUS, DataType, NamedSecret, SecretType
from keyreeve.secrets.rotation_status import RotationStatus, rotation_status
from keyreeve.secrets.values import new_version
from keyreeve.tags.model import Tags
from keyreeve.tags.store import SECRET_TAGS
from keyreeve.wire_time import to_wire

SERVICE = "SecretsManager"
_RESERVED, _ECS, _RAM = "acs/", "acs/ecs/", "acs/ram/user/"


class CreateSecretRequest(Struct, frozen=True, rename="pascal"):
    secret_name: Annotated[
        references.NewSecretName,
        Meta(description="1 to 192 letters, digits, _/+=.@-; $Auto for RAMCredentials, acs/ecs/... for ECS."),
    ]
    version_id: references.VersionId
    secret_data: references.SecretData
    encryption_key_id: Annotated[
        KeyIdOrAlias | None, Meta(description="A symmetric key; by default one that the service keeps for the account.")
    ] = None
    secret_data_type: Annotated[DataType, Meta(description="text or binary; managed secrets are text.")] = DataType.TEXT
    description: Description = ""
    tags: Annotated[Tags, Meta(description="A JSON list of {TagKey, TagValue}, at most 20.")] = Tags()
    secret_type: Annotated[SecretType, Meta(description="Generic, Rds, RAMCredentials or ECS.")] = SecretType.GENERIC
    extended_config: Annotated[
        ExtendedConfig, Meta(description="What a managed secret is about; JSON of at most 1,024 characters.")
    ] = ExtendedConfig("")
    enable_automatic_rotation: Annotated[bool, Meta(description="Whether a managed secret rotates by time.")] = False
    rotation_interval: references.Interval = None
    policy: Annotated[ResourcePolicy | None, Meta(description="A secret policy; by default RAM's policies decide.")] = (
        None
    )
    dkms_instance_id: Annotated[str, Meta(description="A dedicated KMS instance; there is none here.")] = field(
        default="", name="DKMSInstanceId"
    )


class CreateSecretResponse(RotationStatus, frozen=True, rename="pascal", kw_only=True):
    arn: str
    secret_name: str
    secret_type: SecretType
    version_id: str
    extended_config: str | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be made; a previous version is there from the start where a secret has two credentials."""

    name: str
    config: str | None
    current: Secret
    previous: Secret | None = None


@operation(
    needs=Needs.WRITE,
    errors=(
        SecretExists,
        SecretInDeleteWindow,
        KeyNotFound,
        AliasNotFound,
        KeyNotUsable,
        UnsupportedAction,
        InstanceNotFound,
        LimitReached,
    ),
)
def create_secret(ctx: Context, request: CreateSecretRequest) -> CreateSecretResponse:
    """Create a secret with its first version, which is ACSCurrent."""
    ctx.touch("secret")
    ctx.permit("secret")
    if request.dkms_instance_id:
        raise InstanceNotFound
    plan = _plan(ctx, request)
    ctx.touch(f"secret/{plan.name}")
    _make_room(ctx, plan.name)
    key = _encryption_key(ctx, request.encryption_key_id)
    secret = _with_schedule(
        NamedSecret(
            secret_id=str(uuid4()),
            account_id=ctx.caller.account_id,
            secret_name=plan.name,
            secret_type=request.secret_type,
            description=request.description,
            key_id=key.key_id,
            key_is_chosen=request.encryption_key_id is not None,
            created_at=ctx.now,
            updated_at=ctx.now,
            extended_config=plan.config,
            policy=None if request.policy is None else request.policy.text,
        ),
        request,
    )
    store.insert_secret(ctx.db, secret)
    _add_versions(ctx, secret, key, request, plan)
    SECRET_TAGS.put(ctx.db, secret.secret_id, request.tags.items)
    return CreateSecretResponse(
        **rotation_status(secret),
        arn=ctx.arn(secret.resource),
        secret_name=secret.secret_name,
        secret_type=secret.secret_type,
        version_id=request.version_id,
        extended_config=secret.extended_config or UNSET,
    )


def _plan(ctx: Context, request: CreateSecretRequest) -> _Plan:
    """Raises ParameterMissing or ParameterInvalid."""
    name = request.secret_name.text
    if request.secret_type is SecretType.GENERIC:
        _require_name(name, not name.startswith((_RESERVED, references.AUTO_NAME)))
        return _Plan(name, None, Secret(request.secret_data.text.encode()))
    if request.secret_data_type is not DataType.TEXT:
        raise ParameterInvalid("SecretDataType", "managed secrets are text")
    config = config_of(request.secret_type, request.extended_config.text)
    credentials = credentials_of(config, request.secret_data.text)
    if request.secret_type is SecretType.RDS:
        _require_name(name, not name.startswith((_RESERVED, references.AUTO_NAME)))
    elif request.secret_type is SecretType.ECS:
        _require_name(name, name.startswith(_ECS) and name != _ECS)
    elif isinstance(config, RamConfig):
        _require_name(name, name in (references.AUTO_NAME, _RAM + config.user_name))
        name = _RAM + config.user_name
        if not references.is_secret_name(name):
            raise ParameterInvalid("ExtendedConfig", "UserName is not the name of a RAM user")
        made = to_wire(ctx.now)
        credentials = tuple(
            AccessKeyPair(one.access_key_id, one.access_key_secret, made)
            for one in credentials
            if isinstance(one, AccessKeyPair)
        )
    current, *others = (Secret(as_text(one).encode()) for one in credentials)
    return _Plan(name, as_text(config), current, others[0] if others else None)


def _require_name(name: str, fits: object) -> None:
    if not fits:
        raise ParameterInvalid("SecretName", f"{name[:64]} is not for secrets of this type")


def _make_room(ctx: Context, name: str) -> None:
    """See that the name is free and the account may have one more."""
    account_id = ctx.caller.account_id
    holder = store.read_secret(ctx.db, account_id, name)
    if holder is not None and rules.is_gone(holder, ctx.now):
        store.delete_secret(ctx.db, holder.secret_id)
    elif holder is not None:
        rules.require_not_planned(holder)
        raise SecretExists
    ctx.limits.require_room(Quota.SECRETS, lambda: store.count_secrets(ctx.db, account_id))


def _encryption_key(ctx: Context, reference: KeyIdOrAlias | None) -> Key:
    if reference is None:
        return service_key(ctx, SERVICE, "Encrypts the secrets that name no key of their own.")
    resource = ctx.resource
    key = usable_key(ctx, reference, "kms:GenerateDataKey")
    ctx.touch(resource)
    if key.account_id != ctx.caller.account_id:
        raise KeyNotFound
    return key


def _with_schedule(secret: NamedSecret, request: CreateSecretRequest) -> NamedSecret:
    if not secret.is_managed or not request.enable_automatic_rotation:
        return secret
    if request.rotation_interval is None:
        raise ParameterMissing("RotationInterval")
    return rules.with_schedule(secret, rotates=True, seconds=request.rotation_interval.seconds)


def _add_versions(ctx: Context, secret: NamedSecret, key: Key, request: CreateSecretRequest, plan: _Plan) -> None:
    """The previous version first: it is the older one."""
    stages = {CURRENT: request.version_id}
    values = {request.version_id: plan.current}
    if plan.previous is not None:
        stages[PREVIOUS] = str(uuid4())
        values = {stages[PREVIOUS]: plan.previous, **values}
    for number, (version_id, value) in enumerate(values.items(), 1):
        new_version(ctx, secret, key, number, version_id, request.secret_data_type, value.reveal().decode())
    store.write_stages(ctx.db, secret.secret_id, {}, stages)


OPERATIONS = (create_secret,)
