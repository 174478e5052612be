import hashlib
import threading
import time
from functools import lru_cache

from keyreeve.keysets.ciphers.keyring import Keyring
from keyreeve.keysets.errors import WrappedKeysetMalformed
from keyreeve.keysets.keyset import Keyset
from keyreeve.keysets.wrapping import services
from keyreeve.keysets.wrapping.arns import key_id_of, roles_of
from keyreeve.keysets.wrapping.remembering import Remembered
from keyreeve.keysets.wrapping.settings import (
    DEFAULT_CACHE_SECONDS,
    DEFAULT_TIMEOUT_SECONDS,
    Settings,
    credentials_of,
    settings_of,
)
from keyreeve.keysets.wrapping.used import UsedWrappedKeyset
from keyreeve.keysets.wrapping.wrapped import blob_of, keyset_from, plaintext_of
from keyreeve.remote import Credentials, Endpoint

_MOST_KEYSETS, _MOST_SESSIONS = 1000, 100
# A session is given up so long before it ends, lest it end on the way.
_SESSION_MARGIN_SECONDS = 300


class Connection:
    """A KMS, who calls it, and what is remembered of its answers. May be shared by threads, and not pickled.

    Opened keysets and roles' sessions are remembered for `settings.cache_seconds` each. So a keyset stays in use for at
    most so long after its key was disabled, and twice so long after a role lost its rights.
    """

    def __init__(self, settings: Settings, credentials: Credentials) -> None:
        self.settings = settings
        self._credentials = credentials
        self._kms = Endpoint(settings.endpoint, settings.ca_file, settings.timeout_seconds)
        self._sts = Endpoint(settings.sts_endpoint, settings.ca_file, settings.timeout_seconds)
        self._keyrings: Remembered[Keyring] = Remembered(_MOST_KEYSETS)
        self._sessions: Remembered[Credentials] = Remembered(_MOST_SESSIONS)

    def wrap(self, keyset: Keyset, kms_cmk_arn: str, role_arn: str, role_chain: str) -> bytes:
        """The wrapped keyset. Raises ArgumentInvalid, KeysetTooLarge, KmsRefused, KmsUnreachable."""
        key_id_of(kms_cmk_arn)
        plaintext = plaintext_of(keyset)
        credentials = self._credentials_of(roles_of(role_arn, role_chain))
        return services.encrypt(self._kms, credentials, kms_cmk_arn, plaintext).encode()

    def unwrap(self, wrapped_keyset: str | bytes, role_arn: str, role_chain: str) -> tuple[Keyset, str]:
        """The keyset, and the id of the key that wrapped it; asks KMS each time.

        Raises ArgumentInvalid, WrappedKeysetMalformed, KmsRefused, KmsUnreachable.
        """
        blob = blob_of(wrapped_keyset)
        credentials = self._credentials_of(roles_of(role_arn, role_chain))
        decrypted = services.decrypt(self._kms, credentials, blob)
        return keyset_from(decrypted.plaintext), decrypted.key_id

    def keyring(self, used: UsedWrappedKeyset) -> Keyring:
        """The keyset's keys, from memory or from KMS. Raises what `unwrap` raises."""
        roles = roles_of(used.role_arn, used.role_chain)
        key = (used.kms_cmk_arn, roles, hashlib.sha256(used.wrapped_keyset).digest())
        return self._keyrings.get(key, lambda: (self._opened(used), self.settings.cache_seconds))

    def _opened(self, used: UsedWrappedKeyset) -> Keyring:
        wanted = key_id_of(used.kms_cmk_arn)
        keyset, wrapped_by = self.unwrap(used.wrapped_keyset, used.role_arn, used.role_chain)
        if wanted not in (None, wrapped_by):
            # Else who can replace a stored wrapped keyset could have data encrypted under a key that he knows.
            raise WrappedKeysetMalformed(f"the keyset is wrapped by key {wrapped_by}, not by that of kms_cmk_arn")
        return Keyring(keyset)

    def _credentials_of(self, roles: tuple[str, ...]) -> Credentials:
        """Those of the last role, assumed hop by hop."""
        if not roles:
            return self._credentials
        return self._sessions.get(roles, lambda: self._assumed(roles))

    def _assumed(self, roles: tuple[str, ...]) -> tuple[Credentials, float]:
        caller = self._credentials_of(roles[:-1])
        credentials, ends_at = services.assume_role(self._sts, caller, roles[-1])
        left = ends_at - time.time() - _SESSION_MARGIN_SECONDS
        return credentials, min(left, self.settings.cache_seconds)


class _Default:
    """The connection of a process that names none."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.connection: Connection | None = None


_default = _Default()


def connect(
    endpoint: str | None = None,
    access_key_id: str | None = None,
    access_key_secret: str | None = None,
    *,
    security_token: str | None = None,
    sts_endpoint: str | None = None,
    ca_file: str | None = None,
    cache_seconds: float = DEFAULT_CACHE_SECONDS,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
) -> Connection:
    """Where wrapped keysets are opened from now on, unless a function is given another connection.

    `endpoint` is that of a KMS, such as `https://kms.internal:8567` or `kms.cn-hangzhou.aliyuncs.com`; without a scheme
    HTTPS is used, and HTTP on this machine. `sts_endpoint` is by default the cloud's beside a KMS of the cloud, and
    elsewhere the same. `ca_file` has the certificates to trust instead of the system's. What is absent comes from the
    environment: KEYREEVE_ENDPOINT, KEYREEVE_STS_ENDPOINT, KEYREEVE_CA_FILE, ALIBABA_CLOUD_ACCESS_KEY_ID,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET, ALIBABA_CLOUD_SECURITY_TOKEN. Nothing is called yet. Raises NotConnected.
    """
    settings = settings_of(endpoint, sts_endpoint, ca_file, cache_seconds, timeout_seconds)
    made = Connection(settings, credentials_of(access_key_id, access_key_secret, security_token))
    with _default.lock:
        _default.connection = made
    return made


def disconnect() -> None:
    """Forget the connection of the last `connect`."""
    with _default.lock:
        _default.connection = None


def default_connection() -> Connection:
    """That of the last `connect`, or one by the environment alone. Raises NotConnected."""
    with _default.lock:
        if _default.connection is None:
            _default.connection = connection_with(settings_of(None, None, None))
        return _default.connection


@lru_cache(maxsize=16)
def connection_with(settings: Settings) -> Connection:
    """The process's one connection with these settings and the environment's credentials. Raises NotConnected."""
    return Connection(settings, credentials_of(None, None, None))
