"""What a client does with a key pair: sign, verify, encrypt, decrypt, and have its public half."""

import base64
from typing import Any

from tests.interop.outside import b64, encrypted, spki_of, verifies
from tests.interop.pairs import ENCRYPTION, SIGNING
from tests.sdk.sdk import Recorded

DIGEST = bytes(range(32))
PLAINTEXT = b64(b"plain \xff\0 text")
REJECTED = "Rejected.UnsupportedOperation"


def new_pair(life: Recorded, spec: str, usage: str) -> dict[str, str]:
    """A new key's only version, as the operations of pairs name it."""
    made = life.call("CreateKey", KeySpec=spec, KeyUsage=usage)["KeyMetadata"]
    assert (made["KeySpec"], made["KeyUsage"], made["KeyState"]) == (spec, usage, "Enabled")
    return only_version(life, made["KeyId"])


def only_version(life: Recorded, key_id: str) -> dict[str, str]:
    answer = life.call("ListKeyVersions", KeyId=key_id, PageNumber=1, PageSize=10)
    [version] = answer["KeyVersions"]["KeyVersion"]
    assert version["KeyId"] == key_id
    return {"KeyId": key_id, "KeyVersionId": version["KeyVersionId"]}


def public_key(life: Recorded, place: dict[str, str]) -> str:
    answer = life.call("GetPublicKey", **place)
    assert {name: answer[name] for name in place} == place
    return str(answer["PublicKey"])


def pair_signs(life: Recorded, spec: str) -> None:
    place = new_pair(life, spec, "SIGN/VERIFY")
    signs(life, place, spec)
    refused_what_it_is_not_for(life, place, spec)


def signs(life: Recorded, place: dict[str, str], spec: str) -> None:
    """With every algorithm of the spec; others verify it under the public key."""
    pem = public_key(life, place)
    for algorithm in SIGNING[spec]:
        how = {**place, "Algorithm": algorithm}
        signed = life.call("AsymmetricSign", Digest=b64(DIGEST), **how)
        assert {name: signed[name] for name in place} == place
        assert verifies(pem, algorithm, DIGEST, base64.b64decode(signed["Value"], validate=True))
        assert verified(life, how, DIGEST, signed["Value"]) is True
        assert verified(life, how, bytes(32), signed["Value"]) is False


def verified(life: Recorded, how: dict[str, str], digest: bytes, value: str) -> Any:
    return life.call("AsymmetricVerify", Digest=b64(digest), Value=value, **how)["Value"]


def refused_what_it_is_not_for(life: Recorded, place: dict[str, str], spec: str) -> None:
    other = "ECDSA_SHA_256" if spec == "EC_SM2" else "SM2DSA"
    assert life.refused("AsymmetricSign", Digest=b64(DIGEST), Algorithm=other, **place) == REJECTED
    assert life.refused("Encrypt", KeyId=place["KeyId"], Plaintext="eA==") == "UnsupportedOperation"
    assert life.refused("CreateKeyVersion", KeyId=place["KeyId"]) == REJECTED
    algorithm = (*ENCRYPTION.get(spec, ()), "SM2PKE")[0]
    assert life.refused("AsymmetricEncrypt", Plaintext="eA==", Algorithm=algorithm, **place) == REJECTED


def pair_encrypts(life: Recorded, spec: str) -> None:
    place = new_pair(life, spec, "ENCRYPT/DECRYPT")
    spki = spki_of(public_key(life, place))
    for algorithm in ENCRYPTION[spec]:
        how = {**place, "Algorithm": algorithm}
        made = life.call("AsymmetricEncrypt", Plaintext=PLAINTEXT, **how)
        assert {name: made[name] for name in place} == place
        elsewhere = b64(encrypted(spki, algorithm, base64.b64decode(PLAINTEXT)))
        for blob in (made["CiphertextBlob"], elsewhere):
            opened = life.call("AsymmetricDecrypt", CiphertextBlob=blob, **how)
            assert {"Plaintext": PLAINTEXT, **place}.items() <= opened.items()
        assert life.refused("AsymmetricDecrypt", CiphertextBlob=f"AAAA{elsewhere[4:]}", **how) == "InvalidParameter"
        moves_to_a_symmetric_key(life, how, elsewhere)


def moves_to_a_symmetric_key(life: Recorded, how: dict[str, str], blob: str) -> None:
    if not life.sdk.offers("ReEncrypt"):
        return
    destination = life.call("CreateKey")["KeyMetadata"]["KeyId"]
    source = {f"Source{name}": value for name, value in how.items() if name != "Algorithm"}
    moved = life.call(
        "ReEncrypt",
        CiphertextBlob=blob,
        DestinationKeyId=destination,
        SourceEncryptionAlgorithm=how["Algorithm"],
        **source,
    )
    assert (moved["KeyId"], moved["KeyVersionId"]) == (how["KeyId"], how["KeyVersionId"])
    opened = life.call("Decrypt", CiphertextBlob=moved["CiphertextBlob"])
    assert (opened["Plaintext"], opened["KeyId"]) == (PLAINTEXT, destination)
