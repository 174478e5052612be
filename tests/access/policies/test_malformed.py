"""Documents that are no policies: each refused with one line that names the place, and never with anything else."""

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyreeve.access.policies.document import PolicyMalformed
from keyreeve.access.policies.language import PolicyKind, parse_policy
from tests.access.policies.documents import OWNER, Statement, allow, deny, document, granting, user

IDENTITY, SESSION, RESOURCE, TRUST = PolicyKind
TRUSTING = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"RAM": user()}}


def reason(text: str, kind: PolicyKind = IDENTITY) -> str:
    with pytest.raises(PolicyMalformed) as refused:
        parse_policy(text, kind)
    return str(refused.value)


TEXTS = [
    ("", "not JSON at character 0"),
    ("{", "not JSON at character 1"),
    ("\ufeff{}", "not JSON at character 0"),
    ('{"Version":"1","Statement":[NaN]}', "not JSON: NaN"),
    ("[]", "the document: not a JSON object"),
    ("9" * 6000, "the document: not a JSON object"),
    ("{}", 'Version: must be "1"'),
    ('{"Version":1,"Statement":[]}', 'Version: must be "1"'),
    ('{"Version":"2012-10-17","Statement":[]}', 'Version: must be "1"'),
    ('{"Version":"1"}', "Statement: must be a list of one or more statements"),
    ('{"Version":"1","Statement":[]}', "Statement: must be a list of one or more statements"),
    ('{"Version":"1","Statement":{}}', "Statement: must be a list of one or more statements"),
    ('{"Version":"1","Statement":[],"Id":"x"}', "the document: unknown element Id"),
    ('{"Version":"1","Version":"1","Statement":[]}', "the name Version occurs twice in one object"),
    ('{"Version":"1","Statement":[{"Effect":"Deny","\\u0045ffect":"Allow"}]}', "the name Effect occurs twice"),
    ('{"a\\n\\ud800":1}', "the document: unknown element 'a\\n\\ud800'"),
    ("[" * 6000, "nested too deeply"),
    ('{"a":' * 1200, "nested too deeply"),
    (" " * 6145, "longer than 6,144 characters"),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS, ids=lambda text: ascii(text)[:30])
def test_texts(text: str, expected: str):
    assert expected in reason(text)


def without(name: str, statement: Statement) -> Statement:
    return {key: value for key, value in statement.items() if key != name}


SECOND: list[tuple[object, str]] = [
    ("Allow", "Statement[1]: not a JSON object"),
    (allow(Condtion={}), "Statement[1]: unknown element Condtion"),
    (allow(Principal={"RAM": user()}), "Statement[1]: unknown element Principal"),
    (without("Effect", allow()), 'Statement[1].Effect: must be "Allow" or "Deny"'),
    (allow() | {"Effect": "allow"}, 'Statement[1].Effect: must be "Allow" or "Deny"'),
    (allow() | {"Effect": []}, 'Statement[1].Effect: must be "Allow" or "Deny"'),
    (without("Action", allow()), "Statement[1]: Action is missing"),
    (allow(NotAction="*"), "Statement[1]: only one of Action and NotAction may be there"),
    (without("Resource", allow()), "Statement[1]: Resource is missing"),
    (allow(NotResource="*"), "Statement[1]: only one of Resource and NotResource may be there"),
    (allow(action=[]), "Statement[1].Action: an empty list"),
    (allow(action=5), "Statement[1].Action: not a string"),
    (allow(action=["*", None]), "Statement[1].Action: not a string"),
    (allow(action=""), "Statement[1].Action: an empty string"),
    (allow(action="Encrypt"), "Statement[1].Action: Encrypt is not * or <service>:<action>"),
    (allow(action="kms:Enc rypt"), "Statement[1].Action: 'kms:Enc rypt' is not * or <service>:<action>"),
    (allow(action="kms:\u212aey"), "Statement[1].Action: 'kms:\\u212aey' is not"),
    (without("Action", allow(NotAction="kms")), "Statement[1].NotAction: kms is not * or <service>:<action>"),
    (allow(resource="key/*"), "Statement[1].Resource: key/* is not * or acs:"),
    (allow(resource="acs"), "Statement[1].Resource: acs is not * or acs:"),
    (allow(resource="arn:aws:kms:*"), "Statement[1].Resource: arn:aws:kms:* is not * or acs:"),
    (allow(resource="acs:\0"), "Statement[1].Resource: holds NUL or half a surrogate pair"),
    (allow(resource=["*", "\udc00"]), "Statement[1].Resource: holds NUL or half a surrogate pair"),
    (allow(Sid="a b\n"), "Statement[1].Sid: must be 1 to 128 characters"),
    (allow(Sid="x" * 129), "Statement[1].Sid: must be 1 to 128 characters"),
    (allow(Sid=""), "Statement[1].Sid: an empty string"),
    (allow(Sid=1), "Statement[1].Sid: not a string"),
    (allow(Condition=[]), "Statement[1].Condition: not a JSON object"),
    (allow(Condition=None), "Statement[1].Condition: not a JSON object"),
    (allow(Condition={"stringEquals": {}}), "Statement[1].Condition: unknown operator stringEquals"),
    (allow(Condition={"StringEquals": {}}), "Statement[1].Condition.StringEquals: names no key"),
    (allow(Condition={"StringEquals": "x"}), "Statement[1].Condition.StringEquals: not a JSON object"),
    (allow(Condition={"StringEquals": {"a\0": "x"}}), "Statement[1].Condition.StringEquals.'a\\x00': holds NUL"),
]


@pytest.mark.parametrize(("statement", "expected"), SECOND, ids=lambda one: ascii(one)[:60])
def test_statements_of_identities(statement: object, expected: str):
    assert reason(document(deny(), statement)).startswith(expected)


NO_PRINCIPAL = "is not acs:ram::<account>:root, :user/<name> or :role/<name>"
OF_KEYS: list[tuple[Statement, str]] = [
    (allow("kms:*"), "Statement[0]: Principal is missing"),
    (granting("Allow", "*"), f"Statement[0].Principal.RAM: * {NO_PRINCIPAL}"),
    (granting("Allow", "acs:ram::*:root"), f"Statement[0].Principal.RAM: acs:ram::*:root {NO_PRINCIPAL}"),
    (granting("Allow", f"acs:ram::{OWNER}:group/g"), f"Statement[0].Principal.RAM: acs:ram::{OWNER}:group/g"),
    (granting("Allow", user() + "\n"), "Statement[0].Principal.RAM: "),
    (granting("Allow"), "Statement[0].Principal.RAM: an empty list"),
    (granting("Allow", user()) | {"Principal": "*"}, "Statement[0].Principal: not a JSON object"),
    (granting("Allow", user()) | {"Principal": {}}, "Statement[0].Principal: names nobody"),
    (granting("Allow", user()) | {"Principal": {"Service": "a"}}, "Statement[0].Principal: unknown element Service"),
    (granting("Allow", user(), action="*"), "Statement[0].Action: * does not start with kms:"),
    (granting("Allow", user(), action=["kms:*", "k*:*"]), "Statement[0].Action: k*:* does not start with kms:"),
    (granting("Allow", user(), NotAction="kms:*"), "Statement[0]: unknown element NotAction"),
    (granting("Allow", user()) | {"Resource": "acs:kms:*"}, 'Statement[0].Resource: must be "*"'),
    (without("Resource", granting("Allow", user())), "Statement[0]: Resource is missing"),
]


@pytest.mark.parametrize(("statement", "expected"), OF_KEYS, ids=lambda one: ascii(one)[:60])
def test_statements_of_key_policies(statement: Statement, expected: str):
    assert reason(document(statement), RESOURCE).startswith(expected)


OF_ROLES: list[tuple[Statement, str]] = [
    (without("Principal", TRUSTING), "Statement[0]: Principal is missing"),
    (TRUSTING | {"Resource": "*"}, "Statement[0]: unknown element Resource"),
    (TRUSTING | {"Action": "sts:*"}, "Statement[0].Action: must be sts:AssumeRole"),
    (TRUSTING | {"Action": ["sts:AssumeRole", "kms:Encrypt"]}, "Statement[0].Action: must be sts:AssumeRole"),
    (TRUSTING | {"Principal": {"RAM": user("al*")}}, f"Statement[0].Principal.RAM: {user('al*')} {NO_PRINCIPAL}"),
    (TRUSTING | {"Principal": {"Federated": "x"}}, "Statement[0].Principal: unknown element Federated"),
    (TRUSTING | {"Principal": {"Service": ["E CS"]}}, "Statement[0].Principal.Service: 'E CS' is not the name"),
]


@pytest.mark.parametrize(("statement", "expected"), OF_ROLES, ids=lambda one: ascii(one)[:60])
def test_statements_of_trust_policies(statement: Statement, expected: str):
    assert reason(document(statement), TRUST).startswith(expected)


LIMITS = [(IDENTITY, 6144, "a"), (SESSION, 1024, "é"), (TRUST, 6144, "a"), (RESOURCE, 32768 // 3, "\u212a")]


@pytest.mark.parametrize(("kind", "most", "filling"), LIMITS)
def test_sizes_count_characters_and_for_key_policies_bytes(kind: PolicyKind, most: int, filling: str):
    statement = {TRUST: TRUSTING, RESOURCE: granting("Allow", user())}.get(kind, allow())
    text = document(statement)[:-1] + ', "%s": 1}'
    filled = text % (filling * (most - len(text)))
    assert "unknown element" in reason(filled, kind)
    assert "longer than" in reason(filled + " " * (most // 4), kind)


def test_what_is_as_long_as_may_be_is_a_policy():
    text = document(allow())
    assert parse_policy(text + " " * (6144 - len(text)), IDENTITY).statements
    text = document(granting("Allow", user()))
    assert parse_policy(text + " " * (32768 - len(text)), RESOURCE).statements


def test_the_documents_own_example_sids_are_taken():
    for sid in ("kms default key policy", "Enable RAM User Permissions", "a_/+=.@-Z9"):
        assert parse_policy(document(granting("Allow", user(), Sid=sid)), RESOURCE).statements[0].label == sid


def test_many_names_in_one_object_are_read_quickly():
    names = ",".join(f'"{number:x}":1' for number in range(3000))
    started = time.process_time()
    assert "unknown element" in reason("{" + names + "}", RESOURCE)
    assert "occurs twice" in reason("{" + names + ',"0":1}', RESOURCE)
    assert time.process_time() - started < 1


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6)
names = st.sampled_from(
    [
        *("Version", "Statement", "Effect", "Action", "NotAction", "Resource", "Principal", "RAM", "Condition", "Sid"),
        *("StringEquals", "DateLessThan", "IpAddress", "Bool", "NumericEquals", "acs:SourceIp", "kms:tag/a"),
    ]
)
words = st.sampled_from(["1", "Allow", "Deny", "*", "kms:*", "sts:AssumeRole", user(), "true", "10.0.0.0/8"])
values = st.recursive(
    scalars | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names | st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def is_policy(text: str, kind: PolicyKind) -> bool:
    try:
        parse_policy(text, kind)
    except PolicyMalformed as refused:
        said = str(refused)
        assert said.isascii()
        assert said.isprintable()
        assert len(said) < 400
        return False
    return True


@settings(max_examples=600)
@given(values, st.sampled_from(PolicyKind))
def test_any_json_is_a_policy_or_malformed(value: object, kind: PolicyKind):
    is_policy(json.dumps(value), kind)
    is_policy(document(value), kind)
    is_policy(document({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": value}), kind)


@settings(max_examples=600)
@given(st.data(), st.sampled_from(PolicyKind))
def test_a_policy_changed_in_one_element_is_a_policy_or_malformed(data: st.DataObject, kind: PolicyKind):
    start = {TRUST: TRUSTING, RESOURCE: granting("Deny", user())}.get(kind, allow())
    name = data.draw(st.sampled_from([*start, "Condition", "Sid"]))
    assert is_policy(document(start), kind)
    is_policy(document(start | {name: data.draw(values)}), kind)


@settings(max_examples=300)
@given(st.text() | st.binary().map(lambda data: data.decode("utf-8", "surrogateescape")), st.sampled_from(PolicyKind))
def test_any_text_is_a_policy_or_malformed(text: str, kind: PolicyKind):
    with suppress(PolicyMalformed):
        parse_policy(text, kind)
    is_policy(document(allow())[:-1] + text, IDENTITY)
