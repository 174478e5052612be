"""The parameter types of the certificates operations."""

import re
from typing import Annotated, Self

import msgspec
from msgspec import Meta

from keyreeve.crypto.x509.alternative_names import checked_name
from keyreeve.crypto.x509.names import CN, OU, C, Name, O
from keyreeve.crypto.x509.rfc2253 import NameMalformed, parse_name
from keyreeve.errors import ParameterInvalid
from keyreeve.keys.references import Base64, named_by_arn

MOST_MESSAGE_BYTES = 4096
MOST_ALTERNATIVE_NAMES = 10
_CERTIFICATE_ID = re.compile(r"[0-9A-Za-z-]{1,64}\Z")
_MOST_SUBJECT_CHARACTERS = 2048
_REQUIRED = {"CN": CN, "C": C, "O": O, "OU": OU}


class CertificateReference:
    """A certificate as a caller names it: by its id, or its ARN."""

    __slots__ = ("account_id", "certificate_id", "region_id")

    def __init__(self, certificate_id: str, region_id: str | None = None, account_id: str | None = None) -> None:
        self.certificate_id = certificate_id
        self.region_id = region_id
        self.account_id = account_id

    @classmethod
    def from_wire(cls, text: str) -> Self:
        name, region_id, account_id = named_by_arn(text, "certificate")
        if not _CERTIFICATE_ID.match(name):
            raise ValueError("not the id of a certificate")
        return cls(name, region_id, account_id)


class SubjectName:
    """The `Subject` parameter: a name with all that it must have."""

    __slots__ = ("name",)

    def __init__(self, name: Name) -> None:
        self.name = name

    @classmethod
    def from_wire(cls, text: str) -> Self:
        if len(text) > _MOST_SUBJECT_CHARACTERS:
            raise ValueError("too long")
        try:
            name = parse_name(text)
        except NameMalformed as error:
            raise ParameterInvalid("Subject", str(error)) from None
        given = {attribute.oid for rdn in name for attribute in rdn}
        absent = [keyword for keyword, oid in _REQUIRED.items() if oid not in given]
        if absent:
            raise ParameterInvalid("Subject", f"{absent[0]} is missing")
        return cls(name)


class AlternativeNames:
    """The `SubjectAlternativeNames` parameter: a JSON list of domains and addresses, each once."""

    __slots__ = ("names",)

    def __init__(self, names: tuple[str, ...] = ()) -> None:
        self.names = names

    @classmethod
    def from_wire(cls, text: str) -> Self:
        given = msgspec.json.decode(text, type=tuple[str, ...])
        if len(given) > MOST_ALTERNATIVE_NAMES:
            raise ValueError("too many")
        return cls(tuple(dict.fromkeys(_checked(name) for name in given)))


class Message(Base64):
    """Base64 of at most 4 KiB."""

    __slots__ = ()

    @classmethod
    def from_wire(cls, text: str) -> Self:
        message = super().from_wire(text)
        if len(message.data) > MOST_MESSAGE_BYTES:
            raise ValueError("longer than 4 KiB")
        return message


def _checked(name: str) -> str:
    try:
        return checked_name(name)
    except ValueError:
        raise ParameterInvalid("SubjectAlternativeNames", f"{name[:64]!r} is no domain and no address") from None


TheCertificate = Annotated[CertificateReference, Meta(description="The id or ARN of the certificate.")]
