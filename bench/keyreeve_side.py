"""Keyreeve as it runs by default, with signatures verified and audit on."""

import json
from base64 import b64decode, b64encode
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from asymmetric import OPERATIONS, Operation, require_signature
from cores import bound
from process import BenchError, free_port, require_records, run, server
from replay import Constant, Signed
from signing import Call, Credentials, Form, signed
from wire import answer, exchange, http

BINARY = ".venv/bin/keyreeve"

Prepared = tuple[str, dict[str, str]]
"""An action with its parameters."""


@dataclass(frozen=True)
class Keyreeve:
    """`prepared` has what is asked in each operation that is measured."""

    port: int
    credentials: Credentials
    prepared: Mapping[str, Prepared] = field(default_factory=dict[str, Prepared])
    user: Credentials | None = None

    def request(self, operation: str, form: Form) -> Signed:
        """Signed with the time of this moment, so it is made right before it is sent."""
        return self.call(*self.prepared[operation], form)

    def as_user(self, operation: str) -> Signed:
        """The same by a RAM user, whom three policies of five statements permit it."""
        if self.user is None:
            raise BenchError("no user was made")
        return replace(self, credentials=self.user).request(operation, "V3")

    def empty(self) -> Constant:
        """What the HTTP server answers without a key management service behind it."""
        return Constant(http("GET", "/healthz", self.port))

    def empty_signed(self, form: Form) -> Signed:
        """The empty answer to a request as long and as costly to replay as a signed Encrypt."""
        encrypt = self.request("Encrypt", form)
        return replace(encrypt, data=encrypt.data.replace(b"POST /?", b"GET /healthz?", 1))

    def call(self, operation: str, parameters: dict[str, str], form: Form = "V3") -> Signed:
        return signed(form, Call(operation, parameters, f"127.0.0.1:{self.port}"), self.credentials)

    def ask(self, operation: str, parameters: dict[str, str]) -> dict[str, Any]:
        return json.loads(answer(self.port, self.call(operation, parameters).once()))


@contextmanager
def keyreeve(data: Path, payload: bytes, workers: int, cores: Sequence[int]) -> Generator[Keyreeve]:
    """Start a new server under `data` with a key for each operation on `payload`, which is a plaintext or a digest."""
    made: dict[str, str] = json.loads(run([BINARY, "init", "--data", str(data), "--json"]))
    credentials = Credentials(made["access_key_id"], made["access_key_secret"])
    port = free_port()
    place = ["--data", str(data), "--listen", f"127.0.0.1:{port}"]
    command = bound([BINARY, "serve", *place, "--workers", str(workers)], cores)
    health = http("GET", "/healthz", port)
    with server(command, data.with_suffix(".log"), lambda: exchange(port, health)):
        own = Keyreeve(port, credentials)
        prepared = _symmetric(own, payload)
        for operation in OPERATIONS:
            make = _signing if operation.kind == "Sign" else _decryption
            prepared[operation.name] = make(own, operation, payload)
        yield replace(own, prepared=prepared, user=_user(data))
        require_records(data / "audit" / "audit.jsonl")


def _user(data: Path) -> Credentials:
    """A user as applications have them: three policies of five statements each, one asking for the address."""

    def ask(operation: str, **parameters: str) -> dict[str, Any]:
        words = [word for name, value in parameters.items() for word in (f"--{name}", value)]
        return json.loads(run([BINARY, "ram", "call", operation, "--data", str(data), *words]))

    ask("CreateUser", UserName="bench")
    statements: list[dict[str, Any]] = [
        {"Effect": "Allow", "Action": ["kms:Describe*", "kms:List*"], "Resource": "*"},
        {"Effect": "Allow", "Action": "kms:GetPublicKey", "Resource": "acs:kms:*:*:key/*"},
        {"Effect": "Deny", "Action": "kms:ScheduleKeyDeletion", "Resource": "*"},
        {"Effect": "Allow", "Action": "kms:GetSecretValue", "Resource": "acs:kms:*:*:secret/app/*"},
    ]
    actions = ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:GetSecretValue"]
    use = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    near = {"Condition": {"IpAddress": {"acs:SourceIp": ["10.0.0.0/8", "127.0.0.0/8"]}}}
    others = {**use, "Action": "kms:Asymmetric*"}
    for number, last in enumerate((others, {**others, "Effect": "Deny", "Action": "kms:DeleteAlias"}, {**use, **near})):
        document = json.dumps({"Version": "1", "Statement": [*statements, last]})
        ask("CreatePolicy", PolicyName=f"bench-{number}", PolicyDocument=document)
        ask("AttachPolicyToUser", PolicyType="Custom", PolicyName=f"bench-{number}", UserName="bench")
    key = ask("CreateAccessKey", UserName="bench")["AccessKey"]
    return Credentials(key["AccessKeyId"], key["AccessKeySecret"])


def _symmetric(own: Keyreeve, plaintext: bytes) -> dict[str, Prepared]:
    key_id, text = own.ask("CreateKey", {})["KeyMetadata"]["KeyId"], b64encode(plaintext).decode()
    encrypt = {"KeyId": key_id, "Plaintext": text}
    decrypt = {"CiphertextBlob": own.ask("Encrypt", encrypt)["CiphertextBlob"]}
    if own.ask("Decrypt", decrypt)["Plaintext"] != text:
        raise BenchError("Keyreeve decrypted to something else")
    return {
        "Encrypt": ("Encrypt", encrypt),
        "Decrypt": ("Decrypt", decrypt),
        "GenerateDataKey": ("GenerateDataKey", {"KeyId": key_id}),
    }


def _signing(own: Keyreeve, operation: Operation, digest: bytes) -> Prepared:
    version = _new_version(own, operation, "SIGN/VERIFY")
    parameters = {**version, "Algorithm": operation.algorithm, "Digest": b64encode(digest).decode()}
    signature = b64decode(own.ask("AsymmetricSign", parameters)["Value"])
    require_signature(operation, own.ask("GetPublicKey", version)["PublicKey"], digest, signature)
    return "AsymmetricSign", parameters


def _decryption(own: Keyreeve, operation: Operation, plaintext: bytes) -> Prepared:
    version, text = _new_version(own, operation, "ENCRYPT/DECRYPT"), b64encode(plaintext).decode()
    with_key = {**version, "Algorithm": operation.algorithm}
    encrypted = own.ask("AsymmetricEncrypt", {**with_key, "Plaintext": text})["CiphertextBlob"]
    parameters = {**with_key, "CiphertextBlob": encrypted}
    if own.ask("AsymmetricDecrypt", parameters)["Plaintext"] != text:
        raise BenchError(f"Keyreeve decrypted to something else with {operation.spec}")
    return "AsymmetricDecrypt", parameters


def _new_version(own: Keyreeve, operation: Operation, usage: str) -> dict[str, str]:
    """The two parameters that name the only version of a new key."""
    key_id = own.ask("CreateKey", {"KeySpec": operation.spec, "KeyUsage": usage})["KeyMetadata"]["KeyId"]
    (version,) = own.ask("ListKeyVersions", {"KeyId": key_id})["KeyVersions"]["KeyVersion"]
    return {"KeyId": key_id, "KeyVersionId": version["KeyVersionId"]}
