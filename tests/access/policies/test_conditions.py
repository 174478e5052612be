"""Every operator, with the values that it takes and the ones that it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyreeve.access.policies.conditions import canonical_key
from keyreeve.access.policies.document import PolicyMalformed
from keyreeve.access.policies.operators import OPERATORS
from tests.access.policies.documents import Facts, allow, asked, deny, parsed, request

TAG = "kms:tag/T"

# operator, the policy's values, the request's value, whether it holds
HOLDS: list[tuple[str, object, str, bool]] = [
    ("StringEquals", "a", "a", True),
    ("StringEquals", ["b", "a"], "a", True),
    ("StringEquals", "a", "A", False),
    ("StringEquals", "a*", "ab", False),
    ("StringNotEquals", ["b", "c"], "a", True),
    ("StringNotEquals", ["b", "a"], "a", False),
    ("StringEqualsIgnoreCase", "aÉß", "AéSS", True),
    ("StringEqualsIgnoreCase", "a", "b", False),
    ("StringNotEqualsIgnoreCase", ["b", "A"], "a", False),
    ("StringNotEqualsIgnoreCase", "b", "a", True),
    ("StringLike", ["x", "a*c?"], "abbcd", True),
    ("StringLike", "a*", "Ab", False),
    ("StringLike", "", "", True),
    ("StringNotLike", ["a*", "b*"], "b", False),
    ("StringNotLike", ["a*", "b*"], "c", True),
    ("NumericEquals", "10", "10.0", True),
    ("NumericEquals", [9, 10], "+10", True),
    ("NumericEquals", 10, "ten", False),
    ("NumericNotEquals", 10, "10.00", False),
    ("NumericNotEquals", [9, 10.5], "10", True),
    ("NumericLessThan", 10, "9.99", True),
    ("NumericLessThan", 10, "10", False),
    ("NumericLessThan", [1, 20], "10", True),
    ("NumericLessThanEquals", "-1", "-1", True),
    ("NumericLessThanEquals", "-1", "0", False),
    ("NumericGreaterThan", "9", "10", True),
    ("NumericGreaterThan", "10", "10", False),
    ("NumericGreaterThanEquals", "10", "10", True),
    ("NumericGreaterThanEquals", "10", "9", False),
    ("DateEquals", "2030-01-01T00:00:00Z", "2030-01-01T00:00:00.000Z", True),
    ("DateEquals", "2030-01-01T08:00:00+08:00", "2030-01-01T00:00:00Z", True),
    ("DateEquals", "2030-01-01T00:00:00Z", "2030-01-01T00:00:01Z", False),
    ("DateNotEquals", "2030-01-01T00:00Z", "2030-01-01T00:00:00Z", False),
    ("DateNotEquals", "2030-01-01T00:00Z", "2030-01-01T00:00:01Z", True),
    ("DateLessThan", "2019-08-12T17:00:00+08:00", "2019-08-12T08:59:59Z", True),
    ("DateLessThan", "2019-08-12T17:00:00+08:00", "2019-08-12T09:00:00Z", False),
    ("DateLessThanEquals", "2030-01-01T00:00:00Z", "2030-01-01T00:00:00Z", True),
    ("DateLessThanEquals", "2030-01-01T00:00:00Z", "2030-01-01T00:00:00.001Z", False),
    ("DateGreaterThan", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", True),
    ("DateGreaterThan", "2030-01-01T00:00:00Z", "2030-01-01T00:00:00Z", False),
    ("DateGreaterThanEquals", "2030-01-01T00:00:00Z", "2030-01-01T00:00:00Z", True),
    ("DateGreaterThanEquals", "2030-01-01T00:00:00Z", "soon", False),
    ("Bool", "true", "true", True),
    ("Bool", True, "TRUE", True),
    ("Bool", ["False"], "true", False),
    ("Bool", [False, "true"], "false", True),
    ("Bool", "true", "1", False),
    ("IpAddress", "10.1.2.3", "10.1.2.3", True),
    ("IpAddress", "10.1.2.3", "10.1.2.4", False),
    ("IpAddress", ["192.168.0.0/16", "10.0.0.0/8"], "10.255.255.255", True),
    ("IpAddress", "10.0.0.1/8", "10.9.9.9", True),
    ("IpAddress", "0.0.0.0/0", "255.255.255.255", True),
    ("IpAddress", "0.0.0.0/0", "::1", False),
    ("IpAddress", "10.0.0.0/8", "::ffff:10.1.2.3", True),
    ("IpAddress", "::ffff:10.0.0.0/104", "10.1.2.3", True),
    ("IpAddress", "::ffff:10.0.0.0", "10.0.0.0", True),
    ("IpAddress", "2001:db8::/32", "2001:DB8:0:0::1", True),
    ("IpAddress", "2001:db8::/32", "2001:db9::1", False),
    ("IpAddress", "::/0", "10.1.2.3", False),
    ("IpAddress", "10.0.0.0/8", "a unix socket", False),
    ("NotIpAddress", ["10.0.0.0/8", "192.168.0.0/16"], "192.168.0.1", False),
    ("NotIpAddress", ["10.0.0.0/8", "192.168.0.0/16"], "172.16.0.1", True),
    ("NotIpAddress", "::1", "::1", False),
]


def holds(condition: object, facts: Facts) -> bool:
    return asked(request(facts=facts), allow(Condition=condition)).allowed


@pytest.mark.parametrize(("operator", "wanted", "found", "expected"), HOLDS, ids=str)
def test_operator(operator: str, wanted: object, found: str, expected: bool):
    assert holds({operator: {TAG: wanted}}, {TAG: (found,)}) is expected


def test_every_operator_is_tried_both_ways():
    assert {(operator, expected) for operator, _, _, expected in HOLDS} == {
        (operator, expected) for operator in OPERATORS for expected in (True, False)
    }
    assert len(OPERATORS) == 21


def test_only_the_not_operators_hold_for_a_key_that_the_request_does_not_have():
    values = {"String": "a", "Numer": 1, "DateE": "2030-01-01T00:00:00Z", "Bool": True}
    for operator in OPERATORS:
        value = next((one for kind, one in values.items() if operator.startswith(kind)), "10.0.0.0/8")
        value = "2030-01-01T00:00:00Z" if operator.startswith("Date") else value
        for key in (TAG, "acs:SourceIp", "unknown:Key"):
            assert holds({operator: {key: value}}, {}) is ("Not" in operator)
        assert holds({operator: {TAG: value}}, {TAG: ()}) is ("Not" in operator)


def test_all_operators_and_all_keys_must_hold():
    condition = {
        "IpAddress": {"acs:SourceIp": ["10.0.0.0/8"]},
        "StringEquals": {TAG: ["a", "b"], "kms:tag/U": "u"},
        "Bool": {"acs:SecureTransport": "true"},
    }
    facts = {"acs:SourceIp": ("10.0.0.1",), TAG: ("b",), "kms:tag/U": ("u",), "acs:SecureTransport": ("true",)}
    assert holds(condition, facts)
    for key in facts:
        assert not holds(condition, {**facts, key: ("false",)})
        assert not holds(condition, {name: value for name, value in facts.items() if name != key})


def test_a_key_with_several_values_fits_by_any_of_them_and_is_not_by_none():
    several = {TAG: ("a", "b")}
    assert holds({"StringEquals": {TAG: "b"}}, several)
    assert not holds({"StringNotEquals": {TAG: "b"}}, several)
    assert holds({"StringNotEquals": {TAG: "c"}}, several)


def test_names_of_keys_compare_without_case_but_for_the_tag_key():
    assert canonical_key("ACS:sourceIP") == "acs:SourceIp"
    assert canonical_key("KMS:TAG/Project") == "kms:tag/Project"
    assert canonical_key("kms:tag/") is None
    assert canonical_key("acs:Source") is None


def test_a_deny_outside_a_network_holds_where_the_address_is_not_known():
    outside = deny(Condition={"NotIpAddress": {"acs:SourceIp": "10.0.0.0/8"}})
    assert asked(request(facts={"acs:SourceIp": ("10.0.0.1",)}), allow(), outside).allowed
    assert not asked(request(), allow(), outside).allowed


def test_an_empty_block_asks_for_nothing():
    assert holds({}, {})


WRONG: list[tuple[str, object, str]] = [
    ("StringEquals", 5, "not a string"),
    ("StringLike", True, "not a string"),
    ("StringEquals", None, "not a string"),
    ("StringEquals", [["a"]], "not a string"),
    ("StringEquals", {"a": 1}, "not a string"),
    ("StringEquals", [], "an empty list"),
    ("StringEquals", "a\0", "NUL"),
    ("StringEquals", ["a", "\ud800"], "surrogate"),
    ("NumericEquals", "ten", "decimal number"),
    ("NumericEquals", True, "not a string"),
    ("NumericLessThan", "1e5", "decimal number"),
    ("NumericLessThan", "9" * 31, "decimal number"),
    ("NumericLessThan", "", "decimal number"),
    ("NumericLessThan", "\u0661", "decimal number"),
    ("DateEquals", "2030-01-01", "ISO 8601"),
    ("DateEquals", "2030-01-01T00:00:00", "ISO 8601"),
    ("DateEquals", "2030-02-30T00:00:00Z", "calendar"),
    ("DateEquals", "0000-01-01T00:00:00Z", "calendar"),
    ("DateEquals", "2030-01-01T24:30:00Z", "calendar"),
    ("DateEquals", "2030-01-01T00:00:00+99:00", "calendar"),
    ("DateEquals", 1900000000, "not a string"),
    ("Bool", "yes", "neither true nor false"),
    ("Bool", 1, "not a string"),
    ("IpAddress", "10.0.0", "IP address"),
    ("IpAddress", "10.0.0.256", "IP address"),
    ("IpAddress", "10.0.0.0/33", "IP address"),
    ("IpAddress", "010.0.0.1", "IP address"),
    ("IpAddress", "10.0.0.0/255.0.0.0", "IP address"),
    ("IpAddress", "fe80::1%eth0", "IP address"),
    ("NotIpAddress", "*", "IP address"),
]


@pytest.mark.parametrize(("operator", "value", "reason"), WRONG, ids=ascii)
def test_a_wrong_value_is_refused_with_its_place(operator: str, value: object, reason: str):
    with pytest.raises(PolicyMalformed) as refused:
        parsed(allow(), allow(Condition={operator: {TAG: value}}))
    assert str(refused.value).startswith(f"Statement[1].Condition.{operator}.kms:tag/T: ")
    assert reason in str(refused.value)


@given(st.sampled_from(sorted(OPERATORS)), st.text(max_size=30), st.text(max_size=30))
def test_any_text_of_a_request_fits_or_does_not(operator: str, name: str, found: str):
    value = {"S": "a", "N": "1", "D": "2030-01-01T00:00:00Z", "B": "true", "I": "::1"}[operator[0]]
    value = "::1" if operator == "NotIpAddress" else value
    assert holds({operator: {TAG: value}}, {TAG: (found,)}) in (True, False)
