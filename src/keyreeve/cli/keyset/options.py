"""The options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

Keyset = Annotated[
    str | None,
    typer.Option(
        "--keyset",
        help="A file with a plain keyset, as bytes, HEX, Base64 or JSON; - for standard input.",
        metavar="FILE",
    ),
]
WrappedKeyset = Annotated[
    str | None,
    typer.Option("--wrapped-keyset", help="A wrapped keyset: a file, - for standard input, or the text itself."),
]
Key = Annotated[
    str | None,
    typer.Option("--key", help="The key in KMS that wraps: acs:kms:<region>:<account>:key/<id>.", metavar="ARN"),
]
Role = Annotated[
    str,
    typer.Option("--role", help="The role to assume for KMS; without it, the caller's own rights.", metavar="ARN"),
]
RoleChain = Annotated[
    str, typer.Option("--role-chain", help="Roles to assume after it, with commas between.", metavar="ARNS")
]
Endpoint = Annotated[
    str | None,
    typer.Option("--endpoint", envvar="KEYREEVE_ENDPOINT", help="The KMS. The AccessKey comes from the environment."),
]
CaFile = Annotated[
    str | None,
    typer.Option(
        "--ca-file", envvar="KEYREEVE_CA_FILE", help="The certificates to trust instead of the system's, PEM."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Source = Annotated[Path, typer.Argument(metavar="INPUT", help="A *.parquet or *.csv file.")]
Target = Annotated[
    Path, typer.Argument(metavar="OUTPUT", help="The file to write, *.parquet or *.csv; it appears when it is whole.")
]
Columns = Annotated[list[str], typer.Option("--column", help="Which column; may be repeated.", metavar="NAME")]
AdditionalData = Annotated[
    str | None, typer.Option(help="Additional data for every value, which decryption needs again.", metavar="TEXT")
]
AdditionalDataColumn = Annotated[
    str | None, typer.Option(help="The column whose text or number is each row's additional data.", metavar="NAME")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace OUTPUT if it is there.")]
Delimiter = Annotated[str, typer.Option(help="What is between the fields of a CSV file.", metavar="CHARACTER")]
