"""Keys cannot be read out of the token or wrapped out of it, by whoever knows the PIN."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pkcs11 import Attribute, KeyType, Mechanism, MechanismFlag, ObjectClass, WrapMixin
from pkcs11.exceptions import AttributeSensitive, KeyUnextractable, PKCS11Error

from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import KeySpec, KeyUsage
from keyreeve.errors import ProtectionLevelUnavailable
from keyreeve.hsm.creation import require_guarded
from keyreeve.hsm.session import Session
from keyreeve.hsm.token import Token

SIGN, DECRYPT = KeyUsage.SIGN_VERIFY, KeyUsage.ENCRYPT_DECRYPT
Make = Callable[[Token, bytes], object]


def pkcs8(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> Secret:
    return Secret(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def import_rsa(token: Token, key: bytes, usage: KeyUsage) -> None:
    token.import_private(key, "l", KeySpec.RSA_2048, usage, pkcs8(rsa.generate_private_key(65537, 2048)))


def import_ec(token: Token, key: bytes) -> None:
    token.import_private(key, "l", KeySpec.EC_P256, SIGN, pkcs8(ec.generate_private_key(ec.SECP256R1())))


# How a key is made, where its value would be read, what it may do, and whether it was made inside.
KEYS: dict[str, tuple[Make, Attribute, set[Attribute], bool]] = {
    "AES generated": (
        lambda token, key: token.generate_secret(key, "l", 256),
        Attribute.VALUE,
        {Attribute.ENCRYPT, Attribute.DECRYPT},
        True,
    ),
    "AES imported": (
        lambda token, key: token.import_secret(key, "l", Secret(bytes(32))),
        Attribute.VALUE,
        {Attribute.ENCRYPT, Attribute.DECRYPT},
        False,
    ),
    "root": (lambda token, key: token.generate_root(key, "l"), Attribute.VALUE, {Attribute.SIGN}, True),
    "RSA generated to sign": (
        lambda token, key: token.generate_pair(key, "l", KeySpec.RSA_2048, SIGN),
        Attribute.PRIVATE_EXPONENT,
        {Attribute.SIGN},
        True,
    ),
    "RSA generated to decrypt": (
        lambda token, key: token.generate_pair(key, "l", KeySpec.RSA_2048, DECRYPT),
        Attribute.PRIME_1,
        {Attribute.DECRYPT},
        True,
    ),
    "RSA imported to sign": (
        lambda token, key: import_rsa(token, key, SIGN),
        Attribute.PRIVATE_EXPONENT,
        {Attribute.SIGN},
        False,
    ),
    "RSA imported to decrypt": (
        lambda token, key: import_rsa(token, key, DECRYPT),
        Attribute.PRIME_2,
        {Attribute.DECRYPT},
        False,
    ),
    "EC generated": (
        lambda token, key: token.generate_pair(key, "l", KeySpec.EC_P256K, SIGN),
        Attribute.VALUE,
        {Attribute.SIGN},
        True,
    ),
    "EC imported": (import_ec, Attribute.VALUE, {Attribute.SIGN}, False),
}
SECRET_USES = ("ENCRYPT", "DECRYPT", "WRAP", "UNWRAP", "SIGN", "VERIFY", "DERIVE")
PRIVATE_USES = ("DECRYPT", "UNWRAP", "SIGN", "SIGN_RECOVER", "DERIVE")


@pytest.mark.parametrize("kind", KEYS)
def test_a_key_has_the_promised_attributes_and_no_use_but_its_own(token: Token, kind: str) -> None:
    make, _, uses, made_inside = KEYS[kind]
    key = uuid4().bytes
    make(token, key)

    def look(session: Session) -> None:
        (found,) = session.search(key)
        for attribute in (Attribute.TOKEN, Attribute.PRIVATE, Attribute.SENSITIVE):
            assert found[attribute] is True
        for attribute in (Attribute.EXTRACTABLE, Attribute.MODIFIABLE):
            assert found[attribute] is False
        for attribute in (Attribute.ALWAYS_SENSITIVE, Attribute.NEVER_EXTRACTABLE):
            assert found[attribute] is made_inside
        assert (found[Attribute.ID], found[Attribute.LABEL]) == (key, "l")
        private = found[Attribute.CLASS] == ObjectClass.PRIVATE_KEY
        every = {Attribute[name] for name in (PRIVATE_USES if private else SECRET_USES)}
        assert {attribute for attribute in every if found[attribute]} == uses
        # Nothing else of that id remains, such as a public key, and nothing that import needed.
        assert len(list(session.raw.get_objects({Attribute.ID: key}))) == 1
        assert list(session.raw.get_objects({Attribute.TOKEN: False})) == []

    token._connection.run(look)


@pytest.mark.parametrize("kind", KEYS)
def test_a_key_cannot_be_taken_out(token: Token, kind: str) -> None:
    make, value, _, _ = KEYS[kind]
    key = uuid4().bytes
    make(token, key)

    def take(session: Session) -> None:
        (found,) = session.search(key)
        with pytest.raises(AttributeSensitive):
            found[value]
        with pytest.raises(PKCS11Error):
            found[Attribute.EXTRACTABLE] = True
        with pytest.raises(PKCS11Error):
            found.copy({Attribute.EXTRACTABLE: True, Attribute.TOKEN: False})
        wrapping = session.raw.generate_key(KeyType.AES, 256, capabilities=MechanismFlag.WRAP)
        assert isinstance(wrapping, WrapMixin)
        for mechanism in (Mechanism.AES_KEY_WRAP, Mechanism.AES_KEY_WRAP_PAD):
            with pytest.raises(KeyUnextractable):
                wrapping.wrap_key(found, mechanism=mechanism)
        wrapping.destroy()

    token._connection.run(take)


def test_a_key_that_the_token_made_otherwise_is_refused_and_destroyed(token: Token) -> None:
    key = uuid4().bytes

    def make(session: Session) -> None:
        made = session.raw.generate_key(
            KeyType.AES, 256, id=key, store=True, template={Attribute.EXTRACTABLE: True, Attribute.SENSITIVE: True}
        )
        require_guarded(made)

    with pytest.raises(ProtectionLevelUnavailable):
        token._connection.run(make)
    assert not token.has(key)
