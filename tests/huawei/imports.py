"""The calls of an import at both doors of a server, as one who owns key material makes them."""

import base64
import os
import random
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.keywrap import aes_key_wrap_with_padding

from tests.huawei.household import Household
from tests.huawei.raw import Answer
from tests.interop.outside import b64, encrypted
from tests.support.server import Server, create_account

OAEP, OAEP_SHA_1, SM2 = "RSAES_OAEP_SHA_256", "RSAES_OAEP_SHA_1", "SM2_ENCRYPT"
SYMMETRIC_WRAPPINGS = (OAEP, OAEP_SHA_1, SM2)
PAIR_WRAPPINGS = (OAEP, SM2)
SYMMETRIC_BYTES = {"AES_256": 32, "SM4": 16}
# What the tests' own tools call it.
_OUTSIDE = {SM2: "SM2PKE"}


@dataclass(frozen=True)
class Given:
    """What get-parameters-for-import gave."""

    key_id: str
    algorithm: str
    token: str
    spki: bytes

    def wrap(self, secret: bytes) -> bytes:
        return encrypted(self.spki, _OUTSIDE.get(self.algorithm, self.algorithm), secret)

    def symmetric(self, material: bytes) -> dict[str, str]:
        """The members of import-key-material for a symmetric key."""
        return self.blobs(self.wrap(material))

    def pair(self, pkcs8: bytes, temporary: bytes = b"") -> dict[str, str]:
        """For a pair, under a temporary key of 32 random bytes where none is given."""
        key = temporary or os.urandom(32)
        return self.blobs(self.wrap(key), aes_key_wrap_with_padding(key, pkcs8))

    def blobs(self, material: bytes, private_key: bytes | None = None) -> dict[str, str]:
        """The members, for what is wrapped already."""
        members = {"key_id": self.key_id, "import_token": self.token, "encrypted_key_material": b64(material)}
        return members if private_key is None else {**members, "encrypted_privatekey": b64(private_key)}


class Owner(Household):
    """An account that brings its own keys."""

    def external_key(self, spec: str = "AES_256") -> str:
        return self.new_key(key_spec=spec, origin="external")

    def details(self, key_id: str) -> dict[str, Any]:
        return dict(self.raw.post("describe-key", key_id=key_id).json["key_info"])

    def state(self, key_id: str) -> str:
        return str(self.details(key_id)["key_state"])

    def given(self, key_id: str, algorithm: str = OAEP) -> Given:
        got = self.huawei.call("create_parameters_for_import", key_id=key_id, wrapping_algorithm=algorithm)
        assert got.key_id == key_id
        return Given(key_id, algorithm, got.import_token, base64.b64decode(got.public_key, validate=True))

    def waiting(self, spec: str = "AES_256", algorithm: str = OAEP) -> Given:
        """A key that waits for its material, and what to wrap it with."""
        return self.given(self.external_key(spec), algorithm)

    def send(self, members: dict[str, Any], **more: Any) -> Answer:
        return self.raw.post("import-key-material", **members, **more)

    def import_symmetric(self, key_id: str, material: bytes, algorithm: str = OAEP, **more: Any) -> None:
        members = self.given(key_id, algorithm).symmetric(material)
        self.huawei.call("import_key_material", **members, **more)

    def import_pair(self, key_id: str, pkcs8: bytes, algorithm: str = OAEP, temporary: bytes = b"") -> None:
        self.huawei.call("import_key_material", **self.given(key_id, algorithm).pair(pkcs8, temporary))

    def delete_material(self, key_id: str) -> str:
        """The code, or OK."""
        return self.huawei.refused("delete_imported_key_material", key_id=key_id)

    def encrypt(self, key_id: str, text: str = "hello") -> str:
        return str(self.huawei.call("encrypt_data", key_id=key_id, plain_text=text).cipher_text)

    def decrypt(self, ciphertext: str) -> str:
        return str(self.huawei.call("decrypt_data", cipher_text=ciphertext).plain_text)


def new_owner(server: Server) -> Owner:
    return Owner(server, create_account(server.data, str(random.randrange(10**15, 10**16))))


def code(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.code
