"""Many at once: nothing is lost, nothing is there twice."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.secrets.things import CURRENT, PREVIOUS, create, new_name, put, read, stages, versions
from tests.support.client import Client
from tests.support.server import Account, Server

THREADS = 8


@pytest.fixture
def own(server: Server, new_account: Callable[[], Account]) -> Client:
    """An account that owns nothing yet, at a server of two workers."""
    return Client(server.address, new_account())


def test_versions_put_at_once_are_all_there_and_labels_stay_unique(own: Client):
    name = create(own, "v1")

    def put_one(number: int) -> str:
        stage = f'["{CURRENT}","mine","s{number % 3}"]' if number % 2 else ""
        return put(own, name, f"w{number}", f"value {number}", VersionStages=stage).code

    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(put_one, range(9))) == ["OK"] * 9
    listed = versions(own, name, deprecated=True)
    assert set(listed) == {"v1", *(f"w{number}" for number in range(9))}
    marks = [stage for one in listed.values() for stage in one]
    assert len(marks) == len(set(marks))
    order = list(listed)
    marked = stages(own, name)
    assert (marked[CURRENT], marked[PREVIOUS]) == (order[0], order[1])
    for number in range(9):
        assert read(own, name, VersionId=f"w{number}") == f"value {number}"


def test_one_version_put_at_once_with_many_values_has_one_of_them(own: Client):
    name = create(own)

    def put_one(number: int) -> tuple[str, str]:
        return put(own, name, "v2", f"value {number}").code, f"value {number}"

    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = list(pool.map(put_one, range(THREADS)))
    assert Counter(code for code, _ in outcomes) == {"OK": 1, "Rejected.ResourceExist": THREADS - 1}
    assert read(own, name) == dict(outcomes)["OK"]


def test_of_secrets_made_at_once_under_one_name_one_is_there_and_one_key_was_made_for_all(own: Client):
    name = new_name()

    def create_one(number: int) -> tuple[str, str]:
        given = {"VersionId": "v1", "SecretData": f"value {number}"}
        create(own)
        return own.answer("CreateSecret", SecretName=name, **given).code, f"value {number}"

    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = list(pool.map(create_one, range(THREADS)))
    assert Counter(code for code, _ in outcomes) == {"OK": 1, "Rejected.ResourceExist": THREADS - 1}
    assert read(own, name) == dict(outcomes)["OK"]
    assert own.call("ListSecrets")["TotalCount"] == THREADS + 1
    assert own.call("ListKeys")["TotalCount"] == 1


def test_whoever_reads_while_versions_come_sees_a_whole_version(own: Client):
    name = create(own, "value 0", VersionId="0")
    seen: list[tuple[str, str]] = []

    def read_some(_: int) -> None:
        for _ in range(12):
            answer = own.call("GetSecretValue", SecretName=name)
            assert CURRENT in answer["VersionStages"]["VersionStage"]
            seen.append((answer["VersionId"], answer["SecretData"]))

    with ThreadPoolExecutor(THREADS) as pool:
        readers = [pool.submit(read_some, number) for number in range(4)]
        for number in range(1, 13):
            put(own, name, str(number), f"value {number}")
            # What was acknowledged is what is read, at whichever worker.
            assert read(own, name) == f"value {number}"
        for reader in readers:
            reader.result()
    assert {value for _, value in seen} <= {f"value {number}" for number in range(13)}
    assert all(value == f"value {version}" for version, value in seen)
