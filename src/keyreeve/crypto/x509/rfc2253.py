"""The text form of distinguished names (RFC 2253): the last relative name of the DER comes first.

Read is what section 3 defines, and what section 4 asks to be accepted of older texts: values in quotes, semicolons,
spaces around signs, and `OID.` before numbers. `=` and `#` inside a value need no backslash: most tools write none.
"""

import re
from collections.abc import Iterator

from keyreeve.crypto.x509.names import CN, DC, OU, ST, STREET, UID, Attribute, C, L, Name, O, Rdn, string_of

_OIDS = {"CN": CN, "L": L, "ST": ST, "O": O, "OU": OU, "C": C, "STREET": STREET, "DC": DC, "UID": UID}
_NAMES = {oid: name for name, oid in _OIDS.items()} | {"1.2.840.113549.1.9.1": "emailAddress"}
_MOST = {CN: 64, O: 64, OU: 64, ST: 128, L: 128, STREET: 128, DC: 63, UID: 256}

_TYPE = re.compile(r" *(?:(?:OID\.)?([0-9]+(?:\.[0-9]+)+)|([A-Za-z]+)) *= *", re.IGNORECASE)
_HEX = re.compile(r"#((?:[0-9A-Fa-f]{2})+)")
_ESCAPED = re.compile(r'\\(?:([0-9A-Fa-f]{2})|([,=+<>#;"\\ ]))')
_PLAIN = re.compile(r'[^\\,+;"<>]')
_QUOTED = re.compile(r'[^\\"]')
_QUOTE = re.compile('" *')
_SPACES = re.compile(" *")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_SPECIAL = re.compile(r'[,+"\\<>;]')


class NameMalformed(ValueError):
    """The text is no name in the form of RFC 2253; the message says where."""


def parse_name(text: str) -> Name:
    """A name of texts, of the attributes that RFC 2253 knows. Raises NameMalformed."""
    reader = _Reader(text)
    rdns = [reader.rdn()]
    while reader.took(",;"):
        rdns.append(reader.rdn())
    if not reader.at_end:
        raise reader.refusal()
    return tuple(reversed(rdns))


def format_name(name: Name) -> str:
    return ",".join("+".join(_shown(attribute) for attribute in rdn) for rdn in reversed(name))


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    @property
    def at_end(self) -> bool:
        return self._at == len(self._text)

    def took(self, signs: str) -> bool:
        found = not self.at_end and self._text[self._at] in signs
        self._at += found
        return found

    def rdn(self) -> Rdn:
        attributes = [self._attribute()]
        while self.took("+"):
            attributes.append(self._attribute())
        if len({attribute.oid for attribute in attributes}) < len(attributes):
            raise self.refusal()
        return tuple(attributes)

    def refusal(self) -> NameMalformed:
        return NameMalformed(f"not in the form of RFC 2253 at character {self._at + 1}")

    def _attribute(self) -> Attribute:
        kind = self._match(_TYPE)
        oid = kind[1] or _OIDS.get(kind[2].upper(), "")
        if oid not in _MOST and oid != C:
            raise NameMalformed(f"{kind[1] or kind[2]} is not among {', '.join(_OIDS)}")
        value = self._value()
        _require_fitting(oid, value)
        return Attribute(oid, value)

    def _value(self) -> str:
        if self._text.startswith("#", self._at):
            return self._hex_value()
        if self.took('"'):
            pieces = list(self._pieces(_QUOTED))
            self._match(_QUOTE)
        else:
            pieces = list(self._pieces(_PLAIN))
            while pieces and pieces[-1] == (b" ", False):
                pieces.pop()
        try:
            return b"".join(piece for piece, _ in pieces).decode()
        except UnicodeDecodeError:
            raise self.refusal() from None

    def _hex_value(self) -> str:
        der = bytes.fromhex(self._match(_HEX)[1])
        self._match(_SPACES)
        try:
            text = string_of(der)
        except ValueError:
            text = None
        if text is None:
            raise self.refusal()
        return text

    def _pieces(self, plain: re.Pattern[str]) -> Iterator[tuple[bytes, bool]]:
        """Character by character, and whether a backslash stands before it."""
        while True:
            escaped = _ESCAPED.match(self._text, self._at)
            found = escaped or plain.match(self._text, self._at)
            if found is None:
                return
            self._at = found.end()
            if escaped is None:
                yield found[0].encode(), False
            else:
                yield bytes.fromhex(escaped[1]) if escaped[1] else escaped[2].encode(), True

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise self.refusal()
        self._at = found.end()
        return found


def _require_fitting(oid: str, value: str) -> None:
    """RFC 5280 appendix A.1: lengths, and that a country is two letters. Raises NameMalformed."""
    name = _NAMES[oid]
    if oid == C:
        if not _COUNTRY.fullmatch(value):
            raise NameMalformed("C is the two letters of a country")
    elif not 1 <= len(value) <= _MOST[oid]:
        raise NameMalformed(f"{name} has 1 to {_MOST[oid]} characters")
    if _CONTROL.search(value) or (oid == DC and not value.isascii()):
        raise NameMalformed(f"{name} has a character that cannot be in it")


def _shown(attribute: Attribute) -> str:
    name = _NAMES.get(attribute.oid, attribute.oid)
    if isinstance(attribute.value, bytes):
        return f"{name}=#{attribute.value.hex()}"
    escaped = _SPECIAL.sub(r"\\\g<0>", attribute.value)
    if escaped.startswith(("#", " ")):
        escaped = "\\" + escaped
    if escaped.endswith(" ") and len(attribute.value) > 1:
        escaped = escaped[:-1] + "\\ "
    return f"{name}={_CONTROL.sub(_hexed, escaped)}"


def _hexed(found: re.Match[str]) -> str:
    return "".join(f"\\{byte:02X}" for byte in found[0].encode())
