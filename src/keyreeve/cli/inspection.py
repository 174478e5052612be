from typing import Annotated

import typer

from keyreeve.cli.output import fail, print_json
from keyreeve.crypto.blob import VERSION, BlobMalformed, Kind, parse_blob
from keyreeve.crypto.message_cipher import SUITE_NAMES

_KINDS = {Kind.TEXT: "text", Kind.DATA_KEY: "data key"}


def inspect(
    blob: Annotated[str, typer.Argument(help="A CiphertextBlob.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say offline what a ciphertext is and which key it needs; nothing about it is verified."""
    try:
        parsed = parse_blob(blob.strip())
    except BlobMalformed:
        fail("this is not a ciphertext of Keyreeve's format (docs/formats/ciphertext.md)")
    facts = {
        "format_version": VERSION,
        "kind": _KINDS[parsed.kind],
        "cipher": SUITE_NAMES[parsed.suite],
        "key_id": parsed.key_id,
        "key_version_id": parsed.version_id,
        "plaintext_bytes": parsed.plaintext_bytes,
    }
    if as_json:
        print_json(facts)
        return
    for name, value in facts.items():
        typer.echo(f"{name.replace('_', ' '):16} {value}")
