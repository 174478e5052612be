"""Material of a symmetric key that is not as long as the key's."""

import os
from collections.abc import Callable

import pytest

from tests.importing.calls import Download
from tests.importing.refusals import accepts, all_materials_refused
from tests.importing.wrapping import SYMMETRIC_WRAPPINGS
from tests.support.client import Client

Waiting = Callable[..., Download]

BYTES = {"Aliyun_AES_256": 32, "Aliyun_AES_192": 24, "Aliyun_AES_128": 16, "Aliyun_SM4": 16}
LENGTHS = (1, 8, 15, 16, 17, 23, 24, 25, 31, 32, 33, 48, 64)


@pytest.mark.parametrize("spec", BYTES)
@pytest.mark.parametrize("algorithm", SYMMETRIC_WRAPPINGS)
def test_other_lengths_are_refused(sqlite_client: Client, waiting: Waiting, spec: str, algorithm: str):
    materials = {str(length): os.urandom(length) for length in LENGTHS if length != BYTES[spec]}
    if algorithm != "SM2PKE":
        materials["0"] = b""
        materials["190"] = os.urandom(190)
    all_materials_refused(sqlite_client, waiting(spec, algorithm), materials, os.urandom(BYTES[spec]))


@pytest.mark.parametrize("algorithm", SYMMETRIC_WRAPPINGS)
def test_any_bytes_of_the_right_length_are_a_key(sqlite_client: Client, waiting: Waiting, algorithm: str):
    for material in (bytes(32), b"\xff" * 32, b"\0" + os.urandom(31), os.urandom(31) + b"\0"):
        accepts(sqlite_client, waiting("Aliyun_AES_256", algorithm), material)


def test_material_in_hexadecimal_or_base64_is_not_decoded(sqlite_client: Client, waiting: Waiting):
    materials = {"hexadecimal": os.urandom(32).hex().encode(), "with a line's end": os.urandom(32) + b"\n"}
    all_materials_refused(sqlite_client, waiting("Aliyun_AES_256"), materials, os.urandom(32))
    got = waiting("Aliyun_SM4")
    all_materials_refused(sqlite_client, got, {"hexadecimal": os.urandom(16).hex().encode()}, os.urandom(16))
