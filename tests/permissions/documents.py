"""Key policies and trust policies (reference 2.1 and 2.6)."""

import json
from typing import Any


def names(who: str | list[str], action: str | list[str], *, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    """A statement of a key policy about these principals."""
    principal = {"RAM": [who] if isinstance(who, str) else who}
    return {"Effect": effect, "Principal": principal, "Action": action, "Resource": "*", **more}


def key_policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "1", "Statement": statements})


def trusting(*who: str, **more: Any) -> str:
    statement = {"Effect": "Allow", "Principal": {"RAM": list(who)}, "Action": "sts:AssumeRole", **more}
    return json.dumps({"Version": "1", "Statement": [statement]})
