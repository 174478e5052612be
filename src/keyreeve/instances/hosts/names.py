import re

from keyreeve.instances.errors import TargetRefused

USER_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,31}")


def require_user(user: str) -> None:
    """Names that mean nothing to a shell, to chpasswd or to sudo. Raises TargetRefused."""
    if not USER_NAME.fullmatch(user):
        raise TargetRefused("a host's user has a name of 1-32 letters, digits, . _ -, the first no digit")


def require_password(password: str) -> None:
    """Raises TargetRefused for what chpasswd cannot be told."""
    if not password or any(character in password for character in "\0\r\n"):
        raise TargetRefused("a host's password is one line of at least one character")
    try:
        password.encode()
    except UnicodeEncodeError:
        raise TargetRefused("the password is not Unicode text") from None
