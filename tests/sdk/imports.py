"""Key material that a client brings, takes away and brings again."""

import base64
import time

from tests.importing.materials import some_material, some_pair
from tests.importing.wrapping import wrapped, wrapping_key_spec, wrappings_of
from tests.interop.outside import b64, spki_of
from tests.sdk import pairs
from tests.sdk.sdk import Recorded


def material_is_imported(life: Recorded, spec: str) -> None:
    """With every wrapping algorithm of the spec, each for a key of its own."""
    for algorithm in wrappings_of(spec):
        made = life.call("CreateKey", KeySpec=spec, Origin="EXTERNAL")["KeyMetadata"]
        assert (made["KeyState"], made["Origin"]) == ("PendingImport", "EXTERNAL")
        material = some_material(spec)
        expire_at = int(time.time()) + 3600
        imports(life, made["KeyId"], algorithm, material, KeyMaterialExpireUnix=expire_at)
        assert metadata(life, made["KeyId"])["MaterialExpireTime"] == wire_time(expire_at)
        is_used(life, made["KeyId"], spec)
        goes_and_comes_again(life, made["KeyId"], algorithm, material)
        is_used(life, made["KeyId"], spec)


def goes_and_comes_again(life: Recorded, key_id: str, algorithm: str, material: bytes) -> None:
    life.call("DeleteKeyMaterial", KeyId=key_id)
    assert metadata(life, key_id)["KeyState"] == "PendingImport"
    assert life.refused("EnableKey", KeyId=key_id) == "Rejected.StateModifiedFailed"
    other = b"\1" * 16 + material[16:]
    assert refused_import(life, key_id, algorithm, other) == "InvalidKeyMaterial"
    imports(life, key_id, algorithm, material)
    assert metadata(life, key_id)["MaterialExpireTime"] == ""


def imports(life: Recorded, key_id: str, algorithm: str, material: bytes, **more: int) -> None:
    life.call("ImportKeyMaterial", **parameters(life, key_id, algorithm, material), **more)
    assert metadata(life, key_id)["KeyState"] == "Enabled"


def refused_import(life: Recorded, key_id: str, algorithm: str, material: bytes) -> str:
    return life.refused("ImportKeyMaterial", **parameters(life, key_id, algorithm, material))


def parameters(life: Recorded, key_id: str, algorithm: str, material: bytes) -> dict[str, str]:
    wrapping = {"WrappingAlgorithm": algorithm, "WrappingKeySpec": wrapping_key_spec(algorithm)}
    given = life.call("GetParametersForImport", KeyId=key_id, **wrapping)
    blob = wrapped(algorithm, base64.b64decode(given["PublicKey"], validate=True), material)
    assert given["KeyId"] == key_id
    assert given["TokenExpireTime"] > wire_time(int(time.time()) + 23 * 3600)
    return {"KeyId": key_id, "EncryptedKeyMaterial": b64(blob), "ImportToken": given["ImportToken"]}


def is_used(life: Recorded, key_id: str, spec: str) -> None:
    if spec.startswith("Aliyun_"):
        made = life.call("Encrypt", KeyId=key_id, Plaintext="eA==")
        assert life.call("Decrypt", CiphertextBlob=made["CiphertextBlob"])["Plaintext"] == "eA=="
        return
    place = pairs.only_version(life, key_id)
    assert spki_of(pairs.public_key(life, place)) == some_pair(spec).spki
    pairs.signs(life, place, spec)


def metadata(life: Recorded, key_id: str) -> dict[str, str]:
    return dict(life.call("DescribeKey", KeyId=key_id)["KeyMetadata"])


def wire_time(unix: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(unix))
