"""Every operation of the Huawei door with every field missing, empty, too long, wrong or of another JSON type."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.huawei.raw import Answer, Raw
from tests.huawei.refusals import names, problem
from tests.huawei.world import OPERATIONS, World, ask, fields_of, good_requests, in_path, required, route
from tests.permissions.state import stored
from tests.support.server import Server

Ask = Callable[..., Answer]
every_operation = pytest.mark.parametrize("name", OPERATIONS)
# Codes of their own for a parameter that is wrong (reference 3.3, 4.1), and KMS.0308 for all others.
CODES = {
    **dict.fromkeys(("key_id", "source_key_id", "destination_key_id", "target_key_id"), "KMS.0205"),
    **dict.fromkeys(("key_alias", "alias", "aliases"), "KMS.1101"),
    "sequence": "KMS.0206",
    "key_description": "KMS.1103",
    "pending_days": "KMS.1401",
    "limit": "KMS.1601",
    "marker": "KMS.1602",
    "offset": "KMS.0417",
    "random_data_length": "KMS.1801",
    "datakey_length": "KMS.1901",
    "rotation_interval": "KMS.3001",
    "cipher_text": "KMS.2201",
    "keystore_id": "KMS.8003",
}
MAY_BE_EMPTY = {"key_description"}
# Whatever they hold.
IGNORED = {("ListProjects", "name")}
# What cannot be a signature, a code or a digest is an answer, or has another code.
ANY_LENGTH = {("Verify", "signature"), ("VerifyMac", "mac")}
NO_TEXTS: list[Any] = [5, -1, 1.5, 10**40, True, False, [], ["a"], [[]], {}, {"a": "b"}, {"a": {"b": [1]}}]
NO_NUMBERS: list[Any] = ["x", "1.5", "-1", "\u0661", "0x10", "1_0", "9" * 30, "true", "[1]", "NaN", " 7", 1.5, 1e308,
                         -1, 10**40, True, False, [], [7], {}, {"a": 7}]  # fmt: skip
NO_LISTS: list[Any] = ["x", 5, True, {}, {"a": "b"}, [5], [True], [[]], [None], ["a\0b"], [{"key": 5}], [{"key": "\0"}]]
NO_OBJECTS: list[Any] = ["x", 5, True, [], ["a"], {"key": 5}, {"key": ["a"]}, {"key": "a\0b", "value": "c"}]


@pytest.fixture
def server(sqlite_server: Server) -> Server:
    """What comes to the database is on both (test_odd_texts.py)."""
    return sqlite_server


def test_every_operation_has_a_good_request_of_all_its_fields():
    requests = good_requests(World())
    assert set(OPERATIONS) <= requests.keys()
    for name in OPERATIONS:
        assert set(fields_of(name)) - {"sequence"} == requests[name].keys(), name


@every_operation
def test_a_required_field_that_is_missing_null_or_empty_is_named(asked: Ask, name: str):
    for field in required(name):
        assert names(asked(**{field: None}), "KMS.0204", field)
        if field not in MAY_BE_EMPTY:
            assert names(asked(**{field: ""}), "KMS.0204", field)


@every_operation
def test_an_optional_field_may_be_empty_or_null(
    inhabited: tuple[Raw, World], asked: Ask, request_of: dict[str, Any], name: str
):
    for field in set(fields_of(name)) - set(required(name)) - in_path(name):
        for answer in (asked(**{field: ""}), ask(inhabited[0], name, {**request_of, field: None})):
            assert not problem(answer), field
            assert answer.code not in ("KMS.0204", CODES.get(field, "KMS.0308")), (field, answer.body)


@every_operation
def test_a_field_of_another_json_type_is_named(server: Server, asked: Ask, request_of: dict[str, Any], name: str):
    if route(name).method == "GET":
        pytest.skip("a query has texts only")
    before = stored(server.data)
    wrong = {str: NO_TEXTS, int: NO_NUMBERS, list: NO_LISTS, dict: NO_OBJECTS}
    for field, good in request_of.items():
        for value in [] if field in in_path(name) else wrong[type(good)]:
            answer = asked(**{field: value})
            assert answer.status == 400, (field, value, answer.body)
            if isinstance(good, str | int):
                assert names(answer, CODES.get(field, "KMS.0308"), field), (field, value, answer.body)
            assert not problem(answer)
    assert stored(server.data) == before


@every_operation
def test_a_number_may_be_a_text(asked: Ask, request_of: dict[str, Any], name: str):
    numbers = {field: str(value) for field, value in request_of.items() if isinstance(value, int)}
    assert asked(**numbers).status == route(name).status, numbers


@every_operation
@pytest.mark.parametrize("length", [9_000, 30_000])
def test_a_text_that_is_too_long_is_named(asked: Ask, request_of: dict[str, Any], name: str, length: int):
    for field in [one for one, good in request_of.items() if isinstance(good, str)]:
        answer = asked(**{field: "x" * length})
        if (name, field) in ANY_LENGTH | IGNORED:
            assert answer.status == 200
        else:
            assert names(answer, CODES.get(field, "KMS.0308"), field), (field, answer.body)
