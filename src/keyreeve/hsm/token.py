import threading
from collections.abc import Callable
from itertools import count
from typing import TypeVar

from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import EncryptionAlgorithm, KeySpec, KeyUsage, SigningAlgorithm
from keyreeve.errors import ProtectionLevelUnavailable
from keyreeve.hsm import creation, importing, use
from keyreeve.hsm.connection import Connection
from keyreeve.hsm.cryptoki import require_binding
from keyreeve.hsm.errors import SPOILT
from keyreeve.hsm.features import Ability, Feature, features_of
from keyreeve.hsm.pool import Pool
from keyreeve.hsm.session import Session

T = TypeVar("T")

_AES_SPECS = {128: KeySpec.AES_128, 192: KeySpec.AES_192, 256: KeySpec.AES_256}


class Token:
    """The HSM's token: keys live in it under 16-byte ids (key versions) or 8-byte ids (root keys) and do not leave.

    Any thread may call. Nothing is opened before the first call, and a process must not fork once something is. Every
    method but `check` and `close` raises Unavailable while the token does not answer, and finds it again by itself.
    Those that make or use a key raise ProtectionLevelUnavailable for what the token cannot do; those that use one raise
    ObjectMissing for an id that it does not hold.
    """

    def __init__(self, module: str, label: str, pin: Secret) -> None:
        """`module` is the path of a PKCS#11 library. Raises StartRefused if python-pkcs11 is not installed."""
        require_binding()
        self._connection = Connection(Pool(module, label, pin))
        # Changes are made one at a time, and those who wait for theirs keep no session from others.
        self._changing = threading.Lock()
        self._features: tuple[int, frozenset[Feature]] | None = None

    def check(self) -> None:
        """For commands: log in, and leave nothing open. Raises StartRefused with the reason."""
        self._connection.check()

    def close(self) -> None:
        """Leave nothing open, for all Tokens of this module in the process; the next call connects anew."""
        self._connection.close()

    def supports(self, feature: Feature) -> bool:
        """Whether the token can make and use such keys. Asked once a connection."""
        generation, found = self._features or (-1, frozenset[Feature]())
        if generation != self._connection.pool.generation:
            found = self._connection.run(features_of)
            self._features = (self._connection.pool.generation, found)
        return feature in found

    def generate_secret(self, object_id: bytes, label: str, bits: int) -> None:
        """An AES key."""
        self._require(_AES_SPECS[bits])
        self._make(object_id, lambda session: creation.generate_secret(session, object_id, label, bits))

    def generate_root(self, object_id: bytes, label: str) -> None:
        """32 bytes for HMAC-SHA-256."""
        self._require(Ability.ROOT_KEY)
        self._make(object_id, lambda session: creation.generate_root(session, object_id, label))

    def generate_pair(self, object_id: bytes, label: str, spec: KeySpec, *usages: KeyUsage) -> bytes:
        """The DER SubjectPublicKeyInfo of a new key pair, whose private half does only what `usages` say."""
        self._require(spec)
        return self._make(object_id, lambda session: creation.generate_pair(session, object_id, label, spec, *usages))

    def import_secret(self, object_id: bytes, label: str, material: Secret) -> None:
        """An AES key of 16, 24 or 32 bytes."""
        self._require(Ability.IMPORT)
        self._make(object_id, lambda session: importing.import_secret(session, object_id, label, material))

    def import_private(self, object_id: bytes, label: str, spec: KeySpec, usage: KeyUsage, pkcs8: Secret) -> None:
        """A private key in DER PKCS#8, which the caller has found to be of that spec."""
        self._require(Ability.IMPORT)
        self._require(spec)
        self._make(object_id, lambda session: importing.import_private(session, object_id, label, spec, usage, pkcs8))

    def destroy(self, object_id: bytes) -> None:
        """Destroy all keys of that id, if there are any."""
        with self._changing:
            self._connection.run(lambda session: session.destroy(object_id))

    def has(self, object_id: bytes) -> bool:
        return bool(self._connection.run(lambda session: session.search(object_id)))

    def encrypt_gcm(self, object_id: bytes, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
        """The ciphertext and its 16-byte tag, under a nonce of 12 bytes."""
        return self._connection.run(lambda session: use.encrypt_gcm(session, object_id, nonce, plaintext, associated))

    def decrypt_gcm(self, object_id: bytes, nonce: bytes, ciphertext: bytes, associated: bytes) -> bytes:
        """Raises DecryptionFailed."""
        return self._connection.run(lambda session: use.decrypt_gcm(session, object_id, nonce, ciphertext, associated))

    def sign(self, object_id: bytes, algorithm: SigningAlgorithm, digest: bytes) -> bytes:
        """The signature of a digest; ECDSA's in DER."""
        self._require(algorithm)
        return self._connection.run(lambda session: use.sign(session, object_id, algorithm, digest))

    def decrypt(self, object_id: bytes, algorithm: EncryptionAlgorithm, ciphertext: bytes) -> bytes:
        """Open what was encrypted by RSA-OAEP with an empty label. Raises DecryptionFailed."""
        self._require(algorithm)
        return self._connection.run(lambda session: use.decrypt_oaep(session, object_id, algorithm, ciphertext))

    def hmac(self, object_id: bytes, message: bytes) -> bytes:
        """HMAC-SHA-256 with a root key."""
        return self._connection.run(lambda session: use.hmac(session, object_id, message))

    def _make(self, object_id: bytes, work: Callable[[Session], T]) -> T:
        """Make a key, and once more if the token says that it failed; if nobody says so, one may have been made."""
        attempts = count()

        def attempt(session: Session) -> T:
            return session.make(object_id, work, again=next(attempts) > 0)

        with self._changing:
            self._connection.run(lambda session: session.require_alive())
            return self._connection.run(attempt, repeatable=SPOILT.__contains__, attempts=2)

    def _require(self, feature: Feature) -> None:
        if not self.supports(feature):
            raise ProtectionLevelUnavailable("ProtectionLevel", f"the HSM does not support {feature}")
