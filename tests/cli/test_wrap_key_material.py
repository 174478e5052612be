"""`keyreeve wrap-key-material`: OpenSSL's commands unwrap what it prints, whatever form it was given."""

import base64
import json
from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from keyreeve.cli.main import app
from tests.interop.der import der_sm2
from tests.interop.openssl import OpenSsl

RSA_AES, SM2_SM4 = "RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD", "SM2PKE_SM4_ECB"
SYMMETRIC = ("RSAES_PKCS1_V1_5", "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "SM2PKE")
PASSPHRASE = "correct horse"
_RSA_OPTIONS = {
    "RSAES_PKCS1_V1_5": "-pkeyopt rsa_padding_mode:pkcs1",
    "RSAES_OAEP_SHA_1": "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha1 -pkeyopt rsa_mgf1_md:sha1",
    "RSAES_OAEP_SHA_256": "-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256",
}
_GENERATE = {
    "rsa": "-algorithm RSA -pkeyopt rsa_keygen_bits:2048",
    "ec": "-algorithm EC -pkeyopt ec_paramgen_curve:P-256",
    "k1": "-algorithm EC -pkeyopt ec_paramgen_curve:secp256k1",
    "sm2": "-algorithm SM2",
}


@pytest.fixture(scope="module")
def openssl(tmp_path_factory: pytest.TempPathFactory) -> OpenSsl:
    """A folder with a wrapping key and an owner's key of each kind, and the files that the tests make."""
    made = OpenSsl(tmp_path_factory.mktemp("wrap"))
    for kind, options in _GENERATE.items():
        for name in (kind, f"wrapping-{kind}"):
            made.run(f"genpkey {options} -out {name}.pem")
        made.run(f"pkey -in wrapping-{kind}.pem -pubout -out wrapping-{kind}.pub")
    made.put("passphrase", f"{PASSPHRASE}\n")
    return made


def kind_for(algorithm: str) -> str:
    return "sm2" if algorithm.startswith("SM2") else "rsa"


def wrap(openssl: OpenSsl, algorithm: str, material: str, *more: str, public: str = "", stdin: bytes = b"") -> Result:
    """In this process, as starting one takes much longer than wrapping; the files are the folder's."""
    public = public or f"wrapping-{kind_for(algorithm)}.pub"
    folder = openssl._folder
    words = ["--public-key", str(folder / public), "--algorithm", algorithm, "--material"]
    place = "-" if material == "-" else str(folder / material)
    return CliRunner().invoke(app, ["wrap-key-material", *words, place, *more], input=stdin)


def printed(done: Result) -> bytes:
    assert done.exit_code == 0, done.stderr
    assert done.stderr == ""
    line = done.stdout.removesuffix("\n")
    return base64.b64decode(line, validate=True)


def unwrapped(openssl: OpenSsl, algorithm: str, wrapped: bytes) -> bytes:
    """By OpenSSL's commands, as the documents say (docs/formats/import-token.md)."""
    if algorithm == RSA_AES:
        esk = _decrypted(openssl, "RSAES_OAEP_SHA_256", wrapped[:256])
        assert len(esk) == 32
        return _block_decrypted(openssl, f"-aes-256-ecb -K {esk.hex()}", wrapped[256:])
    if algorithm == SM2_SM4:
        esk = _decrypted(openssl, "SM2PKE", wrapped[:-32])
        assert len(esk) == 16
        return _block_decrypted(openssl, f"-sm4-ecb -nopad -K {esk.hex()}", wrapped[-32:])
    return _decrypted(openssl, algorithm, wrapped)


def _decrypted(openssl: OpenSsl, algorithm: str, ciphertext: bytes) -> bytes:
    sm2 = kind_for(algorithm) == "sm2"
    openssl.put("wrapped", der_sm2(ciphertext) if sm2 else ciphertext)
    options = "" if sm2 else _RSA_OPTIONS[algorithm]
    return openssl.run(f"pkeyutl -decrypt -inkey wrapping-{kind_for(algorithm)}.pem -in wrapped {options}")


def _block_decrypted(openssl: OpenSsl, options: str, ciphertext: bytes) -> bytes:
    openssl.put("wrapped", ciphertext)
    return openssl.run(f"enc -d {options} -in wrapped")


@pytest.mark.parametrize("algorithm", SYMMETRIC)
@pytest.mark.parametrize("size", [16, 24, 28, 32, 48, 64])
def test_a_symmetric_or_hmac_key_is_wrapped(openssl: OpenSsl, algorithm: str, size: int) -> None:
    material = bytes(range(size - 1)) + b"\n"
    openssl.put("raw", material)
    assert unwrapped(openssl, algorithm, printed(wrap(openssl, algorithm, "raw"))) == material


def require_same_pkcs8(openssl: OpenSsl, kind: str, der: bytes) -> None:
    """The private key of that kind, as PKCS #8: a version 0 and an algorithm before the key."""
    openssl.put("got", der)
    assert der[4:8] == b"\2\1\0\x30" or der[3:7] == b"\2\1\0\x30"
    assert openssl.run("pkey -inform DER -in got -pubout") == openssl.run(f"pkey -in {kind}.pem -pubout")
    assert openssl.says("pkey -inform DER -in got -check -noout")


# How tools write one and the same private key; the last ones are encrypted.
FORMS = {
    "PEM": "pkey -in {kind}.pem -out form",
    "DER": "pkcs8 -topk8 -nocrypt -in {kind}.pem -outform DER -out form",
    "traditional PEM": "pkey -in {kind}.pem -traditional -out form",
    "traditional DER": "{command} -in {kind}.pem {traditional} -outform DER -out form",
    "encrypted PEM": "pkcs8 -topk8 -in {kind}.pem -v2 aes-256-cbc -passout file:passphrase -out form",
    "encrypted DER": "pkcs8 -topk8 -in {kind}.pem -v2 aes-256-cbc -passout file:passphrase -outform DER -out form",
    "encrypted traditional PEM": "{command} -in {kind}.pem {traditional} -aes128 -passout file:passphrase -out form",
}


def put_form(openssl: OpenSsl, kind: str, form: str) -> None:
    command, traditional = ("rsa", "-traditional") if kind == "rsa" else ("ec", "")
    openssl.run(FORMS[form].format(kind=kind, command=command, traditional=traditional))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["rsa", "ec", "k1"])
def test_a_private_key_is_wrapped_from_any_form(openssl: OpenSsl, kind: str, form: str) -> None:
    put_form(openssl, kind, form)
    more = ("--passphrase-file", str(openssl._folder / "passphrase")) if form.startswith("encrypted") else ()
    require_same_pkcs8(openssl, kind, unwrapped(openssl, RSA_AES, printed(wrap(openssl, RSA_AES, "form", *more))))


@pytest.mark.parametrize("parameters", ["named_curve", "explicit"])
def test_an_ec_key_with_its_parameters_before_it_is_wrapped(openssl: OpenSsl, parameters: str) -> None:
    openssl.run(f"ecparam -name prime256v1 -genkey -param_enc {parameters} -out form")
    assert openssl.get("form").startswith(b"-----BEGIN EC PARAMETERS-----")
    der = unwrapped(openssl, RSA_AES, printed(wrap(openssl, RSA_AES, "form")))
    openssl.put("got", der)
    same = openssl.run("ec -inform DER -in got -param_enc named_curve -pubout")
    assert same == openssl.run("ec -in form -param_enc named_curve -pubout")


def scalar_in(openssl: OpenSsl, name: str, inform: str = "PEM") -> bytes:
    """The number between `priv:` and `pub:` of what OpenSSL says about a key."""
    text = openssl.run(f"pkey -inform {inform} -in {name} -text -noout").decode()
    digits = text.partition("priv:")[2].partition("pub:")[0]
    return int("".join(digits.split()).replace(":", ""), 16).to_bytes(32, "big")


SM2_FORMS = {
    "PKCS #8": ("genpkey -algorithm SM2 -out form", "PEM"),
    "PKCS #8 DER": ("genpkey -algorithm SM2 -outform DER -out form", "DER"),
    "with parameters": ("ecparam -name SM2 -genkey -out form", "PEM"),
    "SEC 1": ("ec -in sm2.pem -out form", "PEM"),
    "SEC 1 DER": ("ec -in sm2.pem -outform DER -out form", "DER"),
    "SEC 1 without the public key": ("ec -in sm2.pem -no_public -out form", "PEM"),
}


@pytest.mark.parametrize("form", SM2_FORMS)
def test_an_sm2_key_is_wrapped_from_any_form(openssl: OpenSsl, form: str) -> None:
    command, inform = SM2_FORMS[form]
    openssl.run(command)
    got = unwrapped(openssl, SM2_SM4, printed(wrap(openssl, SM2_SM4, "form")))
    assert got == scalar_in(openssl, "form", inform)


def test_an_sm2_scalar_is_wrapped_as_it_is(openssl: OpenSsl) -> None:
    scalar = scalar_in(openssl, "sm2.pem")
    openssl.put("scalar", scalar)
    assert unwrapped(openssl, SM2_SM4, printed(wrap(openssl, SM2_SM4, "scalar"))) == scalar


def _der(openssl: OpenSsl, kind: str) -> bytes:
    return openssl.run(f"pkey -pubin -in wrapping-{kind}.pub -outform DER")


def _lines(text: bytes) -> bytes:
    return b"\r\n".join(text[start : start + 60] for start in range(0, len(text), 60))


PUBLIC_FORMS: dict[str, Callable[[bytes], bytes]] = {
    "DER": lambda der: der,
    "Base64": base64.b64encode,
    "Base64 in lines": lambda der: _lines(base64.b64encode(der)) + b"\n",
    "JSON": lambda der: json.dumps({"KeyId": "k", "PublicKey": base64.b64encode(der).decode()}).encode(),
    "JSON in lines": lambda der: b"\n" + json.dumps({"PublicKey": base64.b64encode(der).decode()}, indent=2).encode(),
}


@pytest.mark.parametrize("form", PUBLIC_FORMS)
@pytest.mark.parametrize("algorithm", ["RSAES_OAEP_SHA_256", "SM2PKE"])
def test_a_wrapping_key_is_read_from_any_form(openssl: OpenSsl, algorithm: str, form: str) -> None:
    openssl.put("public", PUBLIC_FORMS[form](_der(openssl, kind_for(algorithm))))
    openssl.put("raw", bytes(32))
    assert unwrapped(openssl, algorithm, printed(wrap(openssl, algorithm, "raw", public="public"))) == bytes(32)


def test_material_comes_from_standard_input(openssl: OpenSsl) -> None:
    material = bytes(range(240, 256)) * 2
    done = wrap(openssl, "SM2PKE", "-", stdin=material)
    assert unwrapped(openssl, "SM2PKE", printed(done)) == material
    done = wrap(openssl, RSA_AES, "-", stdin=openssl.get("rsa.pem"))
    require_same_pkcs8(openssl, "rsa", unwrapped(openssl, RSA_AES, printed(done)))


def test_it_prints_json_or_writes_the_bytes_to_a_file(openssl: OpenSsl) -> None:
    openssl.put("raw", bytes(32))
    shown = json.loads(wrap(openssl, "RSAES_OAEP_SHA_256", "raw", "--json").stdout)
    assert list(shown) == ["EncryptedKeyMaterial"]
    wrapped = base64.b64decode(shown["EncryptedKeyMaterial"], validate=True)
    assert unwrapped(openssl, "RSAES_OAEP_SHA_256", wrapped) == bytes(32)
    done = wrap(openssl, "RSAES_OAEP_SHA_256", "raw", "--out", str(openssl._folder / "out"))
    assert (done.exit_code, done.output) == (0, "")
    assert unwrapped(openssl, "RSAES_OAEP_SHA_256", openssl.get("out")) == bytes(32)


@pytest.mark.parametrize("algorithm", [*SYMMETRIC, RSA_AES, SM2_SM4])
def test_no_two_wrappings_are_alike(openssl: OpenSsl, algorithm: str) -> None:
    openssl.put("raw", bytes(32))
    material = {RSA_AES: "ec.pem", SM2_SM4: "sm2.pem"}.get(algorithm, "raw")
    one, two = (printed(wrap(openssl, algorithm, material)) for _ in range(2))
    # Neither what is under the wrapping key nor, by way of another ESK, what follows it.
    assert one[:97] != two[:97]
    assert one[-16:] != two[-16:]
