"""docs/keysets.md: its program in DuckDB runs, and the commands that it shows are there."""

import re
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from keyreeve.cli.main import app
from tests.keysets.kms import Owner
from tests.keysets.test_guide import GUIDE


def section(title: str) -> str:
    return GUIDE.partition(f"## {title}\n")[2].partition("\n## ")[0]


def test_the_program_in_duckdb_runs(owner: Owner, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(section("SQL in DuckDB").partition("```python\n")[2].partition("```")[0])
    environment = {
        "KEYREEVE_ENDPOINT": f"http://{owner.server.address}",
        "ALIBABA_CLOUD_ACCESS_KEY_ID": owner.account.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": owner.account.access_key_secret,
    }
    command = [sys.executable, str(program), owner.new_key()]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["[('+86 571 0000',), ('+86 571 0001',), ('+86 571 0002',)]", "1"]


def test_the_commands_and_their_options_are_there() -> None:
    lines = [
        line for line in section("Files, from the command line").splitlines() if line.startswith("keyreeve keyset")
    ]
    assert len(lines) == 5
    for line in lines:
        command, options = line.split()[2], re.findall(r"--[a-z-]+", line)
        told = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["keyset", command, "--help"]).stdout
        assert all(option in told for option in options), line
