"""Every operation with texts that nobody expects in every field, on each database."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.huawei.raw import Answer, Raw
from tests.huawei.refusals import problem
from tests.huawei.world import OPERATIONS, changes, in_path
from tests.permissions.state import stored
from tests.support.server import Server

ODD_TEXTS = ["\0", "a\0b", "\x01\x1b\x7f", "\ud7ff\ue000\uffff", "\U0010ffff", "\u202e", " ", "null", "None", "true",
             "' OR '1'='1", "%s%n{}$", "../../x", "alias/x", "alias/\0", "acs:kms:::",
             "x" * 300, "x" * 30_000]  # fmt: skip


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_text_makes_more_than_a_documented_refusal_or_stores_anything(
    server: Server, asked: Callable[..., Answer], request_of: dict[str, Any], name: str
):
    before = stored(server.data)
    for field in request_of:
        for value in [*ODD_TEXTS, *([] if field in in_path(name) else [None])]:
            answer = asked(**{field: value})
            assert not problem(answer), (field, value, answer.body)
            if answer.code == "OK" and changes(name):
                before = stored(server.data)
    assert stored(server.data) == before


def test_the_server_still_answers(raw: Raw):
    assert raw.post("list-keys").json["total"] == 0
