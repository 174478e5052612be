"""The key pair of a certificate: made, opened for use, erased."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import Connection

from keyreeve.certificates import store
from keyreeve.certificates.model import Certificate
from keyreeve.context import Context
from keyreeve.crypto import asymmetric
from keyreeve.crypto.keypair import Decrypter, Encrypter, Signer, Verifier
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import ASYMMETRIC, KeySpec, usages_of
from keyreeve.errors import CertificateNotFound, ProtectionLevelUnavailable
from keyreeve.hsm.keys import TokenDecrypter, TokenSigner
from keyreeve.keys.model import ProtectionLevel
from keyreeve.storage.root_key.sealer import Sealer


@dataclass(frozen=True, slots=True)
class NewPair:
    """A pair that is not stored yet; `secret` is absent where the token has it."""

    certificate_id: str
    spki: bytes
    signer: Signer
    secret: Secret | None = None


@dataclass(frozen=True, slots=True)
class PrivateKey:
    signer: Signer
    decrypter: Decrypter | None


@dataclass(frozen=True, slots=True)
class PublicKey:
    verifier: Verifier
    encrypter: Encrypter | None


def new_pair(ctx: Context, spec: KeySpec, level: ProtectionLevel) -> NewPair:
    """RSA takes its time. What is made in the token goes again if the call fails."""
    certificate_id = str(uuid4())
    if level is ProtectionLevel.HSM:
        return _pair_in_token(ctx, certificate_id, spec)
    pair = asymmetric.generate(spec)
    secret = Secret(pair.material)
    return NewPair(certificate_id, pair.spki, asymmetric.load_signer(spec, secret), secret)


def seal_pair(ctx: Context, pair: NewPair) -> bytes | None:
    if pair.secret is None:
        return None
    return ctx.sealer.seal(ctx.db, _place(ctx.caller.account_id, pair.certificate_id), pair.secret.reveal())


def private_key(ctx: Context, certificate: Certificate) -> PrivateKey:
    """Raises CertificateNotFound if it has been deleted meanwhile."""
    found = ctx.read("private key of certificate", certificate.certificate_id, _open)
    if found is None:
        raise CertificateNotFound
    if certificate.is_in_token:
        ctx.require_waiting()
    return found


def public_key(ctx: Context, certificate: Certificate) -> PublicKey:
    found = ctx.read("public key of certificate", certificate.certificate_id, _load_public)
    if found is None:
        raise CertificateNotFound
    return found


def erase_private_key(ctx: Context, certificate: Certificate) -> None:
    """From the token; from the database it goes with its row."""
    if certificate.is_in_token and not ctx.dry_run:
        ctx.token.destroy(UUID(certificate.certificate_id).bytes)


def reseal_certificates(connection: Connection, sealer: Sealer, after: str, limit: int) -> tuple[str | None, int]:
    """Seal up to `limit` private keys behind `after` anew; the last id done, None at the end, and how many."""
    found = store.sealed_keys_after(connection, after, limit)
    for one in found:
        place = _place(one.account_id, one.certificate_id)
        sealed = sealer.seal(connection, place, sealer.unseal_or_refuse(place, one.sealed).reveal())
        store.update_sealed_key(connection, one.certificate_id, sealed)
    return (found[-1].certificate_id if found else None), len(found)


def _pair_in_token(ctx: Context, certificate_id: str, spec: KeySpec) -> NewPair:
    token, object_id = ctx.token, UUID(certificate_id).bytes
    if not token.supports(spec):
        raise ProtectionLevelUnavailable("ProtectionLevel", f"the token has no {spec} keys")
    ctx.take_back.append(lambda: token.destroy(object_id))
    spki = token.generate_pair(object_id, f"keyreeve/certificate {certificate_id}", spec, *usages_of(spec))
    return NewPair(certificate_id, spki, TokenSigner(token, object_id))


def _open(ctx: Context, connection: Connection, certificate_id: str) -> PrivateKey | None:
    certificate = store.read_certificate(connection, certificate_id)
    if certificate is None:
        return None
    encrypts = bool(ASYMMETRIC[certificate.spec].encryption)
    if certificate.is_in_token:
        token, object_id = ctx.token, UUID(certificate_id).bytes
        return PrivateKey(TokenSigner(token, object_id), TokenDecrypter(token, object_id) if encrypts else None)
    sealed = store.read_sealed_key(connection, certificate_id)
    if sealed is None:
        return None
    material = ctx.sealer.unseal(_place(certificate.account_id, certificate_id), sealed)
    decrypter = asymmetric.load_decrypter(certificate.spec, material) if encrypts else None
    return PrivateKey(asymmetric.load_signer(certificate.spec, material), decrypter)


def _load_public(_: Context, connection: Connection, certificate_id: str) -> PublicKey | None:
    certificate = store.read_certificate(connection, certificate_id)
    if certificate is None:
        return None
    spec, spki = certificate.spec, certificate.public_key
    encrypter = asymmetric.load_encrypter(spec, spki) if ASYMMETRIC[spec].encryption else None
    return PublicKey(asymmetric.load_verifier(spec, spki), encrypter)


def _place(account_id: str, certificate_id: str) -> str:
    """Where a private key is sealed (docs/formats/sealed-values.md)."""
    return f"certificates.sealed_private_key/{account_id}/{certificate_id}"
