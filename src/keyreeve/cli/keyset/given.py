"""Keysets as a command is given them."""

import base64
import binascii
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from keyreeve import keysets
from keyreeve.cli.output import fail
from keyreeve.keysets import KeysetError, UsedWrappedKeyset
from keyreeve.keysets.opening import KeysetArgument

_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2})+")
_BASE64 = re.compile(rb"[A-Za-z0-9+/\s]+={0,2}")
# No wrapped keyset's text is shorter, and hardly a file's name as long.
_SHORTEST_WRAPPED = 100


@dataclass(frozen=True, slots=True)
class Kms:
    """Where a keyset is wrapped and opened. Nothing here is secret: the AccessKey is in the environment."""

    key: str | None
    role: str
    role_chain: str
    endpoint: str | None
    ca_file: str | None

    def require_key(self) -> str:
        if not self.key:
            fail("--key is missing: the ARN of the key in KMS, acs:kms:<region>:<account>:key/<id>")
        return self.key

    def connect(self) -> None:
        """Raises NotConnected."""
        keysets.connect(self.endpoint, ca_file=self.ca_file)


def keyset_argument(plain: str | None, wrapped: str | None, kms: Kms) -> KeysetArgument:
    """What the functions take. Raises KeysetError."""
    if (plain is None) == (wrapped is None):
        fail("give the keyset by --keyset FILE, or by --wrapped-keyset with --key")
    if plain is not None:
        return plain_keyset(plain)
    assert wrapped is not None
    return used_wrapped_keyset(wrapped, kms)


def used_wrapped_keyset(given: str, kms: Kms) -> UsedWrappedKeyset:
    """Raises KeysetError."""
    key, text = kms.require_key(), wrapped_text(given)
    kms.connect()
    return keysets.use_wrapped_keyset(key, kms.role, text, kms.role_chain)


def plain_keyset(file: str) -> bytes:
    """Out of a file, never out of an argument, which every user of the machine may read. Raises KeysetError."""
    content = _content(file)
    text = content.strip()
    if text.startswith(b"{"):
        return keysets.keyset_from_json(text.decode("utf-8", "replace"))
    if not text:
        fail(f"{_shown(file)} is empty")
    keyset = _bytes_in(text) or content
    try:
        keysets.keyset_to_json(keyset)
    except KeysetError as error:
        hint = "; is it a wrapped one? Then give it by --wrapped-keyset" if _BASE64.fullmatch(text) else ""
        fail(f"{_shown(file)}: {error}{hint}")
    return keyset


def wrapped_text(given: str) -> bytes:
    """Of a wrapped keyset in a file or on the command line, where it may stand: it is no secret."""
    if given != "-" and len(given) >= _SHORTEST_WRAPPED:
        return bare_wrapped(given.encode())
    return bare_wrapped(_content(given).strip())


def bare_wrapped(value: bytes) -> bytes:
    """Without the HEX that MaxCompute's documents put around it."""
    if _HEX.fullmatch(value):
        inner = bytes.fromhex(value.decode())
        if _BASE64.fullmatch(inner):
            return inner
    return value


def _content(file: str) -> bytes:
    return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()


def _shown(file: str) -> str:
    return "standard input" if file == "-" else file


def _bytes_in(text: bytes) -> bytes | None:
    """What HEX or Base64 says."""
    if _HEX.fullmatch(text):
        return bytes.fromhex(text.decode())
    if not _BASE64.fullmatch(text):
        return None
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error:
        return None
