"""What `keyreeve wrap-key-material` says when it is used wrongly: one line, and nothing of the material."""

import base64
import os

import pytest
from typer.testing import Result

from tests.cli.test_mistakes import mistake
from tests.cli.test_wrap_key_material import RSA_AES, SM2_SM4, SYMMETRIC, openssl, put_form, wrap
from tests.interop.openssl import OpenSsl

__all__ = ["openssl"]  # the fixture


def told(done: Result, status: int = 1) -> str:
    assert done.exit_code == status, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert done.stdout == ""
    [line] = done.stderr.splitlines()
    assert line.startswith("keyreeve: ")
    return line


def require_silence(line: str, *secrets: bytes) -> None:
    """None of the secrets is in the line in any form, nor a piece of it."""
    for secret in secrets:
        for form in (secret.hex(), base64.b64encode(secret).decode(), secret.decode("latin-1"), repr(secret)):
            pieces = [form[start : start + 8] for start in range(0, len(form) - 8, 8)]
            assert [piece for piece in pieces if piece in line] == []


@pytest.mark.parametrize("algorithm", SYMMETRIC)
@pytest.mark.parametrize("size", [0, 1, 15, 17, 20, 31, 33, 63, 65, 300])
def test_a_size_that_no_secret_key_has_is_named(openssl: OpenSsl, algorithm: str, size: int) -> None:
    material = os.urandom(size)
    openssl.put("raw", material)
    line = told(wrap(openssl, algorithm, "raw"))
    assert f"{size} bytes" in line
    assert "16, 24, 28, 32, 48 or 64" in line
    require_silence(line, material)


@pytest.mark.parametrize("algorithm", SYMMETRIC)
@pytest.mark.parametrize("size", [16, 32])
def test_a_key_in_hexadecimal_is_not_taken_for_one_of_twice_its_length(
    openssl: OpenSsl, algorithm: str, size: int
) -> None:
    material = os.urandom(size).hex().encode()
    openssl.put("raw", material)
    line = told(wrap(openssl, algorithm, "raw"))
    assert "hexadecimal" in line
    require_silence(line, material)


def test_a_line_end_behind_the_key_is_thought_of(openssl: OpenSsl) -> None:
    openssl.put("raw", os.urandom(32) + b"\n")
    assert "line end" in told(wrap(openssl, "RSAES_OAEP_SHA_256", "raw"))


@pytest.mark.parametrize("missing", ["material", "public", "passphrase"])
def test_a_file_that_is_not_there_is_named(openssl: OpenSsl, missing: str) -> None:
    more = ("--passphrase-file", "/nowhere/passphrase") if missing == "passphrase" else ()
    material = "nowhere" if missing == "material" else "rsa.pem"
    public = "nowhere" if missing == "public" else ""
    line = told(wrap(openssl, RSA_AES, material, *more, public=public))
    assert "No such file" in line
    assert ("passphrase" if missing == "passphrase" else "nowhere") in line


def test_a_folder_is_no_material(openssl: OpenSsl) -> None:
    assert "directory" in told(wrap(openssl, "SM2PKE", ""))


def test_a_place_that_cannot_be_written_is_named(openssl: OpenSsl) -> None:
    openssl.put("raw", bytes(32))
    assert "/nowhere/out" in told(wrap(openssl, "SM2PKE", "raw", "--out", "/nowhere/out"))


@pytest.mark.parametrize("algorithm", [*SYMMETRIC, RSA_AES, SM2_SM4])
def test_a_wrapping_key_of_the_other_kind_is_refused(openssl: OpenSsl, algorithm: str) -> None:
    material = os.urandom(32)
    openssl.put("raw", material)
    public = "wrapping-rsa.pub" if algorithm.startswith("SM2") else "wrapping-sm2.pub"
    name = {RSA_AES: "rsa.pem", SM2_SM4: "sm2.pem"}.get(algorithm, "raw")
    line = told(wrap(openssl, algorithm, name, public=public))
    assert f"is not a wrapping key for {algorithm}" in line
    assert public in line
    require_silence(line, material)


@pytest.mark.parametrize("algorithm", ["SM2PKE", RSA_AES])
def test_another_curve_or_length_is_no_wrapping_key(openssl: OpenSsl, algorithm: str) -> None:
    openssl.put("raw", bytes(32))
    openssl.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out long.pem")
    openssl.run("pkey -in long.pem -pubout -out long.pub")
    public = "wrapping-ec.pub" if algorithm == "SM2PKE" else "long.pub"
    material = "raw" if algorithm == "SM2PKE" else "rsa.pem"
    assert "is not a wrapping key" in told(wrap(openssl, algorithm, material, public=public))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"garbage",
        b"AAAA",
        b"\xff\xfe\0",
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        b"-----BEGIN PUBLIC KEY-----\n####\n-----END PUBLIC KEY-----\n",
        b'{"PublicKey": ""}',
        b'{"PublicKey": "not Base64"}',
        '{"PublicKey": "é"}'.encode(),
    ],
)
def test_garbage_is_no_wrapping_key(openssl: OpenSsl, content: bytes) -> None:
    openssl.put("raw", bytes(32))
    openssl.put("garbage", content)
    for algorithm in ("SM2PKE", "RSAES_OAEP_SHA_1"):
        assert "is not a wrapping key" in told(wrap(openssl, algorithm, "raw", public="garbage"))


@pytest.mark.parametrize(
    "content", [b"{}", b'{"publicKey": "AAAA"}', b"{", b'{"PublicKey": 1}', b'{"PublicKey": null}', b"{\xff}"]
)
def test_json_without_a_public_key_is_told(openssl: OpenSsl, content: bytes) -> None:
    openssl.put("raw", bytes(32))
    openssl.put("garbage", content)
    assert "GetParametersForImport" in told(wrap(openssl, "SM2PKE", "raw", public="garbage"))


def test_a_private_key_in_place_of_the_wrapping_key_is_refused_in_silence(openssl: OpenSsl) -> None:
    openssl.put("raw", bytes(32))
    for name in ("wrapping-rsa.pem", "wrapping-sm2.pem"):
        line = told(wrap(openssl, "RSAES_OAEP_SHA_256", "raw", public=name))
        require_silence(line, openssl.get(name))


@pytest.mark.parametrize("algorithm", [RSA_AES, SM2_SM4])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"garbage that is secret",
        bytes(32),
        b"\xff" * 32,
        b"-----BEGIN PRIVATE KEY-----\nc2VjcmV0IHNlY3JldCBzZWNyZXQ=\n-----END PRIVATE KEY-----\n",
        b"-----BEGIN PRIVATE KEY-----\n#### secret ####\n-----END PRIVATE KEY-----\n",
        b"-----BEGIN PRIVATE KEY-----\nc2VjcmV0",
        bytes.fromhex("3082ffff") + b"secret" * 40,
    ],
)
def test_garbage_is_no_private_key(openssl: OpenSsl, algorithm: str, content: bytes) -> None:
    openssl.put("garbage", content)
    line = told(wrap(openssl, algorithm, "garbage"))
    assert "private key" in line
    require_silence(line, content)
    assert told(wrap(openssl, algorithm, "-", stdin=content)) == line


@pytest.mark.parametrize(
    ("algorithm", "options"),
    [
        (RSA_AES, "-algorithm SM2"),
        (RSA_AES, "-algorithm ED25519"),
        (RSA_AES, "-algorithm X25519"),
        (SM2_SM4, "-algorithm RSA"),
        (SM2_SM4, "-algorithm EC -pkeyopt ec_paramgen_curve:P-256"),
        (SM2_SM4, "-algorithm ED25519"),
    ],
)
def test_a_private_key_of_the_wrong_kind_is_refused(openssl: OpenSsl, algorithm: str, options: str) -> None:
    openssl.run(f"genpkey {options} -out other.pem")
    line = told(wrap(openssl, algorithm, "other.pem"))
    assert ("RSA or EC" if algorithm == RSA_AES else "SM2") in line
    require_silence(line, openssl.get("other.pem"))


def test_a_public_key_or_a_certificate_is_no_private_key(openssl: OpenSsl) -> None:
    for algorithm, name in ((RSA_AES, "wrapping-rsa.pub"), (SM2_SM4, "wrapping-sm2.pub")):
        assert "private key" in told(wrap(openssl, algorithm, name))


@pytest.mark.parametrize("form", ["encrypted PEM", "encrypted DER", "encrypted traditional PEM"])
def test_an_encrypted_key_needs_its_passphrase(openssl: OpenSsl, form: str) -> None:
    put_form(openssl, "rsa", form)
    assert "--passphrase-file" in told(wrap(openssl, RSA_AES, "form"))
    openssl.put("wrong", "wrong battery staple\n")
    line = told(wrap(openssl, RSA_AES, "form", "--passphrase-file", str(openssl._folder / "wrong")))
    assert "passphrase is wrong" in line
    assert "battery" not in line


def test_a_passphrase_for_a_key_that_has_none_is_told(openssl: OpenSsl) -> None:
    line = told(wrap(openssl, RSA_AES, "rsa.pem", "--passphrase-file", str(openssl._folder / "passphrase")))
    assert "--passphrase-file" in line


def test_an_empty_passphrase_is_told(openssl: OpenSsl) -> None:
    openssl.put("empty", "\n")
    line = told(wrap(openssl, RSA_AES, "rsa.pem", "--passphrase-file", str(openssl._folder / "empty")))
    assert "passphrase is empty" in line


def test_an_encrypted_sm2_key_is_told_to_be_one(openssl: OpenSsl) -> None:
    openssl.run("pkcs8 -topk8 -in sm2.pem -passout file:passphrase -out form")
    assert "unencrypted" in told(wrap(openssl, SM2_SM4, "form"))
    openssl.run("ec -in sm2.pem -aes128 -passout file:passphrase -out form")
    assert "unencrypted" in told(wrap(openssl, SM2_SM4, "form"))


@pytest.mark.parametrize("size", [31, 33])
def test_an_sm2_scalar_of_another_length_is_refused(openssl: OpenSsl, size: int) -> None:
    openssl.put("scalar", b"\1" * size)
    assert "32 bytes" in told(wrap(openssl, SM2_SM4, "scalar"))


def test_a_mistake_in_a_process_of_its_own_has_no_traceback(openssl: OpenSsl) -> None:
    folder = openssl._folder
    words = ("--public-key", str(folder / "wrapping-rsa.pub"), "--material", str(folder / "sm2.pem"))
    line = mistake("wrap-key-material", *words, "--algorithm", RSA_AES)
    require_silence(line, openssl.get("sm2.pem"))


def test_an_unknown_algorithm_is_a_usage_error(openssl: OpenSsl) -> None:
    done = wrap(openssl, "RSAES_OAEP_SHA_512", "rsa.pem")
    assert done.exit_code == 2
    assert "RSAES_OAEP_SHA_256" in done.stderr
    assert "Traceback" not in done.stderr
