"""The programs of the README, as they stand there but for the address."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.huawei import sdk
from tests.support.server import Server

_README = Path(__file__).parents[1] / "README.md"
_PROGRAM = re.compile(r"```python\n(.*?)```", re.DOTALL)


def test_the_programs_run_one_after_the_other(
    sqlite_server: Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    account = sqlite_server.account
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", account.access_key_id)
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", account.access_key_secret)
    assert sdk.Huawei, "the SDK has been imported with a home of its own"
    names: dict[str, Any] = {
        "access_key_id": account.access_key_id,
        "access_key_secret": account.access_key_secret,
        "project_id": account.project_id,
    }
    programs = _PROGRAM.findall(_README.read_text())
    assert len(programs) == 3
    for program in programs:
        exec(program.replace("127.0.0.1:8567", sqlite_server.address), names)  # noqa: S102  # that is what it is for
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "aGVsbG8="
    assert lines[1].startswith("S1IB")
    assert lines[2].startswith("[(0, b")
