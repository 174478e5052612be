import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from keyreeve.access.accounts import new_account_id
from keyreeve.app import initialise
from keyreeve.cli.accounts import checked_account_id, show_access_key
from keyreeve.cli.output import DATA_HELP, PASSPHRASE_HELP, DatabaseUrl, data_folder, fail, one_line_errors
from keyreeve.limits import NO_LIMITS, PUBLISHED_QUOTAS, PUBLISHED_RATES, Limits
from keyreeve.settings import DEFAULT_REGION, REGION_ID, HsmSettings, Settings


class LimitsChoice(StrEnum):
    OFF = "off"
    PUBLISHED = "published"


_LIMITS = {LimitsChoice.OFF: NO_LIMITS, LimitsChoice.PUBLISHED: Limits(PUBLISHED_RATES, PUBLISHED_QUOTAS)}


class RootKeyPlace(StrEnum):
    FILE = "file"
    HSM = "hsm"


def init(  # noqa: PLR0913, PLR0917  # one for each option
    data: Annotated[Path, typer.Option("--data", help=DATA_HELP)],
    account_id: Annotated[str | None, typer.Option(help="16 digits; made up if absent.")] = None,
    region: Annotated[str, typer.Option(help="The region the server stands for.")] = DEFAULT_REGION,
    database_url: DatabaseUrl = None,
    passphrase_file: Annotated[str | None, typer.Option(help=PASSPHRASE_HELP)] = None,
    root_key_place: Annotated[
        RootKeyPlace, typer.Option("--root-key", help="Where the root key lives: root-key.json, or the HSM.")
    ] = RootKeyPlace.FILE,
    hsm_module: Annotated[Path | None, typer.Option(help="The PKCS#11 library of an HSM.")] = None,
    hsm_token: Annotated[str | None, typer.Option(help="The label of the token in it.")] = None,
    hsm_pin_file: Annotated[
        Path | None, typer.Option(help="A file whose first line is the token's PIN; or set KEYREEVE_HSM_PIN.")
    ] = None,
    limits: Annotated[
        LimitsChoice, typer.Option(help="Rates and quotas of each account: none, or the cloud's published ones.")
    ] = LimitsChoice.OFF,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, which is the only form.")] = False,
) -> None:
    """Make a data directory: root key, database, first account."""
    with one_line_errors():
        hsm = _hsm(hsm_module, hsm_token, hsm_pin_file)
        if root_key_place is RootKeyPlace.HSM and (hsm is None or passphrase_file is not None):
            fail("--root-key hsm needs --hsm-module and --hsm-token, and takes no --passphrase-file")
        chosen = checked_account_id(account_id or new_account_id())
        if not REGION_ID.match(region):
            fail(f"--region {region} is not a region id: letters, digits and hyphens, such as {DEFAULT_REGION}")
        folder = data_folder(data, passphrase_file)
        settings = Settings(chosen, region, database_url, hsm, _LIMITS[limits])
        in_hsm = root_key_place is RootKeyPlace.HSM
        made = initialise(folder, settings, int(time.time() * 1000), root_key_in_hsm=in_hsm)
    del as_json
    show_access_key(made, region)


def _hsm(module: Path | None, token: str | None, pin_file: Path | None) -> HsmSettings | None:
    if (module is None) != (token is None) or (module is None and pin_file is not None):
        fail("--hsm-module and --hsm-token go together, and --hsm-pin-file with them")
    if module is None or token is None:
        return None
    if not token:
        fail("--hsm-token is empty: it is the label of a token")
    return HsmSettings(str(module.absolute()), token, None if pin_file is None else str(pin_file.absolute()))
