from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from keyreeve.keysets import codec
from keyreeve.keysets.ciphers.prefix import prefix_of
from keyreeve.keysets.ciphers.single import BodyCipher, body_cipher
from keyreeve.keysets.errors import CiphertextNotOpened, KeyNotEnabled
from keyreeve.keysets.keyset import PREFIX_BYTES, Key, Keyset, Status

_REMEMBERED_KEYSETS = 256


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class KeyCipher:
    """A key that is ready for use."""

    key: Key
    prefix: bytes = field(repr=False)
    body: BodyCipher

    def encrypt(self, plaintext: bytes, additional: bytes) -> bytes:
        return self.prefix + self.body.encrypt(plaintext, additional)


class Keyring:
    """A keyset's enabled keys, ready for use. May be shared by threads, and not pickled."""

    def __init__(self, keyset: Keyset) -> None:
        self.keyset = keyset
        enabled = [key for key in keyset.keys if key.status is Status.ENABLED]
        self.ciphers = tuple(KeyCipher(key, prefix_of(key), body_cipher(key.type, key.raw_key)) for key in enabled)
        self._by_prefix = {cipher.prefix: number for number, cipher in enumerate(self.ciphers)}
        numbers = {cipher.key.key_id: number for number, cipher in enumerate(self.ciphers)}
        self._primary = numbers.get(keyset.primary_key_id)

    def primary(self) -> KeyCipher:
        """Raises KeyNotEnabled."""
        if self._primary is None:
            raise KeyNotEnabled(f"the primary key {self.keyset.primary_key_id} is not ENABLED and does not encrypt")
        return self.ciphers[self._primary]

    @property
    def first_number(self) -> int:
        """Of `ciphers`, the one to try first where a prefix names none: the primary key's."""
        return self._primary or 0

    def candidates(self, prefix: bytes) -> Iterator[KeyCipher]:
        """Every enabled key, in the order in which to try them on a ciphertext with this prefix."""
        first = self._by_prefix.get(prefix, self.first_number)
        yield from self.ciphers[first : first + 1]
        yield from self.ciphers[:first]
        yield from self.ciphers[first + 1 :]

    def encrypt(self, plaintext: bytes, additional: bytes = b"") -> bytes:
        """Raises KeyNotEnabled, ValueTooLarge."""
        return self.primary().encrypt(plaintext, additional)

    def decrypt(self, ciphertext: bytes, additional: bytes = b"") -> bytes:
        """Raises CiphertextNotOpened."""
        return self.opened(ciphertext, additional)[1]

    def opened(self, ciphertext: bytes, additional: bytes) -> tuple[KeyCipher, bytes]:
        """The key that made a ciphertext, and the plaintext. Raises CiphertextNotOpened."""
        body = ciphertext[PREFIX_BYTES:]
        for cipher in self.candidates(ciphertext[:PREFIX_BYTES]):
            try:
                return cipher, cipher.body.decrypt(body, additional)
            except CiphertextNotOpened:
                continue
        raise CiphertextNotOpened


@lru_cache(maxsize=_REMEMBERED_KEYSETS)
def keyring(keyset: bytes) -> Keyring:
    """The keyring of a keyset's bytes, remembered: parsing costs more than a value's cipher. Raises KeysetMalformed."""
    return Keyring(codec.from_bytes(keyset))
