"""Message classes made at run time, so that no generated code ties us to one major version of protobuf (adr/0007)."""

from collections.abc import Mapping
from typing import cast

from google.protobuf import descriptor_pb2, descriptor_pool, message, message_factory, unknown_fields

_Field = descriptor_pb2.FieldDescriptorProto
_SCALARS = {"string": _Field.TYPE_STRING, "bytes": _Field.TYPE_BYTES, "uint32": _Field.TYPE_UINT32}


def message_classes(
    package: str, messages: Mapping[str, Mapping[int, tuple[str, str]]]
) -> dict[str, type[message.Message]]:
    """Classes by name of proto3 messages, whose fields are number -> (name, type).

    A type is a scalar's name, a message's of the same package, or "repeated" and such a message's. Enums are read as
    uint32, which is the same on the wire.
    """
    file = descriptor_pb2.FileDescriptorProto(name=f"{package}.proto", package=package, syntax="proto3")
    for name, fields in messages.items():
        described = file.message_type.add(name=name)
        for number, (field_name, kind) in fields.items():
            _describe(described.field.add(name=field_name, number=number), kind, package)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    found = {name: pool.FindMessageTypeByName(f"{package}.{name}") for name in messages}
    return {name: message_factory.GetMessageClass(descriptor) for name, descriptor in found.items()}


def _describe(field: descriptor_pb2.FieldDescriptorProto, kind: str, package: str) -> None:
    repeated, _, kind = kind.rpartition(" ")
    field.label = _Field.LABEL_REPEATED if repeated else _Field.LABEL_OPTIONAL
    if kind in _SCALARS:
        field.type = _SCALARS[kind]
    else:
        field.type = _Field.TYPE_MESSAGE
        field.type_name = f".{package}.{kind}"


def has_unknown_fields(*messages: object) -> bool:
    """Fields that the schema does not know, or knows with another wire type; writing anew would keep or lose them."""
    return any(len(unknown_fields.UnknownFieldSet(cast("message.Message", each))) for each in messages)
