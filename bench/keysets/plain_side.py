"""What anybody would write first: pyca's cipher in a loop."""

import json
import os
from base64 import b64decode
from collections.abc import Generator
from contextlib import contextmanager

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keyreeve import keysets as functions
from keysets.lanes import PLAIN, Case, Lane, Work


class PlainLoop:
    label = PLAIN

    @contextmanager
    def prepared(self, case: Case) -> Generator[Work]:
        described = json.loads(functions.keyset_to_json(case.keyset))
        cipher = AESGCM(b64decode(described["key"][0]["key_meta_data"]["value"]))

        def encrypted(value: bytes) -> bytes:
            nonce = os.urandom(12)
            return nonce + cipher.encrypt(nonce, value, None)

        made = [encrypted(value) for value in case.values]
        yield Work(
            lambda: sum(map(len, [encrypted(value) for value in case.values])),
            lambda: sum(map(len, [cipher.decrypt(value[:12], value[12:], None) for value in made])),
        )


LANES: tuple[Lane, ...] = (PlainLoop(),)
