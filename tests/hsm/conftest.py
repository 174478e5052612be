from collections.abc import Iterator
from pathlib import Path

import pytest

from keyreeve.crypto.secret import Secret
from keyreeve.hsm.token import Token
from tests.conftest import missing
from tests.support import softhsm
from tests.support.softhsm import SoftHsm


@pytest.fixture(scope="session")
def shared_hsm(tmp_path_factory: pytest.TempPathFactory) -> SoftHsm:
    """One token for the tests of a process that leave it whole."""
    if softhsm.module() is None:
        missing("SoftHSM2")
    return softhsm.make(tmp_path_factory.mktemp("softhsm"))


@pytest.fixture
def hsm(tmp_path: Path) -> SoftHsm:
    """A token of the test's own, for tests that take it away."""
    if softhsm.module() is None:
        missing("SoftHSM2")
    return softhsm.make(tmp_path)


@pytest.fixture
def token(shared_hsm: SoftHsm, monkeypatch: pytest.MonkeyPatch) -> Iterator[Token]:
    yield from _opened(shared_hsm, monkeypatch)


@pytest.fixture
def own_token(hsm: SoftHsm, monkeypatch: pytest.MonkeyPatch) -> Iterator[Token]:
    yield from _opened(hsm, monkeypatch)


def _opened(hsm: SoftHsm, monkeypatch: pytest.MonkeyPatch) -> Iterator[Token]:
    """SoftHSM reads its environment when it is started, so it is stopped after every test."""
    for name, value in hsm.env.items():
        monkeypatch.setenv(name, value)
    token = Token(hsm.module, hsm.label, Secret(hsm.pin.encode()))
    yield token
    token.close()
