"""generate-mac and verify-mac by that cloud's SDK; the codes are those of Python's hmac over the same material."""

import base64
import hmac

import pytest

from tests.huawei.household import Household, new_household
from tests.keys.imports import import_material, new_material
from tests.support.server import Server

ALGORITHMS = {
    "HMAC_256": ("HMAC_SHA_256", "sha256"),
    "HMAC_384": ("HMAC_SHA_384", "sha384"),
    "HMAC_512": ("HMAC_SHA_512", "sha512"),
    "HMAC_SM3": ("HMAC_SM3", "sm3"),
}
MESSAGE = b"what do ya want for nothing?"
specs = pytest.mark.parametrize("spec", ALGORITHMS)


@pytest.fixture
def house(sqlite_server: Server) -> Household:
    return new_household(sqlite_server)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def given(key_id: str, spec: str, message: bytes = MESSAGE) -> dict[str, str]:
    return {"key_id": key_id, "mac_algorithm": ALGORITHMS[spec][0], "message": b64(message)}


@specs
@pytest.mark.parametrize("message", [b"\0", MESSAGE, bytes(4096)])
def test_a_code_is_what_its_owner_makes_with_the_same_material(house: Household, spec: str, message: bytes):
    key_id, material = house.new_key(key_spec=spec, origin="external"), new_material(spec)
    import_material(house.alibaba, key_id, spec, material)
    made = house.huawei.call("generate_mac", **given(key_id, spec, message))
    assert (made.key_id, made.mac_algorithm) == (key_id, ALGORITHMS[spec][0])
    assert base64.b64decode(made.mac) == hmac.digest(material, message, ALGORITHMS[spec][1])


@specs
def test_a_code_is_right_for_its_message_only_at_both_doors(house: Household, spec: str):
    key_id = house.new_key(key_spec=spec)
    mac = house.huawei.call("generate_mac", **given(key_id, spec)).mac
    answer = house.huawei.call("verify_mac", **given(key_id, spec), mac=mac)
    assert (answer.key_id, answer.mac_algorithm, answer.mac_valid) == (key_id, ALGORITHMS[spec][0], True)
    other = {"KeyId": key_id, "Algorithm": ALGORITHMS[spec][0], "Message": b64(MESSAGE), "Mac": mac}
    assert house.alibaba.call("VerifyMac", **other)["Value"] is True
    for wrong, message in ((mac, b"another"), (b64(base64.b64decode(mac)[:-1]), MESSAGE), (b64(bytes(64)), MESSAGE)):
        assert house.huawei.call("verify_mac", **given(key_id, spec, message), mac=wrong).mac_valid is False


def test_what_makes_no_code_says_why(house: Household):
    wanted = given("", "HMAC_256")
    refused = {
        house.new_key(): "KMS.0332",
        house.new_key(key_spec="RSA_2048"): "KMS.0332",
        house.new_key(key_spec="HMAC_512"): "KMS.0332",
        house.new_key(key_spec="HMAC_256", origin="external"): "KMS.1301",
    }
    for key_id, code in refused.items():
        assert house.huawei.refused("generate_mac", **{**wanted, "key_id": key_id}) == code
        assert house.huawei.refused("verify_mac", **{**wanted, "key_id": key_id}, mac=b64(bytes(32))) == code
    key_id = house.new_key(key_spec="HMAC_256")
    for message in ("", b64(bytes(4097)), "no base64"):
        refusal = house.huawei.refused("generate_mac", **{**wanted, "key_id": key_id, "message": message})
        assert refusal == ("KMS.0308" if message else "KMS.0204")
    assert house.huawei.refused("encrypt_data", key_id=key_id, plain_text="a") == "KMS.0341"
    assert house.huawei.refused("create_datakey", key_id=key_id) == "KMS.0341"
