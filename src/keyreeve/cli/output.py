"""How the commands speak: JSON for programs, a few lines for people, one line for a mistake."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import msgspec
import typer

from keyreeve.app import DataFolder
from keyreeve.crypto.secret import Secret
from keyreeve.errors import KeyreeveError, StartRefused, Unavailable
from keyreeve.settings import first_line

DATA_HELP = "The data directory."
PIN_VARIABLE = "KEYREEVE_HSM_PIN"
PASSPHRASE_HELP = (  # a help text
    "A file whose first line is the passphrase of the root key; - for standard input."
)

DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database-url",
        envvar="KEYREEVE_DATABASE_URL",
        help="postgresql://user@host/name instead of SQLite in the data directory; with a password in it, better in "
        "the environment, where ps does not show it.",
    ),
]


def print_json(value: object) -> None:
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")


def fail(message: str, status: int = 1) -> NoReturn:
    """One line on standard error, and out."""
    sys.stderr.write(f"keyreeve: {message}\n")
    raise typer.Exit(status)


@contextmanager
def one_line_errors() -> Generator[None]:
    """What may go wrong in a command ends it with one line and status 1."""
    try:
        yield
    except StartRefused as error:
        fail(error.detail)
    except Unavailable as error:
        fail(error.detail or "the database cannot be reached")
    except KeyreeveError as error:
        fail(error.detail or type(error).__name__)
    except BrokenPipeError:
        # Whoever read our output has seen enough; the interpreter must not try again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror))


def data_folder(data: Path, passphrase_file: str | None = None, database_url: str | None = None) -> DataFolder:
    pin = os.environ.get(PIN_VARIABLE)
    return DataFolder(
        data.absolute(), read_passphrase(passphrase_file), database_url, None if pin is None else Secret(pin.encode())
    )


def read_passphrase(passphrase_file: str | None) -> Secret | None:
    if passphrase_file is None:
        return None
    read = sys.stdin.buffer.readline if passphrase_file == "-" else Path(passphrase_file).read_bytes
    return first_line(read, "the passphrase")
