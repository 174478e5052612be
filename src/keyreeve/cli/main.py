"""`keyreeve`: the commands of an operator, and calls from the command line."""

import ipaddress
import os
import time
from pathlib import Path
from typing import Annotated

import typer

from keyreeve.access.accounts import new_account_id
from keyreeve.app import add_account
from keyreeve.cli.accounts import checked_account_id, show_access_key
from keyreeve.cli.audit import audit
from keyreeve.cli.call import call
from keyreeve.cli.certificates import certificate
from keyreeve.cli.init import init
from keyreeve.cli.inspection import inspect
from keyreeve.cli.instances import instance
from keyreeve.cli.keyset import keyset
from keyreeve.cli.logs import set_up_logs
from keyreeve.cli.output import DATA_HELP, PASSPHRASE_HELP, DatabaseUrl, data_folder, fail, one_line_errors
from keyreeve.cli.ram import ram
from keyreeve.cli.root_key import root_key
from keyreeve.cli.wrap_key_material import wrap_key_material
from keyreeve.serving.supervisor import ServePlan, Supervisor

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
app.add_typer(ram, name="ram")
app.add_typer(instance, name="instance")
app.add_typer(certificate, name="certificate")
app.add_typer(keyset, name="keyset")
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})(call)
app.command()(init)
app.command()(inspect)
app.command()(wrap_key_material)

Data = Annotated[Path, typer.Option("--data", help=DATA_HELP)]
PassphraseFile = Annotated[str | None, typer.Option("--passphrase-file", help=PASSPHRASE_HELP)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


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
        chosen = checked_account_id(account_id or new_account_id())
        made = add_account(folder, chosen, int(time.time() * 1000))
        region = folder.settings().region_id
    del as_json
    show_access_key(made, region)


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
