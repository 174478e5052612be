"""What re-encrypt refuses, and with which code (reference 3.3)."""

import base64
import random
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.huawei.ciphers import DATA, DATA_KEY, DEFAULT, OAEP_1, OAEP_256, SM2, Laboratory, Way
from tests.huawei.sdk import Huawei, HuaweiRefused
from tests.support.server import create_account

AES = Way("AES_256")
SYMMETRIC_AND_PAIR = [AES, Way("SM4", DEFAULT, "x"), Way("RSA_2048", OAEP_256), Way("SM2", SM2)]
# Where the blob names its key (docs/formats/ciphertext.md).
KEY_ID = range(5, 21)

Change = Callable[[Laboratory, str], object]
STATES: dict[str, tuple[Change, str]] = {
    "disabled": (lambda lab, key_id: lab.huawei.call("disable_key", key_id=key_id), "KMS.0209"),
    "to be deleted": (lambda lab, key_id: lab.huawei.call("delete_key", key_id=key_id, pending_days="7"), "KMS.0210"),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("way", SYMMETRIC_AND_PAIR, ids=str)
def test_neither_key_may_be_disabled_or_waiting_for_its_deletion(lab: Laboratory, way: Way, state: str):
    change, code = STATES[state]
    unusable, other = lab.new_key(way.spec), lab.keys[way.spec][0]
    ciphertexts = {key_id: lab.encrypt(DATA, key_id, way)[1] for key_id in (unusable, other)}
    change(lab, unusable)

    def refused(source_id: str, key_id: str) -> str:
        named = {"source_key_id": source_id, "destination_key_id": key_id}
        algorithms = {**way.named("source_"), **way.named("destination_")}
        return lab.huawei.refused("re_encrypt", cipher_text=ciphertexts[source_id], **named, **algorithms)

    assert refused(unusable, other) == refused(other, unusable) == code
    assert refused(other, other) == "OK"


def test_neither_key_may_wait_for_its_material(lab: Laboratory):
    external = lab.client.create_key(Origin="EXTERNAL")
    _, ciphertext = lab.encrypt(DATA, lab.keys["AES_256"][0], AES)
    key_id = lab.keys["AES_256"][1]
    for named in ({"destination_key_id": external}, {"source_key_id": external, "destination_key_id": key_id}):
        assert lab.huawei.refused("re_encrypt", cipher_text=ciphertext, **named) == "KMS.1301"


@pytest.mark.parametrize("way", SYMMETRIC_AND_PAIR, ids=str)
def test_a_key_of_another_account_is_not_there_nor_is_one_that_nobody_has(lab: Laboratory, way: Way):
    account = create_account(lab.server.data, str(random.randrange(10**15, 10**16)))
    theirs, key_id = Huawei(lab.server.address, account), lab.keys[way.spec][0]
    usage: dict[str, Any] = {"key_alias": "k", "key_usage": "ENCRYPT_DECRYPT"}
    their_key = theirs.call("create_key", **usage, key_spec=way.spec).key_info.key_id
    _, ciphertext = lab.encrypt(DATA, key_id, way)
    ways = {**way.named("source_"), **way.named("destination_")}
    for absent in (their_key, str(uuid4())):
        for named in (
            {"source_key_id": key_id, "destination_key_id": absent},
            {"source_key_id": absent, "destination_key_id": key_id},
        ):
            assert lab.huawei.refused("re_encrypt", cipher_text=ciphertext, **named, **ways) == "KMS.0207"
    given = {"cipher_text": ciphertext, "source_key_id": key_id if not way.is_symmetric else ""}
    assert theirs.refused("re_encrypt", **given, destination_key_id=their_key, **ways) == "KMS.0207"


@pytest.mark.parametrize("kind", [DATA, DATA_KEY])
@pytest.mark.parametrize("spec", ["AES_256", "SM4"])
def test_no_byte_of_a_ciphertext_can_be_another(lab: Laboratory, kind: str, spec: str):
    """With the key named as well as without, where a changed id is that of no key."""
    source_id, key_id = lab.keys[spec]
    _, ciphertext = lab.encrypt(kind, source_id, Way(spec, DEFAULT, "x"))
    blob = bytes.fromhex(ciphertext) if kind == DATA_KEY else base64.b64decode(ciphertext)
    parameters = {"destination_key_id": key_id, "source_additional_authenticated_data": "x"}
    for at in range(len(blob)):
        flipped = blob[:at] + bytes((blob[at] ^ 1,)) + blob[at + 1 :]
        text = flipped.hex() if kind == DATA_KEY else base64.b64encode(flipped).decode()
        code = "KMS.0207" if at in KEY_ID else "KMS.2201"
        assert lab.huawei.refused("re_encrypt", cipher_text=text, **parameters) == code, at
        named = {**parameters, "source_key_id": source_id}
        assert lab.huawei.refused("re_encrypt", cipher_text=text, **named) == "KMS.2201", at
    for length in (0, 1, 68, 100, len(blob) - 1):
        cut = blob[:length].hex() if kind == DATA_KEY else base64.b64encode(blob[:length]).decode()
        code = lab.huawei.refused("re_encrypt", cipher_text=cut, **parameters)
        assert code == ("KMS.2201" if cut else "KMS.0204"), length


@pytest.mark.parametrize("way", [Way("RSA_2048", OAEP_1), Way("RSA_2048", OAEP_256), Way("SM2", SM2)], ids=str)
def test_no_byte_of_a_pairs_ciphertext_can_be_another(lab: Laboratory, way: Way):
    source_id, key_id = lab.keys[way.spec][0], lab.keys["AES_256"][0]
    _, ciphertext = lab.encrypt(DATA, source_id, way)
    blob = base64.b64decode(ciphertext)
    named = {"source_key_id": source_id, "destination_key_id": key_id, **way.named("source_")}
    for at in range(0, len(blob), 7):
        text = base64.b64encode(blob[:at] + bytes((blob[at] ^ 1,)) + blob[at + 1 :]).decode()
        assert lab.huawei.refused("re_encrypt", cipher_text=text, **named) == "KMS.2201", at


# The one in the page's example, of that cloud's own layout.
PUBLISHED = (
    "020078000871efb21bfdc0712becf0dabfcc115a25eae06efb652aa9afa9689a4c4ec46b4bbeb3a902369b1a53eab67e9b8e730ced3879d1fb62"
    "c27cc314f2a44943687741a5d250403c861e4410936d422ef2d330353466616165332d666663322d346232332d386439342d6330356266633866"
    "3539366100000000ed7fb70234ac273dedc19752900c6f7e4577fc2c1f1482539d0142ab0ff9fdda"
)
NONE = ["x", "====", "eA==", "4b52", "4b5201", "4B5201" + "00" * 200, "00" * 156, "\u4e2d", " ", PUBLISHED]


@pytest.mark.parametrize("text", NONE, ids=lambda text: repr(text[:9]))
def test_what_is_no_ciphertext_of_ours_is_refused(lab: Laboratory, text: str):
    key_id = lab.keys["AES_256"][0]
    for named in ({}, {"source_key_id": key_id}):
        assert lab.huawei.refused("re_encrypt", cipher_text=text, destination_key_id=key_id, **named) == "KMS.2201"


@pytest.mark.parametrize("way", [Way("RSA_2048", OAEP_1), Way("RSA_2048", OAEP_256), Way("SM2", SM2)], ids=str)
def test_a_data_key_stays_under_symmetric_keys(lab: Laboratory, way: Way):
    _, ciphertext = lab.encrypt(DATA_KEY, lab.keys["AES_256"][0], AES)
    parameters = {"destination_key_id": lab.keys[way.spec][0], **way.named("destination_")}
    assert lab.huawei.refused("re_encrypt", cipher_text=ciphertext, **parameters) == "KMS.0325"


@pytest.mark.parametrize(("algorithm", "most"), [(OAEP_1, 214), (OAEP_256, 190)])
def test_data_may_be_too_long_for_a_pair(lab: Laboratory, algorithm: str, most: int):
    """RFC 8017 section 7.1.1: the modulus without two hashes and two bytes."""
    aes, rsa = lab.keys["AES_256"][0], lab.keys["RSA_2048"][0]
    to_it = {"destination_key_id": rsa, "destination_encryption_algorithm": algorithm}
    fits, too_long = (lab.huawei.call("encrypt_data", key_id=aes, plain_text="x" * size) for size in (most, most + 1))
    assert lab.huawei.refused("re_encrypt", cipher_text=fits.cipher_text, **to_it) == "OK"
    with pytest.raises(HuaweiRefused) as raised:
        lab.huawei.call("re_encrypt", cipher_text=too_long.cipher_text, **to_it)
    assert raised.value.code == "KMS.2108"
    assert "cipher_text" in raised.value.message


def test_a_pair_takes_no_associated_data_on_either_side(lab: Laboratory):
    aes, pair = lab.keys["AES_256"][0], lab.keys["SM2"][0]
    plain, public = lab.encrypt(DATA, aes, AES)[1], lab.encrypt(DATA, pair, Way("SM2", SM2))[1]
    to_it = {"cipher_text": plain, "destination_key_id": pair, "destination_encryption_algorithm": SM2}
    assert lab.huawei.refused("re_encrypt", **to_it, destination_additional_authenticated_data="x") == "KMS.0308"
    assert lab.huawei.refused("re_encrypt", **to_it, destination_additional_authenticated_data="") == "OK"
    from_it = {"cipher_text": public, "destination_key_id": aes, "source_key_id": pair}
    from_it["source_encryption_algorithm"] = SM2
    assert lab.huawei.refused("re_encrypt", **from_it, source_additional_authenticated_data="x") == "KMS.0308"
    assert lab.huawei.refused("re_encrypt", **from_it, source_additional_authenticated_data="") == "OK"
