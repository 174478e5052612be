"""What every failed import has in common: one answer, an unchanged key, and the right material still welcome."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager

from tests.importing.calls import Download, is_used, metadata, send
from tests.support.client import Answer, Client

# API reference 8.3.
INVALID_MATERIAL = (400, "InvalidKeyMaterial", "key material is invalid")
INVALID_TOKEN = (400, "InvalidImportToken", "import token is invalid")
EXPIRED_TOKEN = (400, "ExpiredImportToken", "import token is expired")


def refusal(answer: Answer) -> tuple[int, str, str]:
    return (answer.status, answer.code, "" if answer.status == 200 else answer.json["Message"])


@contextmanager
def unchanged(client: Client, *key_ids: str) -> Generator[None]:
    before = [metadata(client, key_id) for key_id in key_ids]
    yield
    assert [metadata(client, key_id) for key_id in key_ids] == before


def all_refused(client: Client, got: Download, blobs: Mapping[str, bytes], good: bytes) -> None:
    """Every blob gets the one refusal, and behind them all `good` material is taken."""
    assert blobs
    with unchanged(client, got.key_id):
        answers = {name: refusal(send(client, got, blob)) for name, blob in blobs.items()}
        assert {name: answer for name, answer in answers.items() if answer != INVALID_MATERIAL} == {}
    accepts(client, got, good)


def all_materials_refused(client: Client, got: Download, materials: Mapping[str, bytes], good: bytes) -> None:
    """The same for materials that are wrapped as they should be."""
    all_refused(client, got, {name: got.wrap(material) for name, material in materials.items()}, good)


def accepts(client: Client, got: Download, material: bytes) -> None:
    assert refusal(send(client, got, got.wrap(material))) == (200, "OK", "")
    assert metadata(client, got.key_id)["KeyState"] == "Enabled"
    assert is_used(client, got.key_id)
