"""Who is calling: claims checked against what is stored, once for a call, together for calls that came together."""

from collections.abc import Sequence

from keyreeve.access.accounts import AccessKey, read_access_key
from keyreeve.access.authentication import Proof, may_be_access_key_id, verify
from keyreeve.access.callers import Caller
from keyreeve.access.claims import AnyClaim, Claim, PasswordClaim, TokenClaim
from keyreeve.access.sessions import TEMPORARY_PREFIX, open_session, role_name_of, temporary_key
from keyreeve.access.tokens import caller_of_password, caller_of_token, open_token
from keyreeve.errors import InternalFailure, KeyreeveError, NonceUsed, Unavailable
from keyreeve.failures import log_failure
from keyreeve.parts import Parts
from keyreeve.storage.cache import View
from keyreeve.storage.freshness import WouldBlock
from keyreeve.visits import Visit


class Admission:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def admit(self, visits: Sequence[Visit], *, may_block: bool) -> None:
        """Say in each visit what it asks for and who calls, or why nobody is let in.

        One that has to wait for the database is left without a caller.
        """
        for visit in visits:
            if visit.call is None:
                try:
                    visit.call = visit.decode()
                except Exception as error:  # noqa: BLE001  # what breaks one call must not break those beside it
                    visit.refusal = _refusal_of(error, visit)
        try:
            view = self._parts.cache.view(may_block=may_block)
        except WouldBlock:
            return
        except Unavailable:
            _refuse(visits, Unavailable)
            return
        self._let_in(self._proved(visits, view))

    def _proved(self, visits: Sequence[Visit], view: View) -> list[tuple[Visit, Proof]]:
        proved: list[tuple[Visit, Proof]] = []
        for at, visit in enumerate(visits):
            if visit.call is None:
                continue
            try:
                proved.append((visit, self._prove(visit.call.claim, view)))
            except WouldBlock:
                pass
            except Unavailable:
                # The others would wait as long, one after the other, to hear the same.
                _refuse(visits[at:], Unavailable)
                break
            except Exception as error:  # noqa: BLE001  # as above
                visit.refusal = _refusal_of(error, visit)
        return proved

    def _let_in(self, proved: Sequence[tuple[Visit, Proof]]) -> None:
        """Take each request once; the nonces share a transaction."""
        if not proved:
            return
        seen = [(proof.caller.access_key_id, proof.nonce) for _, proof in proved]
        try:
            fresh = self._parts.replay.burn_all(seen, int(self._parts.clock()))
        except Unavailable:
            _refuse([visit for visit, _ in proved], Unavailable)
            return
        for (visit, proof), is_fresh in zip(proved, fresh, strict=True):
            if is_fresh:
                visit.caller, visit.nonce = proof.caller, proof.nonce
            else:
                visit.refusal = NonceUsed()

    def _prove(self, claim: AnyClaim, view: View) -> Proof:
        """Who calls, whose nonce is still to be looked at. Raises Unauthenticated's family or WouldBlock."""
        match claim:
            case Claim():
                return self._of_signature(claim, view)
            case TokenClaim():
                return Proof(self._of_token(claim, view), "")
            case PasswordClaim():
                name = claim.unverified_access_key_id
                key = self._key(name, view) if may_be_access_key_id(name) else None
                return Proof(caller_of_password(claim, key), "")

    def _of_signature(self, claim: Claim, view: View) -> Proof:
        def lookup(claim: Claim) -> AccessKey | None:
            access_key_id = claim.unverified_access_key_id
            if access_key_id.startswith(TEMPORARY_PREFIX):
                return self._temporary_key(claim, view)
            return self._key(access_key_id, view)

        return verify(claim, lookup, int(self._parts.clock()), self._parts.replay.not_before)

    def _of_token(self, claim: TokenClaim, view: View) -> Caller:
        sealer, text = self._parts.sealer, claim.token
        token = view.get(("auth token", text), lambda _: open_token(sealer, text))
        assert token is not None, "one that does not open is refused"
        return caller_of_token(token, self._key(token.access_key_id, view), int(self._parts.clock() * 1000))

    def _key(self, access_key_id: str, view: View) -> AccessKey | None:
        sealer = self._parts.sealer
        return view.get(
            ("access key", access_key_id), lambda connection: read_access_key(connection, sealer, access_key_id)
        )

    def _temporary_key(self, claim: Claim, view: View) -> AccessKey | None:
        sealer, token = self._parts.sealer, claim.security_token
        session = view.get(("session", token), lambda _: open_session(sealer, token))
        if session is None:
            return None
        role_name = view.get(("role of session", token), lambda connection: role_name_of(connection, session))
        now = int(self._parts.clock() * 1000)
        return temporary_key(session, role_name, claim.unverified_access_key_id, now)


def _refusal_of(error: Exception, visit: Visit) -> KeyreeveError:
    if isinstance(error, KeyreeveError):
        return error
    log_failure(error, visit.request_id)
    return InternalFailure()


def _refuse(visits: Sequence[Visit], error: type[KeyreeveError]) -> None:
    for visit in visits:
        visit.refusal = visit.refusal or error()
