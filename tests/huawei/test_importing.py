"""The life of imported symmetric material at the Huawei door, and across the two doors."""

import base64
import os
import time
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.huawei.imports import OAEP, SM2, SYMMETRIC_BYTES, SYMMETRIC_WRAPPINGS, Owner, code
from tests.huawei.sdk import HuaweiRefused
from tests.importing import calls as at_alibaba
from tests.interop.openssl import OpenSsl

HOUR = 3600


@pytest.mark.parametrize("spec", SYMMETRIC_BYTES)
@pytest.mark.parametrize("algorithm", SYMMETRIC_WRAPPINGS)
def test_a_symmetric_key_lives_dies_and_comes_back_with_the_same_material(owner: Owner, spec: str, algorithm: str):
    key_id, material = owner.external_key(spec), os.urandom(SYMMETRIC_BYTES[spec])
    assert (owner.state(key_id), owner.details(key_id)["origin"]) == ("5", "external")
    owner.import_symmetric(key_id, material, algorithm)
    assert owner.state(key_id) == "2"
    ciphertext = owner.encrypt(key_id)
    assert owner.delete_material(key_id) == "OK"
    assert owner.state(key_id) == "5"
    with pytest.raises(HuaweiRefused, match=r"KMS\.1301"):
        owner.decrypt(ciphertext)
    other = owner.given(key_id, algorithm).symmetric(os.urandom(len(material)))
    assert owner.huawei.refused("import_key_material", **other) == "KMS.2606"
    assert owner.state(key_id) == "5"
    owner.import_symmetric(key_id, material, algorithm)
    assert owner.decrypt(ciphertext) == "hello"


def test_the_parameters_are_of_the_documented_types(owner: Owner):
    key_id = owner.external_key()
    answer = owner.raw.post("get-parameters-for-import", key_id=key_id, wrapping_algorithm=OAEP).json
    assert set(answer) == {"key_id", "import_token", "expiration_time", "public_key"}
    assert isinstance(answer["expiration_time"], int)
    assert 0 <= answer["expiration_time"] - time.time() - 24 * HOUR + 30 < 60
    public = serialization.load_der_public_key(base64.b64decode(answer["public_key"], validate=True))
    assert isinstance(public, rsa.RSAPublicKey)
    assert public.key_size == 2048
    assert len(owner.given(key_id, SM2).spki) == 91


def test_a_success_without_output_is_an_empty_object(owner: Owner):
    given = owner.waiting()
    assert owner.send(given.symmetric(bytes(32))).json == {}
    assert owner.raw.post("delete-imported-key-material", key_id=given.key_id).json == {}


@pytest.mark.parametrize("spec", SYMMETRIC_BYTES)
def test_the_documented_commands_wrap_a_symmetric_key(owner: Owner, spec: str, openssl: OpenSsl):
    given = owner.waiting(spec)
    openssl.put("PublicKey.b64", base64.b64encode(given.spki))
    openssl.run("enc -d -base64 -A -in PublicKey.b64 -out PublicKey.bin")
    openssl.run(f"rand -out PlaintextKeyMaterial.bin {SYMMETRIC_BYTES[spec]}")
    openssl.run(
        "pkeyutl -in PlaintextKeyMaterial.bin -inkey PublicKey.bin -out EncryptedKeyMaterial.bin -keyform der "
        "-pubin -encrypt -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256"
    )
    text = openssl.run("enc -e -base64 -A -in EncryptedKeyMaterial.bin").decode()
    members = {**given.blobs(b""), "encrypted_key_material": text}
    owner.huawei.call("import_key_material", **members)
    assert owner.decrypt(owner.encrypt(given.key_id)) == "hello"


def test_material_is_imported_while_the_key_waits_and_at_no_other_time(owner: Owner):
    given = owner.waiting()
    members = given.symmetric(bytes(32))
    asked = {"key_id": given.key_id, "wrapping_algorithm": OAEP}
    assert code(owner.send(members)) == (200, "OK")

    def refused() -> set[str]:
        parameters = owner.huawei.refused("create_parameters_for_import", **asked)
        return {parameters, owner.huawei.refused("import_key_material", **members)}

    assert refused() == {"KMS.0310"}
    owner.huawei.call("disable_key", key_id=given.key_id)
    assert refused() == {"KMS.0310"}
    owner.huawei.call("delete_key", key_id=given.key_id, pending_days="7")
    assert refused() == {"KMS.0210"}
    assert owner.delete_material(given.key_id) == "KMS.2701"
    owner.huawei.call("cancel_key_deletion", key_id=given.key_id)
    assert owner.delete_material(given.key_id) == "OK"
    assert owner.delete_material(given.key_id) == "KMS.2701"
    assert code(owner.send(members)) == (200, "OK")


def test_material_that_was_made_here_is_neither_replaced_nor_deleted(owner: Owner):
    key_id, given = owner.new_key(), owner.waiting()
    asked = {"key_id": key_id, "wrapping_algorithm": OAEP}
    assert owner.huawei.refused("create_parameters_for_import", **asked) == "KMS.0309"
    members = {**given.symmetric(bytes(32)), "key_id": key_id}
    assert owner.huawei.refused("import_key_material", **members) == "KMS.0309"
    assert owner.delete_material(key_id) == "KMS.0309"
    assert owner.state(key_id) == "2"


@pytest.mark.parametrize("spelled", [int, str])
def test_the_time_of_the_material_is_in_seconds_as_a_number_or_a_text(owner: Owner, spelled: Callable[[int], Any]):
    key_id, at = owner.external_key(), int(time.time()) + HOUR
    owner.import_symmetric(key_id, bytes(32), expiration_time=spelled(at))
    assert owner.details(key_id)["expiration_time"] == str(at * 1000)
    assert owner.delete_material(key_id) == "OK"
    owner.import_symmetric(key_id, bytes(32))
    assert owner.details(key_id)["expiration_time"] == ""


@pytest.mark.parametrize("passed", [0, "0", 1_500_000_000, "1500000000"])
def test_a_time_that_has_passed_is_refused(owner: Owner, passed: Any):
    given = owner.waiting()
    assert code(owner.send(given.symmetric(bytes(32)), expiration_time=passed)) == (400, "KMS.2602")
    assert owner.state(given.key_id) == "5"


@pytest.mark.parametrize("wrong", [-1, "-1", 4_000_000_000_000, 2**63, 2**80, True, "soon", 1.5, [], {}])
def test_what_is_no_time_in_seconds_is_refused(owner: Owner, wrong: Any):
    given = owner.waiting()
    assert code(owner.send(given.symmetric(bytes(32)), expiration_time=wrong)) == (400, "KMS.0308")
    assert owner.state(given.key_id) == "5"


def test_a_key_of_one_door_is_filled_at_the_other(owner: Owner):
    material = os.urandom(32)
    theirs = owner.alibaba.create_key(Origin="EXTERNAL")
    owner.import_symmetric(theirs, material)
    ciphertext = owner.encrypt(theirs)
    owner.alibaba.call("DeleteKeyMaterial", KeyId=theirs)
    assert owner.state(theirs) == "5"
    at_alibaba.bring(owner.alibaba, theirs, "SM2PKE", material)
    assert owner.decrypt(ciphertext) == "hello"
    ours = owner.external_key()
    at_alibaba.bring(owner.alibaba, ours, "RSAES_PKCS1_V1_5", material)
    assert owner.delete_material(ours) == "OK"
    assert owner.alibaba.call("DescribeKey", KeyId=ours)["KeyMetadata"]["KeyState"] == "PendingImport"


@pytest.mark.parametrize(("spec", "size"), [("Aliyun_AES_192", 24), ("Aliyun_AES_128", 16)])
def test_shorter_keys_of_the_other_door_take_their_own_length(owner: Owner, spec: str, size: int):
    given = owner.given(owner.alibaba.create_key(Origin="EXTERNAL", KeySpec=spec))
    assert owner.send(given.symmetric(bytes(32))).code == "KMS.2604"
    assert owner.send(given.symmetric(bytes(size))).code == "OK"


@pytest.mark.parametrize("spec", ["HMAC_256", "HMAC_SM3"])
def test_a_key_for_codes_is_imported_at_the_other_door_only(owner: Owner, spec: str):
    key_id = owner.alibaba.create_key(Origin="EXTERNAL", KeySpec=spec, KeyUsage="GENERATE/VERIFY_MAC")
    asked = {"key_id": key_id, "wrapping_algorithm": OAEP}
    assert owner.huawei.refused("create_parameters_for_import", **asked) == "KMS.0341"
    got = at_alibaba.download(owner.alibaba, key_id, OAEP)
    members = {"key_id": key_id, "import_token": got.token, "encrypted_key_material": "A" * 344}
    assert owner.huawei.refused("import_key_material", **members) == "KMS.0341"
