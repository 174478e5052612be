"""Write docs/reference from the catalogue; with --check, see that it is what would be written."""

import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from keyreeve.catalogue import CATALOGUE, HUAWEI_CATALOGUE, IDENTITY_CATALOGUE
from keyreeve.errors import KeyreeveError
from keyreeve.operations import Operation, Parameter, Service
from keyreeve.protocols import alibaba_errors, huawei_errors
from keyreeve.protocols.huawei_routes import NOT_OFFERED, ROUTES

_EMPTY = {**dict.fromkeys(Service, "only the RequestId"), Service.HUAWEI: "nothing"}
_FOLDER = Path(__file__).parents[1] / "docs" / "reference"
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


_HUAWEI_INTRODUCTION = """\
# Operations of the Huawei door

Written by `make docs` from the catalogue; do not edit. `{project_id}` is what `keyreeve init` and `GET /v3/projects`
say; requests are signed with SDK-HMAC-SHA256 or carry `X-Auth-Token`. Bodies and answers are JSON; a `sequence` of 36
characters may stand in any request. Beside the errors listed, any call may be refused with `KMS.0202`, `KMS.0204`,
`KMS.0308` or the code of a parameter, `KMS.0306`, `KMS.0321`, the gateway's `APIGW.0301` and `APIGW.0308`, or fail with
`KMS.0101` or `KMS.0104`. What differs from the cloud is in [divergences.md](../divergences.md).
"""


def _alibaba_page() -> str:
    lines = [_INTRODUCTION]
    for operation in (*CATALOGUE.values(), *IDENTITY_CATALOGUE.values()):
        lines += _section(operation.key, operation, _alibaba_codes(operation))
    return "\n".join(lines) + "\n"


def _huawei_page() -> str:
    lines = [_HUAWEI_INTRODUCTION]
    for route in ROUTES:
        operation = HUAWEI_CATALOGUE.get(f"huawei:{route.operation}")
        if operation is not None:
            lines += _section(f"{route.method} {route.path}", operation, _huawei_codes(operation))
    lines += ["## Not offered\n", "Refused with `KMS.0215` (405):\n"]
    lines += [f"- `{method} {path}`" for method, path in NOT_OFFERED]
    return "\n".join(lines) + "\n"


PAGES = {_FOLDER / "operations.md": _alibaba_page, _FOLDER / "huawei-operations.md": _huawei_page}


def _section(title: str, operation: Operation, codes: list[str]) -> Iterator[str]:
    yield f"## {title}\n"
    yield f"{operation.summary}\n"
    shown = [parameter for parameter in operation.parameters if parameter.description]
    if shown:
        yield "| parameter | required | default | what |\n|---|---|---|---|"
        for parameter in shown:
            need = "yes" if parameter.required else "no"
            yield f"| {parameter.name} | {need} | {_default(parameter)} | {_cell(parameter.description)} |"
        yield ""
    answer = ", ".join(f"`{name}`" for name in _response_names(operation)) or _EMPTY[operation.service]
    yield f"Answers: {answer}.\n"
    if codes:
        yield f"Errors: {', '.join(codes)}.\n"


def _response_names(operation: Operation) -> list[str]:
    return [declared.encode_name for declared in msgspec.structs.fields(operation.response)]


def _default(parameter: Parameter) -> str:
    value = parameter.default
    if parameter.required or value is None or value in ("", msgspec.NODEFAULT) or type(value).__module__ != "builtins":
        return str(value) if isinstance(value, str) else ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _alibaba_codes(operation: Operation) -> list[str]:
    """A family of errors stands for every one of its members."""
    found = [
        refusal
        for error in operation.errors
        for kind, refusal in alibaba_errors.REFUSALS.items()
        if issubclass(kind, error)
    ]
    return sorted({f"`{one.code}` ({one.status})" for one in found})


def _huawei_codes(operation: Operation) -> list[str]:
    found = [huawei_errors.explain_kind(kind) for error in operation.errors for kind in _family(error)]
    return sorted({f"`{one.code}` ({one.status})" for one in found})


def _family(error: type[KeyreeveError]) -> Iterator[type[KeyreeveError]]:
    """An error and its members that the door translates."""
    yield error
    yield from (kind for kind in huawei_errors.REFUSALS if issubclass(kind, error))


def main() -> int:
    check = "--check" in sys.argv[1:]
    for path, write in PAGES.items():
        wanted = write()
        if check and not (path.exists() and path.read_text() == wanted):
            print(f"docs/reference/{path.name} is not what the catalogue says: run make docs", file=sys.stderr)
            return 1
        if not check:
            path.write_text(wanted)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
