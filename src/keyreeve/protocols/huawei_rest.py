"""Huawei Cloud's REST style: the operation named by method and path, JSON in and out (docs/divergences.md)."""

from functools import partial

import msgspec
from msgspec import Struct

from keyreeve.access.claims import AnyClaim, TokenClaim, sdk_hmac_claim
from keyreeve.access.signatures.canonical import Malformed, split, to_parameters
from keyreeve.dispatch import Dispatcher
from keyreeve.errors import CredentialsMissing, KeyreeveError, UnparsableRequest, WrongProject
from keyreeve.huawei.identity import CreateTokenResponse
from keyreeve.operations import Service
from keyreeve.protocols.http import HttpRequest, HttpResponse
from keyreeve.protocols.huawei_errors import body_of, explain
from keyreeve.protocols.huawei_routes import route_of
from keyreeve.protocols.huawei_tokens import TOKENS_PATH, token_call
from keyreeve.protocols.json_bodies import members_of
from keyreeve.visits import Call, Visit

_JSON = "application/json;charset=utf-8"


def is_for(request: HttpRequest) -> bool:
    """Whether a request came to this door; its paths begin with a version."""
    if request.path == "/":
        return _is_signed_here(request) and "x-acs-action" not in request.headers and not request.query
    return request.path.startswith(("/v1.0", "/v2/", "/v3/"))


def _is_signed_here(request: HttpRequest) -> bool:
    return "x-auth-token" in request.headers or request.headers.get("authorization", "").startswith("SDK-")


def new_visit(dispatcher: Dispatcher, request: HttpRequest) -> Visit:
    return dispatcher.new_visit(request.peer, explain, partial(decode, request), secure=request.secure)


def answer(dispatcher: Dispatcher, visit: Visit, request: HttpRequest, *, may_block: bool) -> HttpResponse:
    """The response to one request, whatever happens. Raises WouldBlock only: then again with the same visit."""
    try:
        result = dispatcher.serve(visit, may_block=may_block)
        return _success(visit, request, result)
    except KeyreeveError as error:
        return refuse(visit, request, error)


def refuse(visit: Visit, request: HttpRequest, error: KeyreeveError) -> HttpResponse:
    status, body = body_of(error, request.path, visit.request_id)
    return HttpResponse(status, _JSON, msgspec.json.encode(body), _id_header(visit))


def _success(visit: Visit, request: HttpRequest, result: Struct) -> HttpResponse:
    headers = _id_header(visit)
    if isinstance(result, CreateTokenResponse):
        headers = (*headers, ("X-Subject-Token", result.subject_token))
        return HttpResponse(201, _JSON, msgspec.json.encode({"token": result.token}), headers)
    status = route_of(request.method, request.path)[0].status
    return HttpResponse(status, _JSON, b"" if status == 204 else msgspec.json.encode(result), headers)  # noqa: PLR2004  # No Content


def _id_header(visit: Visit) -> tuple[tuple[str, str], ...]:
    return (("X-Request-Id", visit.request_id),)


def decode(request: HttpRequest) -> Call:
    """What a request asks for. Raises BadRequest's family, Unauthenticated's or WrongProject."""
    path, query = request.path, request.query
    route, in_path = route_of(request.method, path)
    if path == TOKENS_PATH:
        return token_call(request)
    if not query.isascii():
        raise UnparsableRequest
    try:
        in_query = to_parameters(split(query))
    except Malformed:
        raise UnparsableRequest from None
    project = request.headers.get("x-project-id")
    if project is not None and in_path.get("project_id", project) != project:
        raise WrongProject
    members = members_of(request.body) if request.body.strip() else {}
    parameters: dict[str, object] = {**in_query, **members, **in_path}
    if not in_path:
        # What is of no project may say where this server is.
        parameters["endpoint"] = request.endpoint
    return Call(Service.HUAWEI.key_of(route.operation), parameters, _claim(request))


def _claim(request: HttpRequest) -> AnyClaim:
    """A signature is looked at first where there is a token too."""
    headers = request.headers
    if "authorization" in headers:
        return sdk_hmac_claim(request.method, request.path, request.query, headers, request.body)
    if token := headers.get("x-auth-token"):
        return TokenClaim(token)
    raise CredentialsMissing
