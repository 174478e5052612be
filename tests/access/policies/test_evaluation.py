"""The laws of evaluation.py, one by one (API notes 2.2 and 2.6)."""

from collections.abc import Callable

import pytest

from keyreeve.access.policies.decisions import Decision, Why
from keyreeve.access.policies.language import PolicyKind, parse_policy
from keyreeve.access.policies.policy_set import NamedPolicy, PolicySet
from keyreeve.access.policies.system import default_key_policy
from tests.access.policies.documents import (
    KEY,
    OTHER,
    OWNER,
    Statement,
    allow,
    asked,
    deny,
    granting,
    key_policy,
    parsed,
    policies,
    request,
    user,
)

SESSION = PolicyKind.SESSION
ALL_OF_OWNER, ALL_OF_OTHER = f"acs:ram::{OWNER}:*", f"acs:ram::{OTHER}:*"
CROSS = request(account_id=OTHER)


def test_nothing_is_allowed_without_a_policy():
    assert asked(request()) == Decision(allowed=False, why=Why.NOTHING_ALLOWS)
    assert asked(request()).text == "no statement allows it"


def test_the_root_has_every_right_on_its_own_resources_whatever_the_policies_say():
    locked = key_policy(granting("Deny", ALL_OF_OWNER))
    decision = asked(request(), deny(), resource=locked, is_root=True)
    assert decision.allowed
    assert decision.why is Why.ROOT


def test_an_allow_says_which_statement_and_policy():
    decision = asked(request(), allow("kms:List*"), allow("kms:Encrypt"))
    assert decision == Decision(allowed=True, why=Why.ALLOWED_BY, policy="Custom/p", statement="2")
    assert decision.text == "allowed by statement 2 of policy Custom/p"


def test_an_explicit_deny_wins_and_says_its_sid():
    decision = asked(request(), allow(), deny("kms:Enc*", Sid="No encryption"))
    assert decision.text == "denied by statement No encryption of policy Custom/p"
    assert decision.why is Why.DENIED_BY


APPLIES = [
    (allow("KMS:encrypt"), True),
    (allow(["kms:Decrypt", "kms:Enc????"]), True),
    (allow("kms:Encryp"), False),
    ({"Effect": "Allow", "NotAction": "kms:Decrypt", "Resource": "*"}, True),
    ({"Effect": "Allow", "NotAction": ["ram:*", "KMS:E*"], "Resource": "*"}, False),
    (allow(resource=f"acs:kms:*:{OWNER}:key/*"), True),
    (allow(resource=f"acs:kms:*:{OWNER}:key"), False),
    (allow(resource=KEY.upper().replace("ACS:", "acs:")), False),
    ({"Effect": "Allow", "Action": "*", "NotResource": f"acs:kms:*:{OTHER}:*"}, True),
    ({"Effect": "Allow", "Action": "*", "NotResource": ["acs:kms:*:*:alias/*", KEY]}, False),
]


@pytest.mark.parametrize(("statement", "applies"), APPLIES, ids=str)
def test_a_statement_applies_where_action_and_resource_match(statement: Statement, applies: bool):
    assert asked(request(), statement).allowed is applies


def test_reencrypt_takes_both_halves_and_one_pattern_covers_them():
    for action in ("kms:ReEncryptFrom", "kms:ReEncryptTo"):
        assert asked(request(action), allow("kms:ReEncrypt*")).allowed
        assert not asked(request(action), allow("kms:ReEncrypt")).allowed


def test_a_tag_condition_as_documented():
    by_tag = allow("kms:*", Condition={"StringEqualsIgnoreCase": {"kms:tag/Project": ["Apollo"]}})
    assert asked(request(facts={"kms:tag/Project": ("apollo",)}), by_tag).allowed
    assert not asked(request(facts={"kms:tag/Project": ("Gemini",)}), by_tag).allowed
    assert not asked(request(facts={"kms:tag/project": ("Apollo",)}), by_tag).allowed


def test_facts_are_asked_for_only_where_a_statement_else_applies():
    keys: list[str] = []

    def fact(key: str) -> tuple[str, ...]:
        keys.append(key)
        return ("x",)

    one = request()
    lazy = type(one)(one.action, one.resource, one.principal, one.account_id, one.owner_account_id, fact)
    condition = {"StringEquals": {"KMS:Tag/A": "x"}}
    assert not asked(lazy, allow("kms:Decrypt", Condition=condition)).allowed
    assert not asked(lazy, allow(resource="acs:kms:*:*:secret/*", Condition=condition)).allowed
    assert keys == []
    assert asked(lazy, allow(Condition=condition)).allowed
    assert not asked(lazy, allow(Condition={"StringEquals": {"acs:Unknown": "x"}})).allowed
    assert keys == ["kms:tag/A"]


def test_a_session_policy_must_allow_too_and_gives_nothing_by_itself():
    reading = policies(allow("kms:Describe*"), kind=SESSION, name="session")
    assert asked(request(), allow(), session=reading).why is Why.NOT_ALLOWED_BY_SESSION
    assert asked(request("kms:DescribeKey"), allow(), session=reading).allowed
    assert asked(request("kms:DescribeKey"), session=reading).why is Why.NOTHING_ALLOWS
    denying = policies(allow(), deny("kms:Encrypt"), kind=SESSION, name="session")
    assert asked(request(), allow(), session=denying).text == "denied by statement 2 of policy session"


def test_a_key_policy_that_names_a_user_allows_it_within_the_account():
    named = key_policy(granting("Allow", user("al*"), f"acs:ram::{OWNER}:role/r"))
    assert asked(request(), resource=named).text == "allowed by statement 1 of policy default"
    assert not asked(request(principal=user("bob")), resource=named).allowed
    assert asked(request(principal=f"acs:ram::{OWNER}:role/r"), resource=named).allowed
    assert not asked(request(principal=f"acs:ram::{OWNER}:role/al"), resource=named).allowed


@pytest.mark.parametrize("whole", [ALL_OF_OWNER, f"acs:ram::{OWNER}:root"])
def test_a_key_policy_for_the_whole_own_account_leaves_it_to_ram(whole: str):
    default = key_policy(granting("Allow", whole))
    assert asked(request(), resource=default).why is Why.NOTHING_ALLOWS
    assert asked(request(), allow("kms:Encrypt"), resource=default).allowed


def test_the_default_key_policy_gives_nobody_a_right_by_itself():
    default = PolicySet([NamedPolicy("default", parse_policy(default_key_policy(OWNER), PolicyKind.RESOURCE))])
    assert not asked(request(), resource=default).allowed
    assert asked(request(), allow(), resource=default).allowed
    assert not asked(CROSS, allow(), resource=default).allowed


def test_a_key_policys_deny_counts_for_the_whole_account_but_its_root():
    locked = key_policy(granting("Deny", ALL_OF_OWNER, action="kms:Encrypt", Sid="Locked"))
    assert asked(request(), allow(), resource=locked).text == "denied by statement Locked of policy default"
    assert asked(request("kms:Decrypt"), allow(), resource=locked).allowed


OF_OTHER = [ALL_OF_OTHER, f"acs:ram::{OTHER}:root", user(account_id=OTHER)]


@pytest.mark.parametrize("principal", OF_OTHER)
def test_between_accounts_both_must_allow(principal: str):
    open_to_other = key_policy(granting("Allow", principal))
    assert asked(CROSS, allow("kms:Encrypt"), resource=open_to_other).allowed
    assert asked(CROSS, resource=open_to_other).why is Why.NOTHING_ALLOWS
    assert asked(CROSS, allow()).why is Why.RESOURCE_POLICY_DOES_NOT_ALLOW
    assert asked(CROSS, allow(), resource=key_policy(granting("Allow", user()))).why is (
        Why.RESOURCE_POLICY_DOES_NOT_ALLOW
    )
    assert asked(CROSS, allow(), deny("kms:Encrypt"), resource=open_to_other).why is Why.DENIED_BY


def test_the_root_of_another_account_has_what_the_resources_policy_gives():
    root = request(account_id=OTHER, principal=f"acs:ram::{OTHER}:root")
    assert asked(root, is_root=True).why is Why.RESOURCE_POLICY_DOES_NOT_ALLOW
    assert asked(root, is_root=True, resource=key_policy(granting("Allow", ALL_OF_OTHER))).why is Why.ALLOWED_BY
    for_users = key_policy(granting("Allow", f"acs:ram::{OTHER}:user/*"))
    assert not asked(root, is_root=True, resource=for_users).allowed
    denied = key_policy(granting("Allow", ALL_OF_OTHER), granting("Deny", ALL_OF_OTHER))
    assert asked(root, is_root=True, resource=denied).why is Why.DENIED_BY


def test_the_index_by_action_does_not_grow_for_ever():
    asking = policies(allow("kms:a1*"))
    for number in range(3000):
        assert (asking.permission(request(f"kms:a{number}")) is not None) == str(number).startswith("1")
    assert len(asking._by_action) <= 1024


TEXTS: list[Callable[[], Decision]] = [
    lambda: Decision(allowed=False, why=Why.DENIED_BY, policy="Custom/" + "p" * 200, statement="s" * 128),
    lambda: Decision(allowed=True, why=Why.ALLOWED_BY, policy="Custom/é\n\x7f" * 30, statement="s" * 128),
    *(lambda why=why: Decision(allowed=False, why=why) for why in Why),
]


@pytest.mark.parametrize("decision", TEXTS)
def test_a_decisions_text_is_at_most_120_printable_characters(decision: Callable[[], Decision]):
    text = decision().text
    assert len(text) <= 120
    assert text.isascii()
    assert text.isprintable()


def test_statements_are_counted_from_one_where_they_have_no_sid():
    assert [one.label for one in parsed(allow(), allow(Sid="x"), deny()).statements] == ["1", "x", "3"]
