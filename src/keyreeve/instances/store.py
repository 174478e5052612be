"""The SQL of instances. What an instance says of itself is sealed, its engine beside it is not."""

from dataclasses import dataclass

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from keyreeve.instances.model import Engine, Instance
from keyreeve.instances.parsing import instance_as_json, parse_instance
from keyreeve.storage.root_key.sealer import Sealer
from keyreeve.storage.schema import instances


@dataclass(frozen=True, slots=True)
class InstanceSummary:
    instance_id: str
    engine: Engine
    host: str
    port: int
    user: str


def put_instance(connection: Connection, sealer: Sealer, account_id: str, instance: Instance, now: int) -> bool:
    """Whether there was one of that id, which is replaced."""
    replaced = remove_instance(connection, account_id, instance.instance_id)
    place = _place(account_id, instance.instance_id)
    connection.execute(
        insert(instances).values(
            account_id=account_id,
            instance_id=instance.instance_id,
            engine=instance.engine.value,
            sealed_settings=sealer.seal(connection, place, instance_as_json(instance).reveal()),
            created_at=now,
            updated_at=now,
        )
    )
    return replaced


def read_instance(connection: Connection, sealer: Sealer, account_id: str, instance_id: str) -> Instance | None:
    """Raises StartRefused if it does not open."""
    sealed = connection.execute(
        select(instances.c.sealed_settings).where(
            instances.c.account_id == account_id, instances.c.instance_id == instance_id
        )
    ).scalar_one_or_none()
    return None if sealed is None else _opened(sealer, account_id, instance_id, sealed)


def list_instances(connection: Connection, sealer: Sealer, account_id: str) -> list[InstanceSummary]:
    """All of an account, without their secrets. Raises StartRefused if one does not open."""
    rows = connection.execute(
        select(instances).where(instances.c.account_id == account_id).order_by(instances.c.instance_id)
    )
    opened = [_opened(sealer, account_id, row.instance_id, row.sealed_settings) for row in rows]
    return [InstanceSummary(one.instance_id, one.engine, one.host, one.port, one.user) for one in opened]


def remove_instance(connection: Connection, account_id: str, instance_id: str) -> bool:
    """Whether there was one."""
    done = connection.execute(
        delete(instances).where(instances.c.account_id == account_id, instances.c.instance_id == instance_id)
    )
    return done.rowcount > 0


def reseal_instances(connection: Connection, sealer: Sealer, after: str, limit: int) -> tuple[str | None, int]:
    """Seal up to `limit` instances behind `after` anew; the last one done, None at the end, and how many."""
    account_id, _, instance_id = after.partition("/")
    behind = and_(instances.c.account_id == account_id, instances.c.instance_id > instance_id)
    rows = connection.execute(
        select(instances)
        .where(or_(instances.c.account_id > account_id, behind))
        .order_by(instances.c.account_id, instances.c.instance_id)
        .limit(limit)
    ).all()
    for row in rows:
        place = _place(row.account_id, row.instance_id)
        value = sealer.unseal_or_refuse(place, row.sealed_settings).reveal()
        connection.execute(
            update(instances)
            .where(instances.c.account_id == row.account_id, instances.c.instance_id == row.instance_id)
            .values(sealed_settings=sealer.seal(connection, place, value))
        )
    return (f"{rows[-1].account_id}/{rows[-1].instance_id}" if rows else None), len(rows)


def _opened(sealer: Sealer, account_id: str, instance_id: str, sealed: bytes) -> Instance:
    return parse_instance(sealer.unseal_or_refuse(_place(account_id, instance_id), sealed).reveal())


def _place(account_id: str, instance_id: str) -> str:
    return f"instances.sealed_settings/{account_id}/{instance_id}"
