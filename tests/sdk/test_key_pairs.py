"""Each official client with key pairs of every spec, with exported data keys, and with imported material."""

import pytest

from tests.importing.materials import PAIRS, SYMMETRIC_BYTES
from tests.interop.pairs import ENCRYPTION, SIGNING
from tests.sdk.exports import EXPORTS, data_keys_are_exported
from tests.sdk.imports import material_is_imported
from tests.sdk.pairs import pair_encrypts, pair_signs
from tests.sdk.sdk import Recorded, Sdk
from tests.support.server import Server


@pytest.fixture
def server(sqlite_server: Server) -> Server:
    """The whole life is lived on both databases; here they play no part."""
    return sqlite_server


@pytest.mark.parametrize("spec", SIGNING)
def test_a_client_signs_and_verifies_with_every_algorithm(shared_sdk: Sdk, spec: str):
    pair_signs(Recorded(shared_sdk), spec)


@pytest.mark.parametrize("spec", ENCRYPTION)
def test_a_client_encrypts_and_decrypts_with_every_algorithm(shared_sdk: Sdk, spec: str):
    pair_encrypts(Recorded(shared_sdk), spec)


@pytest.mark.parametrize("spec", EXPORTS)
def test_a_client_has_data_keys_encrypted_with_a_public_key(shared_sdk: Sdk, spec: str):
    data_keys_are_exported(Recorded(shared_sdk), spec)


@pytest.mark.parametrize("spec", [*SYMMETRIC_BYTES, *PAIRS])
def test_a_client_imports_material_with_every_wrapping_algorithm(shared_sdk: Sdk, spec: str):
    material_is_imported(Recorded(shared_sdk), spec)
