import math
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import TypeVar

import structlog

from keyreeve.crypto.secret import Secret
from keyreeve.errors import ProtectionLevelUnavailable, StartRefused, Unavailable
from keyreeve.hsm.cryptoki import Cryptoki, pkcs11
from keyreeve.hsm.errors import PIN_REFUSED, REFUSALS, TokenFailure, name_of
from keyreeve.hsm.library import library_at
from keyreeve.hsm.session import Session

T = TypeVar("T")

SESSIONS = 8
# A token that cannot be reached is asked again at most this often, so that callers do not queue up behind timeouts.
RETRY_SECONDS = 1.0
_log = structlog.get_logger()


class Connection:
    """The login of this process to a token and its few sessions; made when first used and made anew after trouble."""

    def __init__(self, module: str, label: str, pin: Secret) -> None:
        self._library = library_at(module)
        self._label = label
        self._pin = pin
        self._room = threading.BoundedSemaphore(SESSIONS)
        self._lock = threading.Lock()
        self._generation = -1
        self._token: pkcs11.Token | None = None
        self._idle: list[Session] = []
        self._not_before = 0.0

    @property
    def generation(self) -> int:
        """Changes when the token is connected anew."""
        return self._library.generation

    def run(self, work: Callable[[Session], T]) -> T:
        """What `work` does in a session that no other thread uses meanwhile.

        Raises Unavailable for the trouble of token and module, ProtectionLevelUnavailable for what they cannot do, and
        whatever else `work` raises.
        """
        if time.monotonic() < self._not_before:
            raise Unavailable
        try:
            return self._run(work)
        except (TokenFailure, pkcs11.PKCS11Error) as error:
            name = name_of(error)
        # Raised outside of the handler: the error's traceback holds objects that call the module when they are freed,
        # so they must not travel with ours.
        if name in REFUSALS:
            raise ProtectionLevelUnavailable("ProtectionLevel", f"the HSM cannot do this: {name}")
        _log.error("HSM failed", error=name)
        raise Unavailable

    def check(self) -> None:
        """Log in anew and leave nothing open. Raises StartRefused with the reason."""
        self.close()
        self._not_before = 0.0
        try:
            self._run(lambda session: session.require_alive())
        except (TokenFailure, pkcs11.PKCS11Error) as error:
            name, reason = name_of(error), getattr(error, "reason", "")
        else:
            return
        finally:
            self.close()
        if name in PIN_REFUSED:
            reason = "the HSM does not accept the PIN"
        raise StartRefused(reason or f"the HSM does not answer as it should: {name}")

    def close(self) -> None:
        self._library.stop()

    def _run(self, work: Callable[[Session], T]) -> T:
        with self._room, ExitStack() as inside:
            session = self._connect(inside)
            well = True
            try:
                return work(session)
            except (TokenFailure, pkcs11.PKCS11Error) as error:
                well = name_of(error) in REFUSALS
                raise
            finally:
                if well:
                    self._idle.append(session)
                else:
                    self._library.restart_after(self._generation)

    def _connect(self, inside: ExitStack) -> Session:
        try:
            cryptoki = inside.enter_context(self._library.entered())
            return self._borrow(cryptoki)
        except (TokenFailure, pkcs11.PKCS11Error) as error:
            # A wrong PIN that is tried again and again locks the token for everybody, so it is tried once.
            wrong_pin = name_of(error) in PIN_REFUSED
            self._not_before = math.inf if wrong_pin else time.monotonic() + RETRY_SECONDS
            self._library.restart_after(self._library.generation)
            raise

    def _borrow(self, cryptoki: Cryptoki) -> Session:
        with self._lock:
            if self._token is None or self._generation != self._library.generation:
                self._idle.clear()
                self._token = self._log_in(cryptoki)
                self._generation = self._library.generation
            return self._idle.pop() if self._idle else Session(cryptoki, self._token.open(rw=True))

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
