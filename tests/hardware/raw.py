"""What is in a token, as another program sees it that knows the PIN."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.hardware.raw_pkcs11 import AGAIN
from tests.support.softhsm import SoftHsm

_PROGRAM = Path(__file__).with_name("raw_pkcs11.py")
_MORE_LOOKS = 4


@dataclass(frozen=True)
class TokenObject:
    """`readings` says for each secret attribute what came of reading it: a refusal's name, or its value in hex."""

    kind: str
    type: str
    bits: int
    id: str
    label: str
    flags: list[str]
    readings: dict[str, str]


def objects(hsm: SoftHsm) -> list[TokenObject]:
    return [TokenObject(**found) for found in _ask(hsm, do="objects")]


def ids(hsm: SoftHsm) -> set[str]:
    return {found.id for found in objects(hsm)}


def id_of(version_id: str) -> str:
    """A version's object id (docs/formats/sealed-values.md)."""
    return UUID(version_id).bytes.hex()


def root_keys(hsm: SoftHsm) -> list[str]:
    """The 8-byte ids of the root keys in the token."""
    return [found.id for found in objects(hsm) if len(found.id) == 16]


def open_gcm(hsm: SoftHsm, object_id: str, nonce: bytes, associated: bytes, data: bytes) -> bytes:
    """C_Decrypt with an AES key of the token."""
    words = {"id": object_id, "nonce": nonce.hex(), "associated": associated.hex(), "data": data.hex()}
    return bytes.fromhex(_ask(hsm, do="open_gcm", **words))


def put_readable(hsm: SoftHsm, object_id: str) -> str:
    return str(_ask(hsm, do="put_readable", id=object_id))


def _ask(hsm: SoftHsm, **given: str) -> Any:
    """Asked anew, by a program that knows of nothing yet, if it met the server at work."""
    done = _run(hsm, given)
    for _ in range(_MORE_LOOKS):
        if done.returncode != AGAIN:
            break
        done = _run(hsm, given)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _run(hsm: SoftHsm, given: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(_PROGRAM), hsm.module, hsm.label],
        input=json.dumps(given),
        env={**os.environ, **hsm.env, "PIN": hsm.pin},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
