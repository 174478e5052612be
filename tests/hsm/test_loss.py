"""A token that goes away fails calls while it is away, and is found again by the same process when it is back."""

import ctypes
import os
import threading
import time
from collections.abc import Callable
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pkcs11.exceptions import DeviceRemoved, GeneralError
from structlog.testing import capture_logs

from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import EncryptionAlgorithm, KeySpec, KeyUsage, SigningAlgorithm
from keyreeve.errors import StartRefused, Unavailable
from keyreeve.hsm import connection
from keyreeve.hsm.errors import ObjectMissing
from keyreeve.hsm.pool import Pool
from keyreeve.hsm.session import Session
from keyreeve.hsm.token import Token
from tests.support.softhsm import SoftHsm

NONCE, DIGEST = bytes(12), bytes(32)
AES, ROOT, SIGNING, DECRYPTING, MISSING = uuid4().bytes, os.urandom(8), uuid4().bytes, uuid4().bytes, uuid4().bytes
PKCS1, SHA_1 = SigningAlgorithm.RSA_PKCS1_SHA_256, EncryptionAlgorithm.RSAES_OAEP_SHA_1
OAEP_SHA_1 = padding.OAEP(padding.MGF1(SHA1()), SHA1(), None)  # noqa: S303  # a published algorithm of the API
Calls = dict[str, Callable[[], object]]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call asks the token once, and no call is spared by an earlier one."""
    monkeypatch.setattr(connection, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(connection, "RETRY_SECONDS", 0.0)


@pytest.fixture
def calls(own_token: Token) -> Calls:
    """Every kind of call, each of which succeeds as long as the token is there."""
    own_token.generate_secret(AES, "label", 256)
    own_token.generate_root(ROOT, "label")
    own_token.generate_pair(SIGNING, "label", KeySpec.RSA_2048, KeyUsage.SIGN_VERIFY)
    public = load_der_public_key(
        own_token.generate_pair(DECRYPTING, "label", KeySpec.RSA_2048, KeyUsage.ENCRYPT_DECRYPT)
    )
    assert isinstance(public, rsa.RSAPublicKey)
    opaque = public.encrypt(b"text", OAEP_SHA_1)
    closed = own_token.encrypt_gcm(AES, NONCE, b"text", b"")
    return {
        "encrypt_gcm": lambda: own_token.encrypt_gcm(AES, NONCE, b"text", b""),
        "decrypt_gcm": lambda: own_token.decrypt_gcm(AES, NONCE, closed, b""),
        "hmac": lambda: own_token.hmac(ROOT, b"message"),
        "sign": lambda: own_token.sign(SIGNING, PKCS1, DIGEST),
        "decrypt": lambda: own_token.decrypt(DECRYPTING, SHA_1, opaque),
        "has": lambda: own_token.has(AES),
        "has not": lambda: own_token.has(MISSING),
        "destroy": lambda: own_token.destroy(MISSING),
        "generate_secret": lambda: own_token.generate_secret(uuid4().bytes, "label", 128),
        "generate_pair": lambda: own_token.generate_pair(uuid4().bytes, "label", KeySpec.EC_P256, KeyUsage.SIGN_VERIFY),
        "import_secret": lambda: own_token.import_secret(uuid4().bytes, "label", Secret(bytes(32))),
    }


def fails(call: Callable[[], object]) -> None:
    with pytest.raises(Unavailable) as raised:
        call()
    assert type(raised.value) is Unavailable


@pytest.mark.parametrize("used_before", [False, True])
def test_everything_fails_while_the_token_is_away_and_works_when_it_is_back(
    calls: Calls, own_token: Token, hsm: SoftHsm, used_before: bool
) -> None:
    for call in calls.values():
        call() if used_before else own_token.close()
    for call in calls.values():
        with hsm.away():
            # The first finds the loss, the second finds no token to connect to.
            fails(call)
            fails(call)
        call()


def test_a_process_that_starts_without_the_token_finds_it_later(own_token: Token, hsm: SoftHsm) -> None:
    with hsm.away():
        fails(lambda: own_token.supports(KeySpec.AES_256))
        fails(lambda: own_token.generate_secret(AES, "label", 256))
    own_token.generate_secret(AES, "label", 256)
    assert own_token.has(AES)


def test_a_wrong_ciphertext_does_not_hide_the_loss(own_token: Token, calls: Calls, hsm: SoftHsm) -> None:
    for wrong in (
        lambda: own_token.decrypt_gcm(AES, NONCE, bytes(32), b""),
        lambda: own_token.decrypt(DECRYPTING, SHA_1, bytes(256)),
    ):
        calls["encrypt_gcm"]()
        with hsm.away():
            fails(wrong)


def test_a_vague_error_of_a_token_that_broke_is_not_the_ciphertext(
    own_token: Token, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same code that SoftHSM answers for a bad tag, and then nothing."""

    def broken(_session: Session) -> None:
        raise DeviceRemoved

    with monkeypatch.context() as during:
        during.setattr(Session, "require_alive", broken)
        with capture_logs() as logs:
            fails(lambda: own_token.decrypt_gcm(AES, NONCE, bytes(32), b""))
    assert logs == [{"event": "HSM failed", "error": "CKR_DEVICE_REMOVED", "log_level": "error"}]
    calls["decrypt_gcm"]()


def handle_of(session: Session) -> int:
    return session.raw.handle  # type: ignore[attr-defined]  # python-pkcs11's own types leave it out


def behind_its_back(own_token: Token, hsm: SoftHsm) -> Calls:
    module, raw = ctypes.CDLL(hsm.module), own_token._connection.pool._token
    assert raw is not None
    slot = ctypes.c_ulong(raw.slot.slot_id)

    def log_out() -> None:
        own_token._connection.run(lambda session: module.C_Logout(ctypes.c_ulong(handle_of(session))))

    return {
        "C_Finalize": lambda: module.C_Finalize(None),
        "C_CloseAllSessions": lambda: module.C_CloseAllSessions(slot),
        "C_Logout": log_out,
    }


@pytest.mark.parametrize("blow", ["C_Finalize", "C_CloseAllSessions", "C_Logout"])
def test_what_the_library_loses_is_made_anew(own_token: Token, calls: Calls, hsm: SoftHsm, blow: str) -> None:
    for name, call in calls.items():
        call()
        behind_its_back(own_token, hsm)[blow]()
        with capture_logs() as logs:
            fails(call)
        assert [log["log_level"] for log in logs] == ["error"], name
        assert str(logs[0]["error"]).startswith("CKR_")
        call()


@pytest.mark.parametrize("blow", ["C_Finalize", "C_CloseAllSessions", "C_Logout"])
def test_with_patience_nobody_notices_it(
    own_token: Token, calls: Calls, hsm: SoftHsm, monkeypatch: pytest.MonkeyPatch, blow: str
) -> None:
    monkeypatch.setattr(connection, "PATIENCE_SECONDS", 5.0)
    for call in calls.values():
        call()
        behind_its_back(own_token, hsm)[blow]()
        with capture_logs() as logs:
            call()
        assert logs == []


def test_a_key_is_not_made_twice(own_token: Token, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that failed half-way may have made one already."""
    monkeypatch.setattr(connection, "PATIENCE_SECONDS", 5.0)
    made = list[bytes]()

    def half_way(_session: Session, object_id: bytes, *_: object) -> None:
        made.append(object_id)
        raise DeviceRemoved

    monkeypatch.setattr("keyreeve.hsm.creation.generate_secret", half_way)
    fails(lambda: own_token.generate_secret(AES, "label", 256))
    assert made == [AES]


def test_the_log_has_the_name_and_never_the_pin(own_token: Token, calls: Calls, hsm: SoftHsm) -> None:
    with hsm.away(), capture_logs() as logs:
        fails(calls["sign"])
        fails(calls["sign"])
    assert [log["error"] for log in logs] == ["CKR_GENERAL_ERROR", "CKR_GENERAL_ERROR"]
    assert hsm.pin not in str(logs)


def test_an_error_that_is_thrown_away_takes_nothing_of_the_library_along(
    own_token: Token, calls: Calls, hsm: SoftHsm
) -> None:
    """An exception may be freed in any thread and at any time, when the session in its traceback is another's."""
    with hsm.away(), pytest.raises(Unavailable) as raised:
        calls["has"]()
    assert raised.value.__context__ is None
    assert raised.value.__cause__ is None


def test_while_the_token_is_away_it_is_asked_once_a_second(
    own_token: Token, hsm: SoftHsm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "RETRY_SECONDS", 1.0)
    own_token.generate_secret(AES, "label", 256)
    own_token.close()
    with hsm.away():
        fails(lambda: own_token.has(AES))
        generation, started = own_token._connection.pool.generation, time.monotonic()
        while time.monotonic() < started + connection.RETRY_SECONDS / 2:
            fails(lambda: own_token.has(AES))
        assert own_token._connection.pool.generation == generation
    time.sleep(connection.RETRY_SECONDS)
    assert own_token.has(AES)


def test_threads_lose_it_together_and_find_it_together(own_token: Token, calls: Calls, hsm: SoftHsm) -> None:
    stop, results, odd = threading.Event(), [0, 0], list[BaseException]()

    def work() -> None:
        while not stop.is_set():
            try:
                own_token.sign(SIGNING, PKCS1, DIGEST)
                results[0] += 1
            except Unavailable:
                results[1] += 1
            except BaseException as error:  # noqa: BLE001  # shown below
                odd.append(error)
                return

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        time.sleep(0.1)
        with hsm.away():
            time.sleep(0.1)
    stop.set()
    for thread in threads:
        thread.join()
    assert odd == []
    assert min(results) > 0
    calls["sign"]()


def test_a_wrong_pin_is_tried_once_so_that_the_token_is_not_locked(
    own_token: Token, calls: Calls, hsm: SoftHsm, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(old: str, new: str) -> None:
        own_token._connection.run(lambda session: session.raw.set_pin(old, new))

    change(hsm.pin, "something else")
    own_token.close()
    logins = list[str]()
    real = Pool._log_in

    def counted(*words: object) -> object:
        logins.append("tried")
        return real(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(Pool, "_log_in", counted)
    for _ in range(5):
        fails(calls["sign"])
    assert logins == ["tried"]
    with pytest.raises(StartRefused, match="PIN"):
        own_token.check()


def test_a_missing_key_is_missed_by_a_new_module_and_then_believed(own_token: Token, calls: Calls) -> None:
    generation = own_token._connection.pool.generation
    for _ in range(3):
        with pytest.raises(ObjectMissing):
            own_token.sign(MISSING, PKCS1, DIGEST)
        assert own_token._connection.pool.generation == generation + 1


def test_a_missing_key_is_believed_however_long_the_new_module_takes(
    own_token: Token, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keyreeve.hsm.session._BELIEVED_SECONDS", 0.0)
    generation = own_token._connection.pool.generation
    assert not own_token.has(MISSING)
    assert own_token._connection.pool.generation == generation + 1


def test_trouble_in_one_thread_waits_for_the_calls_of_others(own_token: Token, calls: Calls) -> None:
    """A module that is stopped with a call inside crashes."""
    inside, leave, order = threading.Event(), threading.Event(), list[str]()

    def long_call(_session: Session) -> None:
        inside.set()
        leave.wait(30)
        order.append("long call")

    def trouble(_session: Session) -> None:
        raise GeneralError

    def next_call() -> None:
        calls["sign"]()
        order.append("next call")

    first = threading.Thread(target=lambda: own_token._connection.run(long_call))
    first.start()
    inside.wait(30)
    fails(lambda: own_token._connection.run(trouble))
    second = threading.Thread(target=next_call)
    second.start()
    time.sleep(0.2)
    leave.set()
    first.join()
    second.join()
    assert order == ["long call", "next call"]
