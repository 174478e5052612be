"""Servers and callers whose clock is ahead, as the cloud's customers' will be in some days."""

from dataclasses import dataclass
from pathlib import Path

from tests.conftest import missing
from tests.support.client import Answer, KmsRefused, now_text, query_of, send, v1_parameters
from tests.support.server import Account, Server

DAY = 86_400


def faked_clock(days: float) -> dict[str, str]:
    """The environment in which libfaketime runs a program that many days ahead.

    Without its `faketime` wrapper, which would stand between us and the server's signals, and which fails where one of
    the same process number has left its semaphore behind.
    """
    library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
    if library is None:
        missing("faketime")
    return {"LD_PRELOAD": str(library), "FAKETIME": f"+{round(days * DAY)}"}


@dataclass
class LateServer:
    """One data directory, started again and again on later days."""

    data: Path
    account: Account
    workers: int = 2
    days: float = 0
    server: Server | None = None

    def start(self, days: float) -> "LateServer":
        self.days = days
        env = faked_clock(days)
        self.server = Server(self.data, self.account, workers=self.workers, env=env).start()
        return self

    def stop(self) -> None:
        assert self.server is not None
        assert self.server.stop() == 0
        self.server = None

    def restart(self, days: float) -> "LateServer":
        self.stop()
        return self.start(days)

    def answer(self, action: str, /, **parameters: str) -> Answer:
        assert self.server is not None
        signed = v1_parameters(self.account, action, parameters, Timestamp=now_text(self.days * DAY))
        return send(self.server.address, "POST", "/?" + query_of(signed))

    def call(self, action: str, /, **parameters: str) -> dict[str, object]:
        answer = self.answer(action, **parameters)
        if answer.status != 200:
            raise KmsRefused(answer)
        return dict(answer.json)

    def code(self, action: str, /, **parameters: str) -> str:
        return self.answer(action, **parameters).code

    def metadata(self, key_id: str) -> dict[str, str]:
        return dict(self.answer("DescribeKey", KeyId=key_id).json["KeyMetadata"])

    def versions(self, key_id: str) -> list[str]:
        listed = self.answer("ListKeyVersions", KeyId=key_id, PageSize="100").json
        return [version["KeyVersionId"] for version in listed["KeyVersions"]["KeyVersion"]]

    def encrypt(self, key_id: str, text: str) -> str:
        return str(self.call("Encrypt", KeyId=key_id, Plaintext=text)["CiphertextBlob"])

    def decrypt(self, blob: str) -> str:
        return str(self.call("Decrypt", CiphertextBlob=blob)["Plaintext"])

    def create_key(self, **parameters: str) -> str:
        return str(self.answer("CreateKey", **parameters).json["KeyMetadata"]["KeyId"])
