"""Keys that come into being in the token."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from keyreeve.crypto.specs import ASYMMETRIC, KeySpec, KeyUsage
from keyreeve.errors import ProtectionLevelUnavailable
from keyreeve.hsm import templates
from keyreeve.hsm.cryptoki import pkcs11
from keyreeve.hsm.errors import REFUSALS, name_of
from keyreeve.hsm.session import Session

T = TypeVar("T")

ROOT_KEY_BITS = 256
CURVES: dict[KeySpec, ec.EllipticCurve] = {
    KeySpec.EC_P256: ec.SECP256R1(),
    KeySpec.EC_P256K: ec.SECP256K1(),
    KeySpec.EC_P384: ec.SECP384R1(),
}
# The DER object identifiers of the curves (RFC 5480, 2.1.1.1; SEC 2, A.2.1).
_CURVE_PARAMETERS = {
    KeySpec.EC_P256: bytes.fromhex("06082a8648ce3d030107"),
    KeySpec.EC_P256K: bytes.fromhex("06052b8104000a"),
    KeySpec.EC_P384: bytes.fromhex("06052b81040022"),
}
_SECOND_LOOK_SECONDS = 0.05


def generate_secret(session: Session, object_id: bytes, label: str, bits: int) -> None:
    flags = pkcs11.MechanismFlag
    _generate(session, pkcs11.KeyType.AES, bits, object_id, label, flags.ENCRYPT | flags.DECRYPT)


def generate_root(session: Session, object_id: bytes, label: str) -> None:
    _generate(session, pkcs11.KeyType.GENERIC_SECRET, ROOT_KEY_BITS, object_id, label, pkcs11.MechanismFlag.SIGN)


def generate_pair(session: Session, object_id: bytes, label: str, spec: KeySpec, *usages: KeyUsage) -> bytes:
    """The DER SubjectPublicKeyInfo; the public key does not stay in the token."""

    def generate(template: templates.Template) -> "tuple[pkcs11.PublicKey, pkcs11.PrivateKey]":
        return generate_raw_pair(session, spec, capability(*usages), object_id, label, template)

    public, private = as_guarded_as_can_be(generate, templates.welcome_for_private())
    try:
        spki = _spki(public, spec)
    finally:
        with suppress(pkcs11.PKCS11Error):
            public.destroy()
    require_guarded(private)
    return spki


def generate_raw_pair(
    session: Session,
    spec: KeySpec,
    capabilities: "pkcs11.MechanismFlag",
    object_id: bytes,
    label: str,
    template: templates.Template,
) -> "tuple[pkcs11.PublicKey, pkcs11.PrivateKey]":
    """A key pair in the session; with `template`, which may say otherwise, for its private half."""
    attribute = pkcs11.Attribute
    curve = _CURVE_PARAMETERS.get(spec)
    bits = None if curve else ASYMMETRIC[spec].bits
    return session.raw.generate_keypair(
        pkcs11.KeyType.EC if curve else pkcs11.KeyType.RSA,
        bits,
        id=object_id,
        label=label,
        capabilities=capabilities,
        public_template={attribute.EC_PARAMS: curve} if curve else {},
        private_template=template,
    )


def capability(*usages: KeyUsage) -> "pkcs11.MechanismFlag":
    """What a private key is for."""
    flags = pkcs11.MechanismFlag
    capabilities = flags(0)
    for usage in usages:
        capabilities |= flags.SIGN if usage is KeyUsage.SIGN_VERIFY else flags.DECRYPT
    return capabilities


def as_guarded_as_can_be(make: Callable[[templates.Template], T], welcome: templates.Template) -> T:
    """What `make` makes with the attributes that a key must have and those that are welcome, or without the latter."""
    try:
        return make(templates.guarded() | welcome)
    except pkcs11.PKCS11Error as error:
        if name_of(error) not in REFUSALS:
            raise
    return make(templates.guarded())


def require_guarded(key: "pkcs11.Object") -> None:
    """A token that has not done as it was told may not keep the key. Raises ProtectionLevelUnavailable."""
    for name, wanted in templates.guarded().items():
        if key[name] is not wanted and _read_again(key, name) is not wanted:
            key.destroy()
            raise ProtectionLevelUnavailable("ProtectionLevel", f"the HSM does not keep to {name.name}={wanted}")


def _read_again(key: "pkcs11.Object", name: "pkcs11.Attribute") -> object:
    """SoftHSM may be reading its file while another process writes it."""
    time.sleep(_SECOND_LOOK_SECONDS)
    return key[name]


def _generate(
    session: Session,
    key_type: "pkcs11.KeyType",
    bits: int,
    object_id: bytes,
    label: str,
    capabilities: "pkcs11.MechanismFlag",
) -> None:
    def generate(template: templates.Template) -> "pkcs11.SecretKey":
        return session.raw.generate_key(
            key_type, bits, id=object_id, label=label, store=True, capabilities=capabilities, template=template
        )

    require_guarded(as_guarded_as_can_be(generate, templates.welcome_for_secret()))


def _spki(public: "pkcs11.PublicKey", spec: KeySpec) -> bytes:
    attribute = pkcs11.Attribute
    if spec in CURVES:
        # Some tokens wrap the point in an OCTET STRING, as they should, and some do not.
        curve = CURVES[spec]
        point = public[attribute.EC_POINT][-(1 + 2 * (curve.key_size // 8)) :]
        key = ec.EllipticCurvePublicKey.from_encoded_point(curve, point)
    else:
        exponent, modulus = (int.from_bytes(public[name]) for name in (attribute.PUBLIC_EXPONENT, attribute.MODULUS))
        key = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
