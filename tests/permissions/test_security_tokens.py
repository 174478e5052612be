"""The token of a session goes with its AccessKey, whole and signed, or the call is refused (reference 1.10, 2.1)."""

import base64
from dataclasses import replace

import pytest

from tests.permissions.callers import Caller, code_and_status
from tests.permissions.documents import trusting
from tests.permissions.stage import Stage
from tests.ram.calls import allow
from tests.support.client import send, v3_headers

MALFORMED = (400, "InvalidSecurityToken.Malformed")
MISMATCH = (400, "InvalidSecurityToken.MismatchWithAccessKey")
MISSING = (400, "MissingSecurityToken")

versions = pytest.mark.parametrize("version", [1, 3])


@pytest.fixture
def session(stage: Stage, taken: dict[str, Caller]) -> Caller:
    """One session for all these tests, which only ask."""
    if stage.server.address not in taken:
        role = stage.ours.new_role(trusting(stage.ours.principal("root")), allow("kms:ListKeys"))
        taken[stage.server.address] = stage.ours.root.assume(stage.ours.role_arn(role))
    return taken[stage.server.address]


@pytest.fixture(scope="module")
def taken() -> dict[str, Caller]:
    return {}


def outcome(caller: Caller, version: int = 3) -> tuple[int, str]:
    return code_and_status(replace(caller, version=version).answer("ListKeys"))


@versions
def test_both_signatures_take_a_token(session: Caller, version: int):
    assert outcome(session, version) == (200, "OK")


@versions
def test_an_access_key_of_a_session_needs_its_token(session: Caller, version: int):
    assert outcome(replace(session, token=""), version) == MISSING


@versions
def test_the_token_of_another_session_does_not_fit(stage: Stage, session: Caller, version: int):
    other = stage.ours.root.assume(stage.ours.role_arn(stage.ours.new_role(trusting(stage.ours.principal("root")))))
    assert outcome(replace(session, token=other.token), version) == MISMATCH
    assert outcome(replace(other, token=session.token), version) == MISMATCH


@versions
def test_a_lasting_access_key_has_no_token(stage: Stage, session: Caller, version: int):
    assert outcome(replace(stage.ours.root, token=session.token), version) == MISMATCH
    assert outcome(replace(stage.ours.root, token="x"), version) == MISMATCH


@versions
def test_the_secret_must_be_that_of_the_session(stage: Stage, session: Caller, version: int):
    for secret in ("x", stage.ours.account.access_key_secret):
        wrong = replace(session, account=replace(session.account, access_key_secret=secret))
        assert outcome(wrong, version) == (400, "SignatureDoesNotMatch")


def test_a_token_with_any_byte_changed_is_malformed(session: Caller):
    sealed = base64.b64decode(session.token)
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1 << at % 8
        token = base64.b64encode(changed).decode()
        assert outcome(replace(session, token=token)) == MALFORMED, at


@versions
def test_what_is_no_token_is_malformed(session: Caller, version: int):
    whole = session.token
    sealed = base64.b64decode(whole)
    shorter = [base64.b64encode(sealed[:size]).decode() for size in (1, 8, 16, 40, len(sealed) - 1)]
    longer = [base64.b64encode(sealed + b"\0").decode(), whole + whole]
    texts = [whole[:-1], whole[1:], f"{whole}=", whole.lower(), whole[:9] + "-" + whole[10:]]
    for token in ("x", "====", "e30=", *shorter, *longer, *texts):
        assert outcome(replace(session, token=token), version) == MALFORMED, token


def test_a_token_of_odd_characters_is_malformed(session: Caller):
    for token in ("\u00e9", "\u0661" * 8, "a\0b", " ", "a b", session.token + "\n"):
        assert outcome(replace(session, token=token), 1) == MALFORMED, token


def test_a_token_has_one_spelling(session: Caller):
    """The bits behind the last byte are zero (RFC 4648 section 3.5), or the text is not what was given out."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    body = session.token.rstrip("=")
    for letter in letters.replace(body[-1], ""):
        other = body[:-1] + letter + session.token[len(body) :]
        assert outcome(replace(session, token=other)) == MALFORMED, other[-4:]


def test_a_token_must_be_signed(stage: Stage, session: Caller):
    headers = v3_headers(session.account, "ListKeys", "", stage.server.address)
    answer = send(stage.server.address, "POST", "/", {**headers, "x-acs-security-token": session.token})
    assert code_and_status(answer) == (400, "IncompleteSignature")


def test_a_token_that_was_exchanged_under_the_signature_is_refused(stage: Stage, session: Caller):
    headers = v3_headers(session.account, "ListKeys", "", stage.server.address, x_acs_security_token=session.token)
    changed = {**headers, "x-acs-security-token": session.token[:-8] + "AAAAAAA="}
    assert code_and_status(send(stage.server.address, "POST", "/", changed)) == MALFORMED
    assert code_and_status(send(stage.server.address, "POST", "/", headers)) == (200, "OK")


def test_an_unknown_access_key_that_looks_like_a_sessions(session: Caller):
    unknown = replace(session, account=replace(session.account, access_key_id="STS.unknown"))
    assert outcome(unknown) == MISMATCH
    assert outcome(replace(unknown, token="")) == MISSING
    assert outcome(replace(unknown, token="eA==")) == MALFORMED
