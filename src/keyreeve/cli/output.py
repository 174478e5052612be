"""How the commands speak: JSON for programs, a few lines for people, one line for a mistake."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import msgspec
import typer

from keyreeve.app import DataFolder
from keyreeve.crypto.secret import Secret
from keyreeve.errors import KeyreeveError, StartRefused, Unavailable

DATA_HELP = "The data directory."
PASSPHRASE_HELP = (  # a help text
    "A file whose first line is the passphrase of the root key; - for standard input."
)


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
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror))


def data_folder(data: Path, passphrase_file: str | None = None, database_url: str | None = None) -> DataFolder:
    return DataFolder(data.absolute(), read_passphrase(passphrase_file), database_url)


def read_passphrase(passphrase_file: str | None) -> Secret | None:
    if passphrase_file is None:
        return None
    try:
        text = sys.stdin.readline() if passphrase_file == "-" else Path(passphrase_file).read_text()
    except OSError as error:
        raise StartRefused(f"the passphrase cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise StartRefused("the passphrase cannot be read: it is not UTF-8") from None
    line = text.splitlines()[0] if text else ""
    if not line:
        raise StartRefused("the passphrase is empty")
    return Secret(line.encode())
