"""Counts the cases of published vectors that passed, and says at the end of a run how many there were.

A plugin. The counts travel as properties of the tests' reports, so that they also arrive from the workers of xdist.
"""

from collections import Counter
from collections.abc import Callable, Iterable

import pytest

PROPERTY = "vector cases"

Count = Callable[[str, int], None]


@pytest.fixture
def count_cases(record_property: Callable[[str, object], None]) -> Count:
    """Tells how many cases of a source the test goes through; they count if it passes."""

    def count(source: str, cases: int) -> None:
        record_property(PROPERTY, (source, cases))

    return count


def totals(reports: Iterable[pytest.TestReport]) -> Counter[str]:
    found: Counter[str] = Counter()
    for report in reports:
        for name, value in report.user_properties:
            if name == PROPERTY and isinstance(value, tuple | list):
                source, cases = value
                found[str(source)] += int(cases)
    return found


def sentence(found: Counter[str]) -> str:
    sources = "; ".join(f"{source} {cases:,}" for source, cases in found.most_common())
    return f"vectors: {found.total():,} cases ({sources})"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    found = totals(terminalreporter.stats.get("passed", []))
    if found:
        terminalreporter.write_line(sentence(found))
