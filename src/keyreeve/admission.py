"""Who is calling: a claim checked against what is stored, once for a call."""

from keyreeve.access.accounts import AccessKey, read_access_key
from keyreeve.access.authentication import burn, may_be_access_key_id, verify
from keyreeve.access.callers import Caller
from keyreeve.access.claims import AnyClaim, Claim, PasswordClaim, TokenClaim
from keyreeve.access.sessions import TEMPORARY_PREFIX, open_session, role_name_of, temporary_key
from keyreeve.access.tokens import caller_of_password, caller_of_token, open_token
from keyreeve.parts import Parts
from keyreeve.storage.cache import View


class Admission:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def admit(self, claim: AnyClaim, view: View) -> tuple[Caller, str]:
        """The caller, and the nonce that was used up, empty for none. Raises Unauthenticated's family or WouldBlock."""
        match claim:
            case Claim():
                return self._of_signature(claim, view)
            case TokenClaim():
                return self._of_token(claim, view), ""
            case PasswordClaim():
                name = claim.unverified_access_key_id
                key = self._key(name, view) if may_be_access_key_id(name) else None
                return caller_of_password(claim, key), ""

    def _of_signature(self, claim: Claim, view: View) -> tuple[Caller, str]:
        parts = self._parts

        def lookup(claim: Claim) -> AccessKey | None:
            access_key_id = claim.unverified_access_key_id
            if access_key_id.startswith(TEMPORARY_PREFIX):
                return self._temporary_key(claim, view)
            return self._key(access_key_id, view)

        now = int(parts.clock())
        proof = verify(claim, lookup, now, parts.replay.not_before)
        return burn(proof, parts.replay, now), proof.nonce

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
