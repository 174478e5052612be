"""docs/keysets.md: its program runs, and it names every function as it is."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

from keyreeve import keysets
from tests.keysets.kms import Owner

GUIDE = (Path(__file__).parents[2] / "docs" / "keysets.md").read_text()


def test_the_program_of_the_guide_runs(owner: Owner, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(GUIDE.partition("```python\n")[2].partition("```")[0])
    environment = {
        "KEYREEVE_ENDPOINT": f"http://{owner.server.address}",
        "ALIBABA_CLOUD_ACCESS_KEY_ID": owner.account.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": owner.account.access_key_secret,
    }
    done = subprocess.run(
        [sys.executable, str(program), owner.new_key()], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["+86 571 0000", "[b'+86 571 0000', None, b'+86 571 0001']"]


def test_the_guide_has_the_signature_of_every_function() -> None:
    named = dict(re.findall(r"`(\w+)\(([^)]*)\)`", GUIDE.partition("## The functions")[2].partition("| key_type")[0]))
    assert len(named) == 11
    for name, arguments in named.items():
        parameters = inspect.signature(getattr(keysets, name)).parameters.values()
        positional = [each for each in parameters if each.kind is not inspect.Parameter.KEYWORD_ONLY]
        expected = [each.name if each.default is each.empty else f"{each.name}=None" for each in positional]
        assert arguments.split(", ") == expected, name


def test_values_need_neither_numpy_nor_an_engine() -> None:
    check = (
        "import sys; from keyreeve import keysets; keysets.new_keyset('AES-GCM-256'); "
        "print([name for name in ('numpy', 'pyarrow', 'duckdb', 'pyspark', 'sqlalchemy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
