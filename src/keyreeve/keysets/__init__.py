"""MaxCompute's keyset functions: encrypt columns with keysets that a key in a KMS wraps (docs/keysets.md).

`keyset` has the model and its laws, `codec` its bytes and JSON, `ciphers` one value, `batch` many of them in arrays,
`arrow` columns, `wrapping` the KMS, `functions` the eleven functions, `sql` these for engines. Nothing here
imports the server.
"""

from keyreeve.keysets.errors import (
    ArgumentInvalid,
    CiphertextNotOpened,
    KeyNotEnabled,
    KeysetError,
    KeysetMalformed,
    KeysetTooLarge,
    KmsRefused,
    KmsUnreachable,
    NotConnected,
    RawKeyInvalid,
    ValueTooLarge,
    WrappedKeysetMalformed,
)
from keyreeve.keysets.functions import (
    add_key_to_keyset,
    enhanced_sym_decrypt,
    enhanced_sym_encrypt,
    keyset_from_json,
    keyset_to_json,
    new_keyset,
    new_wrapped_keyset,
    rewrap_keyset,
    rotate_keyset,
    rotate_wrapped_keyset,
    try_enhanced_sym_decrypt,
    use_wrapped_keyset,
)
from keyreeve.keysets.learning import learn_prefix
from keyreeve.keysets.registering import register_duckdb, register_spark
from keyreeve.keysets.tink import export_tink, import_tink
from keyreeve.keysets.wrapping.connection import Connection, connect
from keyreeve.keysets.wrapping.used import UsedWrappedKeyset

__all__ = [
    "ArgumentInvalid",
    "CiphertextNotOpened",
    "Connection",
    "KeyNotEnabled",
    "KeysetError",
    "KeysetMalformed",
    "KeysetTooLarge",
    "KmsRefused",
    "KmsUnreachable",
    "NotConnected",
    "RawKeyInvalid",
    "UsedWrappedKeyset",
    "ValueTooLarge",
    "WrappedKeysetMalformed",
    "add_key_to_keyset",
    "connect",
    "enhanced_sym_decrypt",
    "enhanced_sym_encrypt",
    "export_tink",
    "import_tink",
    "keyset_from_json",
    "keyset_to_json",
    "learn_prefix",
    "new_keyset",
    "new_wrapped_keyset",
    "register_duckdb",
    "register_spark",
    "rewrap_keyset",
    "rotate_keyset",
    "rotate_wrapped_keyset",
    "try_enhanced_sym_decrypt",
    "use_wrapped_keyset",
]
