"""What the commands that make an account share."""

from keyreeve.access.accounts import ACCOUNT_ID, NewAccessKey, project_id
from keyreeve.cli.output import fail, print_json


def checked_account_id(text: str) -> str:
    if not ACCOUNT_ID.fullmatch(text):
        fail(f"--account-id {text} is not an account id: 16 digits, the first not 0")
    return text


def show_access_key(made: NewAccessKey, region: str) -> None:
    """The only time that the secret is shown."""
    print_json(
        {
            "account_id": made.account_id,
            "region_id": region,
            "project_id": project_id(made.account_id, region),
            "access_key_id": made.access_key_id,
            "access_key_secret": made.secret.reveal().decode(),
        }
    )
