"""Two workers and many callers at once."""

import hashlib
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.hardware import raw
from tests.hardware.box import SIGN, Box
from tests.interop.outside import verifies
from tests.serving.processes import log_of

THREADS = 8


def at_once(work: Callable[[int], bool], count: int) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(work, range(count))) == [True] * count


@pytest.fixture(autouse=True)
def nothing_fails_in_the_token(box: Box) -> Iterator[None]:
    before = log_of(box.server).count("HSM failed")
    yield
    assert log_of(box.server).count("HSM failed") == before


def test_eight_callers_sign_at_once_and_every_signature_is_right(box: Box) -> None:
    keys = [box.new_key("RSA_2048", KeyUsage=SIGN), box.new_key("EC_P256", KeyUsage=SIGN)]
    places = [(key_id, box.version(key_id)) for key_id in keys]
    pems = [box.pem(*place) for place in places]
    algorithms = ("RSA_PSS_SHA_256", "ECDSA_SHA_256")

    def sign(number: int) -> bool:
        which, digest = number % 2, hashlib.sha256(os.urandom(8)).digest()
        signature = box.sign(*places[which], algorithms[which], digest)
        return verifies(pems[which], algorithms[which], digest, signature)

    at_once(sign, 160)


def test_keys_are_made_and_used_by_many_at_once(box: Box) -> None:
    before = raw.ids(box.hsm)

    def live(number: int) -> bool:
        key_id = box.new_key("Aliyun_AES_256" if number % 2 else "Aliyun_AES_128")
        text = f"text {number}"
        return all(box.decrypt(box.encrypt(key_id, text)) == text for _ in range(3))

    at_once(live, 32)
    assert len(raw.ids(box.hsm) - before) == 32


def test_software_keys_are_used_while_the_token_makes_rsa_keys(box: Box) -> None:
    key_id, before = box.client.create_key(), raw.ids(box.hsm)

    def either(number: int) -> bool:
        if number % 8 == 0:
            return bool(box.new_key("RSA_2048", KeyUsage=SIGN))
        return box.decrypt(box.encrypt(key_id, f"text {number}")) == f"text {number}"

    at_once(either, 48)
    assert len(raw.ids(box.hsm) - before) == 6
