from collections.abc import Iterator
from contextlib import suppress

import msgspec


def learn_struct_types() -> None:
    """Have msgspec find out now about all types that have been declared.

    It does so when a type is first decoded, and a second thread that decodes the type meanwhile sees its fields' types
    missing, which crashes the process (msgspec 0.22). So this comes before the first call.
    """
    for declared in _below(msgspec.Struct):
        # A type that msgspec cannot decode, such as Call, is one that nobody does.
        with suppress(TypeError):
            msgspec.json.Decoder(declared)


def _below(base: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for declared in base.__subclasses__():
        yield declared
        yield from _below(declared)
