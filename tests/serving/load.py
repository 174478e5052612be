"""Clients that write and encrypt as fast as they can and remember every call that was answered."""

import http.client
import json
import random
import threading
from dataclasses import dataclass, field
from uuid import uuid4

from tests.support.client import query_of, v3_headers
from tests.support.server import Server


@dataclass
class Known:
    """What the server has acknowledged."""

    descriptions: dict[str, str] = field(default_factory=dict[str, str])
    maybe: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    aliases: dict[str, str] = field(default_factory=dict[str, str])
    blobs: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    answered: int = 0

    def add(self, other: "Known") -> None:
        self.descriptions |= other.descriptions
        self.maybe |= other.maybe
        self.aliases |= other.aliases
        self.blobs += other.blobs
        self.answered += other.answered


class Gone(Exception):
    """The server died under the call: nobody knows whether it was done."""


@dataclass(eq=False)
class Writer(threading.Thread):
    """One connection, opened again when it breaks if `lasting`, else the end of the thread."""

    server: Server
    seed: int
    lasting: bool = False
    known: Known = field(default_factory=Known)
    failures: list[str] = field(default_factory=list[str])
    broken: int = 0

    def __post_init__(self) -> None:
        super().__init__()
        self.stop = threading.Event()
        self.random = random.Random(self.seed)
        self.connection = http.client.HTTPConnection(self.server.address, timeout=60)

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                self.step()
            except Gone:
                self.broken += 1
                self.connection.close()
                if not self.lasting:
                    return
        self.connection.close()

    def call(self, action: str, /, **parameters: str) -> dict[str, str]:
        query = query_of(parameters)
        headers = v3_headers(self.server.account, action, query, self.server.address)
        try:
            self.connection.request("POST", f"/?{query}", headers=headers)
            response = self.connection.getresponse()
            status, body = response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            raise Gone from error
        self.known.answered += 1
        if status != 200:
            self.failures.append(f"{action}: {status} {body.decode()}")
            return {}
        return dict(json.loads(body))

    def step(self) -> None:
        keys = list(self.known.descriptions)
        if not keys or self.random.random() < 0.1:
            self.create_key()
            return
        key_id = self.random.choice(keys)
        self.random.choice([self.describe, self.give_alias, self.encrypt, self.encrypt])(key_id)

    def create_key(self) -> None:
        text = uuid4().hex
        answer = self.call("CreateKey", Description=text)
        if answer:
            key_id = dict(json.loads(json.dumps(answer["KeyMetadata"])))["KeyId"]
            self.known.descriptions[key_id] = text

    def describe(self, key_id: str) -> None:
        text = uuid4().hex
        self.known.maybe[key_id] = {text}
        if self.call("UpdateKeyDescription", KeyId=key_id, Description=text):
            self.known.descriptions[key_id] = text
        self.known.maybe.pop(key_id)

    def give_alias(self, key_id: str) -> None:
        alias = f"alias/{uuid4().hex}"
        if self.call("CreateAlias", KeyId=key_id, AliasName=alias):
            self.known.aliases[alias] = key_id

    def encrypt(self, key_id: str) -> None:
        text = uuid4().hex
        answer = self.call("Encrypt", KeyId=key_id, Plaintext=text)
        if answer:
            self.known.blobs.append((answer["CiphertextBlob"], text))


def start_writers(server: Server, count: int, *, lasting: bool = False) -> list[Writer]:
    writers = [Writer(server, seed, lasting) for seed in random.sample(range(10**6), count)]
    for writer in writers:
        writer.start()
    return writers


def stop_writers(writers: list[Writer]) -> Known:
    """What all of them know, none of whose calls was refused."""
    known = Known()
    for writer in writers:
        writer.stop.set()
    for writer in writers:
        writer.join(90)
        assert not writer.is_alive()
        assert writer.failures == []
        known.add(writer.known)
    return known
