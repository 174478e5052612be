"""A server behind TLS, with a certificate that only these tests trust."""

import http.client
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.support.client import Answer, query_of, v3_headers
from tests.support.server import Account, Server


@contextmanager
def tls_server(data: Path, account: Account) -> Generator[tuple[Server, ssl.SSLContext]]:
    certificate, key = _self_signed(data.parent)
    server = Server(data, account, workers=1, words=("--tls-cert", str(certificate), "--tls-key", str(key))).start()
    assert server.scheme == "https"
    yield server, ssl.create_default_context(cafile=str(certificate))
    assert server.stop() == 0


def answer(server: Server, context: ssl.SSLContext, account: Account, action: str, **parameters: str) -> Answer:
    connection = http.client.HTTPSConnection(server.address, timeout=60, context=context)
    try:
        query = query_of(parameters)
        connection.request("POST", f"/?{query}", headers=v3_headers(account, action, query, server.address))
        response = connection.getresponse()
        return Answer(response.status, {}, response.read())
    finally:
        connection.close()


def _self_signed(folder: Path) -> tuple[Path, Path]:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "keyreeve")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    certificate_path, key_path = folder / "certificate.pem", folder / "key.pem"
    certificate_path.write_bytes(made.public_bytes(Encoding.PEM))
    key_path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate_path, key_path
