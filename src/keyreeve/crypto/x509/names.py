"""Distinguished names as values, and as the DER of a certificate (X.501; RFC 5280 section 4.1.2.4)."""

from typing import NamedTuple

from cryptography.hazmat import asn1
from cryptography.x509 import ObjectIdentifier

CN, C, L, ST, O, OU = "2.5.4.3", "2.5.4.6", "2.5.4.7", "2.5.4.8", "2.5.4.10", "2.5.4.11"  # noqa: E741  # their names
STREET, DC, UID = "2.5.4.9", "0.9.2342.19200300.100.1.25", "0.9.2342.19200300.100.1.1"

# How each kind of string is encoded, by its tag.
_ENCODINGS = {
    b"\x0c": "utf-8",
    b"\x12": "ascii",
    b"\x13": "ascii",
    b"\x14": "latin-1",
    b"\x16": "ascii",
    b"\x1a": "ascii",
    b"\x1c": "utf-32-be",
    b"\x1e": "utf-16-be",
}


class Attribute(NamedTuple):
    """`value` is a text, or the DER of what is no string."""

    oid: str
    value: str | bytes


Rdn = tuple[Attribute, ...]
Name = tuple[Rdn, ...]
"""Relative names in the order of the DER, from the root downwards."""


@asn1.sequence
class _Typed:
    oid: ObjectIdentifier
    value: asn1.PrintableString | asn1.IA5String | str


@asn1.sequence
class _Found:
    oid: ObjectIdentifier
    value: asn1.TLV


@asn1.sequence
class _NewName:
    rdns: list[asn1.SetOf[_Typed]]


@asn1.sequence
class _FoundName:
    rdns: list[asn1.SetOf[_Found]]


@asn1.sequence
class _Around:
    inside: asn1.TLV


def encode_name(name: Name) -> bytes:
    """The DER of a name of texts: C in PrintableString, DC in IA5String, all else in UTF8String."""
    rdns = [asn1.SetOf([_typed(attribute) for attribute in rdn]) for rdn in name]
    return bytes(asn1.decode_der(asn1.TLV, asn1.encode_der(_NewName(rdns=rdns))).data)


def decode_name(der: bytes) -> Name:
    """Raises ValueError."""
    around = asn1.encode_der(_Around(inside=asn1.decode_der(asn1.TLV, der)))
    found = asn1.decode_der(_FoundName, around)
    return tuple(tuple(_attribute(one) for one in rdn.as_list()) for rdn in found.rdns)


def string_of(der: bytes) -> str | None:
    """The text of a string in DER; None for what is no string. Raises ValueError."""
    value = asn1.decode_der(asn1.TLV, der)
    return _text(value)


def is_same_name(one: Name, other: Name) -> bool:
    """Whatever the kind of string, its case and its spaces (RFC 5280 section 7.1)."""
    return _folded(one) == _folded(other)


def _typed(attribute: Attribute) -> _Typed:
    assert isinstance(attribute.value, str), "a name that is made here has texts only"
    value: asn1.PrintableString | asn1.IA5String | str = attribute.value
    if attribute.oid == C:
        value = asn1.PrintableString(attribute.value)
    elif attribute.oid == DC:
        value = asn1.IA5String(attribute.value)
    return _Typed(oid=ObjectIdentifier(attribute.oid), value=value)


def _attribute(found: _Found) -> Attribute:
    text = _text(found.value)
    return Attribute(found.oid.dotted_string, asn1.encode_der(found.value) if text is None else text)


def _text(value: "asn1.TLV") -> str | None:
    encoding = _ENCODINGS.get(value.tag_bytes)
    return None if encoding is None else bytes(value.data).decode(encoding)


def _folded(name: Name) -> list[set[tuple[str, str | bytes]]]:
    return [{(oid, value if isinstance(value, bytes) else _fold(value)) for oid, value in rdn} for rdn in name]


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())
