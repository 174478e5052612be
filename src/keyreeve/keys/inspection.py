"""What a key says about who may use it, for those who ask without calling."""

import re

from sqlalchemy import Connection

from keyreeve.access.authorisation import Guarded
from keyreeve.keys import store
from keyreeve.tags.store import KEY_TAGS

_ARN = re.compile(r"acs:kms:([^:]*):([0-9]{16}):(key/([0-9a-f-]{36})|alias/.+)")


def guarded_key(connection: Connection, arn: str, region_id: str) -> Guarded | None:
    """None if the ARN is of no key that there is."""
    match = _ARN.fullmatch(arn)
    key = None if match is None or match[4] is None or match[1] != region_id else store.read_key(connection, match[4])
    if key is None or match is None or key.account_id != match[2]:
        return None
    tags = KEY_TAGS.values(connection, key.key_id)
    return Guarded(key.account_id, key.policy, lambda: tags)


def key_of_alias(connection: Connection, arn: str) -> str | None:
    """The ARN of the key that an alias's ARN leads to."""
    match = _ARN.fullmatch(arn)
    alias = None if match is None or match[4] is not None else store.read_alias(connection, match[2], match[3])
    return None if match is None or alias is None else f"acs:kms:{match[1]}:{match[2]}:key/{alias.key_id}"
