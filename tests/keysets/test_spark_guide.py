"""docs/keysets.md: its program in Spark runs, in processes of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.keysets.kms import Owner
from tests.keysets.sparks import require_java
from tests.keysets.test_guide import GUIDE


@pytest.mark.timeout(600)
def test_the_program_in_spark_runs(owner: Owner, tmp_path: Path) -> None:
    require_java()
    program = tmp_path / "program.py"
    program.write_text(GUIDE.partition("## Spark\n")[2].partition("```python\n")[2].partition("```")[0])
    environment = {
        "PATH": os.environ["PATH"],
        "KEYREEVE_ENDPOINT": f"http://{owner.server.address}",
        "ALIBABA_CLOUD_ACCESS_KEY_ID": owner.account.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": owner.account.access_key_secret,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_SUBMIT_OPTS": "-Xmx512m -Dspark.ui.enabled=false",
    }
    command = [sys.executable, str(program), owner.new_key(), str(tmp_path / "encrypted")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["['+86 571 0000', '+86 571 0001', '+86 571 0002']", "3"]
    assert owner.account.access_key_secret not in done.stderr
