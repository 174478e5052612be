"""The Java program of the BYOK page, byte for byte; what Java's own classes encode was read off JDK 17."""

import os

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from gmssl_pyx import sm2_key_generate

from tests.importing.calls import Download, download, external_key, is_used, metadata, send
from tests.importing.refusals import INVALID_MATERIAL, accepts, refusal
from tests.importing.wrapping import RSA_AES, SM2_SM4, aes_ecb, pkcs7, sm4_ecb
from tests.interop.der import integer, octets, sequence
from tests.interop.outside import encrypted
from tests.support.client import Answer, Client

# What a PKCS #8 of JDK 17 begins with: secp256r1, up to the scalar, which is all that follows; and RSA's algorithm.
P_256_PREFIX = bytes.fromhex("3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420")
RSA_ALGORITHM = bytes.fromhex("300d06092a864886f70d0101010500")


def java_ec() -> bytes:
    scalar = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return P_256_PREFIX + scalar.to_bytes(32, "big")


def java_rsa(bits: int) -> bytes:
    one = rsa.generate_private_key(65537, bits).private_numbers()
    public = one.public_numbers
    numbers = (0, public.n, public.e, one.d, one.p, one.q, one.dmp1, one.dmq1, one.iqmp)
    return sequence(integer(0), RSA_ALGORITHM, octets(sequence(*map(integer, numbers))))


def java_sm2(scalar: bytes) -> bytes:
    """BigInteger.toByteArray has a zero before a high bit, and no zeros before a low number, where the page errs."""
    number = int.from_bytes(scalar, "big")
    signed = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return {33: signed[1:], 32: signed}.get(len(signed), bytes(32))


def program(client: Client, target_spec: str, algorithm: str, target: bytes) -> tuple[Download, Answer]:
    """doByok, but for KeyStoreId, which names an instance."""
    key_id = external_key(client, target_spec, KeyUsage="SIGN/VERIFY")
    got, esk = download(client, key_id, algorithm), os.urandom(32)
    if algorithm == RSA_AES:
        blob = encrypted(got.spki, "RSAES_OAEP_SHA_256", esk) + aes_ecb(esk, pkcs7(target))
    else:
        cipher = encrypted(got.spki, "SM2PKE", esk)
        assert (cipher[0], len(cipher)) == (4, 97 + 32)
        blob = cipher + sm4_ecb(esk[:16], target)
    return got, send(client, got, blob, KeyMaterialExpireUnix="0")


def test_the_program_imports_a_p_256_key(client: Client):
    got, answer = program(client, "EC_P256", RSA_AES, java_ec())
    assert answer.code == "OK"
    assert is_used(client, got.key_id)
    assert metadata(client, got.key_id)["MaterialExpireTime"] == ""


@pytest.mark.parametrize("bits", [2048, 3072])
def test_the_program_imports_an_rsa_key(client: Client, bits: int):
    got, answer = program(client, f"RSA_{bits}", RSA_AES, java_rsa(bits))
    assert answer.code == "OK"
    assert is_used(client, got.key_id)


def test_the_program_imports_an_sm2_key_with_the_ephemeral_key_of_32_bytes_that_it_makes(client: Client):
    got, answer = program(client, "EC_SM2", SM2_SM4, java_sm2(sm2_key_generate()[1]))
    assert answer.code == "OK"
    assert is_used(client, got.key_id)


def test_high_and_low_scalars_of_sm2_are_32_bytes(client: Client):
    for scalar in (b"\x7f" + b"\xff" * 31, b"\x80" + bytes(31), b"\xff\xff\xff\xfe" + bytes(28)):
        assert java_sm2(scalar) == scalar
        got, answer = program(client, "EC_SM2", SM2_SM4, java_sm2(scalar))
        assert answer.code == "OK"
        assert is_used(client, got.key_id)


def test_the_zeros_that_the_program_sends_for_a_short_sm2_scalar_are_no_key(client: Client):
    """One in 256; the right form, which its author meant, is taken afterwards."""
    short = bytes(1) + b"\x7f" * 31
    assert java_sm2(short) == bytes(32)
    got, answer = program(client, "EC_SM2", SM2_SM4, java_sm2(short))
    assert refusal(answer) == INVALID_MATERIAL
    accepts(client, got, short)


def test_the_instance_that_the_program_names_is_not_there(client: Client):
    wanted = {"Origin": "EXTERNAL", "KeyStoreId": "kst-1", "KeySpec": "EC_P256", "KeyUsage": "SIGN/VERIFY"}
    assert client.refused("CreateKey", **wanted) == "Forbidden.DKMSInstanceNotFound"
