"""What the requests of these tests are about: the catalogue's small world, and a second key."""

import base64
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

from tests.catalogue.certificate import new_certificate
from tests.catalogue.world import World, good_requests, make_world, re_encryption_of_a_pair
from tests.support.client import Client

PAIR = "ReEncrypt of a pair's ciphertext"
KEY_PARAMETERS = ("KeyId", "DestinationKeyId", "SourceKeyId", "ProtectedResourceArn", "EncryptionKeyId")


@dataclass(frozen=True)
class Room:
    """`other` is a second key, for what takes two."""

    world: World = field(default_factory=World)
    other: str = ""

    @property
    def names(self) -> dict[str, str]:
        """As the table of needs calls what is here."""
        world = self.world
        pairs = {"signing": world.signing.key_id, "encrypting": world.encrypting.key_id}
        pairs["authenticating"] = world.authenticating.key_id
        external = world.importing["KeyId"]
        secrets = {"secret": world.secret, "planned": world.planned, "managed": world.managed}
        certificates = {"certificate": world.certificate.certificate_id}
        keys = {"key": world.key_id, "other": self.other, **pairs, "external": external}
        return {**keys, "alias": world.alias, **secrets, **certificates}


def make_room(client: Client) -> Room:
    """Its certificate is its own, as one room's is deleted while another is looked at."""
    return Room(replace(make_world(client), certificate=new_certificate(client)), client.create_key())


def requests(room: Room, policy: str = '{"Version":"1","Statement":[]}') -> dict[str, dict[str, str]]:
    """By case, which is an operation or a way of asking for one, a request that succeeds."""
    world = room.world
    key = {"KeyId": world.key_id}
    return {
        **good_requests(world),
        "SetKeyPolicy": {**key, "Policy": policy, "PolicyName": "default"},
        "GetKeyPolicy": key,
        "ReEncrypt": {"CiphertextBlob": world.blob, "DestinationKeyId": room.other},
        PAIR: re_encryption_of_a_pair(world),
    }


def operation_of(case: str) -> str:
    return case.partition(" ")[0]


def named_by_arn(request: dict[str, str], region_id: str, account_id: str) -> dict[str, str]:
    """The request with every key and secret named by its ARN."""
    arn = f"acs:kms:{region_id}:{account_id}:"
    kinds: dict[str, str] = {**dict.fromkeys(KEY_PARAMETERS, "key/"), "CertificateId": "certificate/"}
    if "EncryptionKeyId" not in request:
        # Where a secret is made, it has no ARN yet.
        kinds["SecretName"] = "secret/"
    return {
        name: f"{arn}{kinds[name]}{value}" if name in kinds and not value.startswith("acs:") else value
        for name, value in request.items()
    }


def named_by_id(request: dict[str, str]) -> dict[str, str]:
    return {name: value.rpartition("/")[2] if name in KEY_PARAMETERS else value for name, value in request.items()}


def absent_names(room: Room) -> dict[str, str]:
    """For everything here a name of the same kind that nothing has."""
    return {name: f"alias/{uuid4()}" if kind == "alias" else str(uuid4()) for kind, name in room.names.items()}


def renamed(request: dict[str, str], names: dict[str, str]) -> dict[str, str]:
    """The request with other names in it, also inside a ciphertext (docs/formats/ciphertext.md: bytes 5 to 20)."""
    changed = dict(request)
    for old, new in names.items():
        changed = {name: value.replace(old, new) for name, value in changed.items()}
    blob = changed.get("CiphertextBlob", "")
    if blob.startswith(base64.b64encode(b"KR\x01").decode()):
        data = base64.b64decode(blob)
        new_id = UUID(names[str(UUID(bytes=data[5:21]))]).bytes
        changed["CiphertextBlob"] = base64.b64encode(data[:5] + new_id + data[21:]).decode()
    return changed
