"""`keyreeve certificate`: which certificates there are, and which of them end soon."""

import re
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from keyreeve.access.accounts import account_exists
from keyreeve.app import open_checked
from keyreeve.certificates.inspection import list_certificates
from keyreeve.certificates.model import Certificate
from keyreeve.certificates.rules import DAY_MS, days_left
from keyreeve.cli.output import DATA_HELP, PASSPHRASE_HELP, data_folder, fail, one_line_errors, print_json
from keyreeve.errors import StartRefused
from keyreeve.wire_time import to_wire

_WIDTH = 4000
_DAYS = re.compile(r"([0-9]{1,5})d")

certificate = typer.Typer(help="Certificates of a server.", no_args_is_help=True)


@certificate.callback()
def _group() -> None:
    """Typer makes a group of one command only where there is a callback."""


@certificate.command("list")
def list_(
    data: Annotated[Path, typer.Option("--data", help=DATA_HELP)],
    expiring: Annotated[str | None, typer.Option(help="Only what ends within so many days, such as 30d.")] = None,
    account: Annotated[str | None, typer.Option("--account", help="Whose; every account's by default.")] = None,
    passphrase_file: Annotated[str | None, typer.Option(help=PASSPHRASE_HELP)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show certificates, those that end first at the top; a server may be running."""
    now = int(time.time() * 1000)
    until = None if expiring is None else now + _days(expiring) * DAY_MS
    with one_line_errors():
        database, _ = open_checked(data_folder(data, passphrase_file))
        try:
            with database.reading() as connection:
                if account is not None and not account_exists(connection, account):
                    raise StartRefused(f"--account {account}: there is no such account")
                found = list_certificates(connection, account, until)
        finally:
            database.close()
    if as_json:
        print_json({"certificates": [_facts(one, now) for one in found]})
    else:
        _print(found, now)


def _days(text: str) -> int:
    match = _DAYS.fullmatch(text)
    if match is None:
        fail(f"--expiring {text} is not a number of days, such as 30d")
    return int(match[1])


def _facts(one: Certificate, now: int) -> dict[str, Any]:
    return {
        "certificate_id": one.certificate_id,
        "account_id": one.account_id,
        "subject": one.subject,
        "key_spec": one.spec,
        "status": one.status,
        "not_after": None if one.not_after is None else to_wire(one.not_after),
        "days": None if one.not_after is None else days_left(one.not_after, now),
    }


def _print(found: list[Certificate], now: int) -> None:
    table = Table("id", "account", "status", "ends", "days", "subject", box=None, pad_edge=False)
    for one in found:
        facts = _facts(one, now)
        words = ("certificate_id", "account_id", "status", "not_after", "days", "subject")
        table.add_row(*("" if facts[word] is None else str(facts[word]) for word in words))
    # Ids are for copying: no column is cut to the width of a terminal.
    Console(width=_WIDTH, soft_wrap=True, highlight=False, markup=False).print(table)
