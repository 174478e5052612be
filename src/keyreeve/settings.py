"""`config.json` in the data directory: what `keyreeve init` fixed."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from keyreeve.crypto.secret import Secret
from keyreeve.errors import StartRefused
from keyreeve.limits import NO_LIMITS, Limits

NAME = "config.json"
REGION_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")
DEFAULT_REGION = "cn-hangzhou"


class HsmSettings(msgspec.Struct, frozen=True):
    """Where the hardware is: a PKCS#11 library, a token by its label, a file with the PIN in its first line."""

    module: str
    token: str
    pin_file: str | None = None


class Settings(msgspec.Struct, frozen=True):
    account_id: str
    region_id: str
    database_url: str | None = None
    hsm: HsmSettings | None = None
    limits: Limits = NO_LIMITS
    format: Literal[1] = 1


def first_line(read: Callable[[], bytes], what: str) -> Secret:
    """A passphrase or PIN, the first line of what is read. Raises StartRefused, saying `what` cannot be had."""
    try:
        text = read().decode()
    except OSError as error:
        raise StartRefused(f"{what} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise StartRefused(f"{what} cannot be read: it is not UTF-8") from None
    line = text.splitlines()[0] if text else ""
    if not line:
        raise StartRefused(f"{what} is empty")
    return Secret(line.encode())


def read_settings(folder: Path) -> Settings:
    """Raises StartRefused if the directory was not initialised."""
    try:
        return msgspec.json.decode((folder / NAME).read_bytes(), type=Settings)
    except (FileNotFoundError, NotADirectoryError):
        raise StartRefused(f"{folder} is not initialised: run keyreeve init --data {folder}") from None
    except OSError as error:
        raise StartRefused(f"{folder / NAME} cannot be read: {error.strerror}") from None
    except msgspec.DecodeError:
        raise StartRefused(f"{folder / NAME} does not have the documented form") from None


def write_settings(folder: Path, settings: Settings) -> None:
    """The last step of init: only a directory with this file is initialised. Mode 0600: a URL may hold a password."""
    content = msgspec.json.format(msgspec.json.encode(settings), indent=2) + b"\n"
    descriptor = os.open(folder / NAME, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
