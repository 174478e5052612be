"""`keyreeve keyset`: keysets, and the columns of files under them, for those who have no SQL engine at hand.

`commands` has the commands and their `options`. What does the work is imported when a command runs: `given` reads
keysets, `moving` takes a file through `changes` from `sources` to `sinks`, which needs pyarrow, of the extra `duckdb`.
"""

from keyreeve.cli.keyset.commands import keyset

__all__ = ["keyset"]
