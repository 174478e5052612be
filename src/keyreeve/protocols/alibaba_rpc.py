"""Alibaba Cloud's RPC style: one path, the operation named by Action, flat parameters, JSON or XML answers."""

import json
from functools import partial
from typing import cast

import msgspec
from msgspec import Struct

from keyreeve.access.claims import acs3_claim, rpc_claim
from keyreeve.access.signatures.canonical import Malformed, split, to_parameters
from keyreeve.dispatch import Dispatcher
from keyreeve.errors import (
    IncompleteSignature,
    KeyreeveError,
    ParameterInvalid,
    ParameterMissing,
    UnknownOperation,
    UnparsableRequest,
    UnsupportedMethod,
    WrongVersion,
)
from keyreeve.operations import Service
from keyreeve.protocols.alibaba_errors import explain, message_of, refusal_of
from keyreeve.protocols.http import HttpRequest, HttpResponse
from keyreeve.protocols.json_bodies import members_of
from keyreeve.protocols.xml import Unwritable, to_xml, writable
from keyreeve.visits import Call, Visit

_SERVICES = {service.version: service for service in (Service.KMS, Service.RAM, Service.STS)}
_JSON = "application/json;charset=utf-8"
_XML = "text/xml;charset=utf-8"
_FORM = "application/x-www-form-urlencoded"


def new_visit(dispatcher: Dispatcher, request: HttpRequest) -> Visit:
    return dispatcher.new_visit(request.peer, explain, partial(decode, request), secure=request.secure)


def answer(dispatcher: Dispatcher, visit: Visit, request: HttpRequest, *, may_block: bool) -> HttpResponse:
    """The response to one request, whatever happens. Raises WouldBlock only: then again with the same visit."""
    try:
        result = dispatcher.serve(visit, may_block=may_block)
        return _success(visit, request, result)
    except KeyreeveError as error:
        return refuse(visit, request, error)
    except Unwritable:
        return refuse(visit, request, ParameterInvalid("Format", "the answer holds a character that XML cannot"))


def refuse(visit: Visit, request: HttpRequest, error: KeyreeveError) -> HttpResponse:
    refusal = refusal_of(error)
    body = {
        "RequestId": visit.request_id,
        "HttpStatus": refusal.status,
        "Code": refusal.code,
        "Message": message_of(error),
        "HostId": request.headers.get("host", ""),
    }
    if _wants_xml(request, visit.call):
        try:
            return HttpResponse(refusal.status, _XML, to_xml("Error", body), _id_header(visit))
        except Unwritable:
            # The string to sign and the host are the caller's own; JSON can carry them.
            pass
    return HttpResponse(refusal.status, _JSON, msgspec.json.encode(body), _id_header(visit))


def _success(visit: Visit, request: HttpRequest, result: Struct) -> HttpResponse:
    if visit.call is not None and _wants_xml(request, visit.call):
        members = {"RequestId": visit.request_id, **_builtins(result)}
        root = f"{visit.call.operation.rpartition(':')[2]}Response"
        return HttpResponse(200, _XML, to_xml(root, members), _id_header(visit))
    return HttpResponse(200, _JSON, _json_with_id(result, visit.request_id), _id_header(visit))


def _id_header(visit: Visit) -> tuple[tuple[str, str], ...]:
    return (("x-acs-request-id", visit.request_id),)


def decode(request: HttpRequest) -> Call:
    """What a request asks for. Raises BadRequest's family, ParameterMissing or IncompleteSignature."""
    if request.method not in ("GET", "POST"):
        raise UnsupportedMethod
    path, _, query = request.target.partition("?")
    if path != "/":
        raise UnknownOperation
    headers = request.headers
    if not query.isascii():
        raise UnparsableRequest
    in_form, in_json = _body_parameters(request)
    raw = f"{query}&{in_form}" if in_form else query
    parameters = _all_parameters(raw, in_json)
    action = parameters.get("Action") or headers.get("x-acs-action", "")
    service = _service(parameters.get("Version") or headers.get("x-acs-version", ""), action)
    if parameters.get("SignatureType") == "BEARERTOKEN":
        raise IncompleteSignature("SignatureType is not supported")
    if "authorization" in headers:
        claim = acs3_claim(request.method, path, query, headers, request.body)
    else:
        claim = rpc_claim(request.method, raw, parameters)
        _require_writable(parameters)
    return Call(service.key_of(action), parameters, claim)


def _require_writable(parameters: dict[str, str]) -> None:
    """What is stored for a caller who reads XML must be writable in it, so this is seen to before the handler runs."""
    if parameters.get("Format", "").upper() != "XML":
        return
    for name, value in parameters.items():
        if not writable(value):
            raise ParameterInvalid(name if writable(name) else "", "XML cannot carry it")


def _body_parameters(request: HttpRequest) -> tuple[str, dict[str, str]]:
    """A raw form and a JSON body's parameters. Raises UnparsableRequest."""
    if not request.body:
        return "", {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == _FORM:
        return _text(request.body), {}
    # Version 1 does not sign a JSON body, so it may not have one.
    if kind == "application/json" and "authorization" in request.headers:
        return "", _json_parameters(request.body)
    raise UnparsableRequest


def _all_parameters(raw: str, in_json: dict[str, str]) -> dict[str, str]:
    """Each parameter once, wherever it came from. Raises UnparsableRequest."""
    try:
        parameters = to_parameters(split(raw))
    except Malformed:
        raise UnparsableRequest from None
    if not parameters.keys().isdisjoint(in_json):
        raise UnparsableRequest
    return {**parameters, **in_json} if in_json else parameters


def _service(version: str, action: str) -> Service:
    if not action:
        raise ParameterMissing("Action")
    if not version:
        raise ParameterMissing("Version")
    service = _SERVICES.get(version)
    if service is None:
        raise WrongVersion
    if ":" in action:
        # Inside, a colon stands behind the prefix of the other services.
        raise UnknownOperation
    return service


def _json_parameters(body: bytes) -> dict[str, str]:
    """A JSON body's members as the texts that other clients send. Raises UnparsableRequest."""
    return {name: _as_text(value) for name, value in members_of(body).items()}


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _text(body: bytes) -> str:
    try:
        return body.decode("ascii")
    except UnicodeDecodeError:
        raise UnparsableRequest from None


def _wants_xml(request: HttpRequest, call: Call | None) -> bool:
    """Only version 1 names a format, and clients that sign by header read JSON only."""
    if call is None or "authorization" in request.headers:
        return False
    name = (call.text_of("Format") or "JSON").upper()
    return name == "XML"


def _builtins(result: Struct) -> dict[str, object]:
    return cast("dict[str, object]", msgspec.to_builtins(result))


def _json_with_id(result: Struct, request_id: str) -> bytes:
    body = msgspec.json.encode(result)
    start = b'{"RequestId":"' + request_id.encode() + b'"'
    return start + b"}" if body == b"{}" else start + b"," + body[1:]
