"""Threads of one process and several processes on one token."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from keyreeve.crypto.specs import KeySpec, KeyUsage, SigningAlgorithm
from keyreeve.hsm.errors import ObjectMissing
from keyreeve.hsm.pool import SESSIONS
from keyreeve.hsm.token import Token
from tests.support.softhsm import SoftHsm

PKCS1 = SigningAlgorithm.RSA_PKCS1_SHA_256
HEAD = """
import os, sys
from keyreeve.crypto.secret import Secret
from keyreeve.hsm.token import Token
module, label, pin, key = sys.argv[1:]
token, key = Token(module, label, Secret(pin.encode())), bytes.fromhex(key)
"""


def process(hsm: SoftHsm, code: str, key: bytes) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", HEAD + code, hsm.module, hsm.label, hsm.pin, key.hex()]
    return subprocess.Popen(command, env={**os.environ, **hsm.env}, text=True, stdout=-1, stderr=-1)


def finished(running: subprocess.Popen[str]) -> str:
    """What it printed, if it ended well."""
    out, err = running.communicate(timeout=120)
    assert (running.returncode, err) == (0, "")
    return out


def together(count: int, work: Callable[[int], None]) -> None:
    """`work` in so many threads, which begin at one moment; what one raises is raised."""
    ready = threading.Barrier(count)

    def begin(number: int) -> None:
        ready.wait(60)
        work(number)

    with ThreadPoolExecutor(count) as pool:
        list(pool.map(begin, range(count)))


def test_threads_sign_at_once(token: Token) -> None:
    key = uuid4().bytes
    public = load_der_public_key(token.generate_pair(key, "label", KeySpec.RSA_2048, KeyUsage.SIGN_VERIFY))
    assert isinstance(public, rsa.RSAPublicKey)

    def work(thread: int) -> None:
        for number in range(50):
            digest = (1000 * thread + number).to_bytes(32)
            public.verify(token.sign(key, PKCS1, digest), digest, padding.PKCS1v15(), Prehashed(SHA256()))

    together(8, work)


def test_more_threads_than_sessions_make_use_and_destroy_keys_from_the_first_moment(token: Token) -> None:
    def work(thread: int) -> None:
        for number in range(10):
            key, text = uuid4().bytes, f"{thread} {number}".encode()
            token.generate_secret(key, "label", 256)
            closed = token.encrypt_gcm(key, bytes(12), text, b"")
            assert token.decrypt_gcm(key, bytes(12), closed, b"") == text
            token.destroy(key)
            assert not token.has(key)

    together(2 * SESSIONS, work)


def test_a_restart_under_load_loses_no_call(token: Token) -> None:
    key = uuid4().bytes
    token.generate_secret(key, "label", 256)

    def work(thread: int) -> None:
        for _ in range(100):
            if thread == 0:
                token.close()
            token.encrypt_gcm(key, bytes(12), b"text", b"")

    together(8, work)


def test_keys_that_another_process_makes_and_destroys_are_seen(token: Token, shared_hsm: SoftHsm) -> None:
    mine, others = uuid4().bytes, uuid4().bytes
    token.generate_secret(mine, "label", 256)
    closed = token.encrypt_gcm(mine, bytes(12), b"text", b"")
    assert not token.has(others)
    make = "token.generate_secret(key, 'label', 256); print(token.encrypt_gcm(key, bytes(12), b'text', b'').hex())"
    other_closed = bytes.fromhex(finished(process(shared_hsm, make, others)))
    assert token.decrypt_gcm(others, bytes(12), other_closed, b"") == b"text"
    use = "print(token.encrypt_gcm(key, bytes(12), b'text', b'').hex()); token.destroy(key)"
    assert bytes.fromhex(finished(process(shared_hsm, use, mine))) == closed
    # The handle is known here, and what it stood for is gone.
    try:
        token.encrypt_gcm(mine, bytes(12), b"text", b"")
    except ObjectMissing:
        return
    raise AssertionError("a key that another process destroyed was used")


def test_processes_work_on_one_token_at_once(token: Token, shared_hsm: SoftHsm) -> None:
    work = """
for number in range(20):
    own = os.urandom(16)
    token.generate_secret(own, "label", 128)
    closed = token.encrypt_gcm(own, bytes(12), b"text", b"")
    assert token.decrypt_gcm(own, bytes(12), closed, b"") == b"text"
    token.encrypt_gcm(key, bytes(12), b"text", b"")
    token.destroy(own)
    assert not token.has(own)
"""
    shared = uuid4().bytes
    token.generate_secret(shared, "label", 256)
    for running in [process(shared_hsm, work, shared) for _ in range(4)]:
        assert finished(running) == ""


def test_workers_are_forked_after_the_check_and_each_connects_for_itself(token: Token, shared_hsm: SoftHsm) -> None:
    work = """
token.check()
children = []
for _ in range(4):
    child = os.fork()
    if child == 0:
        for number in range(50):
            token.encrypt_gcm(key, bytes(12), b"text", b"")
        os._exit(7)
    children.append(child)
token.encrypt_gcm(key, bytes(12), b"text", b"")
print([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children])
"""
    key = uuid4().bytes
    token.generate_secret(key, "label", 256)
    assert finished(process(shared_hsm, work, key)) == "[7, 7, 7, 7]\n"
