"""Certificates with one thing wrong, made by pyca, whose builder takes what OpenSSL's command line would not."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from tests.interop.der import sequence, tlv

DAY = 86_400


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


@dataclass(frozen=True)
class Maker:
    """A CA; times are seconds from `now`."""

    now: int
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def issuer(
        self,
        name: str,
        *,
        ca: bool | None = True,
        signs: bool = True,
        path_length: int | None = None,
        insists: bool = False,
        not_before: int = -DAY,
        not_after: int = 100 * DAY,
    ) -> "Maker":
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_name(name), self.certificate.subject, key.public_key(), self.now, not_before, not_after)
        if ca is not None:
            builder = builder.add_extension(x509.BasicConstraints(ca, path_length), critical=True)
        builder = builder.add_extension(_usage(signs=signs), critical=True)
        if insists:
            unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
            builder = builder.add_extension(unknown, critical=True)
        return Maker(self.now, builder.sign(self.key, hashes.SHA256()), key)

    def crossing(self, root: "Maker") -> "Maker":
        """Another's root once more, below this one."""
        public = root.key.public_key()
        builder = _builder(root.certificate.subject, self.certificate.subject, public, self.now, -DAY, 100 * DAY)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        return Maker(self.now, builder.sign(self.key, hashes.SHA256()), root.key)

    def leaf(
        self,
        csr: str,
        *,
        not_before: int = -DAY,
        not_after: int = 90 * DAY,
        issuer: str = "",
        subject: str = "",
        names: Sequence[str] = (),
    ) -> x509.Certificate:
        request = x509.load_pem_x509_csr(csr.encode())
        above = _name(issuer) if issuer else self.certificate.subject
        of = _name(subject) if subject else request.subject
        builder = _builder(of, above, request.public_key(), self.now, not_before, not_after)
        if names:
            alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
            builder = builder.add_extension(alternatives, critical=False)
        return builder.sign(self.key, hashes.SHA256())


def self_signed(now: int, name: str) -> Maker:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name(name), _name(name), key.public_key(), now, -DAY, 1000 * DAY)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return Maker(now, builder.sign(key, hashes.SHA256()), key)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: object, now: int, not_before: int, not_after: int
) -> x509.CertificateBuilder:
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return x509.CertificateBuilder(
        issuer,
        subject,
        key,
        x509.random_serial_number(),
        datetime.fromtimestamp(now + min(not_before, not_after - 1), UTC).replace(tzinfo=None),
        datetime.fromtimestamp(now + not_after, UTC).replace(tzinfo=None),
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def sm2_leaf(maker: Maker, spki: bytes) -> str:
    """In PEM, for a key that pyca does not know: another's certificate with the key in it, signed anew."""
    stand_in = ec.generate_private_key(ec.SECP256R1()).public_key()
    builder = _builder(_name("leaf"), maker.certificate.subject, stand_in, maker.now, -DAY, 90 * DAY)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("a.example")]), critical=False)
    made = builder.sign(maker.key, hashes.SHA256())
    theirs = stand_in.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    # Both are 91 bytes, so no length changes.
    signed = made.tbs_certificate_bytes.replace(theirs, spki)
    signature = maker.key.sign(signed, ec.ECDSA(hashes.SHA256()))
    ecdsa_with_sha256 = bytes.fromhex("300a06082a8648ce3d040302")
    der = sequence(signed, ecdsa_with_sha256, tlv(3, b"\0" + signature))
    return f"-----BEGIN CERTIFICATE-----\n{b64encode(der).decode()}\n-----END CERTIFICATE-----\n"
