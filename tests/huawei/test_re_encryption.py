"""re-encrypt in all its cases (reference 3; the page of 2025-10-16): what goes in comes out under the destination."""

import random
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.huawei.ciphers import (
    DATA,
    DATA_KEY,
    KEY_BYTES,
    TEXT,
    WAYS,
    Laboratory,
    Way,
)
from tests.huawei.tokens import token_of
from tests.support.server import Server, create_account

SOURCES = [(kind, way) for kind, ways in WAYS.items() for way in ways]
FORMS = {DATA: r"[A-Za-z0-9+/]+=*", DATA_KEY: r"[0-9a-f]+"}


@pytest.fixture(scope="module", params=["AccessKey", "token"])
def lab(request: pytest.FixtureRequest, sqlite_server: Server) -> Laboratory:
    account = create_account(sqlite_server.data, str(random.randrange(10**15, 10**16)))
    token = token_of(sqlite_server.address, account) if request.param == "token" else ""
    return Laboratory(sqlite_server, account, token)


@pytest.mark.parametrize(("kind", "source"), SOURCES, ids=str)
def test_from_every_way_to_every_other(lab: Laboratory, kind: str, source: Way):
    source_id = lab.keys[source.spec][0]
    plaintext, ciphertext = lab.encrypt(kind, source_id, source)
    for destination in WAYS[kind]:
        key_id = lab.keys[destination.spec][1]
        named = {"source_key_id": source_id, "destination_key_id": key_id}
        made = lab.re_encrypt(ciphertext, source, destination, **named)
        assert (made.key_id, made.source_key_id) == (key_id, source_id)
        algorithms = made.source_encryption_algorithm, made.destination_encryption_algorithm
        assert algorithms == (source.algorithm, destination.algorithm)
        assert lab.decrypt(kind, key_id, destination, made.cipher_text) == plaintext
        for other in ("", "x", "y") if destination.is_symmetric else ():
            opens = lab.refused(kind, key_id, replace(destination, aad=other), made.cipher_text)
            assert opens == ("OK" if other == (destination.aad or "") else "KMS.2201")
    # The old one stays good.
    assert lab.decrypt(kind, source_id, source, ciphertext) == plaintext


@pytest.mark.parametrize(("kind", "source"), SOURCES, ids=str)
def test_what_comes_out_is_spelt_as_what_went_in(lab: Laboratory, kind: str, source: Way):
    _, ciphertext = lab.encrypt(kind, lab.keys[source.spec][0], source)
    named = {"source_key_id": lab.keys[source.spec][0], "destination_key_id": lab.keys["AES_256"][1]}
    made = lab.re_encrypt(ciphertext, source, Way("AES_256"), **named)
    for text in (ciphertext, made.cipher_text):
        assert re.fullmatch(FORMS[kind], text)


@pytest.mark.parametrize(
    ("kind", "length", "code"),
    [(DATA_KEY, str(KEY_BYTES), "OK"), (DATA_KEY, "", "OK"), (DATA_KEY, str(KEY_BYTES - 1), "KMS.2204"),
     (DATA_KEY, "1024", "KMS.2204"), (DATA_KEY, "0", "KMS.0308"), (DATA_KEY, "1025", "KMS.0308"),
     (DATA_KEY, "x", "KMS.0308"), (DATA, "", "OK"), (DATA, str(len(TEXT.encode())), "KMS.0308")],
)  # fmt: skip
def test_the_length_of_a_data_key_may_be_said_if_it_is_right(lab: Laboratory, kind: str, length: str, code: str):
    source_id, key_id = lab.keys["AES_256"]
    _, ciphertext = lab.encrypt(kind, source_id, Way("AES_256"))
    parameters = {"cipher_text": ciphertext, "destination_key_id": key_id, "datakey_cipher_length": length}
    assert lab.huawei.refused("re_encrypt", **parameters) == code


@pytest.mark.parametrize("form", [str.lower, str.upper])
def test_hexadecimal_may_be_of_either_case(lab: Laboratory, form: Callable[[str], str]):
    source_id, key_id = lab.keys["SM4"]
    plaintext, ciphertext = lab.encrypt(DATA_KEY, source_id, Way("SM4"))
    made = lab.re_encrypt(form(ciphertext), Way("SM4"), Way("SM4"), destination_key_id=key_id)
    assert lab.decrypt(DATA_KEY, key_id, Way("SM4"), made.cipher_text) == plaintext
