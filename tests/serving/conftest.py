from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.keys.still import still_server
from tests.serving.turns import Turns
from tests.support.server import init


@pytest.fixture
def turns(tmp_path: Path) -> Iterator[Turns]:
    data, measured = tmp_path / "data", list[tuple[str, str]]()
    with still_server(data, init(data)) as still:

        def note(operation: str, code: str, _seconds: float) -> None:
            measured.append((operation, code))

        watched = replace(still, parts=replace(still.parts, measure=note))
        watched.call("DescribeRegions")
        measured.clear()
        yield Turns(watched, measured)
