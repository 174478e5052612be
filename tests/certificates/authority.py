"""A CA of OpenSSL's command line: a root, an issuer under it, and certificates for the requests it is given."""

import base64
import re
from itertools import pairwise
from pathlib import Path

from tests.interop.openssl import OpenSsl

KINDS = ("RSA_2048", "EC_P256", "EC_SM2")
_GENERATE = {
    "RSA_2048": "-algorithm RSA -pkeyopt rsa_keygen_bits:2048",
    "EC_P256": "-algorithm EC -pkeyopt ec_paramgen_curve:P-256",
    "EC_SM2": "-algorithm SM2",
}
# 1.2.156.10197.1.301 in DER.
_SM2_CURVE = bytes.fromhex("06082a811ccf5501822d")
_IDENTITY = "distid:1234567812345678"
_EXTENSIONS = """
[root]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
[issuer]
basicConstraints=critical,CA:TRUE,pathlen:0
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
[leaf]
basicConstraints=CA:FALSE
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
"""


class Authority:
    def __init__(self, folder: Path, kind: str) -> None:
        self.openssl = OpenSsl(folder)
        self.kind = kind
        self._digest = "-sm3" if kind == "EC_SM2" else "-sha256"
        self._verifying = f"-vfyopt {_IDENTITY}" if kind == "EC_SM2" else ""
        self._signing = f" -sigopt {_IDENTITY}" if kind == "EC_SM2" else ""
        self.openssl.put("extensions", _EXTENSIONS)
        for name in ("root", "issuer"):
            self.openssl.run(f"genpkey {_GENERATE[kind]} -out {name}.key")
        self.openssl.run(f"req -new -key root.key -subj /C=CN/O=Tests/OU=CA/CN=Root {self._how} -out root.csr")
        self.openssl.run(f"req -new -key issuer.key -subj /C=CN/O=Tests/OU=CA/CN=Issuer {self._how} -out issuer.csr")
        self._x509("root", "-signkey root.key", "root", days=4000)
        self._x509("issuer", "-CA root.pem -CAkey root.key", "issuer", days=2000)

    @property
    def chain(self) -> str:
        """Issuer and root."""
        return self.openssl.get("issuer.pem").decode() + self.openssl.get("root.pem").decode()

    def verifies(self, csr: str) -> bool:
        """Whether OpenSSL finds that a request is signed with its own key."""
        self.openssl.put("asked.csr", csr)
        identity = f"-vfyopt {_IDENTITY}" if _is_sm2(csr) else ""
        return self.openssl.says(f"req -verify -in asked.csr -noout {identity}")

    def issue(self, csr: str, days: int = 90) -> str:
        """The certificate in PEM, with the names that the request asks for."""
        self.openssl.put("leaf.csr", csr)
        self._x509("leaf", "-CA issuer.pem -CAkey issuer.key", "leaf", days, "-copy_extensions copy")
        return self.openssl.get("leaf.pem").decode()

    def new_root(self, name: str, how: str, bits: int = 2048) -> str:
        """Another root, of an RSA key, signed by itself in some way."""
        self.openssl.run(f"genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:{bits} -out {name}.key")
        self.openssl.run(f"req -new -key {name}.key -subj /CN={name} -sha256 -out {name}.csr")
        certificate = f"-days 4000 -extfile extensions -extensions root {how} -out {name}.pem"
        self.openssl.run(f"x509 -req -in {name}.csr -signkey {name}.key {certificate}")
        return self.openssl.get(f"{name}.pem").decode()

    def issue_by(self, root: str, csr: str, digest: str = "-sha256") -> str:
        """What a root of `new_root` makes of a request."""
        self.openssl.put("leaf.csr", csr)
        self.openssl.run(
            f"x509 -req -in leaf.csr -CA {root}.pem -CAkey {root}.key -set_serial 7 -days 90 {digest} -out leaf.pem"
        )
        return self.openssl.get("leaf.pem").decode()

    def trusts(self, certificate: str, chain: str) -> bool:
        """Whether OpenSSL finds a way from the certificate to the root.

        OpenSSL 3.0 checks only the first signature of SM2 with the identity that it is told, so it goes step by step.
        """
        chained = [certificate, *re.findall("-----BEGIN.*?-----END CERTIFICATE-----", chain, re.DOTALL)]
        return all(self._signed(below, above) for below, above in pairwise(chained))

    def _signed(self, certificate: str, issuer: str) -> bool:
        self.openssl.put("below.pem", certificate)
        self.openssl.put("above.pem", issuer)
        return self.openssl.says(f"verify -partial_chain -trusted above.pem {self._verifying} below.pem")

    def field(self, certificate: str, option: str) -> str:
        """What `openssl x509` prints of a certificate for an option, without its name."""
        self.openssl.put("shown.pem", certificate)
        text = self.openssl.run(f"x509 -in shown.pem -noout {option} -nameopt RFC2253,-esc_msb").decode()
        return re.sub(r"^\w+ ?= ?", "", text.strip())

    @property
    def _how(self) -> str:
        return self._digest + self._signing

    def _x509(self, name: str, how: str, section: str, days: int, more: str = "") -> None:
        identity = f"-vfyopt {_IDENTITY}"
        self.openssl.run(
            f"x509 -req -in {name}.csr {how} -days {days} -extfile extensions -extensions {section} "
            f"{self._how} {identity if _is_sm2(self.openssl.get(f'{name}.csr').decode()) else ''} {more} "
            f"-set_serial 0x{_serial(name)} -out {name}.pem"
        )


def _serial(name: str) -> str:
    return name.encode().hex()


def _is_sm2(csr: str) -> bool:
    return _SM2_CURVE in base64.b64decode("".join(csr.splitlines()[1:-1]))
