"""Attributes of the keys that we make in a token, beside those that python-pkcs11 sets by itself."""

from typing import Any

from keyreeve.hsm.cryptoki import pkcs11

Template = dict["pkcs11.Attribute", Any]


def guarded() -> Template:
    """What every key must have: it stays in the token, for the logged in user, and is never seen outside."""
    attribute = pkcs11.Attribute
    return {attribute.TOKEN: True, attribute.PRIVATE: True, attribute.SENSITIVE: True, attribute.EXTRACTABLE: False}


def welcome_for_secret() -> Template:
    """What a secret key should have too, where the token permits it."""
    return {pkcs11.Attribute.MODIFIABLE: False}


def welcome_for_private() -> Template:
    """What a private key should have too, where the token permits it."""
    # MODIFIABLE comes last: SoftHSM takes attributes one after the other, and none after that one.
    return {pkcs11.Attribute.SIGN_RECOVER: False, pkcs11.Attribute.MODIFIABLE: False}


def private_only() -> Template:
    """For a private key that python-pkcs11 unwraps: away with the attributes that only secret keys have."""
    attribute = pkcs11.Attribute
    return dict.fromkeys((attribute.ENCRYPT, attribute.VERIFY, attribute.WRAP), pkcs11.DEFAULT)


def wrapping_key(value: bytes) -> Template:
    """An AES key of known value for one C_UnwrapKey; it ends with its session at the latest."""
    attribute = pkcs11.Attribute
    return {
        attribute.CLASS: pkcs11.ObjectClass.SECRET_KEY,
        attribute.KEY_TYPE: pkcs11.KeyType.AES,
        attribute.TOKEN: False,
        attribute.PRIVATE: True,
        attribute.SENSITIVE: True,
        attribute.UNWRAP: True,
        attribute.VALUE: value,
    }


def encrypting_rsa_key(modulus: bytes, exponent: bytes) -> Template:
    """An RSA public key for trying out what the token encrypts."""
    attribute = pkcs11.Attribute
    return {
        attribute.CLASS: pkcs11.ObjectClass.PUBLIC_KEY,
        attribute.KEY_TYPE: pkcs11.KeyType.RSA,
        attribute.TOKEN: False,
        attribute.ENCRYPT: True,
        attribute.MODULUS: modulus,
        attribute.PUBLIC_EXPONENT: exponent,
    }
