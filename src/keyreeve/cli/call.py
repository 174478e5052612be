"""`keyreeve call`: every operation of the catalogue, signed and sent like an SDK would."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import typer

from keyreeve.access.accounts import first_access_key
from keyreeve.access.sessions import TEMPORARY_PREFIX
from keyreeve.app import DataFolder, open_checked
from keyreeve.catalogue import CATALOGUE
from keyreeve.cli.output import fail, one_line_errors, print_json, read_passphrase
from keyreeve.crypto.secret import Secret
from keyreeve.operations import Operation
from keyreeve.remote import Credentials, Endpoint, Refused, Unreachable, send

_OPTIONS = {
    "--endpoint": "where the server is; KEYREEVE_ENDPOINT, or what the data directory says",
    "--access-key-id": "ALIBABA_CLOUD_ACCESS_KEY_ID, or the account's in the data directory",
    "--access-key-secret-file": "a file with the secret; ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "--data": "a data directory that endpoint and AccessKey are taken from; KEYREEVE_DATA",
    "--passphrase-file": "a file with the passphrase of the data directory's root key",
    "--ca-file": "the certificates to trust instead of the system's, PEM",
}


@dataclass(frozen=True, slots=True)
class Calls:
    """A command that calls the operations of some services by their names."""

    command: str
    operations: Mapping[str, Operation]


_KMS = Calls("keyreeve call", CATALOGUE)


def call(context: typer.Context) -> None:
    """Call an operation: keyreeve call Encrypt --KeyId alias/a --Plaintext aGk=."""
    run_call(_KMS, list(context.args))


def run_call(calls: Calls, words: list[str]) -> None:
    """The words of a command line: an operation, its parameters, and options of ours."""
    if not words or words[0] in ("--help", "-h"):
        typer.echo(_overview(calls))
        return
    operation = _operation(calls, words.pop(0))
    if "--help" in words or "-h" in words:
        typer.echo(_help(calls, operation))
        return
    with one_line_errors():
        options, parameters = _parse(calls, operation, words)
        answer = _send(operation, options, parameters)
    print_json(answer)


def _send(operation: Operation, options: dict[str, str], parameters: dict[str, str]) -> object:
    endpoint, credentials = _endpoint(options)
    try:
        return send(endpoint, credentials, operation.name, operation.service.version, parameters, object)
    except Refused as refused:
        sys.stdout.write(refused.body.decode("utf-8", "replace") + "\n")
        fail(f"{refused.code}: {refused.message}")
    except Unreachable as error:
        fail(str(error))


def _operation(calls: Calls, name: str) -> Operation:
    found = calls.operations.get(name)
    if found is not None:
        return found
    near = [known for known in calls.operations if known.lower() == name.lower().replace("-", "").replace("_", "")]
    hint = f"did you mean {near[0]}?" if near else f"{calls.command} --help lists them"
    return fail(f"there is no operation {name}: {hint}", 2)


def _parse(calls: Calls, operation: Operation, words: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The words as our options and the operation's parameters."""
    names = {parameter.name for parameter in operation.parameters}
    options: dict[str, str] = {}
    parameters: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        known = name in _OPTIONS or name.removeprefix("--").partition(".")[0] in names
        if not name.startswith("--") or not known:
            fail(f"{operation.name} has no option {word}: see {calls.command} {operation.name} --help", 2)
        if not equals:
            following = next(rest, None)
            if following is None:
                fail(f"{word} needs a value", 2)
            value = following
        (options if name in _OPTIONS else parameters)[name if name in _OPTIONS else name[2:]] = value
    return options, parameters


@dataclass(frozen=True, slots=True)
class _Found:
    address: str | None = None
    access_key_id: str | None = None
    secret: Secret | None = None


def _endpoint(options: dict[str, str]) -> tuple[Endpoint, Credentials]:
    data = options.get("--data") or os.environ.get("KEYREEVE_DATA")
    from_options = _from_options(options)
    from_data = _Found()
    if data is not None:
        passphrase = read_passphrase(options.get("--passphrase-file"))
        needs_key = from_options.access_key_id is None or from_options.secret is None
        from_data = _from_data(DataFolder(Path(data).absolute(), passphrase), needs_key=needs_key)
    address = from_options.address or from_data.address
    access_key_id = from_options.access_key_id or from_data.access_key_id
    secret = from_options.secret or from_data.secret
    if address is None:
        fail("no endpoint: give --endpoint, or --data of a running server", 2)
    if access_key_id is None or secret is None:
        fail("no AccessKey: give --data, or set ALIBABA_CLOUD_ACCESS_KEY_ID and _SECRET", 2)
    token = os.environ.get("ALIBABA_CLOUD_SECURITY_TOKEN", "") if access_key_id.startswith(TEMPORARY_PREFIX) else ""
    return Endpoint(address, options.get("--ca-file")), Credentials(access_key_id, secret, token)


def _from_options(options: dict[str, str]) -> _Found:
    secret_file = options.get("--access-key-secret-file")
    try:
        text = Path(secret_file).read_text() if secret_file else None
    except OSError as error:
        fail(f"the secret cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        fail("the secret cannot be read: it is not UTF-8")
    secret = text.strip() if text else os.environ.get("ALIBABA_CLOUD_ACCESS_KEY_SECRET")
    return _Found(
        options.get("--endpoint") or os.environ.get("KEYREEVE_ENDPOINT"),
        options.get("--access-key-id") or os.environ.get("ALIBABA_CLOUD_ACCESS_KEY_ID"),
        Secret(secret.encode()) if secret else None,
    )


def _from_data(folder: DataFolder, *, needs_key: bool) -> _Found:
    """Endpoint and the first account's AccessKey, which its operator may read."""
    settings = folder.settings()
    try:
        address = (folder.path / "run" / "address").read_text().strip()
    except OSError:
        address = None
    if not needs_key:
        return _Found(address)
    database, sealer = open_checked(folder)
    with database.reading() as connection:
        key = first_access_key(connection, sealer, settings.account_id)
    database.close()
    return _Found(address) if key is None else _Found(address, key.caller.access_key_id, key.secret)


def _overview(calls: Calls) -> str:
    lines = [f"Usage: {calls.command} OPERATION [--Parameter VALUE]...", "", "Operations:"]
    lines += [f"  {name:32} {one.summary.splitlines()[0]}" for name, one in calls.operations.items()]
    lines += ["", "Options:"]
    lines += [f"  {name:26} {text}" for name, text in _OPTIONS.items()]
    lines += ["", f"{calls.command} OPERATION --help tells an operation's parameters."]
    return "\n".join(lines)


def _help(calls: Calls, operation: Operation) -> str:
    lines = [f"Usage: {calls.command} {operation.name} [--Parameter VALUE]...", "", operation.summary, ""]
    lines.append("Parameters:")
    for parameter in operation.parameters:
        mark = " (required)" if parameter.required else ""
        lines.append(f"  --{parameter.name:32} {parameter.description}{mark}")
    if not operation.parameters:
        lines.append("  none")
    return "\n".join(lines)
