"""A new root key seals the private keys of certificates too."""

import json
from pathlib import Path

from keyreeve.app import DataFolder, open_checked
from keyreeve.certificates.private_keys import reseal_certificates
from tests.certificates.held import Held
from tests.keys.still import still_server
from tests.support.server import init, keyreeve


def test_private_keys_open_after_a_rotation_and_only_with_the_new_key(data: Path):
    account = init(data)
    with still_server(data, account) as server:
        held = [Held.made(server, kind) for kind in ("EC_P256", "EC_SM2")]
    done = keyreeve("root-key", "rotate", "--data", str(data), "--json")
    assert json.loads(done.stdout)["resealed"] == 4
    database, sealer = open_checked(DataFolder(data))
    with database.reading() as connection:
        rows = connection.exec_driver_sql("select certificate_id, sealed_private_key from certificates").all()
    key_ids = json.loads((data / "root-key.json").read_text())["keys"]
    for certificate_id, sealed in rows:
        assert sealed[1:9].hex() in key_ids
        assert sealer.unseal(f"certificates.sealed_private_key/{account.account_id}/{certificate_id}", sealed)
    assert {row[0] for row in rows} == {one.certificate_id for one in held}
    database.close()


def test_batches_come_by_every_certificate_once(data: Path):
    with still_server(data, init(data)) as server:
        made = sorted(Held.made(server, "EC_P256").certificate_id for _ in range(5))
    database, sealer = open_checked(DataFolder(data))
    after: str | None = ""
    seen: list[tuple[str | None, int]] = []
    with database.writing() as connection:
        while after is not None:
            after, count = reseal_certificates(connection, sealer, after, 2)
            seen.append((after, count))
    database.close()
    assert seen == [(made[1], 2), (made[3], 2), (made[4], 1), (None, 0)]
