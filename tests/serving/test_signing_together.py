"""RSA signatures of calls that came together: made together, and each its own call's."""

import base64
import hashlib

import pytest

from keyreeve.crypto.rsa import RsaPrivateKey
from keyreeve.crypto.rsa_lanes import ArithmeticFault, RsaLanes
from keyreeve.crypto.specs import SigningAlgorithm
from keyreeve.protocols.http import HttpRequest
from keyreeve.serving.turns import Arrival
from tests.serving.turns import Turns, body_of, code_of


@pytest.fixture
def made_alone(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The algorithms of signatures that were made one by one."""
    made, sign = list[str](), RsaPrivateKey.sign

    def alone(self: RsaPrivateKey, algorithm: SigningAlgorithm, digest: bytes) -> bytes:
        made.append(str(algorithm))
        return sign(self, algorithm, digest)

    monkeypatch.setattr(RsaPrivateKey, "sign", alone)
    return made


class Signers:
    """Two RSA keys of a server, known to its cache."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self.keys = [self._new() for _ in range(2)]
        for at in range(2):
            turns.still.call("AsymmetricSign", **self.parameters(at))

    def _new(self) -> tuple[str, str]:
        call = self._turns.still.call
        key_id = call("CreateKey", KeySpec="RSA_2048", KeyUsage="SIGN/VERIFY")["KeyMetadata"]["KeyId"]
        (version,) = self._turns.still.versions(key_id)
        return key_id, version

    def parameters(self, at: int) -> dict[str, str]:
        """Of AsymmetricSign, the two keys and the two ways of padding by turns."""
        key_id, version = self.keys[at % 2]
        digest = base64.b64encode(hashlib.sha256(bytes([at])).digest()).decode()
        algorithm = "RSA_PSS_SHA_256" if at % 4 > 1 else "RSA_PKCS1_SHA_256"
        return {"KeyId": key_id, "KeyVersionId": version, "Algorithm": algorithm, "Digest": digest}

    def request(self, at: int) -> HttpRequest:
        return self._turns.request("AsymmetricSign", **self.parameters(at))

    def verify(self, at: int, arrival: Arrival) -> bool:
        value = body_of(arrival)["Value"]
        return bool(self._turns.still.call("AsymmetricVerify", **self.parameters(at), Value=value)["Value"])


@pytest.mark.parametrize("count", [1, 2, 3, 8, 11])
def test_signatures_of_a_turn_are_those_of_their_calls(turns: Turns, made_alone: list[str], count: int):
    signers = Signers(turns)
    made_alone.clear()
    arrivals = turns.answer(*(signers.request(at) for at in range(count)))
    if turns.still.parts.lanes is not None:
        assert len(made_alone) == {1: 1, 2: 2}.get(count, 0)
    assert all(signers.verify(at, arrival) for at, arrival in enumerate(arrivals))
    lines = turns.lines()
    for arrival in arrivals:
        line = lines[body_of(arrival)["RequestId"]]
        assert (line["op"], line["on"], line["result"]) == ("AsymmetricSign", f"key/{body_of(arrival)['KeyId']}", "OK")


def test_among_signatures_each_refusal_is_its_own_calls(turns: Turns):
    signers = Signers(turns)
    key_id, _ = signers.keys[1]
    turns.still.call("DisableKey", KeyId=key_id)
    for parameters in (signers.parameters(0), {**signers.parameters(0), "DryRun": "true"}):
        turns.still.answer("AsymmetricSign", **parameters)
    turns.still.refused("AsymmetricSign", **signers.parameters(1))
    dry = turns.request("AsymmetricSign", **signers.parameters(0), DryRun="true")
    arrivals = turns.answer(*(signers.request(at) for at in range(8)), dry)
    expected = ["OK", "Rejected.Disabled"] * 4
    assert [code_of(arrival) for arrival in arrivals] == [*expected, "DryRunOperationError"]
    assert all(signers.verify(at, arrival) for at, arrival in enumerate(arrivals[:8]) if at % 2 == 0)


@pytest.mark.parametrize("error", [ArithmeticFault, MemoryError])
def test_when_signing_together_goes_wrong_each_is_signed_alone(
    turns: Turns, made_alone: list[str], monkeypatch: pytest.MonkeyPatch, error: type[Exception]
):
    signers = Signers(turns)
    if turns.still.parts.lanes is None:
        pytest.skip("nothing is signed together here: tests/crypto/test_rsa_lanes.py says why")
    made_alone.clear()

    def at_fault(*_: object) -> list[bytes]:
        raise error

    monkeypatch.setattr(RsaLanes, "private", at_fault)
    arrivals = turns.answer(*(signers.request(at) for at in range(4)))
    assert len(made_alone) == 4
    assert all(signers.verify(at, arrival) for at, arrival in enumerate(arrivals))
