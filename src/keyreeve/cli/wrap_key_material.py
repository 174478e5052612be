"""The owner's side of ImportKeyMaterial, so that nobody has to write a program for it (BYOK page, step 3)."""

import base64
import binascii
import os
import re
import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from keyreeve.cli.output import fail, one_line_errors, print_json
from keyreeve.crypto.key_wrapping import AES_ESK_BYTES, SM4_ESK_BYTES, WrappingAlgorithm, wrap
from keyreeve.crypto.keypair import KeyMalformed, PlaintextTooLong
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.sm2 import SCALAR_BYTES, public_of
from keyreeve.crypto.sm2_key_files import scalar_of
from keyreeve.crypto.specs import AUTHENTICATING, SYMMETRIC
from keyreeve.settings import first_line

_PEM_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----([^-]+)-----END \1-----")
_SECRET_BYTES = sorted({kind.material_bytes for kind in (*SYMMETRIC.values(), *AUTHENTICATING.values())})
_HEX = re.compile(rb"[0-9A-Fa-f]+")
_PKCS8 = WrappingAlgorithm.RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD
_SCALAR = WrappingAlgorithm.SM2PKE_SM4_ECB


def wrap_key_material(
    public_key: Annotated[
        Path,
        typer.Option(
            help="The wrapping key: the answer of GetParametersForImport (JSON), or its PublicKey, PEM or DER."
        ),
    ],
    algorithm: Annotated[WrappingAlgorithm, typer.Option(help="The WrappingAlgorithm that was asked for.")],
    material: Annotated[
        str,
        typer.Option(
            help="Raw bytes of a symmetric or HMAC key, or a private key in PEM or DER; - for standard input."
        ),
    ],
    passphrase_file: Annotated[
        Path | None, typer.Option(help="A file whose first line opens the private key, if it is encrypted.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the wrapped bytes there instead of printing Base64.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Wrap key material for ImportKeyMaterial: prints EncryptedKeyMaterial."""
    with one_line_errors():
        passphrase = None if passphrase_file is None else first_line(passphrase_file.read_bytes, "the passphrase")
        content = sys.stdin.buffer.read() if material == "-" else Path(material).read_bytes()
        wrapping_key = _wrapping_key(public_key.read_bytes())
        bare = _bare_material(algorithm, content, passphrase)
        esk = os.urandom(SM4_ESK_BYTES if algorithm is _SCALAR else AES_ESK_BYTES)
        try:
            wrapped = wrap(algorithm, wrapping_key, bare, esk)
        except (KeyMalformed, PlaintextTooLong):
            fail(f"{public_key} is not a wrapping key for {algorithm}")
        if out is not None:
            out.write_bytes(wrapped)
            return
    text = base64.b64encode(wrapped).decode("ascii")
    if as_json:
        print_json({"EncryptedKeyMaterial": text})
    else:
        typer.echo(text)


def _wrapping_key(content: bytes) -> bytes:
    """DER, whatever it came in."""
    block = _PEM_BLOCK.search(content)
    text = block[2] if block is not None else content.strip()
    if text.startswith(b"{"):
        try:
            text = msgspec.json.decode(text, type=dict[str, str])["PublicKey"].encode()
        except (msgspec.MsgspecError, KeyError):
            fail("the JSON of --public-key has no PublicKey: give the answer of GetParametersForImport")
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error:
        return content


def _bare_material(algorithm: WrappingAlgorithm, content: bytes, passphrase: Secret | None) -> bytes:
    if algorithm is _PKCS8:
        return _pkcs8(content, passphrase)
    if passphrase is not None:
        fail("--passphrase-file is for RSA and EC private keys: other material is not encrypted")
    if algorithm is _SCALAR:
        return _scalar(content)
    if len(content) not in _SECRET_BYTES:
        *sizes, largest = map(str, _SECRET_BYTES)
        fits = f"{', '.join(sizes)} or {largest}"
        fail(f"--material holds {len(content)} bytes: a symmetric or HMAC key has {fits}, with no line end behind them")
    if _HEX.fullmatch(content):
        fail("--material holds hexadecimal digits: write the bytes that they stand for into the file")
    return content


def _pkcs8(content: bytes, passphrase: Secret | None) -> bytes:
    load = serialization.load_pem_private_key if b"-----BEGIN" in content else serialization.load_der_private_key
    try:
        key = load(content, None if passphrase is None else passphrase.reveal())
    except TypeError:
        fail("the private key needs --passphrase-file, or is not encrypted and needs none")
    except Exception:  # noqa: BLE001  # the loader has many exceptions, and one meaning
        fail("--material is not an RSA or EC private key in PEM or DER, or the passphrase is wrong")
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        fail("--material is not an RSA or EC private key")
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _scalar(content: bytes) -> bytes:
    keys = [block for block in _PEM_BLOCK.finditer(content) if block[1].endswith(b"PRIVATE KEY")]
    try:
        der = base64.b64decode(b"".join(keys[0][2].split()), validate=True) if keys else content
        scalar = der if len(der) == SCALAR_BYTES else scalar_of(der)
        public_of(scalar)
    except (KeyMalformed, binascii.Error):
        fail("--material is not an unencrypted SM2 private key: PEM, DER or the 32 bytes of the scalar")
    return scalar
