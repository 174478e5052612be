"""KeyDetails: a key as this door shows it (KMS API reference, describe-key, list-keys)."""

from msgspec import Struct

from keyreeve.context import Context
from keyreeve.huawei.names import ORIGINS, SPECS, STATES, USAGES
from keyreeve.keys.model import Key

SOFTWARE_STORE, TOKEN_STORE = "0", "2"


class KeyDetails(Struct, frozen=True):
    """All members are texts: dates are milliseconds since 1970, empty for none, and flags are words or digits."""

    key_id: str
    domain_id: str
    key_alias: str
    realm: str
    key_spec: str
    key_usage: str
    key_description: str
    creation_date: str
    scheduled_deletion_date: str
    key_state: str
    default_key_flag: str
    key_type: str
    expiration_time: str
    origin: str
    key_rotation_enabled: str
    sys_enterprise_project_id: str
    keystore_id: str


def details(ctx: Context, key: Key) -> KeyDetails:
    return KeyDetails(
        key_id=key.key_id,
        domain_id=key.account_id,
        key_alias=key.name or "",
        realm=ctx.region_id,
        key_spec=SPECS[key.spec],
        key_usage=USAGES[key.usage],
        key_description=key.description,
        creation_date=str(key.created_at),
        scheduled_deletion_date=_date(key.delete_at),
        key_state=STATES[key.state],
        default_key_flag="0" if key.service is None else "1",
        key_type="1",
        expiration_time=_date(key.material_expire_at if key.has_material else None),
        origin=ORIGINS[key.origin],
        key_rotation_enabled="false" if key.rotation_seconds is None else "true",
        sys_enterprise_project_id="0",
        keystore_id=TOKEN_STORE if key.is_in_token else SOFTWARE_STORE,
    )


def _date(milliseconds: int | None) -> str:
    return "" if milliseconds is None else str(milliseconds)
