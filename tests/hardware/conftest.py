from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.hardware.box import PIN, Box, new_box, running
from tests.support import softhsm
from tests.support.softhsm import SoftHsm


@pytest.fixture(scope="session")
def softhsm_installed() -> None:
    if softhsm.module() is None:
        missing("SoftHSM2")


@pytest.fixture(scope="session")
def box(softhsm_installed: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """The root key is in its file. For the tests of a process that leave the token where it is."""
    with running(tmp_path_factory.mktemp("hardware")) as shared:
        yield shared


@pytest.fixture
def still_box(softhsm_installed: None, tmp_path: Path) -> Box:
    """One that is not served."""
    return new_box(tmp_path)


@pytest.fixture
def hsm(softhsm_installed: None, tmp_path: Path) -> SoftHsm:
    """An empty token."""
    return softhsm.make(tmp_path, pin=PIN)
