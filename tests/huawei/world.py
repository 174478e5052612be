"""A small world in an account, and a good request for every operation of the Huawei door in it."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

from keyreeve.catalogue import HUAWEI_CATALOGUE
from keyreeve.operations import Needs, Operation, Service
from keyreeve.protocols.huawei_routes import ROUTES, Route
from tests.huawei.raw import Answer, Raw

AAD = "associated"
DATA_KEY = bytes(range(32))
DIGESTED = (DATA_KEY + hashlib.sha256(DATA_KEY).digest()).hex()
_MESSAGE = base64.b64encode(DATA_KEY).decode()


@dataclass(frozen=True)
class World:
    """Keys by what they are for, and what they made: of data, of a data key, a signature, a code."""

    key_id: str = ""
    disabled: str = ""
    planned: str = ""
    signing: str = ""
    encrypting: str = ""
    authenticating: str = ""
    external: str = ""
    data: str = ""
    data_key: str = ""
    public_data: str = ""
    signature: str = ""
    mac: str = ""
    alias: str = ""


def make_world(raw: Raw) -> World:
    def key(**members: Any) -> str:
        return str(made(raw, "create-key", key_alias=f"k{uuid4()}", **members)["key_info"]["key_id"])

    key_id, disabled, planned = key(), key(), key()
    made(raw, "disable-key", key_id=disabled)
    made(raw, "schedule-key-deletion", key_id=planned, pending_days=7)
    signing, authenticating = key(key_spec="EC_P256"), key(key_spec="HMAC_256")
    encrypting = key(key_spec="SM2", key_usage="ENCRYPT_DECRYPT")
    to_sign = {"message": _MESSAGE, "signing_algorithm": "ECDSA_SHA_256"}
    sm2 = {"plain_text": "x", "encryption_algorithm": "SM2_ENCRYPT"}
    to_authenticate = {"message": _MESSAGE, "mac_algorithm": "HMAC_SHA_256"}
    bound: dict[str, Any] = {"key_id": key_id, "additional_authenticated_data": AAD}
    return World(
        *(key_id, disabled, planned, signing, encrypting, authenticating, key(origin="external")),
        data=made(raw, "encrypt-data", plain_text="x", **bound)["cipher_text"],
        data_key=made(raw, "encrypt-datakey", plain_text=DIGESTED, datakey_plain_length=32, **bound)["cipher_text"],
        public_data=made(raw, "encrypt-data", key_id=encrypting, **sm2)["cipher_text"],
        signature=made(raw, "sign", key_id=signing, **to_sign)["signature"],
        mac=made(raw, "generate-mac", key_id=authenticating, **to_authenticate)["mac"],
        alias=f"alias/a{uuid4()}",
    )


def made(raw: Raw, word: str, **members: Any) -> Any:
    answer = raw.post(word, **members)
    assert answer.status == 200, (word, answer.body)
    return answer.json


def good_requests(world: World) -> dict[str, dict[str, Any]]:
    """By operation, all that it takes but the project and the sequence, each of the JSON type that it is of."""
    key, aad = {"key_id": world.key_id}, {"additional_authenticated_data": AAD}
    data_key = {**key, **aad, "key_spec": "AES_256", "datakey_length": 256}
    signing = {"key_id": world.signing, "message": _MESSAGE, "signing_algorithm": "ECDSA_SHA_256"}
    signing["message_type"] = "DIGEST"
    mac = {"key_id": world.authenticating, "mac_algorithm": "HMAC_SHA_256", "message": _MESSAGE}
    page = {"limit": 10, "marker": 0}
    creation = {"key_alias": f"k{uuid4()}", "key_spec": "AES_256", "key_usage": "ENCRYPT_DECRYPT", "origin": "kms"}
    project = {"enterprise_project_id": "0"}
    source = {"source_key_id": world.key_id, "source_additional_authenticated_data": AAD}
    destination = {"destination_key_id": world.key_id, "destination_additional_authenticated_data": "other"}
    default = "SYMMETRIC_DEFAULT"
    algorithms = {"source_encryption_algorithm": default, "destination_encryption_algorithm": default}
    return {
        **_requests_of_others(world),
        "ListProjects": {"name": "cn-north-4"},
        "CreateKey": {**creation, **project, "key_description": "d", "keystore_id": "0"},
        "DescribeKey": key,
        "ListKeys": {**page, **project, "key_state": "2", "key_spec": "ALL"},
        "EnableKey": {"key_id": world.disabled},
        "DisableKey": key,
        "ScheduleKeyDeletion": {**key, "pending_days": 7},
        "CancelKeyDeletion": {"key_id": world.planned},
        "UpdateKeyAlias": {**key, "key_alias": f"n{uuid4()}"},
        "UpdateKeyDescription": {**key, "key_description": "e"},
        "CreateDatakey": data_key,
        "CreateDatakeyWithoutPlaintext": data_key,
        "EncryptDatakey": {**key, **aad, "plain_text": DIGESTED, "datakey_plain_length": 32},
        "DecryptDatakey": {**key, **aad, "cipher_text": world.data_key, "datakey_cipher_length": 32},
        "EncryptData": {**key, **aad, "plain_text": "x", "encryption_algorithm": default},
        "DecryptData": {**key, **aad, "cipher_text": world.data, "encryption_algorithm": default},
        "ReEncrypt": {
            "cipher_text": world.data_key,
            "datakey_cipher_length": 32,
            **source,
            **destination,
            **algorithms,
        },
        "Sign": signing,
        "Verify": {**signing, "signature": world.signature},
        "GetPublickey": {"key_id": world.signing},
        "GenerateMac": mac,
        "VerifyMac": {**mac, "mac": world.mac},
    }


def _requests_of_others(world: World) -> dict[str, dict[str, Any]]:
    """Of what changes no key by itself: its aliases, tags, rotation, and material from outside."""
    key, external = {"key_id": world.key_id}, {"key_id": world.external}
    return {
        "GenRandom": {"random_data_length": 512},
        "CreateAlias": {**key, "alias": world.alias},
        "ListAliases": {**key, "limit": "10", "marker": ""},
        "AssociateAlias": {"alias": world.alias, "target_key_id": world.key_id},
        "DeleteAlias": {**key, "aliases": [world.alias]},
        "CreateKmsTag": {**key, "tag": {"key": "a", "value": "b"}},
        "BatchCreateKmsTags": {**key, "action": "create", "tags": [{"key": "a", "value": "b"}]},
        "ShowKmsTags": key,
        "ListKmsTags": {},
        "DeleteTag": {**key, "key": "a"},
        "ListKmsByTags": {
            "action": "filter",
            "limit": 10,
            "offset": 0,
            "tags": [{"key": "a", "values": ["b"]}],
            "matches": [{"key": "resource_name", "value": "k"}],
        },
        "ShowUserInstances": {},
        "ShowUserQuotas": {},
        "ShowVersions": {},
        "ShowVersion": {},
        "EnableKeyRotation": key,
        "DisableKeyRotation": key,
        "GetKeyRotationStatus": key,
        "UpdateKeyRotationInterval": {**key, "rotation_interval": 30},
        "RotateOnDemand": key,
        "GetParametersForImport": {**external, "wrapping_algorithm": "RSAES_OAEP_SHA_256"},
        "DeleteImportedKeyMaterial": external,
    }


# Asked for otherwise than by the members of a body (test_token_fields.py).
BY_ITS_BODY = "CreateToken"
OPERATIONS = sorted(one.name for one in HUAWEI_CATALOGUE.values() if one.name != BY_ITS_BODY)


def operation(name: str) -> Operation:
    return HUAWEI_CATALOGUE[Service.HUAWEI.key_of(name)]


def changes(name: str) -> bool:
    return operation(name).needs is Needs.WRITE


def fields_of(name: str) -> list[str]:
    return [one.name for one in operation(name).parameters if one.name != "project_id"]


def required(name: str) -> list[str]:
    return [
        one.name
        for one in operation(name).parameters
        if one.required and one.name not in {"project_id", *in_path(name)}
    ]


def route(name: str) -> Route:
    [found] = [one for one in ROUTES if one.operation == name]
    return found


def in_path(name: str) -> set[str]:
    return {part[1:-1] for part in route(name).path.split("/") if part.startswith("{")} - {"project_id"}


def ask(raw: Raw, name: str, request: dict[str, Any]) -> Answer:
    """By the operation's method and path, with what remains in the query or the body."""
    found, rest = route(name), dict(request)
    values = {"project_id": raw.account.project_id, **{one: str(rest.pop(one)) for one in in_path(name)}}
    path = "/".join(
        quote(values[part[1:-1]], safe="") if part.startswith("{") else part for part in found.path.split("/")
    )
    if found.method == "GET":
        return raw.send_to("GET", path, query=urlencode(rest))
    return raw.send_to(found.method, path, rest)
