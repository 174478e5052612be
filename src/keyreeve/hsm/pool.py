import threading
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress

from keyreeve.crypto.secret import Secret
from keyreeve.hsm.cryptoki import Cryptoki, pkcs11
from keyreeve.hsm.errors import REFUSALS, NotConnected, TokenFailure, name_of
from keyreeve.hsm.library import library_at
from keyreeve.hsm.session import Absences, Session
from keyreeve.hsm.turn import Turn

SESSIONS = 8


class Pool:
    """The login of this process to a token, and its few sessions; made when first used and made anew after trouble."""

    def __init__(self, module: str, label: str, pin: Secret) -> None:
        self._library = library_at(module)
        self._label = label
        self._pin = pin
        self._room = threading.BoundedSemaphore(SESSIONS)
        self._lock = threading.Lock()
        self._generation = -1
        self._token: pkcs11.Token | None = None
        self._idle: list[Session] = []
        self._absences = Absences()
        self._turn = Turn()

    @property
    def generation(self) -> int:
        """Changes when the token is connected anew."""
        return self._library.generation

    @contextmanager
    def session(self) -> Generator[Session]:
        """A session that no other thread uses meanwhile. Raises NotConnected.

        A TokenFailure or PKCS11Error in the block that is trouble leads to a restart before the next block begins.
        """
        with self._room, ExitStack() as inside:
            session = self._connect(inside)
            well = True
            try:
                yield session
            except (TokenFailure, pkcs11.PKCS11Error) as error:
                well = name_of(error) in REFUSALS
                raise
            finally:
                if well:
                    self._idle.append(session)
                else:
                    self._library.restart_after(self._generation)

    def close(self) -> None:
        self._library.stop()

    def _connect(self, inside: ExitStack) -> Session:
        try:
            cryptoki = inside.enter_context(self._library.entered())
            return self._borrow(cryptoki)
        except (TokenFailure, pkcs11.PKCS11Error) as error:
            self._library.restart_after(self._library.generation)
            raise NotConnected(name_of(error), getattr(error, "reason", "")) from None

    def _borrow(self, cryptoki: Cryptoki) -> Session:
        with self._lock:
            if self._token is None or self._generation != self._library.generation:
                self._idle.clear()
                self._token = self._log_in(cryptoki)
                self._generation = self._library.generation
            if self._idle:
                return self._idle.pop()
            return Session(cryptoki, self._token.open(rw=True), self._absences, self._turn)

    def _log_in(self, cryptoki: Cryptoki) -> "pkcs11.Token":
        token = _token_labelled(cryptoki, self._label)
        # The login holds for all sessions of the process, as long as the one that it was made in stays open.
        with suppress(pkcs11.UserAlreadyLoggedIn):
            token.open(rw=True, user_pin=self._pin.reveal().decode())
        return token


def _token_labelled(cryptoki: Cryptoki, label: str) -> "pkcs11.Token":
    found: list[pkcs11.Token] = []
    for slot in cryptoki.module.get_slots(token_present=True):
        # Another slot's token may be broken without being any business of ours.
        with suppress(pkcs11.PKCS11Error):
            found.append(slot.get_token())
    ours = [token for token in found if token.label == label]
    if len(ours) != 1:
        count = "several tokens are" if ours else "no token is"
        raise TokenFailure("CKR_TOKEN_NOT_PRESENT", f"{count} labelled {label!r} in the HSM")
    return ours[0]
