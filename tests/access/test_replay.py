"""A request is served once, whichever worker sees it again."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.access.requests import v1, v1_target, v3
from tests.support.client import Answer, query_of, send
from tests.support.server import Account, Server

# A connection each, dealt to the workers in turn.
TIMES = 8


def signed(server: Server, account: Account, version: int, nonce: str) -> tuple[str, dict[str, str]]:
    """Target and headers of a request with this nonce."""
    if version == 1:
        return v1_target(account, SignatureNonce=nonce), {}
    return "/", v3(account, server.address, headers={"x-acs-signature-nonce": nonce})


def codes(answers: list[Answer]) -> list[str]:
    return sorted(answer.code for answer in answers)


@pytest.mark.parametrize("version", [1, 3])
def test_a_request_sent_again_is_refused_by_every_worker(server: Server, account: Account, version: int):
    target, headers = signed(server, account, version, uuid.uuid4().hex)
    answers = [send(server.address, "POST", target, headers) for _ in range(TIMES)]
    assert [answer.code for answer in answers] == ["OK", *["SignatureNonceUsed"] * (TIMES - 1)]
    assert {answer.status for answer in answers[1:]} == {400}


@pytest.mark.parametrize("version", [1, 3])
def test_of_equal_requests_at_once_one_is_served(server: Server, account: Account, version: int):
    target, headers = signed(server, account, version, uuid.uuid4().hex)
    with ThreadPoolExecutor(TIMES) as pool:
        waiting = [pool.submit(send, server.address, "POST", target, headers) for _ in range(TIMES)]
        answers = [one.result() for one in waiting]
    assert codes(answers) == ["OK", *["SignatureNonceUsed"] * (TIMES - 1)]


def test_a_nonce_is_used_in_both_versions_at_once(server: Server, account: Account):
    for first, second in ((1, 3), (3, 1)):
        nonce = uuid.uuid4().hex
        target, headers = signed(server, account, first, nonce)
        assert send(server.address, "POST", target, headers).code == "OK"
        target, headers = signed(server, account, second, nonce)
        assert send(server.address, "POST", target, headers).code == "SignatureNonceUsed"


def test_accounts_do_not_share_their_nonces(server: Server, account: Account, new_account: Callable[[], Account]):
    nonce = uuid.uuid4().hex
    for one in (account, new_account()):
        assert send(server.address, "POST", v1_target(one, SignatureNonce=nonce)).code == "OK"


@pytest.mark.parametrize("version", [1, 3])
def test_who_cannot_sign_cannot_burn_anothers_nonce(server: Server, account: Account, version: int):
    nonce = uuid.uuid4().hex
    thief = Account(**{**account.__dict__, "access_key_secret": "guessed"})
    for _ in range(2):
        target, headers = signed(server, thief, version, nonce)
        assert send(server.address, "POST", target, headers).code == "SignatureDoesNotMatch"
    target, headers = signed(server, account, version, nonce)
    assert send(server.address, "POST", target, headers).code == "OK"


def test_version_1_may_leave_the_nonce_out_and_is_served_once_all_the_same(server: Server, account: Account):
    target = "/?" + query_of(v1(account, without=["SignatureNonce"], Note=uuid.uuid4().hex))
    answers = [send(server.address, "POST", target) for _ in range(TIMES)]
    assert [answer.code for answer in answers] == ["OK", *["SignatureNonceUsed"] * (TIMES - 1)]


def test_a_nonce_may_be_of_any_length_and_alphabet(server: Server, account: Account):
    for nonce in ("x" * 20_000, "中 \0", "-"):
        target = v1_target(account, SignatureNonce=nonce + uuid.uuid4().hex)
        assert [send(server.address, "POST", target).code for _ in range(2)] == ["OK", "SignatureNonceUsed"]
