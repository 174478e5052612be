"""A new root key seals the logins of instances too."""

import json
from pathlib import Path

from keyreeve.app import DataFolder, open_checked
from keyreeve.instances.store import reseal_instances
from tests.support.server import create_account, init, keyreeve


def add(data: Path, account_id: str, instance_id: str) -> None:
    given = {"id": instance_id, "engine": "mysql", "host": "h", "user": "u", "password": f"hush-{instance_id}"}
    words = ("instance", "add", "--data", str(data), "--account", account_id, "-")
    assert keyreeve(*words, stdin=json.dumps(given)).returncode == 0


def test_instances_open_after_a_rotation_and_only_with_the_new_key(data: Path):
    account_id = init(data).account_id
    add(data, account_id, "orders")
    database, old = open_checked(DataFolder(data))
    done = keyreeve("root-key", "rotate", "--data", str(data), "--json")
    assert json.loads(done.stdout)["resealed"] == 3
    with database.reading() as connection:
        (row,) = connection.exec_driver_sql("select sealed_settings from instances").all()
    key_ids = json.loads((data / "root-key.json").read_text())["keys"]
    assert row[0][1:9].hex() in key_ids
    assert b"hush-orders" in old.unseal(f"instances.sealed_settings/{account_id}/orders", row[0]).reveal()
    database.close()


def test_batches_come_by_every_instance_once(data: Path):
    accounts = [init(data).account_id, create_account(data, "1234567890123456").account_id]
    for account_id in accounts:
        for instance_id in ("a", "a.b", "b"):
            add(data, account_id, instance_id)
    database, sealer = open_checked(DataFolder(data))
    after: str | None = ""
    seen: list[str] = []
    with database.writing() as connection:
        while after is not None:
            after, count = reseal_instances(connection, sealer, after, 2)
            assert count == (2 if after else 0)
            seen += [after] if after else []
    database.close()
    first, second = sorted(accounts)
    assert seen == [f"{first}/a.b", f"{second}/a", f"{second}/b"]
