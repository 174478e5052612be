"""Random passwords, and GetRandomPassword (API reference 9.11)."""

import string
from collections.abc import Callable, Sequence
from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.errors import ParameterInvalid
from keyreeve.operations import Needs, operation

# The signs that the reference names: ASCII punctuation but the backtick.
PUNCTUATION = string.punctuation.replace("`", "")
_EXCLUDABLE = frozenset(string.ascii_letters + string.digits + string.punctuation)
_BYTE_VALUES = 256


class GetRandomPasswordRequest(Struct, frozen=True, rename="pascal"):
    password_length: Annotated[int, Meta(ge=8, le=128, description="How many characters, 8 to 128.")] = 32
    exclude_characters: Annotated[
        str, Meta(max_length=128, description="Letters, digits and punctuation that must not occur.")
    ] = ""
    exclude_lowercase: Annotated[bool, Meta(description="No small letters.")] = False
    exclude_uppercase: Annotated[bool, Meta(description="No capital letters.")] = False
    exclude_numbers: Annotated[bool, Meta(description="No digits.")] = False
    exclude_punctuation: Annotated[bool, Meta(description="No punctuation.")] = False
    require_each_included_type: Annotated[bool, Meta(description="At least one character of each kind left.")] = True


class GetRandomPasswordResponse(Struct, frozen=True, rename="pascal"):
    random_password: str


@operation(needs=Needs.CACHE)
def get_random_password(ctx: Context, request: GetRandomPasswordRequest) -> GetRandomPasswordResponse:
    """A random password; every one that the rules allow is as likely as any other."""
    ctx.permit("*")
    if not _EXCLUDABLE.issuperset(request.exclude_characters):
        raise ParameterInvalid("ExcludeCharacters")
    kinds = [
        (string.ascii_lowercase, request.exclude_lowercase),
        (string.ascii_uppercase, request.exclude_uppercase),
        (string.digits, request.exclude_numbers),
        (PUNCTUATION, request.exclude_punctuation),
    ]
    left = [_without(kind, request.exclude_characters) for kind, excluded in kinds if not excluded]
    left = [kind for kind in left if kind]
    if not left:
        raise ParameterInvalid("ExcludeCharacters", "no character is left")
    wanted = left if request.require_each_included_type else []
    return GetRandomPasswordResponse(random_password(ctx.random, request.password_length, "".join(left), wanted))


def random_password(random: Callable[[int], bytes], length: int, alphabet: str, each_of: Sequence[str] = ()) -> str:
    """Drawn again until it has one of `each_of`, so that no position is more likely to hold one than another."""
    while True:
        password = _draw(random, length, alphabet)
        if all(any(character in kind for character in password) for kind in each_of):
            return password


def _draw(random: Callable[[int], bytes], length: int, alphabet: str) -> str:
    """Bytes beyond the last whole multiple of the alphabet are passed over, which makes its characters equal."""
    size = len(alphabet)
    usable = _BYTE_VALUES - _BYTE_VALUES % size
    drawn = ""
    while len(drawn) < length:
        drawn += "".join(alphabet[byte % size] for byte in random(2 * length) if byte < usable)
    return drawn[:length]


def _without(kind: str, excluded: str) -> str:
    return "".join(character for character in kind if character not in excluded)


OPERATIONS = (get_random_password,)
