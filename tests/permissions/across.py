"""Somebody of ours and a key of theirs."""

from tests.permissions.callers import Caller, code_and_status
from tests.permissions.documents import key_policy, trusting
from tests.permissions.stage import NOTHING, Holder, Stage
from tests.ram.calls import allow

GONE = (404, "Forbidden.KeyNotFound")
ALL = [(200, "OK")] * 4


class Across:
    """A key of theirs, and somebody of ours who would use it."""

    def __init__(self, stage: Stage, who: str) -> None:
        self.stage, self.who = stage, who
        self.root = stage.theirs.root
        self.key_id = self.root.create_key()
        self.arn = stage.theirs.arn(f"key/{self.key_id}")
        self.blob = str(self.root.call("Encrypt", KeyId=self.key_id, Plaintext="eA==")["CiphertextBlob"])
        self.holder: Holder | None = None
        if who == "role":
            self.holder = stage.ours.new_role(trusting(stage.ours.principal("root")))
        elif who == "user":
            self.holder = stage.user
        self.caller = self._caller()

    def _caller(self) -> Caller:
        ours = self.stage.ours
        if self.holder is None:
            return ours.root
        return ours.root.assume(ours.role_arn(self.holder)) if self.who == "role" else self.holder.caller

    @property
    def name(self) -> str:
        """As a key policy names the caller."""
        return self.stage.ours.principal(f"{self.who}/{self.holder.name}" if self.holder else "root")

    def ram_says(self, *statements: dict[str, object]) -> None:
        if self.holder is not None:
            self.holder.may(*(statements or (NOTHING,)))

    def key_says(self, *statements: dict[str, object]) -> None:
        self.root.call("SetKeyPolicy", KeyId=self.key_id, Policy=key_policy(*statements))

    def outcomes(self, named: str = "") -> list[tuple[int, str]]:
        """Encrypt, DescribeKey and GenerateDataKey by the key's name, and Decrypt by its ciphertext."""
        key = {"KeyId": named or self.arn}
        answers = [
            self.caller.answer("Encrypt", **key, Plaintext="eA=="),
            self.caller.answer("DescribeKey", **key),
            self.caller.answer("GenerateDataKey", **key),
            self.caller.answer("Decrypt", CiphertextBlob=self.blob),
        ]
        return [code_and_status(answer) for answer in answers]

    def everything(self) -> dict[str, object]:
        """The statement that allows all with this key."""
        return allow("kms:*", self.arn)
