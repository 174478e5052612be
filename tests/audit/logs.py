"""Logs of a few lines, written by the code under test, and the command that judges them."""

import json
from pathlib import Path

from keyreeve.audit.chain import Record
from keyreeve.audit.log import AuditLog
from keyreeve.audit.verification import verify


def record(at: int = 0, /, **changed: str) -> Record:
    values = {
        "time": "2026-01-02T03:04:05.678Z",
        "request_id": f"00000000-0000-4000-a000-{at:012d}",
        "account_id": "1234567890123456",
        "access_key_id": "LTAIabcdefghijklmnopqrst",
        "source": "127.0.0.1",
        "operation": "Encrypt",
        "resource": f"key/11111111-2222-4333-8444-{at:012d}",
        "result": "OK",
    }
    return Record(**{**values, **changed})


def write_lines(folder: Path, count: int, first: int = 0) -> None:
    log = AuditLog(folder)
    for number in range(first, first + count):
        log.append(record(number))
    log.close()


def path_of(folder: Path) -> Path:
    return folder / "audit.jsonl"


def lines_of(folder: Path) -> list[bytes]:
    return path_of(folder).read_bytes().splitlines(keepends=True)


def put_lines(folder: Path, lines: list[bytes]) -> None:
    path_of(folder).write_bytes(b"".join(lines))


def read(folder: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in lines_of(folder)]


def fault_of(folder: Path) -> str:
    return verify(folder).fault
