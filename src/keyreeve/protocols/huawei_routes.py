"""Which operation a method and a path of the Huawei door mean (KMS API reference 2.1; IAM API reference)."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from keyreeve.errors import UnknownOperation, UnsupportedMethod
from keyreeve.huawei.errors import OperationNotOffered

_KMS = "/v1.0/{project_id}/kms"
# What is said in one word: POST, and the word behind kms/.
_VERBS = [
    "create-key",
    "describe-key",
    "list-keys",
    "enable-key",
    "disable-key",
    "schedule-key-deletion",
    "cancel-key-deletion",
    "update-key-alias",
    "update-key-description",
    "gen-random",
    "create-datakey",
    "create-datakey-without-plaintext",
    "encrypt-datakey",
    "decrypt-datakey",
    "encrypt-data",
    "decrypt-data",
    "re-encrypt",
    "sign",
    "verify",
    "get-publickey",
    "generate-mac",
    "verify-mac",
    "get-parameters-for-import",
    "import-key-material",
    "delete-imported-key-material",
    "rotate-on-demand",
    "enable-key-rotation",
    "disable-key-rotation",
    "get-key-rotation-status",
    "update-key-rotation-interval",
]
_NOT_OFFERED_VERBS = [
    "create-grant",
    "list-grants",
    "list-retirable-grants",
    "revoke-grant",
    "retire-grant",
    "derive-shared-secret",
    "create-rsa-datakey-pair",
    "create-ec-datakey-pair",
    "create-pin",
]


class Route(NamedTuple):
    """`path` has the names of its parameters in braces; `status` is that of a success."""

    method: str
    path: str
    operation: str
    status: int = 200


def _pascal(word: str) -> str:
    return "".join(part.capitalize() for part in word.split("-"))


# Literal segments before parameters: the first that fits is meant.
ROUTES: tuple[Route, ...] = (
    *(Route("POST", f"{_KMS}/{word}", _pascal(word)) for word in _VERBS),
    Route("POST", f"{_KMS}/aliases", "CreateAlias", 201),
    Route("DELETE", f"{_KMS}/aliases", "DeleteAlias", 204),
    Route("GET", f"{_KMS}/aliases", "ListAliases"),
    Route("POST", f"{_KMS}/alias/associate", "AssociateAlias"),
    Route("GET", f"{_KMS}/tags", "ListKmsTags"),
    Route("POST", f"{_KMS}/resource_instances/action", "ListKmsByTags"),
    Route("POST", f"{_KMS}/{{key_id}}/tags", "CreateKmsTag", 204),
    Route("GET", f"{_KMS}/{{key_id}}/tags", "ShowKmsTags"),
    Route("POST", f"{_KMS}/{{key_id}}/tags/action", "BatchCreateKmsTags", 204),
    Route("DELETE", f"{_KMS}/{{key_id}}/tags/{{key}}", "DeleteTag", 204),
    Route("GET", f"{_KMS}/user-instances", "ShowUserInstances"),
    Route("GET", f"{_KMS}/user-quotas", "ShowUserQuotas"),
    Route("GET", "/", "ShowVersions"),
    Route("GET", "/v1.0", "ShowVersion"),
    Route("POST", "/v3/auth/tokens", "CreateToken", 201),
    Route("GET", "/v3/projects", "ListProjects"),
)

# That cloud has these too; docs/divergences.md says why they are not here.
NOT_OFFERED: tuple[tuple[str, str], ...] = (
    *(("POST", f"{_KMS}/{word}") for word in _NOT_OFFERED_VERBS),
    ("POST", f"{_KMS}/datakey-capsule/create"),
    ("POST", f"{_KMS}/datakey-capsule/decrypt"),
    ("POST", f"{_KMS}/access-points"),
    ("GET", f"{_KMS}/access-points"),
    ("DELETE", f"{_KMS}/access-points/{{access_point_id}}"),
    ("POST", f"{_KMS}/access-points/{{access_point_id}}/disable"),
    ("POST", f"{_KMS}/access-points/{{access_point_id}}/enable"),
    ("POST", f"{_KMS}/access-points/{{access_point_id}}/get-privatekey"),
    ("POST", f"{_KMS}/key-policies"),
    ("GET", f"{_KMS}/key-policies"),
    ("GET", f"{_KMS}/key-policies/{{policy_id}}"),
    ("PUT", f"{_KMS}/key-policies/{{policy_id}}"),
    ("DELETE", f"{_KMS}/key-policies/{{policy_id}}"),
    ("POST", "/v1.0/{project_id}/keystores"),
    ("GET", "/v1.0/{project_id}/keystores"),
    ("GET", "/v1.0/{project_id}/keystores/{keystore_id}"),
    ("DELETE", "/v1.0/{project_id}/keystores/{keystore_id}"),
    ("POST", "/v1.0/{project_id}/keystores/{keystore_id}/disable"),
    ("POST", "/v1.0/{project_id}/keystores/{keystore_id}/enable"),
    ("GET", "/v2/{project_id}/kms/regions"),
    ("POST", "/v2/{project_id}/kms/keys/{key_id}/replicate"),
    ("PUT", "/v2/{project_id}/kms/keys/{key_id}/update-primary-region"),
)


@lru_cache(maxsize=4096)
def route_of(method: str, path: str) -> tuple[Route, Mapping[str, str]]:
    """The route, and what stands in the place of its parameters.

    Raises UnknownOperation, UnsupportedMethod where another method is known there, or OperationNotOffered.
    """
    segments = _segments(path)
    known = False
    for route in ROUTES:
        found = _match(route.path, segments)
        if found is not None and route.method == method:
            return route, found
        known = known or found is not None
    for other, template in NOT_OFFERED:
        if other == method and _match(template, segments) is not None:
            raise OperationNotOffered
    raise UnsupportedMethod if known else UnknownOperation


def _segments(path: str) -> list[str]:
    """Decoded behind the split, so that a name may hold a slash. Raises UnknownOperation."""
    try:
        return [unquote_to_bytes(one).decode() for one in path.rstrip("/").split("/")]
    except UnicodeDecodeError:
        raise UnknownOperation from None


def _match(template: str, segments: list[str]) -> dict[str, str] | None:
    wanted = template.rstrip("/").split("/")
    if len(wanted) != len(segments):
        return None
    found: dict[str, str] = {}
    for name, given in zip(wanted, segments, strict=True):
        if name.startswith("{"):
            if not given:
                return None
            found[name[1:-1]] = given
        elif name != given:
            return None
    return found
