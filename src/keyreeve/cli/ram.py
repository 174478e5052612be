"""`keyreeve ram`: the identity operations by name, and `simulate`, which says what policies decide and why."""

import ipaddress
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from keyreeve.access.authorisation import Guarded, Question, decided, load
from keyreeve.access.callers import Caller
from keyreeve.access.identities.callers import caller_named
from keyreeve.app import open_checked
from keyreeve.catalogue import IDENTITY_CATALOGUE
from keyreeve.certificates.inspection import guarded_certificate
from keyreeve.cli.call import Calls, run_call
from keyreeve.cli.output import DATA_HELP, PASSPHRASE_HELP, data_folder, fail, one_line_errors, print_json
from keyreeve.errors import StartRefused
from keyreeve.keys.inspection import guarded_key, key_of_alias
from keyreeve.secrets.inspection import guarded_secret

_ANYTHING: dict[str, Any] = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
_RAM = Calls("keyreeve ram call", {one.name: one for one in IDENTITY_CATALOGUE.values()})
_ABOUT_ALIASES = {"kms:createalias", "kms:updatealias", "kms:deletealias", "kms:listaliases"}

ram = typer.Typer(help="Users, groups, roles and policies.", no_args_is_help=True)


@ram.command(context_settings=_ANYTHING)
def call(context: typer.Context) -> None:
    """Call an operation of RAM or STS: keyreeve ram call CreateUser --UserName alice."""
    run_call(_RAM, list(context.args))


@ram.command()
def simulate(  # noqa: PLR0913, PLR0917  # one for each option
    data: Annotated[Path, typer.Option("--data", help=DATA_HELP)],
    who: Annotated[str, typer.Option("--as", help="user/NAME or role/NAME; a bare name is a user's.")],
    action: Annotated[str, typer.Option(help="Such as kms:Encrypt.")],
    resource: Annotated[str, typer.Option(help="An ARN, or key/ID, alias/NAME ... of the account.")],
    account_id: Annotated[str | None, typer.Option(help="The account of --as; the first one by default.")] = None,
    source_ip: Annotated[str, typer.Option(help="What acs:SourceIp is to be.")] = "127.0.0.1",
    secure: Annotated[bool, typer.Option("--secure", help="As if the call came by TLS.")] = False,
    passphrase_file: Annotated[str | None, typer.Option(help=PASSPHRASE_HELP)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say whether a call would be allowed, and which statement decides; nothing is called."""
    with one_line_errors():
        folder = data_folder(data, passphrase_file)
        settings = folder.settings()
        account = account_id or settings.account_id
        if not _is_address(source_ip):
            fail(f"--source-ip {source_ip} is not an IP address")
        arn = _arn(settings.region_id, account, action, resource)
        question = Question(action, arn, source_ip, secure, int(time.time() * 1000))
        database, _ = open_checked(folder)
        with database.reading() as connection:
            caller = caller_named(connection, account, who)
            if caller is None:
                raise StartRefused(f"--as {who}: there is no such user or role in account {account}")
            if action.lower() not in _ABOUT_ALIASES:
                arn = key_of_alias(connection, arn) or arn
                question = replace(question, resource=arn)
            kinds = (guarded_key, guarded_secret, guarded_certificate)
            found = (look(connection, arn, settings.region_id) for look in kinds)
            guarded = next((one for one in found if one is not None), None) or _owned(arn, caller)
            decision = decided(caller, load(None, connection, caller), question, guarded)
        database.close()
    if as_json:
        print_json({"allowed": decision.allowed, "action": action, "resource": arn, "why": decision.text})
    else:
        typer.echo(f"{'allowed' if decision.allowed else 'denied'}: {action} on {arn}: {decision.text}")
    if not decision.allowed:
        raise typer.Exit(1)


def _arn(region_id: str, account_id: str, action: str, resource: str) -> str:
    if resource.startswith("acs:"):
        return resource
    service = action.partition(":")[0].lower()
    if service in ("ram", "sts"):
        return f"acs:ram::{account_id}:{resource}"
    return f"acs:kms:{region_id}:{account_id}:{resource}"


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _owned(arn: str, caller: Caller) -> Guarded:
    parts = arn.split(":")
    if len(parts) < 5:  # noqa: PLR2004  # acs:service:region:account:resource
        fail(f"--resource {arn} is not an ARN")
    return Guarded(parts[3] or caller.account_id)
