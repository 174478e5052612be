"""A key whose material came from outside, and what is still known of it."""

from dataclasses import dataclass

from tests.keys.imports import import_material, new_material
from tests.keys.still import StillServer

TEXT = "aGVsbG8="


@dataclass(frozen=True)
class Imported:
    still: StillServer
    key_id: str
    spec: str
    material: bytes
    blob: str

    @property
    def metadata(self) -> dict[str, str]:
        return self.still.metadata(self.key_id)

    @property
    def state(self) -> str:
        return self.metadata["KeyState"]

    @property
    def is_usable(self) -> bool:
        answer = self.still.answer("Decrypt", CiphertextBlob=self.blob)
        assert answer.status != 200 or answer.json["Plaintext"] == TEXT
        return answer.status == 200

    def import_again(self, **more: str) -> None:
        import_material(self.still, self.key_id, self.spec, self.material, **more)


def imported(still: StillServer, spec: str = "Aliyun_AES_256", **more: str) -> Imported:
    key_id, material = still.create_key(Origin="EXTERNAL", KeySpec=spec), new_material(spec)
    import_material(still, key_id, spec, material, **more)
    blob = still.call("Encrypt", KeyId=key_id, Plaintext=TEXT)["CiphertextBlob"]
    return Imported(still, key_id, spec, material, blob)


def expiring(still: StillServer, seconds: int, spec: str = "Aliyun_AES_256") -> Imported:
    return imported(still, spec, KeyMaterialExpireUnix=str(still.now + seconds))
