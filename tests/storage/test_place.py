"""The writer's place: one at a time, over threads and processes, and free when its holder is gone."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from keyreeve.errors import Unavailable
from keyreeve.storage import place as place_module
from keyreeve.storage.place import WriterPlace


def holder(path: Path) -> tuple[int, int]:
    """A process that holds the place until it is killed, and a pipe that it writes to when it does."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with WriterPlace(path).held():
            os.write(writing, b"x")
            time.sleep(60)
        os._exit(0)
    os.close(writing)
    return child, reading


def test_a_holder_in_another_process_is_waited_for_and_its_death_frees_the_place(tmp_path: Path):
    child, reading = holder(tmp_path / "writer")
    assert os.read(reading, 1) == b"x"
    place, had = WriterPlace(tmp_path / "writer"), threading.Event()

    def take() -> None:
        with place.held():
            had.set()

    thread = threading.Thread(target=take)
    thread.start()
    assert not had.wait(0.3)
    os.kill(child, signal.SIGKILL)
    assert had.wait(10)
    thread.join()
    os.waitpid(child, 0)
    os.close(reading)
    place.close()


def test_threads_of_one_process_have_it_one_after_the_other(tmp_path: Path):
    place, inside, most = WriterPlace(tmp_path / "writer"), list[int](), list[int]()

    def take(number: int) -> None:
        for _ in range(20):
            with place.held():
                inside.append(number)
                most.append(len(inside))
                time.sleep(0.0005)
                inside.remove(number)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    place.close()
    assert (max(most), len(most)) == (1, 80)


def test_who_waits_in_vain_is_refused_and_may_try_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(place_module, "PATIENCE_SECONDS", 0.2)
    place, other = WriterPlace(tmp_path / "writer"), WriterPlace(tmp_path / "writer")
    with other.held():
        for _ in range(2):
            with pytest.raises(Unavailable), place.held():
                raise AssertionError("it was held by another")
    with place.held():
        pass
    place.close()
    other.close()
