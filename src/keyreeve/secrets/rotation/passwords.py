"""New passwords for accounts of databases and hosts."""

import string
from collections.abc import Callable

from keyreeve.secrets.passwords import random_password

# What ApsaraDB RDS allows in passwords, without what needs care in URLs, shells and configuration files.
_SIGNS = "!@^*_-+="
_KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits, _SIGNS)
# RDS takes at most 32.
_LENGTH = 32


def new_password(random: Callable[[int], bytes]) -> str:
    return random_password(random, _LENGTH, "".join(_KINDS), _KINDS)
