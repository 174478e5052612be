"""Every way of encrypting by this door, and two keys for each."""

import itertools
from dataclasses import dataclass
from typing import Any

from tests.huawei.sdk import Huawei, HuaweiRefused, create
from tests.support.client import Client
from tests.support.server import Account, Server

DEFAULT, OAEP_1, OAEP_256, SM2 = "SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "SM2_ENCRYPT"
SYMMETRIC = ("AES_256", "AES_128", "SM4")
DATA_KEY = "a data key"
DATA = "data"
TEXT = "caf\u00e9 \u4e2d\u6587"
KEY_BYTES = 40


@dataclass(frozen=True)
class Way:
    """A spec and its algorithm, and the associated data: None is not said, and "" is said to be none."""

    spec: str
    algorithm: str = DEFAULT
    aad: str | None = None

    @property
    def is_symmetric(self) -> bool:
        return self.algorithm == DEFAULT

    def named(self, prefix: str = "") -> dict[str, str]:
        """As parameters; the default algorithm is left out where associated data is said."""
        aad = {} if self.aad is None else {f"{prefix}additional_authenticated_data": self.aad}
        return aad if self.is_symmetric and aad else {**aad, f"{prefix}encryption_algorithm": self.algorithm}

    def __str__(self) -> str:
        return f"{self.spec} {self.algorithm} {self.aad!r}"


SYMMETRIC_WAYS = [Way(spec, DEFAULT, aad) for spec, aad in itertools.product(SYMMETRIC, (None, "", "x"))]
PAIR_WAYS = [Way("RSA_2048", OAEP_1), Way("RSA_2048", OAEP_256), Way("SM2", SM2)]
# A pair has no data keys.
WAYS: dict[str, list[Way]] = {DATA: [*SYMMETRIC_WAYS, *PAIR_WAYS], DATA_KEY: SYMMETRIC_WAYS}


class Laboratory:
    """An account at both doors, with two keys of each spec: the first to encrypt with, the second to go to."""

    def __init__(self, server: Server, account: Account, token: str = "") -> None:
        self.server = server
        self.huawei = Huawei(server.address, account, token)
        self.client = Client(server.address, account)
        self.keys = {spec: (self.new_key(spec), self.new_key(spec)) for spec in (*SYMMETRIC, "RSA_2048", "SM2")}

    def new_key(self, spec: str) -> str:
        if spec == "AES_128":
            # Only the other cloud makes these.
            return self.client.create_key(KeySpec="Aliyun_AES_128")
        usage = "ENCRYPT_DECRYPT"
        return create(self.huawei, f"k{next(_NUMBERS)}", key_spec=spec, key_usage=usage)

    def encrypt(self, kind: str, key_id: str, way: Way) -> tuple[str, str]:
        """Something new, and its ciphertext."""
        if kind == DATA:
            made = self.huawei.call("encrypt_data", key_id=key_id, plain_text=TEXT, **way.named())
            return TEXT, made.cipher_text
        aad = {name: value for name, value in way.named().items() if name != "encryption_algorithm"}
        made = self.huawei.call("create_datakey", key_id=key_id, datakey_length=str(8 * KEY_BYTES), **aad)
        return made.plain_text, made.cipher_text

    def decrypt(self, kind: str, key_id: str, way: Way, ciphertext: str) -> str:
        given = {"key_id": key_id, "cipher_text": ciphertext}
        if kind == DATA:
            return str(self.huawei.call("decrypt_data", **given, **way.named()).plain_text)
        aad = {} if way.aad is None else {"additional_authenticated_data": way.aad}
        return str(self.huawei.call("decrypt_datakey", **given, **aad, datakey_cipher_length=str(KEY_BYTES)).data_key)

    def refused(self, kind: str, key_id: str, way: Way, ciphertext: str) -> str:
        """The code, or OK."""
        try:
            self.decrypt(kind, key_id, way, ciphertext)
        except HuaweiRefused as raised:
            return raised.code
        return "OK"

    def re_encrypt(self, ciphertext: str, source: Way, destination: Way, **more: str) -> Any:
        parameters = {**source.named("source_"), **destination.named("destination_"), **more}
        return self.huawei.call("re_encrypt", cipher_text=ciphertext, **parameters)


_NUMBERS = itertools.count()
