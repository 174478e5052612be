"""Where the KMS is and who calls it."""

import os
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from keyreeve.crypto.secret import Secret
from keyreeve.keysets.errors import NotConnected
from keyreeve.remote import Credentials

# The cloud's KMS endpoints, public or in a VPC; its STS is another host beside them (STS documents, "Endpoints").
_CLOUD = re.compile(r"kms(-vpc)?\.([a-z0-9-]+)\.aliyuncs\.com")
DEFAULT_CACHE_SECONDS = 300.0
DEFAULT_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Without credentials, so that they may travel to other processes, as Spark's."""

    endpoint: str
    sts_endpoint: str
    ca_file: str | None = None
    cache_seconds: float = DEFAULT_CACHE_SECONDS
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS


def settings_of(
    endpoint: str | None,
    sts_endpoint: str | None,
    ca_file: str | None,
    cache_seconds: float = DEFAULT_CACHE_SECONDS,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
) -> Settings:
    """From arguments, or else from the environment. Raises NotConnected."""
    kms = endpoint or os.environ.get("KEYREEVE_ENDPOINT")
    if not kms:
        raise NotConnected("no KMS is known: call keysets.connect(endpoint=...), or set KEYREEVE_ENDPOINT")
    sts = sts_endpoint or os.environ.get("KEYREEVE_STS_ENDPOINT") or _sts_beside(kms)
    ca = ca_file or os.environ.get("KEYREEVE_CA_FILE") or None
    return Settings(kms, sts, ca, cache_seconds, timeout_seconds)


def credentials_of(access_key_id: str | None, access_key_secret: str | None, security_token: str | None) -> Credentials:
    """From arguments, or else from the variables that the official SDKs read. Raises NotConnected."""
    if access_key_id is None and access_key_secret is None:
        access_key_id = os.environ.get("ALIBABA_CLOUD_ACCESS_KEY_ID")
        access_key_secret = os.environ.get("ALIBABA_CLOUD_ACCESS_KEY_SECRET")
        security_token = security_token or os.environ.get("ALIBABA_CLOUD_SECURITY_TOKEN")
    if not access_key_id or not access_key_secret:
        raise NotConnected(
            "no AccessKey is known: give keysets.connect access_key_id and access_key_secret, or set "
            "ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET"
        )
    return Credentials(access_key_id, Secret(access_key_secret.encode()), security_token or "")


def _sts_beside(endpoint: str) -> str:
    """The cloud's STS of the KMS's region; anywhere else both are one endpoint, as with Keyreeve."""
    host = urlsplit(endpoint if "://" in endpoint else f"//{endpoint}").hostname or ""
    match = _CLOUD.fullmatch(host)
    return endpoint if match is None else f"https://sts{match[1] or ''}.{match[2]}.aliyuncs.com"
