import json
from dataclasses import dataclass, field

from keyreeve.keysets import codec
from keyreeve.keysets.keyset import Keyset


@dataclass(frozen=True, slots=True)
class UsedWrappedKeyset:
    """What use_wrapped_keyset returns: everything that opens the keyset again, and no key material.

    It may be shown, stored and pickled (docs/formats/keysets.md, The used wrapped keyset).
    """

    kms_cmk_arn: str
    role_arn: str
    role_chain: str
    wrapped_keyset: bytes = field(repr=False)
    wrapped_keyset_info: str = field(repr=False, compare=False)


def info_of(keyset: Keyset) -> str:
    """The JSON text for `wrapped_keyset_info`."""
    return json.dumps({"masked_keyset": codec.to_masked_json(keyset)}, ensure_ascii=False)
