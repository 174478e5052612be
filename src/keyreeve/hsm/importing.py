"""Keys that come from outside: wrapped here under a key made for the purpose, and unwrapped in the token."""

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress

from cryptography.hazmat.primitives.keywrap import aes_key_wrap, aes_key_wrap_with_padding

from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import KeySpec, KeyUsage
from keyreeve.hsm import templates
from keyreeve.hsm.creation import CURVES, as_guarded_as_can_be, capability, require_guarded
from keyreeve.hsm.cryptoki import pkcs11
from keyreeve.hsm.session import Session

_WRAPPING_KEY_BYTES = 32


def import_secret(session: Session, object_id: bytes, label: str, material: Secret) -> None:
    """An AES key (RFC 3394)."""
    flags = pkcs11.MechanismFlag
    value = os.urandom(_WRAPPING_KEY_BYTES)
    with _wrapping_key(session, value) as wrapping_key:

        def unwrap(template: templates.Template) -> "pkcs11.Key":
            return wrapping_key.unwrap_key(
                pkcs11.ObjectClass.SECRET_KEY,
                pkcs11.KeyType.AES,
                aes_key_wrap(value, material.reveal()),
                id=object_id,
                label=label,
                mechanism=pkcs11.Mechanism.AES_KEY_WRAP,
                store=True,
                capabilities=flags.ENCRYPT | flags.DECRYPT,
                template=template,
            )

        require_guarded(as_guarded_as_can_be(unwrap, templates.welcome_for_secret()))


def import_private(
    session: Session, object_id: bytes, label: str, spec: KeySpec, usage: KeyUsage, pkcs8: Secret
) -> None:
    """A private key in DER PKCS#8, whose length needs the padding of RFC 5649."""
    value = os.urandom(_WRAPPING_KEY_BYTES)
    with _wrapping_key(session, value) as wrapping_key:

        def unwrap(template: templates.Template) -> "pkcs11.Key":
            return wrapping_key.unwrap_key(
                pkcs11.ObjectClass.PRIVATE_KEY,
                pkcs11.KeyType.EC if spec in CURVES else pkcs11.KeyType.RSA,
                aes_key_wrap_with_padding(value, pkcs8.reveal()),
                id=object_id,
                label=label,
                mechanism=pkcs11.Mechanism.AES_KEY_WRAP_PAD,
                store=True,
                capabilities=capability(usage),
                template=templates.private_only() | template,
            )

        require_guarded(as_guarded_as_can_be(unwrap, templates.welcome_for_private()))


@contextmanager
def _wrapping_key(session: Session, value: bytes) -> "Generator[pkcs11.UnwrapMixin]":
    key = session.raw.create_object(templates.wrapping_key(value))
    assert isinstance(key, pkcs11.UnwrapMixin)
    try:
        yield key
    finally:
        # In a session that was lost, it is lost too.
        with suppress(pkcs11.PKCS11Error):
            key.destroy()
