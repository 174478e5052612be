"""Write docs/reference/operations.md from the catalogue; with --check, see that it is what would be written."""

import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from keyreeve.catalogue import EVERYTHING
from keyreeve.errors import KeyreeveError
from keyreeve.operations import Operation, Parameter
from keyreeve.protocols.alibaba_errors import REFUSALS, Refusal

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "operations.md"
_INTRODUCTION = """\
# Operations

Written by `make docs` from the catalogue; do not edit. Every operation is called as the Alibaba Cloud APIs are:
`GET` or `POST` on `/` with the Version of KMS, 2016-01-20; those headed `ram:` with 2015-05-01, `sts:` with 2015-04-01.
Answers are JSON with a `RequestId`. Beside the errors listed, any call may be refused as unparsable, unauthenticated,
with `MissingParameter`, `InvalidParameter`, `Forbidden.NoPermission` or `Rejected.Throttling`, or fail with
`InternalFailure` or `ServiceUnavailableTemporary`. Every operation of KMS that changes something takes `DryRun` too:
`true` does and undoes it all and answers `DryRunOperationError`, `ValidationError`, `AccessDeniedError` or what else
stands in the way. What differs from the cloud is in [divergences.md](../divergences.md).
"""


def page() -> str:
    lines = [_INTRODUCTION]
    for operation in EVERYTHING.values():
        lines += _section(operation)
    return "\n".join(lines) + "\n"


def _section(operation: Operation) -> Iterator[str]:
    yield f"## {operation.key}\n"
    yield f"{operation.summary}\n"
    if operation.parameters:
        yield "| parameter | required | default | what |\n|---|---|---|---|"
        for parameter in operation.parameters:
            need = "yes" if parameter.required else "no"
            yield f"| {parameter.name} | {need} | {_default(parameter)} | {_cell(parameter.description)} |"
        yield ""
    answer = ", ".join(f"`{name}`" for name in _response_names(operation)) or "only the RequestId"
    yield f"Answers: {answer}.\n"
    refusals = sorted({_code(one) for error in operation.errors for one in _leaves(error)})
    if refusals:
        yield f"Errors: {', '.join(refusals)}.\n"


def _response_names(operation: Operation) -> list[str]:
    return [declared.encode_name for declared in msgspec.structs.fields(operation.response)]


def _default(parameter: Parameter) -> str:
    value = parameter.default
    if parameter.required or value is None or value in ("", msgspec.NODEFAULT) or type(value).__module__ != "builtins":
        return str(value) if isinstance(value, str) else ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _leaves(error: type[KeyreeveError]) -> list[Refusal]:
    """A family of errors stands for every one of its members."""
    return [refusal for kind, refusal in REFUSALS.items() if issubclass(kind, error)]


def _code(refusal: Refusal) -> str:
    return f"`{refusal.code}` ({refusal.status})"


def main() -> int:
    wanted = page()
    if "--check" in sys.argv[1:]:
        if PAGE.exists() and PAGE.read_text() == wanted:
            return 0
        print("docs/reference/operations.md is not what the catalogue says: run make docs", file=sys.stderr)
        return 1
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(wanted)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
