from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from keyreeve.app import AUDIT_FOLDER
from keyreeve.audit.reading import AuditLine, Wanted, find
from keyreeve.audit.verification import verify as verify_log
from keyreeve.cli.output import DATA_HELP, data_folder, fail, one_line_errors, print_json
from keyreeve.wire_time import to_precise_wire

audit = typer.Typer(help="The audit log.", no_args_is_help=True)


@audit.command()
def verify(
    data: Annotated[Path, typer.Option("--data", help=DATA_HELP)],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check the whole log; exit status 1 and the place if a line was changed, removed, moved or cut off."""
    with one_line_errors():
        folder = data_folder(data)
        folder.settings()
        try:
            finding = verify_log(folder.path / AUDIT_FOLDER)
        except FileNotFoundError:
            fail("there is no audit log yet")
    if as_json:
        print_json(
            {
                "ok": not finding.fault,
                "lines": finding.lines,
                "chain": finding.chain.hex(),
                "fault": finding.fault,
                "remarks": finding.remarks,
            }
        )
    else:
        for remark in finding.remarks:
            typer.echo(f"note: {remark}")
        if not finding.fault:
            typer.echo(f"ok: {finding.lines} lines, the last one's chain value is {finding.chain.hex()}")
    if finding.fault:
        fail(f"the audit log is not whole: {finding.fault}")


@audit.command()
def show(
    data: Annotated[Path, typer.Option("--data", help=DATA_HELP)],
    key: Annotated[str | None, typer.Option(help="Lines whose resource has this in it: a key id, an alias.")] = None,
    caller: Annotated[
        str | None, typer.Option(help="An AccessKey id, account id, user/NAME or a session's name.")
    ] = None,
    operation: Annotated[str | None, typer.Option(help="Such as Encrypt or ram:CreateUser.")] = None,
    outcome: Annotated[str | None, typer.Option(help="ok, refused, or an error's code.")] = None,
    since: Annotated[str | None, typer.Option(help="From this UTC time on, such as 2026-01-31T08:00.")] = None,
    until: Annotated[str | None, typer.Option(help="Before this UTC time.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the lines as they are, as JSON.")] = False,
) -> None:
    """Show the calls that the log has, oldest first."""
    with one_line_errors():
        folder = data_folder(data)
        folder.settings()
        wanted = Wanted(key, caller, operation, outcome, _time("--since", since), _time("--until", until))
        try:
            for line, raw in find(folder.path / AUDIT_FOLDER, wanted):
                typer.echo(raw.decode("ascii", "replace").rstrip("\n") if as_json else _for_people(line))
        except FileNotFoundError:
            fail("there is no audit log yet")


def _time(option: str, text: str | None) -> str | None:
    """A time in the log's form."""
    if text is None:
        return None
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        fail(f"{option} {text} is not a time, such as 2026-01-31T08:00 or 2026-01-31T08:00:00Z")
    at = given if given.tzinfo is not None else given.replace(tzinfo=UTC)
    return to_precise_wire(int(at.timestamp() * 1000))


def _for_people(line: AuditLine) -> str:
    who = line.by or line.key or "-"
    reason = f"  ({line.why})" if line.why else ""
    return f"{line.time}  {line.op or '-':32} {line.result:28} {who:24} {line.on}{reason}"
