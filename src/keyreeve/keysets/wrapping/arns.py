import re

from keyreeve.keysets.errors import ArgumentInvalid

_KEY = re.compile(r"acs:kms:[a-z0-9-]+:[0-9]{1,20}:(key|alias)/([A-Za-z0-9/_-]{1,256})")
# The documents write it with and without the empty region.
_ROLE = re.compile(r"acs:ram::?([0-9]{1,20}):role/([A-Za-z0-9._-]{1,64})")


def key_id_of(kms_cmk_arn: str) -> str | None:
    """The id in a key's ARN; None for an alias, which names no key by itself. Raises ArgumentInvalid."""
    match = _KEY.fullmatch(kms_cmk_arn)
    if match is None:
        raise ArgumentInvalid("kms_cmk_arn has the form acs:kms:<region>:<account>:key/<id>")
    return match[2] if match[1] == "key" else None


def roles_of(role_arn: str, role_chain: str) -> tuple[str, ...]:
    """The roles to assume, one after the other. Raises ArgumentInvalid."""
    named = [("role_arn", role_arn)] if role_arn else []
    named += [("role_chain", role.strip()) for role in role_chain.split(",")] if role_chain else []
    return tuple(_role(*each) for each in named)


def _role(argument: str, arn: str) -> str:
    match = _ROLE.fullmatch(arn)
    if match is None:
        commas = ", with commas between several" if argument == "role_chain" else ""
        raise ArgumentInvalid(f"{argument} has the form acs:ram::<account>:role/<name>{commas}")
    return f"acs:ram::{match[1]}:role/{match[2]}"
