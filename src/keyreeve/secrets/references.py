"""The parameter types of the secrets operations."""

import re
from typing import Annotated, ClassVar, Self

import msgspec
from msgspec import Meta

from keyreeve.errors import LimitReached
from keyreeve.keys import rotation
from keyreeve.keys.references import STORABLE, named_by_arn
from keyreeve.secrets.model import CURRENT
from keyreeve.secrets.rules import MOST_STAGES

_SECRET_NAME = re.compile(r"[A-Za-z0-9_/+=.@\-]{1,192}\Z")
# msgspec looks for it anywhere, so it says where it begins.
_STAGE = re.compile(r"\A[^\x00-\x1f\x7f]{1,64}\Z")
_MOST_VALUE_BYTES = 30_720
AUTO_NAME = "$Auto"


def is_secret_name(text: str) -> bool:
    return _SECRET_NAME.match(text) is not None


class SecretReference:
    """A secret as a caller names it: by its name, or its ARN."""

    __slots__ = ("account_id", "name", "region_id")

    def __init__(self, name: str, region_id: str | None = None, account_id: str | None = None) -> None:
        self.name = name
        self.region_id = region_id
        self.account_id = account_id

    @classmethod
    def from_wire(cls, text: str) -> Self:
        name, region_id, account_id = named_by_arn(text, "secret")
        if not is_secret_name(name):
            raise ValueError("not the name of a secret")
        return cls(name, region_id, account_id)


class NewSecretName:
    """The name of a secret to be made; `$Auto` where the service is to name it."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    @classmethod
    def from_wire(cls, text: str) -> Self:
        if text != AUTO_NAME and not is_secret_name(text):
            raise ValueError("not the name of a secret")
        return cls(text)


class SecretValue:
    """The text of a secret value, which shows nowhere by itself."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    @classmethod
    def from_wire(cls, text: str) -> Self:
        if len(text.encode()) > _MOST_VALUE_BYTES:
            raise ValueError("longer than 30,720 bytes")
        return cls(text)


class VersionStages:
    """Stages as {"VersionStage": [...]}, as a JSON list, or as one bare name; each counts once."""

    __slots__ = ("names",)

    def __init__(self, names: tuple[str, ...] = (CURRENT,)) -> None:
        self.names = names

    @classmethod
    def from_wire(cls, text: str) -> Self:
        if text.lstrip().startswith("{"):
            names = msgspec.json.decode(text, type=_Listed).names
        elif text.lstrip().startswith("["):
            names = msgspec.json.decode(text, type=tuple[str, ...])
        else:
            names = (text,)
        if not names or not all(_STAGE.match(name) for name in names):
            raise ValueError("not a stage")
        names = tuple(dict.fromkeys(names))
        if len(names) > MOST_STAGES:
            raise LimitReached(f"a secret may have {MOST_STAGES} stages")
        return cls(names)


class RotationInterval(rotation.RotationInterval):
    __slots__ = ()
    least = 6 * 3600
    most = 8760 * 3600


class CustomData:
    """Name and value pairs of a managed secret, at most ten, as a JSON object; some clients flatten it.

    `pairs` is None where none are given.
    """

    __slots__ = ("pairs",)
    is_map: ClassVar[bool] = True

    def __init__(self, pairs: dict[str, object]) -> None:
        self.pairs = pairs

    @classmethod
    def from_wire(cls, text: str) -> Self:
        return cls(custom_data(msgspec.json.decode(text, type=dict[str, object])))


def custom_data(pairs: dict[str, object]) -> dict[str, object]:
    """Raises ValueError."""
    if len(pairs) > _MOST_PAIRS:
        raise ValueError("more than ten pairs")
    return pairs


class _Listed(msgspec.Struct, forbid_unknown_fields=True):
    names: tuple[str, ...] = msgspec.field(name="VersionStage")


_MOST_PAIRS = 10

TheSecret = Annotated[SecretReference, Meta(description="The name or ARN of the secret.")]
Stage = Annotated[str, Meta(max_length=64, pattern=_STAGE.pattern, description="ACSCurrent, ACSPrevious or your own.")]
VersionId = Annotated[
    str, Meta(max_length=64, pattern=STORABLE, description="The version, of 1 to 64 characters, unique in the secret.")
]
SecretData = Annotated[SecretValue, Meta(description="The value: at most 30,720 bytes; its form is its type's.")]
Interval = Annotated[
    RotationInterval | None,
    Meta(description="A whole number and one of d, h, m, s; 6 to 8,760 hours. Needed when rotation is enabled."),
]
FetchTags = Annotated[bool, Meta(description="Whether tags are returned.")]
