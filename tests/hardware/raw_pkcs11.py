"""A program that looks into a token with nothing of ours between: `raw_pkcs11.py MODULE LABEL`, PIN in $PIN.

Standard input is one JSON object, standard output another. It ends with AGAIN if a server was at work in the same
place, and has done nothing then.
"""

import json
import os
import sys
from typing import Any

import pkcs11
from pkcs11 import Attribute, Mechanism, ObjectClass
from pkcs11.exceptions import (
    GeneralError,
    NoSuchToken,
    ObjectHandleInvalid,
    PKCS11Error,
    TokenNotPresent,
    UserPinNotInitialized,
)

SECRETS = ("VALUE", "PRIVATE_EXPONENT", "PRIME_1", "PRIME_2", "EXPONENT_1", "EXPONENT_2", "COEFFICIENT")
AGAIN = 75
# What SoftHSM answers to a program that begins while another one's login is being written.
BUSY = (GeneralError, NoSuchToken, TokenNotPresent, UserPinNotInitialized)
FLAGS = ("SENSITIVE", "EXTRACTABLE", "PRIVATE", "MODIFIABLE", "ALWAYS_SENSITIVE", "NEVER_EXTRACTABLE")


def reading(found: Any, name: str) -> str:
    """The name of the refusal, or what was read."""
    try:
        return found[Attribute[name]].hex()
    except ObjectHandleInvalid:
        raise
    except PKCS11Error as error:
        return type(error).__name__


def bits(found: Any) -> int:
    kind = found[Attribute.KEY_TYPE].name
    if kind == "RSA":
        return len(found[Attribute.MODULUS]) * 8
    return 0 if kind == "EC" else found[Attribute.VALUE_LEN] * 8


def described(found: Any) -> dict[str, object]:
    kind = found[Attribute.CLASS]
    secret = kind in (ObjectClass.SECRET_KEY, ObjectClass.PRIVATE_KEY)
    return {
        "kind": kind.name,
        "type": found[Attribute.KEY_TYPE].name if secret else "",
        "bits": bits(found) if secret else 0,
        "id": found[Attribute.ID].hex(),
        "label": found[Attribute.LABEL],
        "flags": [name for name in FLAGS if secret and found[Attribute[name]]],
        "readings": {name: reading(found, name) for name in SECRETS},
    }


def objects(session: Any, _given: Any) -> object:
    try:
        return [described(found) for found in session.get_objects({Attribute.TOKEN: True})]
    except ObjectHandleInvalid as error:
        # One was destroyed while it was looked at, so this is no state that the token was ever in.
        sys.exit(again(error))


def open_gcm(session: Any, given: Any) -> object:
    nonce, associated, data = (bytes.fromhex(given[name]) for name in ("nonce", "associated", "data"))
    (key,) = session.get_objects({Attribute.ID: bytes.fromhex(given["id"])})
    parameters = pkcs11.GCMParams(nonce, associated, 128)
    return key.decrypt(data, mechanism=Mechanism.AES_GCM, mechanism_param=parameters).hex()


def put_readable(session: Any, given: Any) -> object:
    """A secret that the token does not guard, to see that `objects` can tell."""
    template = {Attribute.SENSITIVE: False, Attribute.EXTRACTABLE: True}
    made = session.generate_key(
        pkcs11.KeyType.AES, 128, id=bytes.fromhex(given["id"]), label="readable", store=True, template=template
    )
    return made[Attribute.VALUE].hex()


def again(error: PKCS11Error) -> int:
    sys.stderr.write(f"{error!r}\n")
    return AGAIN


def opened() -> Any:
    try:
        token = pkcs11.lib(sys.argv[1]).get_token(token_label=sys.argv[2])
        return token.open(rw=True, user_pin=os.environ["PIN"])
    except BUSY as error:
        sys.exit(again(error))


def main() -> None:
    given = json.load(sys.stdin)
    with opened() as session:
        answer = {"objects": objects, "open_gcm": open_gcm, "put_readable": put_readable}[given["do"]](session, given)
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
