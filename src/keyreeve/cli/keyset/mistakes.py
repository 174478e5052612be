from collections.abc import Generator
from contextlib import contextmanager
from typing import NoReturn

from keyreeve.cli.output import fail, one_line_errors


class TableMistake(Exception):  # a fact, not a failure of ours
    """What a file or a column is not fit for; the text is one line."""


@contextmanager
def keyset_errors() -> Generator[None]:
    """As `one_line_errors`, also for what keysets and tables refuse."""
    try:
        with one_line_errors():
            yield
    except TableMistake as error:
        fail(str(error))
    except ImportError as error:
        _fail_for_missing_package(error)
    except ValueError as error:
        _fail_for_keyset(error)


def _fail_for_missing_package(error: ImportError) -> NoReturn:
    from keyreeve.keysets.registering import missing_extra  # noqa: PLC0415  # no other command needs it

    told = missing_extra(error, "duckdb")
    if told is error:
        raise error
    fail(str(told))


def _fail_for_keyset(error: ValueError) -> NoReturn:
    from keyreeve.keysets import KeysetError, NotConnected  # noqa: PLC0415  # likewise

    if not isinstance(error, KeysetError):
        raise error
    text = str(error)
    if isinstance(error, NotConnected):
        what = text.partition(":")[0]
        text = f"{what}: " + (
            "give --endpoint, or set KEYREEVE_ENDPOINT"
            if "KMS" in what
            else "set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET"
        )
    fail(text)
