"""A keyset as protocol-buffers bytes and as JSON text, and back (docs/formats/keysets.md)."""

from keyreeve.keysets.codec.binary import from_bytes, to_bytes
from keyreeve.keysets.codec.text import from_json, to_json, to_masked_json

__all__ = ["from_bytes", "from_json", "to_bytes", "to_json", "to_masked_json"]
