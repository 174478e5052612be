"""The commands. Each hands its options to what does the work, which it imports itself, as no other command needs it."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from keyreeve.cli.keyset import options
from keyreeve.cli.keyset.mistakes import keyset_errors
from keyreeve.cli.output import fail, print_json

# ruff: noqa: PLC0415, PLR0913, PLR0917  # see above; an argument for each option

keyset = typer.Typer(help="Keysets, and columns of files encrypted under them.", no_args_is_help=True)


class KeyTypeName(StrEnum):
    GCM_256 = "AES-GCM-256"
    SIV_128 = "AES-SIV-CMAC-128"
    SIV_256 = "AES-SIV-CMAC-256"


class Form(StrEnum):
    TEXT = "text"
    BYTES = "bytes"


@keyset.command()
def new(
    key_type: Annotated[
        KeyTypeName, typer.Option("--type", help="AES-SIV gives equal values equal ciphertexts, AES-GCM does not.")
    ] = KeyTypeName.GCM_256,
    description: Annotated[str, typer.Option(help="Kept with the key.")] = "",
    out: Annotated[
        str, typer.Option(help="The file to write, which must not be there yet; - for standard output.", metavar="FILE")
    ] = "",
    key: options.Key = None,
    role: options.Role = "",
    role_chain: options.RoleChain = "",
    endpoint: options.Endpoint = None,
    ca_file: options.CaFile = None,
    as_json: options.AsJson = False,
) -> None:
    """Make a keyset of one new key: wrapped by a key in KMS if --key is given, else plain, in HEX."""
    with keyset_errors():
        if key is None and not out and sys.stdout.isatty():
            fail("a plain keyset is secret: give --out FILE, or --out - to see it; or --key, to have it wrapped")
        from keyreeve.cli.keyset.given import Kms
        from keyreeve.cli.keyset.making import made, put

        text = made(key_type, description, Kms(key, role, role_chain, endpoint, ca_file))
        put(text, out or "-", as_json="keyset" if key is None else "wrapped_keyset", wanted=as_json)


@keyset.command()
def show(
    plain: options.Keyset = None,
    wrapped: options.WrappedKeyset = None,
    key: options.Key = None,
    role: options.Role = "",
    role_chain: options.RoleChain = "",
    endpoint: options.Endpoint = None,
    ca_file: options.CaFile = None,
    as_json: options.AsJson = False,
) -> None:
    """Show the keys of a keyset, but not their values."""
    with keyset_errors():
        from keyreeve.cli.keyset.given import Kms, keyset_argument
        from keyreeve.cli.keyset.making import for_people, masked

        known = masked(keyset_argument(plain, wrapped, Kms(key, role, role_chain, endpoint, ca_file)))
        if as_json:
            print_json(known)
        else:
            typer.echo(for_people(known))


@keyset.command()
def encrypt(
    source: options.Source,
    target: options.Target,
    columns: options.Columns,
    plain: options.Keyset = None,
    wrapped: options.WrappedKeyset = None,
    key: options.Key = None,
    role: options.Role = "",
    role_chain: options.RoleChain = "",
    additional_data: options.AdditionalData = None,
    additional_data_column: options.AdditionalDataColumn = None,
    endpoint: options.Endpoint = None,
    ca_file: options.CaFile = None,
    delimiter: options.Delimiter = ",",
    overwrite: options.Overwrite = False,
    as_json: options.AsJson = False,
) -> None:
    """Encrypt columns of text or bytes: they become BLOBs in Parquet and Base64 in CSV. NULL stays NULL."""
    with keyset_errors():
        from keyreeve.cli.keyset import moving
        from keyreeve.cli.keyset.changes import Additional, Encryption
        from keyreeve.cli.keyset.given import Kms, keyset_argument

        job = moving.Job(source, target, tuple(columns), delimiter, overwrite)
        job.check()
        found = keyset_argument(plain, wrapped, Kms(key, role, role_chain, endpoint, ca_file))
        change = Encryption(found, Additional(additional_data, additional_data_column))
        moving.tell(job, moving.move(job, change), "encrypted", as_json=as_json)


@keyset.command()
def decrypt(
    source: options.Source,
    target: options.Target,
    columns: options.Columns,
    plain: options.Keyset = None,
    wrapped: options.WrappedKeyset = None,
    key: options.Key = None,
    role: options.Role = "",
    role_chain: options.RoleChain = "",
    additional_data: options.AdditionalData = None,
    additional_data_column: options.AdditionalDataColumn = None,
    form: Annotated[
        Form | None, typer.Option("--as", help="What the values are: text (in CSV if absent) or bytes (in Parquet).")
    ] = None,
    endpoint: options.Endpoint = None,
    ca_file: options.CaFile = None,
    delimiter: options.Delimiter = ",",
    overwrite: options.Overwrite = False,
    as_json: options.AsJson = False,
) -> None:
    """Decrypt columns of BLOBs, or of Base64 in columns of text. Nothing is written if a value does not open."""
    with keyset_errors():
        from keyreeve.cli.keyset import moving
        from keyreeve.cli.keyset.changes import Additional, Decryption
        from keyreeve.cli.keyset.given import Kms, keyset_argument

        job = moving.Job(source, target, tuple(columns), delimiter, overwrite)
        job.check()
        found = keyset_argument(plain, wrapped, Kms(key, role, role_chain, endpoint, ca_file))
        as_text = form is Form.TEXT if form else job.writes_csv
        change = Decryption(found, Additional(additional_data, additional_data_column), as_text)
        moving.tell(job, moving.move(job, change), "decrypted", as_json=as_json)


@keyset.command()
def rewrap(
    source: Annotated[Path, typer.Argument(metavar="INPUT", help="A *.parquet or *.csv file, or a wrapped keyset's.")],
    target: options.Target,
    key: Annotated[str, typer.Option("--key", help="The new key in KMS; the old one stands in the wrapped keyset.")],
    columns: Annotated[
        list[str] | None,
        typer.Option("--column", help="A column of wrapped keysets; without any, INPUT is one.", metavar="NAME"),
    ] = None,
    role: options.Role = "",
    role_chain: options.RoleChain = "",
    endpoint: options.Endpoint = None,
    ca_file: options.CaFile = None,
    delimiter: options.Delimiter = ",",
    overwrite: options.Overwrite = False,
    as_json: options.AsJson = False,
) -> None:
    """Wrap keysets by another key in KMS; what they have encrypted stays as it is."""
    with keyset_errors():
        from keyreeve.cli.keyset.given import Kms
        from keyreeve.cli.keyset.making import rewrap_file

        kms = Kms(key, role, role_chain, endpoint, ca_file)
        if not columns:
            rewrap_file(source, target, kms, overwrite=overwrite)
            return
        from keyreeve.cli.keyset import moving
        from keyreeve.cli.keyset.changes import Rewrapping

        job = moving.Job(source, target, tuple(columns), delimiter, overwrite)
        job.check()
        kms.connect()
        moving.tell(job, moving.move(job, Rewrapping(kms)), "rewrapped", as_json=as_json)
