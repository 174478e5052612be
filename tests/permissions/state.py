"""What a server keeps: all rows of its database, and the line of a call in its audit log."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import select

from keyreeve.app import DataFolder
from keyreeve.storage.schema import metadata
from tests.support.client import Answer


def stored(data: Path) -> dict[str, list[str]]:
    """Every row of every table."""
    database = DataFolder(data).database()
    try:
        with database.reading() as connection:
            tables = metadata.tables.values()
            return {table.name: sorted(map(repr, connection.execute(select(table)))) for table in tables}
    finally:
        database.close()


def audit_line(data: Path, answer: Answer) -> dict[str, Any]:
    """The one line about an answered call."""
    request_id = f'"id":"{answer.json["RequestId"]}"'
    [line] = [one for one in (data / "audit" / "audit.jsonl").read_text().splitlines() if request_id in one]
    return json.loads(line)
