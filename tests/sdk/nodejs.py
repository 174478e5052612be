"""@alicloud/kms20160120 and @alicloud/pop-core, in a Node.js process that takes one call a line."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.conftest import missing
from tests.sdk.sdk import SdkError
from tests.support.server import Account

_FOLDER = Path(__file__).with_name("node")


class NodeJs:
    """`which` is kms, pop-post or pop-get."""

    def __init__(self, address: str, account: Account, which: str) -> None:
        _require_node()
        self._which = which
        key = (account.access_key_id, account.access_key_secret)
        self._process = subprocess.Popen(
            ["node", "driver.js", which, address, account.region_id, *key],
            cwd=_FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        self._process.communicate(timeout=30)
        assert self._process.returncode == 0

    def offers(self, operation: str, *parameters: str) -> bool:
        return self._ask("offers", operation, parameters)[0]

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        if self._which != "kms":
            # pop-core knows flat parameters only.
            parameters = {
                name: json.dumps(value) if isinstance(value, dict) else value for name, value in parameters.items()
            }
        answer, error = self._ask("call", operation, parameters)
        if error is not None:
            # The client of the service puts a word of its own behind every code.
            code = error["code"].removesuffix("Error") if self._which == "kms" else error["code"]
            raise SdkError(code, error["message"])
        return answer

    def _ask(self, what: str, operation: str, parameters: Any) -> list[Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([what, operation, parameters]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the Node.js process is gone"
        return json.loads(line)


def _require_node() -> None:
    if shutil.which("node") is None:
        missing("Node.js")
    if not (_FOLDER / "node_modules").exists():
        missing("the Node.js clients (npm ci in tests/sdk/node)")
