"""Columns of Arrow arrays, which DuckDB and Spark hand over; needs the extra `duckdb` or `spark`."""

from keyreeve.keysets.arrow.columns import USED_WRAPPED_KEYSET
from keyreeve.keysets.arrow.decryption import decrypt_column
from keyreeve.keysets.arrow.encryption import encrypt_column

__all__ = ["USED_WRAPPED_KEYSET", "decrypt_column", "encrypt_column"]
