import math
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from keyreeve.errors import ProtectionLevelUnavailable
from keyreeve.hsm.cryptoki import Cryptoki, pkcs11
from keyreeve.hsm.errors import STALE_HANDLE, AbsenceDoubted, ObjectMissing, TokenFailure, name_of
from keyreeve.hsm.turn import Turn

T = TypeVar("T")
A = TypeVar("A")

_MOST_HANDLES = 10_000
_BELIEVED_SECONDS = 1.0


class Absences:
    """The keys that were not found lately, for all sessions of a process.

    SoftHSM may read another process's new key half written and then hide it for good, so a module that was started
    before a key was missed is not believed: `is_doubtful` says so once, and for a second no more of that key.
    """

    def __init__(self) -> None:
        self._missed: dict[bytes, float] = {}
        self._lock = threading.Lock()

    def is_doubtful(self, object_id: bytes) -> bool:
        now = time.monotonic()
        with self._lock:
            last = self._missed.get(object_id, -math.inf)
            if len(self._missed) >= _MOST_HANDLES:
                self._missed.clear()
            self._missed[object_id] = now
        return now - last > _BELIEVED_SECONDS


class Session:
    """An open PKCS#11 session, for one thread at a time, with the handles of the keys that it has found.

    Every method raises python-pkcs11's PKCS11Error or TokenFailure, for Connection to deal with.
    """

    def __init__(self, cryptoki: Cryptoki, raw: "pkcs11.Session", absences: Absences, turn: Turn) -> None:
        self.raw = raw
        self._cryptoki = cryptoki
        self._absences = absences
        self._turn = turn
        # The module was started anew for this call, after a doubt.
        self.is_fresh = False
        self._handles: dict[bytes, pkcs11.Key] = {}

    def use(self, object_id: bytes, key_type: "pkcs11.KeyType", ability: type[A], action: Callable[[A], T]) -> T:
        """What `action` does with the key of that id, which must be of that type and have that ability.

        Raises ObjectMissing, ProtectionLevelUnavailable.
        """
        cached = self._handles.get(object_id)
        if cached is not None:
            try:
                return action(_with(ability, key_type, cached))
            except pkcs11.PKCS11Error as error:
                if name_of(error) not in STALE_HANDLE:
                    raise
                del self._handles[object_id]
        return action(_with(ability, key_type, self._find(object_id)))

    def search(self, object_id: bytes) -> "Sequence[pkcs11.Key]":
        """All secret and private keys of that id in the token."""
        with self._turn.looking():
            return self._search(object_id)

    def destroy(self, object_id: bytes) -> None:
        """Destroy all keys of that id, if there are any."""
        self._handles.pop(object_id, None)
        with self._turn.changing():
            self._destroy(self._search(object_id))

    def make(self, object_id: bytes, work: "Callable[[Session], T]", *, again: bool) -> T:
        """What `work` does, which makes one key of that id; `again` after it failed, in a module started since.

        Two keys of one id would be one too many, so what the failure left goes first, and is looked for once more.
        """
        with self._turn.changing():
            if again:
                self._destroy(self._present(object_id))
            made = work(self)
            if again and len(self._present(object_id)) != 1:
                raise TokenFailure("a key was made again and is not there once")
            return made

    def require_alive(self) -> None:
        """The session is open and logged in, and the token answers."""
        self._cryptoki.require_logged_in(self.raw)
        self.raw.token.slot.get_token()

    def require_present(self, object_id: bytes) -> None:
        """The token answers and still holds the key. Raises ObjectMissing."""
        self.require_alive()
        self._handles.pop(object_id, None)
        self._find(object_id)

    def _search(self, object_id: bytes) -> "Sequence[pkcs11.Key]":
        found = self._present(object_id)
        if not found:
            self.require_alive()
            if self._absences.is_doubtful(object_id) and not self.is_fresh:
                # A failure has the module started anew and the search made again.
                raise AbsenceDoubted("a key was not found at first")
        return found

    def _present(self, object_id: bytes) -> "Sequence[pkcs11.Key]":
        # A lost login and a lost token show no objects, which must not pass for their absence. And python-pkcs11 cannot
        # begin a search in a lost session without trouble later on, when it frees what it has begun.
        self._cryptoki.require_logged_in(self.raw)
        template = {pkcs11.Attribute.ID: object_id, pkcs11.Attribute.TOKEN: True}
        return [key for key in self.raw.get_objects(template) if isinstance(key, pkcs11.SecretKey | pkcs11.PrivateKey)]

    def _destroy(self, found: "Sequence[pkcs11.Key]") -> None:
        for number, key in enumerate(found):
            try:
                key.destroy()
            except pkcs11.PKCS11Error as error:
                # SoftHSM may show one object twice, and what has been destroyed is not there a second time.
                if number == 0 or name_of(error) not in STALE_HANDLE:
                    raise
                self.require_alive()

    def _find(self, object_id: bytes) -> "pkcs11.Key":
        found = self.search(object_id)
        if not found:
            raise ObjectMissing
        if len(self._handles) >= _MOST_HANDLES:
            self._handles.clear()
        self._handles[object_id] = found[0]
        return found[0]


def _with(ability: type[A], key_type: "pkcs11.KeyType", key: "pkcs11.Key") -> A:
    # python-pkcs11 gives an object the methods of what its attributes permit; SoftHSM crashes on a key of another type.
    if key.key_type != key_type or not isinstance(key, ability):
        raise ProtectionLevelUnavailable("ProtectionLevel", "the HSM does not permit this use of the key")
    return key
