"""Finding calls in the audit log; whether the log is whole is for `keyreeve audit verify` to say."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from keyreeve.audit.log import LOG_NAME


class AuditLine(msgspec.Struct, frozen=True):
    """A line as docs/formats/audit.md has it."""

    n: int
    time: str
    id: str
    account: str
    key: str
    op: str
    on: str
    result: str
    source: str = msgspec.field(default="", name="from")
    by: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines to show; what is None does not matter. Times are in the log's form, and compare as text."""

    resource: str | None = None
    caller: str | None = None
    operation: str | None = None
    outcome: str | None = None
    since: str | None = None
    until: str | None = None

    def takes(self, line: AuditLine) -> bool:
        return (
            (self.resource is None or self.resource in line.on)
            and (self.caller is None or _is_from(self.caller, line))
            and (self.operation is None or self.operation.lower() == line.op.lower())
            and (self.outcome is None or _is_outcome(self.outcome.lower(), line.result))
            and (self.since is None or line.time >= self.since)
            and (self.until is None or "" < line.time < self.until)
        )


def find(folder: Path, wanted: Wanted) -> Iterator[tuple[AuditLine, bytes]]:
    """The lines that are wanted, read and as they are, oldest first; what is no line is passed over.

    Raises FileNotFoundError.
    """
    decoder = msgspec.json.Decoder(AuditLine)
    with (folder / LOG_NAME).open("rb") as file:
        for raw in file:
            try:
                line = decoder.decode(raw)
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
            if wanted.takes(line):
                yield line, raw


def _is_from(caller: str, line: AuditLine) -> bool:
    """By AccessKey id, account id, `user/<name>`, `role/<name>` with or without a session, or the last name alone."""
    names = (line.key, line.account, line.by, line.by.rpartition("/")[2])
    return caller in names or line.by.startswith(f"{caller}/")


def _is_outcome(outcome: str, result: str) -> bool:
    """`ok`, `refused` for whatever is not, or an error's code."""
    if outcome == "refused":
        return result != "OK"
    return outcome == result.lower()
