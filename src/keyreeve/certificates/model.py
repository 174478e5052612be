"""What the certificates domain speaks of. Times are milliseconds since 1970 in UTC."""

from dataclasses import dataclass
from enum import StrEnum

from keyreeve.crypto.specs import KeySpec
from keyreeve.keys.model import ProtectionLevel

CERTIFICATE_SPECS = (KeySpec.RSA_2048, KeySpec.EC_P256, KeySpec.EC_SM2)


class Status(StrEnum):
    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"
    REVOKED = "REVOKED"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A key pair, the request for it, and what a CA made of that, which is absent while PENDING.

    `subject` and `alternative_names`, a JSON list, are the request's until then; `certificate` and `chain` are PEM.
    `warn_at` is when the log next speaks of the end.
    """

    certificate_id: str
    account_id: str
    spec: KeySpec
    protection_level: ProtectionLevel
    exportable: bool
    status: Status
    subject: str
    alternative_names: str
    csr: str
    public_key: bytes
    created_at: int
    updated_at: int
    certificate: str | None = None
    chain: str | None = None
    issuer: str | None = None
    serial: str | None = None
    signature_algorithm: str | None = None
    subject_key_id: str | None = None
    not_before: int | None = None
    not_after: int | None = None
    warn_at: int | None = None

    @property
    def is_in_token(self) -> bool:
        return self.protection_level is ProtectionLevel.HSM

    @property
    def resource(self) -> str:
        return f"certificate/{self.certificate_id}"
