"""A ciphertext that goes from door to door, and what it must be wherever it is."""

import base64
import json
from dataclasses import dataclass

from tests.huawei.ciphers import OAEP_256, SM2, Laboratory, Way
from tests.huawei.sdk import HuaweiRefused

# The one name by which this door's associated data is in a context of the other (issue 7).
NAME = "additional_authenticated_data"


@dataclass(frozen=True)
class Bound:
    """What a ciphertext is bound to: a context of one door, and where it has one, what it is called at the other."""

    context: tuple[tuple[str, str], ...] = ()

    @property
    def aad(self) -> str | None:
        """None where this door cannot say it."""
        if not self.context:
            return ""
        # An empty text says none, so that what the other door bound to one cannot be said.
        return self.context[0][1] or None if [name for name, _ in self.context] == [NAME] else None

    @property
    def json(self) -> str:
        return json.dumps(dict(self.context))


NOTHING = Bound()


@dataclass(frozen=True)
class Move:
    """Through a door to a key and a context; on the way, this door may pass it through a key pair."""

    by_huawei: bool
    spec: str
    key: int
    bound: Bound
    detour: str
    upper: bool


@dataclass(frozen=True)
class Sealed:
    """A ciphertext under a key, and what it must open to: a text, or a data key's bytes."""

    lab: Laboratory
    plaintext: str | bytes
    key_id: str
    bound: Bound
    ciphertext: str

    def by_alibaba(self, bound: Bound) -> str | bytes | None:
        """None if it is refused, which must be as a wrong parameter."""
        answer = self.lab.client.answer("Decrypt", CiphertextBlob=self.ciphertext, EncryptionContext=bound.json)
        if answer.status != 200:
            assert answer.code == "InvalidParameter"
            return None
        text = str(answer.json["Plaintext"])
        return text if isinstance(self.plaintext, str) else base64.b64decode(text)

    def by_huawei(self, aad: str) -> str | bytes | None:
        given = {"key_id": self.key_id, "cipher_text": self.ciphertext, NAME: aad}
        try:
            if isinstance(self.plaintext, str):
                return str(self.lab.huawei.call("decrypt_data", **given).plain_text)
            length = str(len(self.plaintext))
            opened = self.lab.huawei.call("decrypt_datakey", **given, datakey_cipher_length=length)
        except HuaweiRefused as refused:
            if (refused.status, refused.code) != (400, "KMS.2201"):
                raise
            return None
        return bytes.fromhex(opened.data_key)

    def require_right(self, other: Bound) -> None:
        """It opens at both doors under its own context, at this one if it can be said, and not under another."""
        assert self.by_alibaba(self.bound) == self.plaintext
        assert self.bound.aad is None or self.by_huawei(self.bound.aad) == self.plaintext
        for bound in {other, NOTHING} - {self.bound}:
            assert self.by_alibaba(bound) is None
            # A context with more in it than this door can say is not opened by the part that it can.
            said = bound.context[0][1] if bound.aad is None else bound.aad
            assert said == self.bound.aad or self.by_huawei(said) is None


def begin(lab: Laboratory, move: Move, text: str | None, size: int) -> Sealed:
    """Encrypt a text by one of the doors, or have a data key made."""
    key_id = lab.keys[move.spec][move.key]
    if move.by_huawei:
        named = {"key_id": key_id, NAME: move.bound.aad}
        if text is not None:
            made = lab.huawei.call("encrypt_data", plain_text=text, **named)
            return Sealed(lab, text, key_id, move.bound, made.cipher_text)
        made = lab.huawei.call("create_datakey", datakey_length=str(8 * size), **named)
        return Sealed(lab, bytes.fromhex(made.plain_text), key_id, move.bound, made.cipher_text)
    bound = {"KeyId": key_id, "EncryptionContext": move.bound.json}
    if text is not None:
        blob = lab.client.call("Encrypt", Plaintext=text, **bound)["CiphertextBlob"]
        return Sealed(lab, text, key_id, move.bound, blob)
    answer = lab.client.call("GenerateDataKey", NumberOfBytes=str(size), **bound)
    return Sealed(lab, base64.b64decode(answer["Plaintext"]), key_id, move.bound, answer["CiphertextBlob"])


def go_on(lab: Laboratory, sealed: Sealed, move: Move) -> Sealed:
    """Re-encrypt by one of the doors; what this one cannot say is left to the other."""
    key_id, ciphertext = lab.keys[move.spec][move.key], sealed.ciphertext
    if move.by_huawei and sealed.bound.aad is not None:
        source, destination = Way(move.spec, aad=sealed.bound.aad), Way(move.spec, aad=move.bound.aad)
        if move.upper and not isinstance(sealed.plaintext, str) and ciphertext.startswith("4b52"):
            ciphertext = ciphertext.upper()
        if move.detour and isinstance(sealed.plaintext, str) and len(sealed.plaintext.encode()) <= 190:
            pair, by = lab.keys[move.detour][0], Way(move.detour, {"RSA_2048": OAEP_256, "SM2": SM2}[move.detour])
            ciphertext = lab.re_encrypt(ciphertext, source, by, destination_key_id=pair).cipher_text
            made = lab.re_encrypt(ciphertext, by, destination, source_key_id=pair, destination_key_id=key_id)
        else:
            made = lab.re_encrypt(ciphertext, source, destination, destination_key_id=key_id)
        return Sealed(lab, sealed.plaintext, key_id, move.bound, made.cipher_text)
    contexts = {"SourceEncryptionContext": sealed.bound.json, "DestinationEncryptionContext": move.bound.json}
    answer = lab.client.call("ReEncrypt", CiphertextBlob=ciphertext, DestinationKeyId=key_id, **contexts)
    return Sealed(lab, sealed.plaintext, key_id, move.bound, answer["CiphertextBlob"])
