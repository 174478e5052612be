import os
import ssl
from pathlib import Path

from keyreeve.instances.errors import TargetUnreachable
from keyreeve.instances.model import Tls, TlsMode

_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def client_context(tls: Tls) -> ssl.SSLContext | None:
    """For drivers that take one; None for a connection without TLS."""
    if tls.mode is TlsMode.OFF:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if tls.mode is TlsMode.UNVERIFIED:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif tls.ca is not None:
        context.load_verify_locations(cadata=tls.ca)
    else:
        context.load_default_certs()
    return context


def system_bundle() -> Path:
    """The system's CAs as one file, for a library that brings an OpenSSL which looks elsewhere."""
    default = ssl.get_default_verify_paths()
    for name in (os.environ.get("SSL_CERT_FILE"), default.cafile, *_BUNDLES):
        if name and Path(name).is_file():
            return Path(name)
    raise TargetUnreachable("TLS: the system's CA certificates are not found; set SSL_CERT_FILE")
