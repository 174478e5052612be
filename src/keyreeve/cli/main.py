"""`keyreeve`: the commands of an operator, and calls from the command line."""

import ipaddress
import os
import time
from pathlib import Path
from typing import Annotated

import typer

from keyreeve.access.accounts import ACCOUNT_ID, NewAccessKey, new_account_id, project_id
from keyreeve.app import add_account, initialise
from keyreeve.cli.audit import audit
from keyreeve.cli.call import call
from keyreeve.cli.inspection import inspect
from keyreeve.cli.logs import set_up_logs
from keyreeve.cli.output import DATA_HELP, PASSPHRASE_HELP, data_folder, fail, one_line_errors, print_json
from keyreeve.cli.root_key import root_key
from keyreeve.serving.supervisor import ServePlan, Supervisor
from keyreeve.settings import DEFAULT_REGION, REGION_ID, Settings

app = typer.Typer(
    name="keyreeve",
    help="A key management service that the cloud's own SDKs use unchanged.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
account = typer.Typer(help="Accounts of a server.", no_args_is_help=True)
app.add_typer(account, name="account")
app.add_typer(root_key, name="root-key")
app.add_typer(audit, name="audit")
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})(call)
app.command()(inspect)

Data = Annotated[Path, typer.Option("--data", help=DATA_HELP)]
PassphraseFile = Annotated[str | None, typer.Option("--passphrase-file", help=PASSPHRASE_HELP)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database-url",
        envvar="KEYREEVE_DATABASE_URL",
        help="postgresql://user@host/name instead of SQLite in the data directory; with a password in it, better in "
        "the environment, where ps does not show it.",
    ),
]


@app.command()
def init(
    data: Data,
    account_id: Annotated[str | None, typer.Option(help="16 digits; made up if absent.")] = None,
    region: Annotated[str, typer.Option(help="The region the server stands for.")] = DEFAULT_REGION,
    database_url: DatabaseUrl = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Make a data directory: root key, database, first account."""
    with one_line_errors():
        chosen = _account_id(account_id or new_account_id())
        if not REGION_ID.match(region):
            fail(f"--region {region} is not a region id: letters, digits and hyphens, such as {DEFAULT_REGION}")
        folder = data_folder(data, passphrase_file)
        made = initialise(folder, Settings(chosen, region, database_url), int(time.time() * 1000))
    _show(made, region, as_json=as_json)


@account.command("create")
def account_create(
    data: Data,
    account_id: Annotated[str | None, typer.Option(help="16 digits; made up if absent.")] = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Add an account, with its first AccessKey; works while the server runs."""
    with one_line_errors():
        folder = data_folder(data, passphrase_file)
        chosen = _account_id(account_id or new_account_id())
        made = add_account(folder, chosen, int(time.time() * 1000))
        region = folder.settings().region_id
    _show(made, region, as_json=as_json)


@app.command()
def serve(
    data: Data,
    listen: Annotated[str, typer.Option(help="HOST:PORT; port 0 picks a free one.")] = "127.0.0.1:8567",
    workers: Annotated[int | None, typer.Option(min=1, max=256, help="Processes; one a core.")] = None,
    database_url: DatabaseUrl = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate chain, PEM.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its private key, PEM.")] = None,
    insecure_http: Annotated[
        bool, typer.Option("--insecure-http", help="Plain HTTP on an address others can reach.")
    ] = False,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Serve a data directory until SIGTERM."""
    set_up_logs()
    with one_line_errors():
        host, port = _address(listen)
        if (tls_cert is None) != (tls_key is None):
            fail("--tls-cert and --tls-key go together")
        for path in (tls_cert, tls_key):
            if path is not None and not path.is_file():
                fail(f"{path} is not there")
        if tls_cert is None and not insecure_http and not _is_loopback(host):
            fail(f"plain HTTP on {host} could be read on the way: give --tls-cert, or --insecure-http")
        folder = data_folder(data, passphrase_file, database_url)
        folder.settings()
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        plan = ServePlan(
            folder,
            host,
            port,
            workers or cores or 1,
            str(tls_cert) if tls_cert else None,
            str(tls_key) if tls_key else None,
        )
        raise typer.Exit(Supervisor(plan).run())


def main() -> None:
    # Whatever is written, the database too, is for the operator's eyes only.
    os.umask(0o077)
    set_up_logs(quiet=True)
    app()


def _account_id(text: str) -> str:
    if not ACCOUNT_ID.fullmatch(text):
        fail(f"--account-id {text} is not an account id: 16 digits, the first not 0")
    return text


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    host = host.strip("[]")
    if not host or not port.isdecimal() or int(port) > 65535:  # noqa: PLR2004  # the largest port
        fail(f"--listen {text} is not HOST:PORT, such as 127.0.0.1:8567")
    return host, int(port)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _show(made: NewAccessKey, region: str, *, as_json: bool) -> None:
    """The only time that the secret is shown; init prints JSON either way, for scripts rely on it."""
    del as_json
    print_json(
        {
            "account_id": made.account_id,
            "region_id": region,
            "project_id": project_id(made.account_id, region),
            "access_key_id": made.access_key_id,
            "access_key_secret": made.secret.reveal().decode(),
        }
    )
