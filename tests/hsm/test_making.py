"""A key that is being made is left alone, and one whose making failed is made again and is there once."""

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from pkcs11 import Key
from pkcs11.exceptions import FunctionFailed, GeneralError, ObjectHandleInvalid, PKCS11Error
from structlog.testing import capture_logs

from keyreeve.errors import Unavailable
from keyreeve.hsm import connection, creation, turn
from keyreeve.hsm.session import Session
from keyreeve.hsm.token import Token
from tests.hsm.test_concurrency import together

GENERATE = "keyreeve.hsm.creation.generate_secret"
NONCE = bytes(12)
Make = Callable[[Session, bytes, str, int], None]


def made_by(token: Token, monkeypatch: pytest.MonkeyPatch, make: Make) -> bytes:
    """The id of a key that is made in this way."""
    monkeypatch.setattr(GENERATE, make)
    key = uuid4().bytes
    token.generate_secret(key, "label", 256)
    return key


def objects(token: Token, key: bytes) -> int:
    """How many of that id a module finds that knows of nothing yet."""
    token.close()
    return token._connection.run(lambda session: len(session.search(key)))


@contextmanager
def making(token: Token, monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """While it lasts, another thread is inside of the token and makes a key there."""
    real, inside, leave = creation.generate_secret, threading.Event(), threading.Event()

    def slowly(*words: object) -> None:
        inside.set()
        leave.wait(30)
        real(*words)  # type: ignore[arg-type]

    with monkeypatch.context() as during:
        maker = threading.Thread(target=lambda: made_by(token, during, slowly))
        maker.start()
        inside.wait(30)
        try:
            yield
        finally:
            leave.set()
            maker.join()


def used_in_two_sessions(token: Token) -> bytes:
    """A key that both know, one of which a maker will have."""
    key = uuid4().bytes
    token.generate_secret(key, "label", 256)
    token.encrypt_gcm(key, NONCE, b"text", b"")
    token._connection.run(lambda _: token.encrypt_gcm(key, NONCE, b"text", b""))
    return key


def test_a_search_waits_while_a_key_is_made_and_known_keys_are_used(
    token: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn, "PATIENCE_SECONDS", 30.0)
    key, found = used_in_two_sessions(token), list[bool]()
    seeker = threading.Thread(target=lambda: found.append(token.has(key)))
    with making(token, monkeypatch):
        token.encrypt_gcm(key, NONCE, b"text", b"")
        seeker.start()
        time.sleep(0.2)
        assert found == []
    seeker.join()
    assert found == [True]


def test_a_search_does_not_wait_for_ever(token: Token, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "PATIENCE_SECONDS", 0.1)
    key = used_in_two_sessions(token)
    with making(token, monkeypatch):
        assert token.has(key)


def test_no_key_fails_to_be_made_while_others_are_looked_for(token: Token) -> None:
    """Without turns SoftHSM fails one in ten."""
    key, done = uuid4().bytes, threading.Event()
    token.generate_secret(key, "label", 256)

    def make() -> None:
        try:
            for _ in range(60):
                token.generate_secret(uuid4().bytes, "label", 256)
        finally:
            done.set()

    def look() -> None:
        while not done.is_set():
            assert token.has(key)

    generation = token._connection.pool.generation
    together(4, lambda thread: look() if thread else make())
    assert token._connection.pool.generation == generation


@pytest.mark.parametrize("error", [GeneralError, FunctionFailed, ObjectHandleInvalid])
@pytest.mark.parametrize("left", [0, 1, 2])
def test_a_key_that_the_token_failed_to_make_is_made_again_and_is_there_once(
    token: Token, monkeypatch: pytest.MonkeyPatch, error: type[PKCS11Error], left: int
) -> None:
    """However long the first attempt took: keys take long to make."""
    monkeypatch.setattr(connection, "PATIENCE_SECONDS", 0.0)
    real, begun = creation.generate_secret, list[bytes]()

    def failing_at_first(session: Session, object_id: bytes, label: str, bits: int) -> None:
        begun.append(object_id)
        first = len(begun) == 1
        for _ in range(left if first else 1):
            real(session, object_id, label, bits)
        if first:
            raise error

    key = made_by(token, monkeypatch, failing_at_first)
    assert begun == [key, key]
    assert objects(token, key) == 1
    assert token.encrypt_gcm(key, NONCE, b"text", b"")


def test_a_key_that_is_there_twice_after_all_is_not_had(token: Token, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if what failed had been done belatedly."""
    real, begun = creation.generate_secret, list[bytes]()

    def twice_at_last(session: Session, object_id: bytes, label: str, bits: int) -> None:
        begun.append(object_id)
        if len(begun) == 1:
            raise GeneralError
        real(session, object_id, label, bits)
        real(session, object_id, label, bits)

    with pytest.raises(Unavailable), capture_logs() as logs:
        made_by(token, monkeypatch, twice_at_last)
    assert [log["event"] for log in logs] == ["HSM failed"]
    assert len(begun) == 2
    token.destroy(begun[0])
    assert objects(token, begun[0]) == 0


def test_a_token_that_makes_nothing_is_not_asked_for_ever(token: Token, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise GeneralError

    began = time.monotonic()
    with pytest.raises(Unavailable), capture_logs() as logs:
        made_by(token, monkeypatch, fail)
    assert time.monotonic() < began + 10
    assert [log["error"] for log in logs] == ["CKR_GENERAL_ERROR"]


def test_an_object_that_is_shown_twice_is_destroyed_once(token: Token, monkeypatch: pytest.MonkeyPatch) -> None:
    key, present = uuid4().bytes, Session._present
    token.generate_secret(key, "label", 256)
    generation = token._connection.pool.generation

    def doubled(session: Session, object_id: bytes) -> list[Key]:
        return [*present(session, object_id)] * 2

    with monkeypatch.context() as during:
        during.setattr(Session, "_present", doubled)
        token.destroy(key)
    assert token._connection.pool.generation == generation
    assert objects(token, key) == 0
