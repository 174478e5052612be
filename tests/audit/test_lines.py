"""The form of a line, whatever is in it (docs/formats/audit.md)."""

import base64
import hashlib
import json
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from keyreeve.audit.chain import Record, link, read_line
from tests.audit.logs import lines_of, record, write_lines

MEMBERS = ["n", "time", "id", "account", "key", "from", "op", "on", "result", "chain"]
anything = st.text(max_size=80) | st.text(max_size=12000) | st.text('"\\{},:\n\r\0é', max_size=60)
outside = st.fixed_dictionaries(dict.fromkeys(("access_key_id", "source", "operation", "resource", "result"), anything))


@given(
    outside=outside,
    number=st.integers(1, 2**63),
    account=st.sampled_from(["", "9" * 16]),
    previous=st.binary(min_size=32, max_size=32),
)
def test_a_line_is_short_printable_json_whatever_came_from_outside(
    outside: dict[str, str], number: int, account: str, previous: bytes
):
    line, chain = link(previous, number, record(account_id=account, **outside))
    assert len(line) <= 400
    assert line.endswith(b"\n")
    assert re.fullmatch(rb"[\x20-\x7e]+", line[:-1])
    read = json.loads(line)
    assert list(read) == MEMBERS
    assert read["n"] == number
    assert read["account"] == account
    body = line.rpartition(b',"chain"')[0]
    assert hashlib.sha256(previous + body).digest() == chain
    assert read["chain"] == base64.urlsafe_b64encode(chain).decode().rstrip("=")
    again = read_line(previous, line[:-1])
    assert again is not None
    assert (again.number, again.chain) == (number, chain)


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters='"\\'), max_size=100))
def test_what_fits_and_is_clean_is_written_as_it_is(text: str):
    line, _ = link(bytes(32), 1, record(resource=text))
    assert json.loads(line)["on"] == text


@given(previous=st.binary(min_size=32, max_size=32), line=st.binary(max_size=300) | st.text().map(str.encode))
def test_what_is_no_line_is_not_read_as_one(previous: bytes, line: bytes):
    assert read_line(previous, line) is None


def test_the_first_line_follows_32_zero_bytes_and_each_the_one_before(tmp_path: Path):
    write_lines(tmp_path, 5)
    previous = bytes(32)
    for number, line in enumerate(lines_of(tmp_path), 1):
        body = line.rpartition(b',"chain"')[0]
        previous = hashlib.sha256(previous + body).digest()
        read = json.loads(line)
        assert read["n"] == number
        assert base64.urlsafe_b64decode(read["chain"] + "=") == previous


def test_the_longest_record_that_the_service_makes_keeps_its_resource():
    key = "11111111-2222-4333-8444-555555555555"
    longest = Record(
        time="2026-01-02T03:04:05.678Z",
        request_id=key,
        account_id="9" * 16,
        access_key_id="LTAI" + "a" * 20,
        source="ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        operation="ReEncrypt",
        resource=f"key/{key}>{key}",
        result="DryRunOperationError",
    )
    line, _ = link(bytes(32), 10**12, longest)
    assert json.loads(line)["on"] == longest.resource
    assert json.loads(line)["from"] == longest.source
