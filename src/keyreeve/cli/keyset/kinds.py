import pyarrow as pa
from pyarrow import types


def bare(kind: pa.DataType) -> pa.DataType:
    """Of a dictionary, what is in it."""
    return kind.value_type if isinstance(kind, pa.DictionaryType) else kind


def is_text(kind: pa.DataType) -> bool:
    plain = bare(kind)
    return types.is_string(plain) or types.is_large_string(plain) or types.is_string_view(plain)


def is_bytes(kind: pa.DataType) -> bool:
    plain = bare(kind)
    return (
        types.is_binary(plain)
        or types.is_large_binary(plain)
        or types.is_fixed_size_binary(plain)
        or types.is_binary_view(plain)
    )


def is_large(kind: pa.DataType) -> bool:
    return types.is_large_string(kind) or types.is_large_binary(kind)
