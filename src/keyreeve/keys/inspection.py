"""What a key says about who may use it, for those who ask without calling."""

from sqlalchemy import Connection

from keyreeve.access.authorisation import Guarded
from keyreeve.keys import store
from keyreeve.tags.store import read_tags


def guarded_key(connection: Connection, key_id: str) -> Guarded | None:
    """None if there is no such key."""
    key = store.read_key(connection, key_id)
    if key is None:
        return None
    tags = {tag.tag_key: tag.tag_value for tag in read_tags(connection, key_id)}
    return Guarded(key.account_id, key.policy, lambda: tags)
