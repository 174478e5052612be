"""The public-key operations that are measured, by the names that each side has for them."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from process import run


@dataclass(frozen=True)
class Operation:
    """`speed` is what `openssl speed` calls the private operation, `transit` OpenBao's key type, if it has one."""

    kind: Literal["Sign", "Decrypt"]
    spec: str
    algorithm: str
    speed: str
    transit: str | None

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.spec}"

    @property
    def transit_key(self) -> str:
        """A key of its own for each operation, as Keyreeve's keys are for one use only."""
        return f"{self.kind}-{self.spec}".lower()


OPERATIONS = (
    Operation("Sign", "RSA_2048", "RSA_PKCS1_SHA_256", speed="rsa2048", transit="rsa-2048"),
    Operation("Sign", "EC_P256", "ECDSA_SHA_256", speed="ecdsap256", transit="ecdsa-p256"),
    Operation("Sign", "EC_SM2", "SM2DSA", speed="sm2", transit=None),
    Operation("Decrypt", "RSA_2048", "RSAES_OAEP_SHA_256", speed="rsa2048", transit="rsa-2048"),
)

PKEYUTL_OPTIONS = {
    "RSA_PKCS1_SHA_256": ("rsa_padding_mode:pkcs1", "digest:sha256"),
    "ECDSA_SHA_256": (),
    "SM2DSA": (),
}


def require_signature(operation: Operation, public_key: str, digest: bytes, signature: bytes) -> None:
    """End the benchmark unless openssl, which belongs to neither server, finds that this signs the digest."""
    options = [word for option in PKEYUTL_OPTIONS[operation.algorithm] for word in ("-pkeyopt", option)]
    with TemporaryDirectory() as place:
        key, signed, proof = (Path(place) / name for name in ("key.pem", "digest", "signature"))
        key.write_text(public_key)
        signed.write_bytes(digest)
        proof.write_bytes(signature)
        files = ["-inkey", str(key), "-in", str(signed), "-sigfile", str(proof)]
        run(["openssl", "pkeyutl", "-verify", "-pubin", *files, *options])
