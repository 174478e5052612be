"""What an operation is: one declaration that dispatcher, documents, command line and tests all read."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import NoneType
from typing import Any, Protocol, cast, get_args, get_type_hints

import msgspec
from msgspec import Struct

from keyreeve.context import Context
from keyreeve.errors import DryRunPassed, KeyreeveError, ParameterInvalid, ParameterMissing

_NUMBER = re.compile(r"-?[0-9]{1,20}")
# Where a value may be absent, msgspec would read this text as its absence.
_NULL = "null"
_AT_PARAMETER = re.compile(r"at `\$\.([A-Za-z_.]+)")
_MISSING_FIELD = re.compile(r"missing required field `([A-Za-z_.]+)`")


class Needs(Enum):
    """What a handler needs of the database."""

    CACHE = "cached state only; answered on the event loop when the state is there"
    READ = "a reading transaction"
    WRITE = "a writing transaction; the answer is sent when it is durable"


Prepare = Callable[[Context, Any], object]
# What follows the commit, in transactions of its own, while the caller waits; it gets the road's `Steps`.
After = Callable[[Any, Any], None]
# What a kind of request asks before its handler: `admit` of its type.
Gate = Callable[[Any, Context], None]


class Service(Enum):
    """An API of a cloud: the prefix of its actions, and its version on the wire."""

    KMS = ("kms", "2016-01-20")
    RAM = ("ram", "2015-05-01")
    STS = ("sts", "2015-04-01")
    HUAWEI = ("huawei", "v1.0")

    def __init__(self, prefix: str, version: str) -> None:
        self.prefix = prefix
        self.version = version

    def key_of(self, name: str) -> str:
        """How the catalogue, the audit log and the metrics call an operation: of KMS by its name alone."""
        return name if self is Service.KMS else f"{self.prefix}:{name}"


class FromWire(Protocol):
    """A parameter type that parses its own text.

    A plain class: msgspec would decode a dataclass from an object by itself and never ask.
    """

    @classmethod
    def from_wire(cls, text: str) -> "FromWire":
        """Raises ValueError, or a KeyreeveError that says more."""
        ...


class Empty(Struct, frozen=True):
    """No parameters, or no result but the RequestId."""


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    required: bool
    may_be_empty: bool
    is_map: bool
    is_number: bool
    is_nullable: bool
    description: str
    default: object

    def may_be(self, value: object) -> bool:
        """Whether a value is not one that its conversion would misread."""
        if not isinstance(value, str):
            return not (self.is_number and isinstance(value, bool))
        if self.is_number and not _NUMBER.fullmatch(value):
            return False
        return not (self.is_nullable and value.lower() == _NULL)


@dataclass(frozen=True, slots=True)
class Operation:
    """`action` is what a policy calls it, where the handler does not ask for another action."""

    name: str
    needs: Needs
    request: type[Struct]
    response: type[Struct]
    errors: tuple[type[KeyreeveError], ...]
    handler: Callable[..., Struct]
    summary: str
    prepare: Prepare | None
    after: After | None
    erases: bool
    service: Service
    open_to_all: bool
    action: str
    gate: Gate | None
    parameters: tuple[Parameter, ...] = field(default=())

    @property
    def key(self) -> str:
        return self.service.key_of(self.name)

    @property
    def takes_dry_run(self) -> bool:
        """Whether DryRun is for this operation: it uses a key, and says so, or it changes something."""
        changes = self.needs is Needs.WRITE and self.service is Service.KMS
        return changes or DryRunPassed in self.errors

    def decode(self, given: Mapping[str, object]) -> Struct:
        """The typed request, of texts or of what JSON has. Raises ParameterMissing or ParameterInvalid, by name."""
        values: dict[str, object] = {}
        for parameter in self.parameters:
            value = given.get(parameter.name)
            if value is None and parameter.is_map:
                value = _fold(parameter.name, given)
            if value is not None and (value != "" or parameter.may_be_empty):
                if not parameter.may_be(value):
                    raise ParameterInvalid(parameter.name)
                values[parameter.name] = value
            elif parameter.required:
                raise ParameterMissing(parameter.name)
        try:
            return msgspec.convert(values, self.request, strict=False, dec_hook=_from_wire)
        except msgspec.ValidationError as error:
            raise _bad_parameter(str(error)) from None


def operation(
    *,
    needs: Needs,
    errors: Iterable[type[KeyreeveError]] = (),
    prepare: Prepare | None = None,
    after: After | None = None,
    erases: bool = False,
    service: Service = Service.KMS,
    open_to_all: bool = False,
    asks: str = "",
) -> Callable[[Callable[..., Struct]], Operation]:
    """Declare a handler as the operation of its name in PascalCase; registers nothing.

    `prepare` does what takes long before the transaction begins, from cached state, so that nobody waits for the
    database meanwhile; the handler gets its result as a third argument and checks the state anew. `after` goes on where
    the transaction has ended, with work that takes several and may reach other machines. `erases` is for what must
    not be found in the database's files afterwards. An operation that is not `open_to_all` asks for a permission
    (`Context.permit`) or is not answered; `asks` is the action where it is not the operation's own name. A request type
    with a method `admit` has it called with the context before anything else of the operation.
    """

    def declare(handler: Callable[..., Struct]) -> Operation:
        hints = get_type_hints(handler)
        request = cast("type[Struct]", hints["request"])
        name = "".join(word.capitalize() for word in handler.__name__.split("_"))
        return Operation(
            name=name,
            needs=needs,
            request=request,
            response=cast("type[Struct]", hints["return"]),
            errors=tuple(errors),
            handler=handler,
            summary=handler.__doc__ or "",
            prepare=prepare,
            after=after,
            erases=erases,
            service=service,
            open_to_all=open_to_all,
            action=asks or f"{service.prefix}:{name}",
            gate=getattr(request, "admit", None),
            parameters=tuple(_parameters(request)),
        )

    return declare


def table(*families: tuple[Operation, ...]) -> dict[str, Operation]:
    """The families as one table by name; refuses two operations of one name."""
    operations: dict[str, Operation] = {}
    for one in (one for family in families for one in family):
        if one.key in operations:
            raise ValueError(f"{one.key} is declared twice")
        operations[one.key] = one
    return operations


def _parameters(request: type[Struct]) -> Iterable[Parameter]:
    for declared in msgspec.structs.fields(request):
        kind, meta = _unwrap(declared.type)
        # What may be absent is a kind of parameter still, with all that it says of itself.
        inner, inner_meta = _unwrap(next((one for one in get_args(kind) if one is not NoneType), kind))
        extras = [one.extra or {} for one in (meta, inner_meta) if one is not None]
        yield Parameter(
            name=declared.encode_name,
            required=declared.required,
            may_be_empty=any(extra.get("may_be_empty") for extra in extras),
            is_map=bool(getattr(inner, "is_map", False)),
            is_number=inner is int,
            is_nullable=NoneType in get_args(kind),
            description=(meta.description or "") if meta is not None else "",
            default=declared.default,
        )


def _unwrap(annotation: Any) -> tuple[Any, msgspec.Meta | None]:
    """The type inside Annotated, and its Meta."""
    metadata: tuple[object, ...] = getattr(annotation, "__metadata__", ())
    meta = next((one for one in metadata if isinstance(one, msgspec.Meta)), None)
    return getattr(annotation, "__origin__", annotation) if metadata else annotation, meta


def _fold(name: str, given: Mapping[str, object]) -> str | None:
    """Some clients flatten a map: `Name.a=1&Name.b=2`; the map as the JSON text that others send."""
    prefix = name + "."
    entries = {key[len(prefix) :]: value for key, value in given.items() if key.startswith(prefix)}
    return msgspec.json.encode(entries).decode() if entries else None


def _from_wire(kind: type[FromWire], text: object) -> FromWire:
    if not isinstance(text, str):
        raise ValueError("not text")  # noqa: TRY004  # msgspec turns it into the parameter's refusal
    try:
        return kind.from_wire(text)
    except (msgspec.MsgspecError, RecursionError):
        # Its path is one inside the parameter; the caller is told the parameter.
        raise ValueError("not of the documented form") from None


def _bad_parameter(message: str) -> KeyreeveError:
    if missing := _MISSING_FIELD.search(message):
        return ParameterMissing(missing[1])
    found = _AT_PARAMETER.search(message)
    return ParameterInvalid(found[1] if found else "")
