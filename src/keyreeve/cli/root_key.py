from pathlib import Path
from typing import Annotated, Self

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from keyreeve.cli.output import (
    DATA_HELP,
    PASSPHRASE_HELP,
    data_folder,
    one_line_errors,
    print_json,
    read_passphrase,
)
from keyreeve.root_key_rotation import rotate_root_key


class _Bar:
    """Drawn from the first value on: a refusal before that is one line and nothing else."""

    def __init__(self, *, shown: bool) -> None:
        self._progress = Progress(console=Console(stderr=True), disable=not shown)
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def show(self, done: int) -> None:
        if self._task is None:
            self._progress.start()
            self._task = self._progress.add_task("sealing anew", total=None)
        self._progress.update(self._task, completed=done)

    def __exit__(self, *_: object) -> None:
        if self._task is not None:
            self._progress.stop()


root_key = typer.Typer(help="The key that seals everything in the database.", no_args_is_help=True)


@root_key.callback()
def _group() -> None:
    """Keep `rotate` a subcommand, which typer would not do for the only one."""


@root_key.command()
def rotate(
    data: Annotated[Path, typer.Option("--data", help=DATA_HELP)],
    passphrase_file: Annotated[str | None, typer.Option(help=PASSPHRASE_HELP)] = None,
    new_passphrase_file: Annotated[
        str | None, typer.Option(help="A file with the passphrase from now on; the old one stays if absent.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Make a new root key and seal everything anew with it; interrupted, run it again."""
    with one_line_errors():
        folder = data_folder(data, passphrase_file)
        new_passphrase = read_passphrase(new_passphrase_file)
        with _Bar(shown=not as_json) as bar:
            sealed = rotate_root_key(folder, new_passphrase, bar.show)
    if as_json:
        print_json({"resealed": sealed})
    else:
        typer.echo(f"{sealed} values are sealed under the new root key; the old one is removed")
