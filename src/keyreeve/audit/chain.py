"""The lines of the audit log and their links (docs/formats/audit.md). Pure."""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

import msgspec

START = bytes(32)
MOST_BYTES = 400
# Of the members that are there only where they say something; they come on top.
_MOST_OPTIONAL = 240
REPAIR = "audit.repair"

_CLEAN = re.compile(r'(?:(?!["\\])[\x20-\x7e])*\Z')
_UNCLEAN = re.compile(r'["\\]|[^\x20-\x7e]')
_MOST_KEY, _MOST_SOURCE, _MOST_OPERATION, _MOST_RESULT = 32, 45, 40, 40
# What is left for the five members from outside when the others are as long as they can be.
_FITS_ALWAYS = 150
_CHAIN_MEMBER_BYTES = len(',"chain":""}\n') + 43


class Record(msgspec.Struct, frozen=True, gc=False):
    """One call. `time` is text in UTC; `resource` may be empty.

    `by` is the user or role session, empty for the account itself; `why` is what decided a refusal.
    """

    time: str
    request_id: str
    account_id: str
    access_key_id: str
    source: str
    operation: str
    resource: str
    result: str
    by: str = ""
    why: str = ""


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


@dataclass(slots=True)
class Walk:
    """Follows lines from a known place: the one reading of the format, for writers and verifiers alike.

    `lines`, `end` and `chain` stand behind the last line that follows; `torn_at` is where a line that does not follow
    begins, -1 for none. A torn line is passed over if the note of its repair comes next.
    """

    lines: int = 0
    end: int = 0
    chain: bytes = START
    calls: int = 0
    torn_at: int = -1
    torn_is_whole: bool = False
    wrong_number: int = 0

    def take(self, line: bytes, offset: int) -> ReadLine | None:
        """Take the line at `offset`, with its line feed if it has one; None if it does not follow."""
        read = read_line(self.chain, line[:-1]) if line.endswith(b"\n") else None
        if read is None:
            if self.torn_at < 0:
                self.torn_at, self.torn_is_whole = offset, line.endswith(b"\n")
            return None
        if self.torn_at >= 0 and not read.resource.startswith(("torn/", "lost/", "inserted/")):
            return None
        if read.number != self.lines + 1:
            self.torn_at, self.torn_is_whole, self.wrong_number = offset, True, read.number
            return None
        self.lines, self.end, self.chain, self.torn_at = read.number, offset + len(line), read.chain, -1
        self.calls += read.operation != REPAIR
        return read


def walk_file(
    walk: Walk, file: BinaryIO, offset: int, size: int, seen: Callable[[ReadLine], None] | None = None
) -> Walk:
    """Take the lines of `file` from `offset` to `size`, until two in a row do not follow."""
    file.seek(offset)
    broken = 0
    while offset < size and broken < 2:  # noqa: PLR2004  # a torn line may be followed by its note, two may not
        line = file.readline(size - offset)
        read = walk.take(line, offset)
        broken = 0 if read is not None else broken + 1
        if read is not None and seen is not None:
            seen(read)
        offset += len(line)
    return walk


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
        f',"on":"{record.resource}","result":"{record.result}"{_member("by", record.by)}{_member("why", record.why)}'
    )


def _member(name: str, text: str) -> str:
    return f',"{name}":"{_fit(text, _MOST_OPTIONAL)}"' if text else ""


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
    needed = len(_body(number, msgspec.structs.replace(short, by="", why="")))
    room = MOST_BYTES - needed - _CHAIN_MEMBER_BYTES
    return msgspec.structs.replace(short, resource=_fit(record.resource, room))


def _fit(text: str, most: int) -> str:
    if len(text) > most:
        text = text[: max(0, most)]
    return text if _CLEAN.match(text) else _UNCLEAN.sub("?", text)


def _text(chain: bytes) -> bytes:
    return base64.urlsafe_b64encode(chain)[:-1]
