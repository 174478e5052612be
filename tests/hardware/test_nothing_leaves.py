"""What a server has made in the token cannot be taken out of it, and is nowhere else."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hardware import raw
from tests.hardware.box import DECRYPT, SIGN, Box, running
from tests.keys.imports import import_material, new_material

KINDS = {"Aliyun_AES_128": "", "Aliyun_AES_256": "", "RSA_2048": SIGN, "RSA_3072": DECRYPT, "EC_P256": SIGN}
IMPORTED = ("Aliyun_AES_192", "RSA_2048", "EC_P256K")
SECRET_OF = {
    "AES": {"VALUE"},
    "GENERIC_SECRET": {"VALUE"},
    "EC": {"VALUE"},
    "RSA": {"PRIVATE_EXPONENT", "PRIME_1", "PRIME_2", "EXPONENT_1", "EXPONENT_2", "COEFFICIENT"},
}


@pytest.fixture(scope="module")
def filled(softhsm_installed: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """One key of each kind, and the root key, are in the token; and one key is not."""
    with running(tmp_path_factory.mktemp("filled"), "--root-key", "hsm") as box:
        for spec, usage in KINDS.items():
            box.key(spec, usage)
        for spec in IMPORTED:
            key_id, material = box.new_key(spec, Origin="EXTERNAL"), new_material(spec)
            import_material(box.client, key_id, spec, material)
            box._made[spec, "imported"] = key_id
        box._made["Aliyun_AES_256", "software"] = box.client.create_key()
        yield box


@pytest.fixture(scope="module")
def found(filled: Box) -> list[raw.TokenObject]:
    return raw.objects(filled.hsm)


def test_the_token_holds_the_secret_halves_and_nothing_else(filled: Box, found: list[raw.TokenObject]) -> None:
    hardware = [key_id for (_, usage), key_id in filled._made.items() if usage != "software"]
    versions = {raw.id_of(filled.version(key_id)) for key_id in hardware}
    assert len(found) == len(versions) + 1 == len(KINDS) + len(IMPORTED) + 1
    assert {one.id for one in found if len(one.id) == 32} == versions
    assert {one.kind for one in found} == {"SECRET_KEY", "PRIVATE_KEY"}
    [root] = [one for one in found if len(one.id) == 16]
    assert (root.type, root.bits, root.label) == ("GENERIC_SECRET", 256, f"keyreeve/root key {root.id}")


def test_no_object_can_be_read_or_made_readable(found: list[raw.TokenObject]) -> None:
    assert {one.type for one in found} == set(SECRET_OF)
    for one in found:
        assert {"SENSITIVE", "PRIVATE"} <= set(one.flags), one.label
        assert not {"EXTRACTABLE", "MODIFIABLE"} & set(one.flags), one.label
        refusals = {one.readings[name] for name in SECRET_OF[one.type]}
        assert refusals == {"AttributeSensitive"}, one.label


def test_what_was_made_inside_was_never_outside(filled: Box, found: list[raw.TokenObject]) -> None:
    outside = {raw.id_of(filled.version(filled._made[spec, "imported"])) for spec in IMPORTED}
    for one in found:
        inside = {"ALWAYS_SENSITIVE", "NEVER_EXTRACTABLE"} <= set(one.flags)
        assert inside is (one.id not in outside), one.label


def test_the_look_into_the_token_sees_what_is_readable(filled: Box) -> None:
    value = raw.put_readable(filled.hsm, "ab" * 8)
    [readable] = [one for one in raw.objects(filled.hsm) if one.label == "readable"]
    assert readable.readings["VALUE"] == value
    assert "EXTRACTABLE" in readable.flags


def test_the_database_has_no_material_of_keys_in_the_token(filled: Box) -> None:
    query = (
        "select k.key_id, k.protection_level, v.sealed_material is null"
        " from keys k join key_versions v on v.key_id = k.key_id"
    )
    with sqlite3.connect(filled.server.data / "keyreeve.db") as database:
        rows = database.execute(query).fetchall()
    assert len(rows) == len(filled._made)
    software = filled._made["Aliyun_AES_256", "software"]
    assert {key_id: absent for key_id, _, absent in rows if not absent} == {software: 0}
    assert {level for key_id, level, _ in rows if key_id != software} == {"HSM"}


def test_imported_material_is_in_no_file(filled: Box) -> None:
    key_id, material = filled.new_key("Aliyun_AES_256", Origin="EXTERNAL"), new_material("Aliyun_AES_256")
    import_material(filled.client, key_id, "Aliyun_AES_256", material)
    filled.client.call("DeleteKeyMaterial", KeyId=key_id)
    for needle in (material, material.hex().encode()):
        assert files_with(filled.server.data.parent, needle) == []


def files_with(folder: Path, needle: bytes) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.name == "keyreeve.db" for path in files)
    return [str(path) for path in files if needle in path.read_bytes()]
