import math
import random
import time
from collections.abc import Callable
from typing import TypeVar

import structlog

from keyreeve.errors import ProtectionLevelUnavailable, StartRefused, Unavailable
from keyreeve.hsm.cryptoki import pkcs11
from keyreeve.hsm.errors import PIN_REFUSED, REFUSALS, AbsenceDoubted, NotConnected, TokenFailure, name_of
from keyreeve.hsm.pool import Pool
from keyreeve.hsm.session import Session

T = TypeVar("T")

# A call that fails faster than this is tried again: a session may have timed out, and SoftHSM reads its files while
# another process, which logs in, writes them.
PATIENCE_SECONDS = 0.5
_PAUSE_SECONDS = (0.005, 0.05)
# A token that cannot be reached is asked again at most this often, so that callers do not queue up behind timeouts.
RETRY_SECONDS = 1.0
_log = structlog.get_logger()


def is_trouble(name: str) -> bool:
    return name not in REFUSALS


class Connection:
    """Does work in sessions, connects anew after trouble, and says what the trouble is to us."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self._not_before = 0.0

    def run(
        self, work: Callable[[Session], T], *, repeatable: Callable[[str], bool] = is_trouble, attempts: int = 1
    ) -> T:
        """What `work` does in a session; it is done again after failures whose names are `repeatable`.

        There are `attempts` at least, and more while the time for it lasts.

        Raises Unavailable for the trouble of token and module, ProtectionLevelUnavailable for what they cannot do, and
        whatever else `work` raises.
        """
        if time.monotonic() < self._not_before:
            raise Unavailable
        try:
            return self._persist(work, repeatable, attempts)
        except TokenFailure as failure:
            name = failure.name
        if name in REFUSALS:
            raise ProtectionLevelUnavailable("ProtectionLevel", f"the HSM cannot do this: {name}")
        _log.error("HSM failed", error=name)
        raise Unavailable

    def check(self) -> None:
        """Log in anew and leave nothing open. Raises StartRefused with the reason."""
        self.close()
        self._not_before = 0.0
        try:
            self._persist(lambda session: session.require_alive(), is_trouble, 1)
        except TokenFailure as failure:
            name, reason = failure.name, failure.reason
        else:
            return
        finally:
            self.close()
        if name in PIN_REFUSED:
            reason = "the HSM does not accept the PIN"
        raise StartRefused(reason or f"the HSM does not answer as it should: {name}")

    def close(self) -> None:
        self.pool.close()

    def _persist(self, work: Callable[[Session], T], repeatable: Callable[[str], bool], attempts: int) -> T:
        """Raises TokenFailure, and none of python-pkcs11's errors."""
        until = time.monotonic() + PATIENCE_SECONDS
        doubted = False
        while True:
            try:
                with self.pool.session() as session:
                    session.is_fresh = doubted
                    return work(session)
            except NotConnected as error:
                failure, again = error.alone(), error.name not in PIN_REFUSED
            except AbsenceDoubted as error:
                failure, again = TokenFailure(error.name), False
                if not doubted:
                    doubted = True
                    continue
            except (TokenFailure, pkcs11.PKCS11Error) as error:
                failure = TokenFailure(name_of(error))
                again = repeatable(failure.name)
            attempts -= 1
            if not again or (attempts <= 0 and time.monotonic() >= until):
                break
            time.sleep(random.uniform(*_PAUSE_SECONDS))  # noqa: S311  # only keeps processes out of step
        if isinstance(failure, NotConnected):
            # A wrong PIN that is tried again and again locks the token for everybody, so it is tried once.
            wrong_pin = failure.name in PIN_REFUSED
            self._not_before = math.inf if wrong_pin else time.monotonic() + RETRY_SECONDS
        # Raised outside of the handler and as a new error: in the traceback of the old one are objects that call the
        # module when they are freed, and these must not travel with ours.
        raise failure
