"""Private keys by the Huawei door: under a temporary key, and that under the wrapping key (DEW user guide)."""

import base64
import os

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.huawei.imports import OAEP_SHA_1, PAIR_WRAPPINGS, Owner, code
from tests.importing.materials import OwnPair, ec_pkcs8, own_pair, some_pair
from tests.interop.openssl import OpenSsl
from tests.interop.outside import b64

MAKING = {
    "RSA_2048": "genrsa -out private_key.pem 2048",
    "RSA_3072": "genrsa -out private_key.pem 3072",
    "RSA_4096": "genrsa -out private_key.pem 4096",
    "EC_P256": "ecparam -genkey -noout -name prime256v1 -out private_key.pem",
    "EC_P384": "ecparam -genkey -noout -name secp384r1 -out private_key.pem",
    "SECP256K1": "ecparam -genkey -noout -name secp256k1 -out private_key.pem",
}
SIGNING = {"EC_P384": "ECDSA_SHA_384", "EC_P256": "ECDSA_SHA_256", "SECP256K1": "ECDSA_SHA_256"}
# The names that the tests' makers of keys have.
P_256 = "EC_P256"


def public_key(owner: Owner, key_id: str) -> bytes:
    _, *lines, _ = str(owner.huawei.call("show_public_key", key_id=key_id).public_key).splitlines()
    return base64.b64decode("".join(lines), validate=True)


def signs(owner: Owner, key_id: str) -> bool:
    algorithm = SIGNING.get(owner.details(key_id)["key_spec"], "RSASSA_PSS_SHA_256")
    asked = {"key_id": key_id, "message": b64(b"hello"), "message_type": "RAW", "signing_algorithm": algorithm}
    signature = owner.huawei.call("sign", **asked).signature
    return str(owner.huawei.call("validate_signature", **asked, signature=signature).signature_valid) == "true"


@pytest.mark.parametrize("spec", MAKING)
def test_the_documented_commands_import_a_private_key(owner: Owner, openssl: OpenSsl, spec: str):
    given = owner.waiting(spec)
    openssl.put("PublicKey.bin", given.spki)
    openssl.run("rand -out 0xPlaintextKeyMaterial.bin -hex 32")
    hexadecimal = openssl.get("0xPlaintextKeyMaterial.bin").decode().strip()
    openssl.put("PlaintextKeyMaterial.bin", bytes.fromhex(hexadecimal))
    openssl.run(
        "pkeyutl -in PlaintextKeyMaterial.bin -inkey PublicKey.bin -out EncryptedKeyMaterial.bin -keyform der "
        "-pubin -encrypt -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256"
    )
    openssl.run(MAKING[spec])
    openssl.run("pkcs8 -topk8 -inform PEM -outform DER -in private_key.pem -out private_key.der -nocrypt")
    openssl.run(f"enc -id-aes256-wrap-pad -K {hexadecimal} -iv A65959A6 -in private_key.der -out out_private_key.der")
    members = given.blobs(openssl.get("EncryptedKeyMaterial.bin"), openssl.get("out_private_key.der"))
    owner.huawei.call("import_key_material", **members)
    assert owner.state(given.key_id) == "2"
    assert public_key(owner, given.key_id) == openssl.run("pkey -in private_key.pem -pubout -outform DER")
    assert signs(owner, given.key_id)


@pytest.mark.parametrize("algorithm", PAIR_WRAPPINGS)
@pytest.mark.parametrize("size", [16, 32])
def test_a_temporary_key_is_aes_256_or_aes_128_under_rsa_or_sm2(owner: Owner, algorithm: str, size: int):
    own, key_id = own_pair(P_256), owner.external_key(P_256)
    owner.import_pair(key_id, own.pkcs8, algorithm, os.urandom(size))
    assert public_key(owner, key_id) == own.spki


def test_a_temporary_key_of_another_length_is_refused(owner: Owner):
    own, given = own_pair(P_256), owner.waiting(P_256)
    good = given.pair(own.pkcs8)
    for size in (1, 15, 17, 24, 31, 33, 64):
        members = {**good, "encrypted_key_material": b64(given.wrap(os.urandom(size)))}
        assert code(owner.send(members)) == (400, "KMS.2610")
    aes_192 = given.pair(own.pkcs8, os.urandom(24))
    assert code(owner.send(aes_192)) == (400, "KMS.2610")
    assert owner.state(given.key_id) == "5"
    assert owner.send(good).code == "OK"


def test_what_does_not_open_is_refused_by_the_part_that_is_wrong(owner: Owner):
    own, given = own_pair(P_256), owner.waiting(P_256)
    good, other = given.pair(own.pkcs8), owner.given(given.key_id)
    key, wrapped = (base64.b64decode(good[name]) for name in ("encrypted_key_material", "encrypted_privatekey"))
    keys = {
        "cut": key[:-1],
        "changed": key[:-1] + bytes((key[-1] ^ 1,)),
        "noise": os.urandom(256),
        "nothing of it": b"\0",
        "for another token": base64.b64decode(other.pair(own.pkcs8)["encrypted_key_material"]),
    }
    wraps = {
        "cut": wrapped[:-1],
        "cut by a block": wrapped[:-8],
        "longer": wrapped + bytes(8),
        "first byte": bytes((wrapped[0] ^ 1,)) + wrapped[1:],
        "last byte": wrapped[:-1] + bytes((wrapped[-1] ^ 1,)),
        "one byte": b"\0",
        "a block": bytes(8),
        "two blocks": bytes(16),
        "in the clear": own.pkcs8,
        "under another key": base64.b64decode(given.pair(own.pkcs8)["encrypted_privatekey"]),
        "noise": os.urandom(len(wrapped)),
        "as long as may be": os.urandom(4608),
    }
    for blob in keys.values():
        assert code(owner.send(given.blobs(blob, wrapped))) == (400, "KMS.2610")
        assert code(owner.send(given.blobs(blob, b"\0"))) == (400, "KMS.2610")
    refused = {name: code(owner.send(given.blobs(key, blob))) for name, blob in wraps.items()}
    assert refused == dict.fromkeys(wraps, (400, "KMS.2609"))
    assert (owner.state(given.key_id), owner.details(given.key_id)["expiration_time"]) == ("5", "")
    assert owner.send(good).code == "OK"


@pytest.mark.parametrize("spec", ["RSA_2048", "EC_P256"])
def test_a_key_of_another_kind_is_refused(owner: Owner, spec: str):
    given, own = owner.waiting(spec), some_pair(spec)
    p_384 = ec.generate_private_key(ec.SECP384R1())
    others = {
        name: some_pair(name).pkcs8 for name in ("RSA_2048", "RSA_3072", P_256, "EC_P256K", "EC_SM2") if name != spec
    }
    others["P-384"] = p_384.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    others["public half"], others["noise"], others["one byte"] = own.spki, os.urandom(200), b"0"
    others["behind a byte"] = b"\0" + own.pkcs8
    refused = {name: code(owner.send(given.pair(pkcs8))) for name, pkcs8 in others.items()}
    assert refused == dict.fromkeys(others, (400, "KMS.2609"))
    assert owner.state(given.key_id) == "5"
    assert owner.send(given.pair(own.pkcs8)).code == "OK"


def test_impossible_scalars_are_refused(owner: Owner):
    given = owner.waiting(P_256)
    for scalar in (bytes(32), b"\xff" * 32, b""):
        assert owner.send(given.pair(ec_pkcs8(P_256, scalar))).code == "KMS.2609"
    # Without the public half a key wraps to less than the 200 characters of the reference.
    members = given.pair(ec_pkcs8(P_256, bytes(31) + b"\1"))
    assert len(members["encrypted_privatekey"]) < 200
    assert owner.send(members).code == "OK"


def test_a_pair_needs_its_private_key_and_a_symmetric_key_has_none(owner: Owner):
    given = owner.waiting(P_256)
    members = given.pair(own_pair(P_256).pkcs8)
    without = {name: text for name, text in members.items() if name != "encrypted_privatekey"}
    assert code(owner.send(without)) == (400, "KMS.2608")
    assert code(owner.send({**without, "encrypted_privatekey": ""})) == (400, "KMS.2608")
    symmetric = owner.waiting()
    answer = owner.send({**symmetric.symmetric(bytes(32)), "encrypted_privatekey": b64(bytes(160))})
    assert code(answer) == (400, "KMS.2609")
    assert (owner.state(given.key_id), owner.state(symmetric.key_id)) == ("5", "5")


def test_a_private_key_is_not_deleted_here_and_comes_back_if_the_other_door_deleted_it(owner: Owner):
    own, key_id = own_pair(P_256), owner.external_key(P_256)
    assert owner.delete_material(key_id) == "KMS.2702"
    owner.import_pair(key_id, own.pkcs8)
    assert owner.delete_material(key_id) == "KMS.2702"
    assert signs(owner, key_id)
    owner.alibaba.call("DeleteKeyMaterial", KeyId=key_id)
    other = owner.given(key_id).pair(own_pair(P_256).pkcs8)
    assert owner.huawei.refused("import_key_material", **other) == "KMS.2606"
    owner.import_pair(key_id, own.pkcs8)
    assert public_key(owner, key_id) == own.spki


@pytest.mark.parametrize("spec", [P_256, "RSA_2048"])
def test_private_keys_are_not_wrapped_for_the_hash_of_older_sites(owner: Owner, spec: str):
    asked = {"key_id": owner.external_key(spec), "wrapping_algorithm": OAEP_SHA_1}
    assert owner.huawei.refused("create_parameters_for_import", **asked) == "KMS.0308"


def test_how_a_private_key_of_sm2_would_come_is_not_documented(owner: Owner):
    own: OwnPair = some_pair("EC_SM2")
    key_id, given = owner.external_key("SM2"), owner.waiting(P_256)
    for algorithm in PAIR_WRAPPINGS:
        asked = {"key_id": key_id, "wrapping_algorithm": algorithm}
        assert owner.huawei.refused("create_parameters_for_import", **asked) == "KMS.0325"
    members = {**given.pair(own.pkcs8), "key_id": key_id}
    assert owner.huawei.refused("import_key_material", **members) == "KMS.0325"
