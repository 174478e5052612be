"""`keyreeve instance`: the databases and hosts that the rotation of managed secrets reaches."""

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from keyreeve.access.accounts import account_exists
from keyreeve.app import open_checked
from keyreeve.cli.output import DATA_HELP, PASSPHRASE_HELP, data_folder, fail, one_line_errors, print_json
from keyreeve.errors import StartRefused
from keyreeve.instances.errors import TargetError
from keyreeve.instances.model import Instance
from keyreeve.instances.parsing import parse_instance
from keyreeve.instances.store import list_instances, put_instance, read_instance, remove_instance
from keyreeve.instances.targets import open_target
from keyreeve.storage.database import Database
from keyreeve.storage.root_key.sealer import Sealer

Data = Annotated[Path, typer.Option("--data", help=DATA_HELP)]
AccountId = Annotated[str | None, typer.Option("--account", help="Whose; the first account's by default.")]
PassphraseFile = Annotated[str | None, typer.Option(help=PASSPHRASE_HELP)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
InstanceId = Annotated[str, typer.Argument(metavar="ID")]

_EXAMPLE = '{"id": "orders-db", "engine": "mariadb", "host": "10.0.0.5", "user": "keyreeve", "password": "..."}'

instance = typer.Typer(help="Databases and hosts whose accounts managed secrets hold.", no_args_is_help=True)


@dataclass(frozen=True, slots=True)
class _Opened:
    database: Database
    sealer: Sealer
    account_id: str


@instance.command(epilog=f"Such as: {_EXAMPLE}")
def add(
    data: Data,
    source: Annotated[str, typer.Argument(metavar="FILE", help="A JSON object; - for standard input.")],
    account: AccountId = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Add an instance with the login of its administrator, or replace the one of its id; a server may be running."""
    with _opened(data, account, passphrase_file) as opened:
        given = parse_instance(_text(source))
        now = int(time.time() * 1000)
        with opened.database.writing() as connection:
            replaced = put_instance(connection, opened.sealer, opened.account_id, given, now)
        if replaced:
            opened.database.shrink_log()
    if as_json:
        print_json({"id": given.instance_id, "replaced": replaced})
    else:
        typer.echo(f"{given.instance_id} is {'replaced' if replaced else 'added'}: keyreeve instance test logs in")


@instance.command("list")
def list_(
    data: Data, account: AccountId = None, passphrase_file: PassphraseFile = None, as_json: AsJson = False
) -> None:
    """Show the instances of an account, without their secrets."""
    with _opened(data, account, passphrase_file) as opened, opened.database.reading() as connection:
        found = list_instances(connection, opened.sealer, opened.account_id)
    if as_json:
        rows = [
            {"id": one.instance_id, "engine": one.engine, "host": one.host, "port": one.port, "user": one.user}
            for one in found
        ]
        print_json({"instances": rows})
        return
    table = Table("id", "engine", "host", "port", "user", box=None, pad_edge=False)
    for one in found:
        table.add_row(one.instance_id, one.engine, one.host, str(one.port), one.user)
    Console(soft_wrap=True, highlight=False, markup=False).print(table)


@instance.command("test")
def check(
    data: Data,
    instance_id: InstanceId,
    account: AccountId = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Log in to an instance as its administrator, and say what works."""
    with _opened(data, account, passphrase_file) as opened:
        chosen = _chosen(opened, instance_id)
    try:
        works = open_target(chosen).check()
    except TargetError as error:
        if as_json:
            print_json({"id": instance_id, "works": False, "reason": str(error)})
        fail(f"{instance_id}: {error}")
    if as_json:
        print_json({"id": instance_id, "works": True, "findings": works})
    else:
        for line in works:
            typer.echo(line)


@instance.command()
def remove(
    data: Data,
    instance_id: InstanceId,
    account: AccountId = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Forget an instance; secrets whose accounts are there can no longer be rotated."""
    with _opened(data, account, passphrase_file) as opened:
        with opened.database.writing() as connection:
            if not remove_instance(connection, opened.account_id, instance_id):
                raise _unknown(instance_id)
        opened.database.shrink_log()
    if as_json:
        print_json({"id": instance_id, "removed": True})
    else:
        typer.echo(f"{instance_id} is removed")


@contextmanager
def _opened(data: Path, account: str | None, passphrase_file: str | None) -> Generator[_Opened]:
    with one_line_errors():
        folder = data_folder(data, passphrase_file)
        account_id = account or folder.settings().account_id
        database, sealer = open_checked(folder)
        try:
            with database.reading() as connection:
                if not account_exists(connection, account_id):
                    raise StartRefused(f"--account {account_id}: there is no such account")
            yield _Opened(database, sealer, account_id)
        finally:
            database.close()


def _text(source: str) -> bytes:
    return sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()


def _chosen(opened: _Opened, instance_id: str) -> Instance:
    with opened.database.reading() as connection:
        found = read_instance(connection, opened.sealer, opened.account_id, instance_id)
    if found is None:
        raise _unknown(instance_id)
    return found


def _unknown(instance_id: str) -> StartRefused:
    return StartRefused(f"there is no instance {instance_id[:64]!r}: keyreeve instance list shows them")
