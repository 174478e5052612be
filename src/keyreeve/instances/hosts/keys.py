"""Keys as people hand them in, read without asyncssh: the command line is to start fast."""

import re

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    load_ssh_private_key,
    load_ssh_public_key,
)

_PEM_KIND = re.compile(r"-----BEGIN (?P<kind>[A-Z ]*)PRIVATE KEY-----")
_HOST_KEY = re.compile(r"(?P<names>[^\s@#]\S*)[ \t]+(?P<kind>[a-z0-9@.-]+)[ \t]+(?P<blob>[A-Za-z0-9+/=]+)(?:[ \t].*)?")


def pinned_key(line: str) -> str:
    """The `kind blob` of a known_hosts line, whatever names stand before it. Raises ValueError."""
    found = _HOST_KEY.fullmatch(line.strip())
    if found is None:
        raise ValueError("not one line of names, kind and key")
    key = f"{found['kind']} {found['blob']}"
    require_public_key(key)
    return key


def require_public_key(text: str) -> None:
    """Raises ValueError for what is not `kind blob` of a key that can be used."""
    try:
        load_ssh_public_key(text.encode())
    except UnsupportedAlgorithm:
        raise ValueError("a kind of key that is not known") from None


def is_open_private_key(text: str) -> bool:
    """Whether it is a private key that can be read, without a passphrase."""
    found = _PEM_KIND.match(text.strip())
    if found is None:
        return False
    load = load_ssh_private_key if found["kind"] == "OPENSSH " else load_pem_private_key
    try:
        load(text.strip().encode() + b"\n", None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True
