"""Taking roles, how that is refused, and what a session may."""

from tests.permissions.callers import Caller
from tests.permissions.stage import Holder, House, Stage
from tests.support.client import Answer


def ask(caller: Caller, role_arn: str, name: str = "session", **more: str) -> Answer:
    return caller.sts.answer("AssumeRole", RoleArn=role_arn, RoleSessionName=name, **more)


def refusal(caller: Caller, role_arn: str, name: str = "session", **more: str) -> tuple[int, str]:
    answer = ask(caller, role_arn, name, **more)
    assert answer.status != 200, answer.body
    return answer.status, answer.code


def outcome(caller: Caller, house: House) -> str:
    """Whether Encrypt and DescribeKey are answered: 'E', 'D', 'ED' or ''."""
    key = {"KeyId": house.room.world.key_id}
    encrypted = caller.answer("Encrypt", **key, Plaintext="eA==")
    return ("E" if encrypted.status == 200 else "") + ("D" if caller.answer("DescribeKey", **key).status == 200 else "")


def take(stage: Stage, role: Holder, by: Caller | None = None, **more: str) -> Caller:
    return (by or stage.ours.root).assume(stage.ours.role_arn(role), **more)
