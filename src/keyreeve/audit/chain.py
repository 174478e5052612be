"""The lines of the audit log and their links (docs/formats/audit.md). Pure."""

import base64
import hashlib
import re
from dataclasses import dataclass

import msgspec

START = bytes(32)
MOST_BYTES = 400
REPAIR = "audit.repair"

_CLEAN = re.compile(r'(?:(?!["\\])[\x20-\x7e])*\Z')
_UNCLEAN = re.compile(r'["\\]|[^\x20-\x7e]')
_MOST_KEY, _MOST_SOURCE, _MOST_OPERATION, _MOST_RESULT = 32, 45, 40, 40
# What is left for the five members from outside when the others are as long as they can be.
_FITS_ALWAYS = 150
_CHAIN_MEMBER_BYTES = len(',"chain":""}\n') + 43


class Record(msgspec.Struct, frozen=True, gc=False):
    """One call. `time` is text in UTC; `resource` may be empty."""

    time: str
    request_id: str
    account_id: str
    access_key_id: str
    source: str
    operation: str
    resource: str
    result: str


class _Line(msgspec.Struct, rename={"number": "n", "operation": "op", "resource": "on"}):
    number: int
    operation: str
    resource: str
    chain: str


def link(previous: bytes, number: int, record: Record) -> tuple[bytes, bytes]:
    """The line for `record` with its line feed, and its chain value."""
    given = f"{record.access_key_id}{record.source}{record.operation}{record.resource}{record.result}"
    if len(given) > _FITS_ALWAYS or not _CLEAN.match(given):
        record = _fitted(number, record)
    body = _body(number, record).encode("ascii")
    chain = hashlib.sha256(previous + body).digest()
    return body + b',"chain":"' + _text(chain) + b'"}\n', chain


@dataclass(frozen=True, slots=True)
class ReadLine:
    number: int
    operation: str
    resource: str
    chain: bytes


def read_line(previous: bytes, line: bytes) -> ReadLine | None:
    """`line` (without line feed) if it is whole and its link follows `previous`, else None."""
    body, mark, _ = line.rpartition(b',"chain":"')
    if not mark:
        return None
    chain = hashlib.sha256(previous + body).digest()
    if line[len(body) :] != b',"chain":"' + _text(chain) + b'"}':
        return None
    try:
        read = msgspec.json.decode(line, type=_Line)
    except msgspec.DecodeError:
        return None
    return ReadLine(read.number, read.operation, read.resource, chain)


def _body(number: int, record: Record) -> str:
    return (
        f'{{"n":{number},"time":"{record.time}","id":"{record.request_id}","account":"{record.account_id}"'
        f',"key":"{record.access_key_id}","from":"{record.source}","op":"{record.operation}"'
        f',"on":"{record.resource}","result":"{record.result}"'
    )


def _fitted(number: int, record: Record) -> Record:
    """What came from outside, clean and short enough for a line; the resource gets the room that is left."""
    short = msgspec.structs.replace(
        record,
        access_key_id=_fit(record.access_key_id, _MOST_KEY),
        source=_fit(record.source, _MOST_SOURCE),
        operation=_fit(record.operation, _MOST_OPERATION),
        resource="",
        result=_fit(record.result, _MOST_RESULT),
    )
    room = MOST_BYTES - len(_body(number, short)) - _CHAIN_MEMBER_BYTES
    return msgspec.structs.replace(short, resource=_fit(record.resource, room))


def _fit(text: str, most: int) -> str:
    if len(text) > most:
        text = text[: max(0, most)]
    return text if _CLEAN.match(text) else _UNCLEAN.sub("?", text)


def _text(chain: bytes) -> bytes:
    return base64.urlsafe_b64encode(chain)[:-1]
