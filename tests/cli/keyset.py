"""`keyreeve keyset` in this process, on files in a folder."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from keyreeve import keysets
from keyreeve.cli.main import app
from keyreeve.keysets.wrapping import connection
from tests.keysets.documented import K1
from tests.keysets.kms import Owner


def run(*words: object, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(app, ["keyset", *map(str, words)], input=stdin)


def done(*words: object, stdin: bytes = b"") -> str:
    """What it printed, with success."""
    result = run(*words, stdin=stdin)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return result.stdout


def mistake(*words: object, stdin: bytes = b"") -> str:
    """The one line of a failure."""
    result = run(*words, stdin=stdin)
    assert result.exit_code == 1, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert line.startswith("keyreeve: ")
    return line


class Folder:
    """With the documented keyset in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.put("k1.keyset", K1.hex())

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    @property
    def keyset(self) -> tuple[str, str]:
        return "--keyset", str(self / "k1.keyset")

    def put(self, name: str, content: str | bytes) -> Path:
        (self / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return self / name

    def put_parquet(self, name: str, columns: dict[str, Any], row_group_size: int | None = None) -> Path:
        pq.write_table(pa.table(columns), self / name, row_group_size)
        return self / name

    def columns(self, name: str) -> dict[str, list[Any]]:
        return pq.read_table(self / name).to_pydict()

    def names(self) -> set[str]:
        """Hidden ones too."""
        return {path.name for path in self.path.iterdir()} - {"k1.keyset"}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def connected(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the environment; what a command connects is forgotten after the test."""
    monkeypatch.setenv("KEYREEVE_ENDPOINT", f"http://{owner.server.address}")
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", owner.account.access_key_id)
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", owner.account.access_key_secret)
    monkeypatch.setattr(connection._default, "connection", None)


def opened(ciphertexts: list[bytes | None], keyset: keysets.UsedWrappedKeyset | bytes = K1) -> list[bytes | None]:
    return [keysets.enhanced_sym_decrypt(keyset, value) for value in ciphertexts]


def json_of(text: str) -> Any:
    return json.loads(text)
