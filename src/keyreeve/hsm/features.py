"""What a token can do, found out by asking it and not by its maker's name."""

from contextlib import suppress
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric import rsa

from keyreeve.crypto.specs import ASYMMETRIC, EncryptionAlgorithm, KeySpec, SigningAlgorithm
from keyreeve.hsm import templates
from keyreeve.hsm.creation import CURVES, generate_raw_pair
from keyreeve.hsm.cryptoki import pkcs11
from keyreeve.hsm.session import Session
from keyreeve.hsm.use import oaep


class Ability(StrEnum):
    """What a token is asked for beside the specs and algorithms of keys."""

    ROOT_KEY = "a root key"
    IMPORT = "importing key material"


Feature = KeySpec | SigningAlgorithm | EncryptionAlgorithm | Ability

_RSA_SPECS = (KeySpec.RSA_2048, KeySpec.RSA_3072, KeySpec.RSA_4096)
_PROBE_BITS = 2048


def features_of(session: Session) -> frozenset[Feature]:
    """Costs some milliseconds in the token, and the making of an RSA key here."""
    offered = session.raw.token.slot.get_mechanisms()
    found = {feature for feature, needed in _mechanisms().items() if needed <= offered}
    if pkcs11.Mechanism.RSA_PKCS_KEY_PAIR_GEN in offered:
        found |= _rsa_sizes(session)
    if pkcs11.Mechanism.RSA_PKCS_OAEP in offered:
        found |= _oaep_digests(session)
    if {pkcs11.Mechanism.EC_KEY_PAIR_GEN, pkcs11.Mechanism.ECDSA} <= offered:
        found |= _curves(session)
    return frozenset(found)


def _mechanisms() -> "dict[Feature, set[pkcs11.Mechanism]]":
    """For features that show in the list of mechanisms, those that they need."""
    mechanism = pkcs11.Mechanism
    aes = {mechanism.AES_KEY_GEN, mechanism.AES_GCM}
    return {
        KeySpec.AES_256: aes,
        KeySpec.AES_192: aes,
        KeySpec.AES_128: aes,
        SigningAlgorithm.RSA_PKCS1_SHA_256: {mechanism.RSA_PKCS},
        SigningAlgorithm.RSA_PKCS1_SHA_384: {mechanism.RSA_PKCS},
        SigningAlgorithm.RSA_PKCS1_SHA_512: {mechanism.RSA_PKCS},
        SigningAlgorithm.RSA_PSS_SHA_256: {mechanism.RSA_PKCS_PSS},
        # A mask is made of hashes, so a token masks with those that it has.
        SigningAlgorithm.RSA_PSS_SHA_384: {mechanism.RSA_PKCS_PSS, mechanism.SHA384},
        SigningAlgorithm.RSA_PSS_SHA_512: {mechanism.RSA_PKCS_PSS, mechanism.SHA512},
        SigningAlgorithm.ECDSA_SHA_256: {mechanism.ECDSA},
        SigningAlgorithm.ECDSA_SHA_384: {mechanism.ECDSA},
        Ability.ROOT_KEY: {mechanism.GENERIC_SECRET_KEY_GEN, mechanism.SHA256_HMAC},
        Ability.IMPORT: {mechanism.AES_KEY_WRAP, mechanism.AES_KEY_WRAP_PAD},
    }


def _rsa_sizes(session: Session) -> set[Feature]:
    sizes = session.raw.token.slot.get_mechanism_info(pkcs11.Mechanism.RSA_PKCS_KEY_PAIR_GEN)
    least, most = sizes.min_key_length or 0, sizes.max_key_length or 0
    return {spec for spec in _RSA_SPECS if least <= ASYMMETRIC[spec].bits <= most}


def _oaep_digests(session: Session) -> set[Feature]:
    """SoftHSM 2 lists OAEP and does it with SHA-1 only."""
    numbers = rsa.generate_private_key(65537, _PROBE_BITS).public_key().public_numbers()
    modulus, exponent = numbers.n.to_bytes(_PROBE_BITS // 8), numbers.e.to_bytes(3)
    found: set[Feature] = set()
    for algorithm in (EncryptionAlgorithm.RSAES_OAEP_SHA_256, EncryptionAlgorithm.RSAES_OAEP_SHA_1):
        with suppress(pkcs11.PKCS11Error):
            key = session.raw.create_object(templates.encrypting_rsa_key(modulus, exponent))
            assert isinstance(key, pkcs11.EncryptMixin)
            try:
                key.encrypt(b"probe", mechanism=pkcs11.Mechanism.RSA_PKCS_OAEP, mechanism_param=oaep(algorithm))
                found.add(algorithm)
            finally:
                key.destroy()
    session.require_alive()
    return found


def _curves(session: Session) -> set[Feature]:
    """The list of mechanisms does not say which curves; pairs that last only for the session do."""
    found: set[Feature] = set()
    for spec in CURVES:
        with suppress(pkcs11.PKCS11Error):
            pair = generate_raw_pair(session, spec, pkcs11.MechanismFlag.SIGN, b"", "", {})
            found.add(spec)
            for half in pair:
                half.destroy()
    session.require_alive()
    return found
