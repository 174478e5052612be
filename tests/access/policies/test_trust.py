"""Who a role's trust policy lets assume it."""

import json

import pytest

from keyreeve.access.policies.decisions import Why
from keyreeve.access.policies.evaluation import trusts
from keyreeve.access.policies.language import PolicyKind
from tests.access.policies.documents import OTHER, OWNER, Facts, Statement, policies, request, user

ROLE = f"acs:ram::{OWNER}:role/deployer"


def trusting(*principals: str, effect: str = "Allow", **more: object) -> Statement:
    return {"Effect": effect, "Action": "sts:AssumeRole", "Principal": {"RAM": list(principals)}, **more}


def asked(principal: str, *statements: Statement, facts: Facts | None = None):
    one = request("sts:AssumeRole", ROLE, principal, facts, account_id=principal.split(":")[3])
    return trusts(one, policies(*statements, kind=PolicyKind.TRUST, name="trust"))


@pytest.mark.parametrize("whole", ["root", "*"])
def test_a_whole_account_trusts_all_its_identities(whole: str):
    trust = trusting(f"acs:ram::{OTHER}:{whole}")
    for name in ("user/alice", "role/r", "root"):
        assert asked(f"acs:ram::{OTHER}:{name}", trust).allowed
        assert asked(f"acs:ram::{OWNER}:{name}", trust).why is Why.NOT_TRUSTED


def test_users_and_roles_are_trusted_by_their_exact_names():
    trust = trusting(user(), f"acs:ram::{OTHER}:role/r")
    assert asked(user(), trust).text == "allowed by statement 1 of policy trust"
    assert asked(f"acs:ram::{OTHER}:role/r", trust).allowed
    for nobody in (user("alicea"), user("Alice"), user(account_id=OTHER), f"acs:ram::{OWNER}:role/alice"):
        assert not asked(nobody, trust).allowed


def test_a_service_of_the_cloud_is_nobody_here():
    service = {"Effect": "Allow", "Action": ["sts:assumerole"], "Principal": {"Service": ["ecs.aliyuncs.com"]}}
    assert not asked(user(), service).allowed
    both = {**service, "Principal": {"Service": "ecs.aliyuncs.com", "RAM": user()}}
    assert asked(user(), both).allowed


def test_deny_and_conditions_count():
    whole = trusting(f"acs:ram::{OWNER}:root")
    assert asked(user("bob"), whole, trusting(user("bob"), effect="Deny")).why is Why.DENIED_BY
    here = trusting(user(), Condition={"IpAddress": {"acs:SourceIp": "10.0.0.0/8"}})
    assert asked(user(), here, facts={"acs:SourceIp": ("10.9.9.9",)}).allowed
    assert not asked(user(), here, facts={"acs:SourceIp": ("11.9.9.9",)}).allowed


def test_the_text_of_the_refusal():
    assert (
        json.dumps(asked(user(), trusting(user("bob"))).text) == '"the role\'s trust policy does not name the caller"'
    )
