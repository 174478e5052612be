"""A server and the token that it keeps keys in."""

import base64
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.hardware import raw
from tests.interop.outside import spki_of
from tests.serving.processes import serving
from tests.support import softhsm
from tests.support.client import Client
from tests.support.server import Server, init
from tests.support.softhsm import SoftHsm

# Long, so that it cannot be anywhere by chance.
PIN = "48151623424815162342"
AES = ("Aliyun_AES_128", "Aliyun_AES_192", "Aliyun_AES_256")
RSA = ("RSA_2048", "RSA_3072", "RSA_4096")
EC = ("EC_P256", "EC_P256K")
SIGN, DECRYPT = "SIGN/VERIFY", "ENCRYPT/DECRYPT"


@dataclass(frozen=True)
class Box:
    hsm: SoftHsm
    server: Server
    _made: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    @property
    def client(self) -> Client:
        return Client(self.server.address, self.server.account)

    def new_key(self, spec: str = "Aliyun_AES_256", **more: str) -> str:
        return self.client.create_key(KeySpec=spec, ProtectionLevel="HSM", **more)

    def key(self, spec: str, usage: str = "") -> str:
        """One that the tests of a process share: RSA keys take long to make."""
        place = spec, usage
        if place not in self._made:
            self._made[place] = self.new_key(spec, **({"KeyUsage": usage} if usage else {}))
        return self._made[place]

    def versions(self, key_id: str) -> list[str]:
        """Newest first."""
        listed = self.client.call("ListKeyVersions", KeyId=key_id, PageSize="100")["KeyVersions"]["KeyVersion"]
        return [version["KeyVersionId"] for version in listed]

    def version(self, key_id: str) -> str:
        [only] = self.versions(key_id)
        return only

    def state(self, key_id: str) -> str:
        return str(self.client.call("DescribeKey", KeyId=key_id)["KeyMetadata"]["KeyState"])

    def objects_of(self, key_id: str) -> list[raw.TokenObject]:
        mine = {raw.id_of(version_id) for version_id in self.versions(key_id)}
        return [found for found in raw.objects(self.hsm) if found.id in mine]

    def encrypt(self, key_id: str, text: str, context: str = "") -> str:
        more = {"EncryptionContext": context} if context else {}
        return str(self.client.call("Encrypt", KeyId=key_id, Plaintext=text, **more)["CiphertextBlob"])

    def decrypt(self, blob: str, context: str = "") -> str:
        more = {"EncryptionContext": context} if context else {}
        return str(self.client.call("Decrypt", CiphertextBlob=blob, **more)["Plaintext"])

    def sign(self, key_id: str, version_id: str, algorithm: str, digest: bytes) -> bytes:
        words = {"KeyId": key_id, "KeyVersionId": version_id, "Algorithm": algorithm}
        answer = self.client.call("AsymmetricSign", **words, Digest=base64.b64encode(digest).decode())
        return base64.b64decode(answer["Value"], validate=True)

    def pem(self, key_id: str, version_id: str) -> str:
        return str(self.client.call("GetPublicKey", KeyId=key_id, KeyVersionId=version_id)["PublicKey"])

    def spki(self, key_id: str, version_id: str) -> bytes:
        return spki_of(self.pem(key_id, version_id))


def pin_file(folder: Path, pin: str = PIN, name: str = "pin") -> Path:
    file = folder / name
    file.write_text(pin + "\n")
    return file


def words_for(hsm: SoftHsm, file: Path | None = None) -> tuple[str, ...]:
    """What `keyreeve init` is told of a token; without a file the PIN is in the environment."""
    more = () if file is None else ("--hsm-pin-file", str(file))
    return ("--hsm-module", hsm.module, "--hsm-token", hsm.label, *more)


def new_box(folder: Path, *words: str, workers: int = 2) -> Box:
    """A token and a data directory, not served yet."""
    hsm = softhsm.make(folder, pin=PIN)
    data = folder / "data"
    account = init(data, *words_for(hsm, pin_file(folder)), *words, env=hsm.env)
    return Box(hsm, Server(data, account, workers=workers, env=hsm.env))


@contextmanager
def running(folder: Path, *words: str, workers: int = 2) -> Generator[Box]:
    box = new_box(folder, *words, workers=workers)
    with serving(box.server):
        yield box
