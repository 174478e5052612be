import json
from dataclasses import dataclass, field, replace

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
    wrapped_keyset_info: str = field(default="", repr=False, compare=False)

    def with_info(self, keyset: Keyset) -> "UsedWrappedKeyset":
        info = json.dumps({"masked_keyset": codec.to_masked_json(keyset)}, ensure_ascii=False)
        return replace(self, wrapped_keyset_info=info)
