from pathlib import Path
from typing import Annotated

import typer

from keyreeve.app import AUDIT_FOLDER
from keyreeve.audit.verification import verify as verify_log
from keyreeve.cli.output import DATA_HELP, data_folder, fail, one_line_errors, print_json

audit = typer.Typer(help="The audit log.", no_args_is_help=True)


@audit.callback()
def _group() -> None:
    """Keep `verify` a subcommand, which typer would not do for the only one."""


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
