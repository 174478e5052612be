"""POST /v3/auth/tokens: whoever asks says in the body who it is (IAM API reference, obtaining a token)."""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from keyreeve.access.claims import PasswordClaim
from keyreeve.crypto.secret import Secret
from keyreeve.errors import ParameterMissing, UnparsableRequest
from keyreeve.operations import Service
from keyreeve.protocols.http import HttpRequest
from keyreeve.protocols.json_bodies import members_of
from keyreeve.visits import Call

TOKENS_PATH = "/v3/auth/tokens"
_Text = Annotated[str, Meta(max_length=256)]


class _Domain(Struct, frozen=True):
    name: _Text | None = None
    id: _Text | None = None


class _User(Struct, frozen=True):
    name: _Text
    password: _Text
    domain: _Domain = _Domain()


class _Password(Struct, frozen=True):
    user: _User


class _Access(Struct, frozen=True):
    key: _Text


class _AccessKey(Struct, frozen=True):
    access: _Access
    secret: _Access


class _Identity(Struct, frozen=True):
    methods: tuple[_Text, ...]
    password: _Password | None = None
    hw_ak_sk: _AccessKey | None = None


class _Scope(Struct, frozen=True):
    """Of a project by its name nothing is asked: a region has one project an account."""

    project: _Domain = _Domain()


class _Auth(Struct, frozen=True):
    identity: _Identity
    scope: _Scope = _Scope()


class _Body(Struct, frozen=True):
    auth: _Auth


def token_call(request: HttpRequest) -> Call:
    """Raises UnparsableRequest or ParameterMissing."""
    try:
        auth = msgspec.convert(members_of(request.body), _Body).auth
    except msgspec.ValidationError:
        # Its text may hold what was sent, and that is a secret.
        raise UnparsableRequest from None
    method, claim = _method_and_claim(auth.identity)
    host = request.headers.get("host", "")
    parameters = {"endpoint": f"{'https' if request.secure else 'http'}://{host}", "method": method}
    if auth.scope.project.id:
        parameters["project_id"] = auth.scope.project.id
    return Call(Service.HUAWEI.key_of("CreateToken"), parameters, claim)


def _method_and_claim(identity: _Identity) -> tuple[str, PasswordClaim]:
    if identity.methods == ("password",) and identity.password is not None:
        user = identity.password.user
        return "password", _claim(user.name, user.password, user.domain.name or user.domain.id)
    if identity.methods == ("hw_ak_sk",) and identity.hw_ak_sk is not None:
        given = identity.hw_ak_sk
        return "hw_ak_sk", _claim(given.access.key, given.secret.key, None)
    raise ParameterMissing("auth.identity.methods", "password or hw_ak_sk, with what goes with it")


def _claim(name: str, password: str, domain_name: str | None) -> PasswordClaim:
    return PasswordClaim(name, Secret(password.encode()), domain_name)
