"""What a secret says about who may use it, for those who ask without calling."""

import re

from sqlalchemy import Connection

from keyreeve.access.authorisation import Guarded
from keyreeve.secrets import store
from keyreeve.tags.store import SECRET_TAGS

_ARN = re.compile(r"acs:kms:([^:]*):([0-9]{16}):secret/(.+)")


def guarded_secret(connection: Connection, arn: str, region_id: str) -> Guarded | None:
    """None if the ARN is of no secret that there is."""
    match = _ARN.fullmatch(arn)
    if match is None or match[1] != region_id:
        return None
    secret = store.read_secret(connection, match[2], match[3])
    if secret is None:
        return None
    tags = SECRET_TAGS.values(connection, secret.secret_id)
    return Guarded(secret.account_id, secret.policy, lambda: tags, "secret policy")
