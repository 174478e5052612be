"""The libcrypto behind SM2 encryption: its memory, threads, forks, and machines without it."""

import gc
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from keyreeve.crypto import libcrypto
from keyreeve.crypto.keypair import DecryptionFailed
from keyreeve.crypto.libcrypto import EvpKey, OpensslRefused
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.sm2 import Sm2PrivateKey, Sm2PublicKey, generate, public_of
from keyreeve.errors import UnsupportedAction
from tests.crypto.test_sm2 import CIPHERTEXT, DIGEST, PAIR, PLAINTEXT, SM2DSA, SM2PKE


@pytest.mark.parametrize("der", [b"", b"\0", b"\x30\0", b"\xff" * 200, bytes(range(100))])
def test_openssl_refuses_what_is_no_key(der: bytes):
    for decode in (EvpKey.from_pkcs8, EvpKey.from_spki):
        with pytest.raises(OpensslRefused):
            decode(der)


def test_a_key_is_freed_once(monkeypatch: pytest.MonkeyPatch):
    library = libcrypto._library()
    free, freed = library.EVP_PKEY_free, list[int]()

    def recorded(key: int) -> None:
        freed.append(key)
        free(key)

    monkeypatch.setattr(library, "EVP_PKEY_free", recorded)
    key = Sm2PublicKey(PAIR.spki)
    ciphertexts = [key.encrypt(SM2PKE, b"x") for _ in range(10)]
    gc.collect()
    before = len(freed)
    del key
    gc.collect()
    assert len(freed) == before + 1
    assert len(ciphertexts) == 10


def test_threads_share_a_key_from_its_first_use():
    pair = generate()
    private, public = Sm2PrivateKey(Secret(pair.material)), Sm2PublicKey(pair.spki)

    def work(number: int) -> bool:
        plaintext = number.to_bytes(4, "big") * 8
        if number % 5 == 0:
            with pytest.raises(DecryptionFailed):
                private.decrypt(SM2PKE, CIPHERTEXT)
        return private.decrypt(SM2PKE, public.encrypt(SM2PKE, plaintext)) == plaintext

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(800)))


FORKING = """
import os
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.sm2 import Sm2PrivateKey, Sm2PublicKey, generate
from keyreeve.crypto.specs import EncryptionAlgorithm, SigningAlgorithm
pair = generate()
private, public = Sm2PrivateKey(Secret(pair.material)), Sm2PublicKey(pair.spki)
def results():
    ciphertext = public.encrypt(EncryptionAlgorithm.SM2PKE, b"plaintext")
    assert private.decrypt(EncryptionAlgorithm.SM2PKE, ciphertext) == b"plaintext"
    signature = private.sign(SigningAlgorithm.SM2DSA, bytes(32))
    os.write(1, f"{ciphertext.hex()} {signature.hex()}\\n".encode())
results()
children = [os.fork() or (results(), os._exit(0)) for _ in range(3)]
results()
assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
"""


def test_processes_may_fork_after_the_first_use():
    values = subprocess.run([sys.executable, "-c", FORKING], capture_output=True, check=True, text=True).stdout.split()
    assert len(values) == len(set(values)) == 10


def test_nothing_is_opened_by_an_import():
    code = (
        "import ctypes; ctypes.CDLL = None; import keyreeve.crypto.sm2 as sm2;"
        "from keyreeve.crypto.libcrypto import _library; assert _library.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


class WithoutSm2:
    """A libcrypto that has all functions and fetches no SM2."""

    def __init__(self, _name: str) -> None:
        self._functions: dict[str, WithoutSm2.Function] = {}

    class Function:
        def __call__(self, *_: object) -> None:
            return None

    def __getattr__(self, name: str) -> Function:
        return self._functions.setdefault(name, self.Function())


def no_library(_name: str) -> None:
    raise OSError


def old_library(_name: str) -> object:
    return object()


@pytest.fixture(params=[no_library, old_library, WithoutSm2])
def without_openssl(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    libcrypto._library.cache_clear()
    monkeypatch.setattr(libcrypto.ctypes, "CDLL", request.param)
    yield
    libcrypto._library.cache_clear()


@pytest.mark.usefixtures("without_openssl")
def test_without_openssl_there_are_signatures_but_no_encryption():
    pair = generate()
    private, public = Sm2PrivateKey(Secret(pair.material)), Sm2PublicKey(pair.spki)
    assert public.verify(SM2DSA, DIGEST, private.sign(SM2DSA, DIGEST))
    for use in (
        lambda: public.encrypt(SM2PKE, PLAINTEXT),
        lambda: private.decrypt(SM2PKE, CIPHERTEXT),
        lambda: public_of(pair.material),
    ):
        with pytest.raises(UnsupportedAction, match="SM2PKE needs OpenSSL 3 with SM2 on this machine"):
            use()
