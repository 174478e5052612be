from keyreeve.crypto.secret import Secret
from keyreeve.instances.errors import TargetRefused


def require_text(account: str, password: str) -> None:
    """Raises TargetRefused for what no database can hold as an account and its password."""
    if not account or "\0" in account:
        raise TargetRefused("an account's name is at least one character, and none of them NUL")
    if not password or "\0" in password:
        raise TargetRefused("a password is at least one character, and none of them NUL")
    try:
        (account + password).encode()
    except UnicodeEncodeError:
        raise TargetRefused("the account's name or the password is not Unicode text") from None


def revealed(password: Secret | None) -> str:
    assert password is not None, "parse_instance requires one for databases"
    return password.reveal().decode()
