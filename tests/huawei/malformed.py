"""Bodies that are wrong in one field each, from one that is right."""

from collections.abc import Collection, Iterator
from typing import Any

from tests.huawei.raw import Answer

_OTHERS: list[Any] = [True, 7, -1, 1.5, 10**30, "", "x" * 10_000, "a\0b", "\t*<>", [], [[]], [7], [None], {}, {"a": 1}]


def malformed(good: dict[str, Any], optional: Collection[str] = (), fine: Collection[Any] = ()) -> Iterator[Any]:
    """Each field missing, null, empty, of another type, over-long; `fine` are values that are no mistake anywhere.

    An optional field may be missing, null or an empty text.
    """
    for name in good:
        others = [other for other in _OTHERS if not any(other is one or other == one for one in fine)]
        if name in optional:
            others = [other for other in others if other != ""]
        else:
            yield {other: value for other, value in good.items() if other != name}
            yield {**good, name: None}
        for other in others:
            yield {**good, name: other}
    yield []
    yield "text"
    yield b"{"
    yield b'{"a": 1, "a": 1}'
    yield b"\xff"


def is_refusal(answer: Answer) -> bool:
    return 400 <= answer.status < 500 and answer.code.startswith("KMS.") and bool(answer.json["error"]["error_msg"])
