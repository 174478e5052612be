"""The eleven functions, with MaxCompute's names in lower case and its arguments in its order.

As in SQL, NULL (None) in a required argument gives NULL; an optional one is then as if absent. Every refusal is a
KeysetError.
"""

from keyreeve.keysets.functions.keysets import (
    add_key_to_keyset,
    keyset_from_json,
    keyset_to_json,
    new_keyset,
    rotate_keyset,
)
from keyreeve.keysets.functions.values import (
    enhanced_sym_decrypt,
    enhanced_sym_encrypt,
    try_enhanced_sym_decrypt,
)
from keyreeve.keysets.functions.wrapped import (
    new_wrapped_keyset,
    rewrap_keyset,
    rotate_wrapped_keyset,
    use_wrapped_keyset,
)

__all__ = [
    "add_key_to_keyset",
    "enhanced_sym_decrypt",
    "enhanced_sym_encrypt",
    "keyset_from_json",
    "keyset_to_json",
    "new_keyset",
    "new_wrapped_keyset",
    "rewrap_keyset",
    "rotate_keyset",
    "rotate_wrapped_keyset",
    "try_enhanced_sym_decrypt",
    "use_wrapped_keyset",
]
