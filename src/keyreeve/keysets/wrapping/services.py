"""The three calls that wrapped keysets need (KMS 2016-01-20: Encrypt, Decrypt; STS 2015-04-01: AssumeRole)."""

import random
import time
from datetime import datetime
from typing import TypeVar

from msgspec import Struct

from keyreeve.crypto.secret import Secret
from keyreeve.keysets.errors import KmsRefused, KmsUnreachable
from keyreeve.remote import Credentials, Endpoint, Refused, Unreachable, send

_KMS_VERSION, _STS_VERSION = "2016-01-20", "2015-04-01"
_SESSION_NAME = "keyreeve-keysets"
# How long to wait before a call is sent again that nobody answered, or that came when there were too many.
_PAUSES = (0.2, 0.8)
_SERVER_ERROR = 500
_LONGEST_MESSAGE = 1000
Answer = TypeVar("Answer")


class _Encrypted(Struct, rename="pascal"):
    ciphertext_blob: str


class Decrypted(Struct, rename="pascal"):
    key_id: str
    plaintext: str

    def __repr__(self) -> str:
        return f"Decrypted(key_id={self.key_id!r}, ...)"


class _TemporaryKey(Struct, rename="pascal"):
    access_key_id: str
    access_key_secret: str
    security_token: str
    expiration: datetime


class _Assumed(Struct, rename="pascal"):
    credentials: _TemporaryKey


def encrypt(endpoint: Endpoint, credentials: Credentials, kms_cmk_arn: str, plaintext: str) -> str:
    """A CiphertextBlob. Raises KmsRefused or KmsUnreachable."""
    parameters = {"KeyId": kms_cmk_arn, "Plaintext": plaintext}
    return _called(endpoint, credentials, "Encrypt", _KMS_VERSION, parameters, _Encrypted).ciphertext_blob


def decrypt(endpoint: Endpoint, credentials: Credentials, ciphertext_blob: str) -> Decrypted:
    """Raises KmsRefused or KmsUnreachable."""
    parameters = {"CiphertextBlob": ciphertext_blob}
    return _called(endpoint, credentials, "Decrypt", _KMS_VERSION, parameters, Decrypted)


def assume_role(endpoint: Endpoint, credentials: Credentials, role_arn: str) -> tuple[Credentials, float]:
    """Temporary credentials, and when they end, in seconds since 1970. Raises KmsRefused or KmsUnreachable."""
    parameters = {"RoleArn": role_arn, "RoleSessionName": _SESSION_NAME}
    made = _called(endpoint, credentials, "AssumeRole", _STS_VERSION, parameters, _Assumed).credentials
    secret = Secret(made.access_key_secret.encode())
    return Credentials(made.access_key_id, secret, made.security_token), made.expiration.timestamp()


def _called(
    endpoint: Endpoint,
    credentials: Credentials,
    action: str,
    version: str,
    parameters: dict[str, str],
    answer: type[Answer],
) -> Answer:
    """All three may be sent again: a second answer is as good as the first."""
    for pause in (*_PAUSES, None):
        try:
            return send(endpoint, credentials, action, version, parameters, answer)
        except Unreachable as error:
            if pause is None:
                raise KmsUnreachable(str(error)) from None
        except Refused as refused:
            if pause is None or not _passing(refused):
                what = f"{action} of {parameters['RoleArn']}" if action == "AssumeRole" else action
                raise KmsRefused(what, refused.code, refused.message[:_LONGEST_MESSAGE]) from None
        # Many workers that were turned away together should not come back together.
        time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311  # nothing depends on its being unguessable
    raise AssertionError


def _passing(refused: Refused) -> bool:
    return refused.status >= _SERVER_ERROR or "Throttling" in refused.code
