"""Names that a certificate is for beside its subject: domains (RFC 5890) and addresses (RFC 5280 section 4.2.1.6)."""

import ipaddress
import re
from collections.abc import Iterable

from cryptography import x509

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_MOST_CHARACTERS = 253
_WILDCARD = "*."
_PREFIX = "xn--"


def checked_name(text: str) -> str:
    """An address in its canonical form, or a domain as ASCII in lower case. Raises ValueError."""
    if "%" in text:
        raise ValueError("an address of one machine's network")
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        pass
    wildcard = _WILDCARD if text.startswith(_WILDCARD) else ""
    domain = ".".join(_label(label) for label in text[len(wildcard) :].split("."))
    if len(wildcard + domain) > _MOST_CHARACTERS or domain.rpartition(".")[2].isdecimal():
        raise ValueError("neither a domain nor an address")
    return wildcard + domain


def alternative_names_extension(names: Iterable[str]) -> bytes:
    """The DER of the extension's value, of checked names."""
    return x509.SubjectAlternativeName([_general(name) for name in names]).public_bytes()


def texts_of(extension: x509.SubjectAlternativeName) -> list[str]:
    """The domains and addresses; other kinds are left out."""
    domains = extension.get_values_for_type(x509.DNSName)
    return [*domains, *(str(address) for address in extension.get_values_for_type(x509.IPAddress))]


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _label(label: str) -> str:
    """In ASCII. Raises ValueError."""
    ascii_label = label.lower() if label.isascii() else _international(label.lower())
    if not _LABEL.fullmatch(ascii_label):
        raise ValueError("not a label of a domain")
    if ascii_label.startswith(_PREFIX):
        ascii_label[len(_PREFIX) :].encode("ascii").decode("punycode")
    return ascii_label


def _international(label: str) -> str:
    """Refused where the way back leads elsewhere, as the old mapping of the sharp s does. Raises ValueError."""
    ascii_label = label.encode("idna")
    if ascii_label.decode("idna") != label:
        raise ValueError("not an international label")
    return ascii_label.decode("ascii")
