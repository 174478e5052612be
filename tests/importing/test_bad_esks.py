"""Cipher(ESK) || Cipher(TAK) that is put together in another way than the page's."""

import os
from collections.abc import Callable

from tests.importing.calls import Download
from tests.importing.materials import own_pair
from tests.importing.refusals import accepts, all_refused
from tests.importing.wrapping import RSA_AES, SM2_SM4, aes_ecb, pkcs7, sm4_ecb
from tests.interop.der import der_sm2
from tests.interop.outside import encrypted
from tests.support.client import Client

Waiting = Callable[..., Download]

OAEP = "RSAES_OAEP_SHA_256"


def test_an_aes_ephemeral_key_is_32_bytes(sqlite_client: Client, waiting: Waiting):
    got, own = waiting("EC_P256", RSA_AES), own_pair("EC_P256")
    keys = {str(size): os.urandom(size) for size in (16, 24)}
    blobs = {size: encrypted(got.spki, OAEP, esk) + aes_ecb(esk, pkcs7(own.material)) for size, esk in keys.items()}
    esk = os.urandom(32)
    body = aes_ecb(esk, pkcs7(own.material))
    for size, other in {"0": b"", "31": esk[:31], "33": esk + b"\0", "64": esk * 2, "hexadecimal": hexed(esk)}.items():
        blobs[size] = encrypted(got.spki, OAEP, other) + body
    all_refused(sqlite_client, got, blobs, own.material)


def hexed(esk: bytes) -> bytes:
    return esk.hex().encode()


def test_the_private_key_under_aes_has_its_padding(sqlite_client: Client, waiting: Waiting):
    got, own, esk = waiting("EC_P256", RSA_AES), own_pair("EC_P256"), os.urandom(32)
    head, room = encrypted(got.spki, OAEP, esk), -len(own.material) % 16
    endings = {
        "zeros": bytes(room),
        "one of the bytes wrong": b"\x01" + bytes((room,)) * (room - 1),
        "longer than a block": b"\x11" * (room + 16),
        "ISO 7816": b"\x80" + bytes(room - 1),
        "ANSI X9.23": bytes(room - 1) + bytes((room,)),
    }
    assert room > 2
    blobs = {name: head + aes_ecb(esk, own.material + ending) for name, ending in endings.items()}
    blobs["no padding"] = head + aes_ecb(esk, own.material[: len(own.material) // 16 * 16])
    blobs["the other way round"] = aes_ecb(esk, pkcs7(own.material)) + head
    blobs["no private key"] = head
    blobs["in the clear"] = head + pkcs7(own.material)
    all_refused(sqlite_client, got, blobs, own.material)


def test_an_sm4_ephemeral_key_is_16_bytes_or_the_32_of_the_page(sqlite_client: Client, waiting: Waiting):
    got, own, esk = waiting("EC_SM2", SM2_SM4), own_pair("EC_SM2"), os.urandom(64)
    body = sm4_ecb(esk[:16], own.material)
    sizes = (1, 8, 15, 17, 24, 31, 33, 48, 64)
    blobs = {str(size): encrypted(got.spki, "SM2PKE", esk[:size]) + body for size in sizes}
    all_refused(sqlite_client, got, blobs, own.material)


def test_the_ephemeral_key_under_sm2_may_be_raw_or_der_and_nothing_else(sqlite_client: Client, waiting: Waiting):
    got, own, esk = waiting("EC_SM2", SM2_SM4), own_pair("EC_SM2"), os.urandom(16)
    raw, body = encrypted(got.spki, "SM2PKE", esk), sm4_ecb(esk, own.material)
    x, y, c3, c2 = raw[1:33], raw[33:65], raw[65:97], raw[97:]
    parity = y[-1] & 1
    heads = {
        "C1 C2 C3": b"\4" + x + y + c2 + c3,
        "no 04": raw[1:],
        "compressed": bytes((2 + parity,)) + x + c3 + c2,
        "hybrid": bytes((6 + parity,)) + raw[1:],
        "off the curve": b"\4" + x + y[:-1] + bytes((y[-1] ^ 1,)) + c3 + c2,
        "infinity": b"\0" + c3 + c2,
        "hash changed": b"\4" + x + y + bytes((c3[0] ^ 1,)) + c3[1:] + c2,
        "DER and a byte": der_sm2(raw) + b"\0",
        "DER without its end": der_sm2(raw)[:-1],
    }
    all_refused(sqlite_client, got, {name: head + body for name, head in heads.items()}, own.material)
    again = waiting("EC_SM2", SM2_SM4)
    raw = encrypted(again.spki, "SM2PKE", esk)
    all_refused(sqlite_client, again, {"the other way round": body + raw, "no d": raw}, own.material)
    accepts(sqlite_client, again, own.material)
