"""AES-GCM (NIST SP 800-38D) of many short values under one key, with nonces of 12 bytes."""

import numpy as np

from keyreeve.keysets.batch.blocks import BLOCK, aes, block_counts
from keyreeve.keysets.batch.ghash import Ghash
from keyreeve.keysets.batch.rows import Booleans, Bytes, Rows, packed, placed, rows_of, scatter, windows
from keyreeve.keysets.ciphers.single import NONCE_BYTES, TAG_BYTES

_OVERHEAD = NONCE_BYTES + TAG_BYTES


class GcmBatch:
    """May be shared by threads. Texts and additional data are of at most 2 KiB together."""

    def __init__(self, raw_key: bytes) -> None:
        self._raw_key = raw_key
        self._ghash = Ghash(aes(raw_key)(np.zeros((1, BLOCK), np.uint8)).tobytes())

    def encrypt(self, prefix: bytes, nonces: Bytes, texts: Rows, additional: Rows) -> Rows:
        """For each text prefix, nonce, ciphertext, tag. `nonces` is (n, 12); `additional` has a row for each text."""
        width = int(texts.lengths.max())
        first, stream = self._key_stream(nonces, width)
        head = len(prefix) + NONCE_BYTES
        frames = np.empty((len(texts), head + width + TAG_BYTES), np.uint8)
        frames[:, : len(prefix)] = np.frombuffer(prefix, np.uint8)
        frames[:, len(prefix) : head] = nonces
        np.bitwise_xor(windows(texts.data, texts.starts, width), stream, out=frames[:, head : head + width])
        tags = first ^ self._hashes(rows_of(frames, texts.lengths, head), additional)
        # Where a shorter text's tag belongs is known only when it is packed.
        frames[:, head + width :] = tags
        out = packed(frames, texts.lengths + (len(prefix) + _OVERHEAD))
        if int(texts.lengths.min()) < width:
            scatter(out.data, out.starts + out.lengths - TAG_BYTES, tags)
        return out

    def decrypt(self, bodies: Rows, additional: Rows) -> tuple[Rows, Booleans]:
        """The texts of the bodies whose tags agree, and which those are. No body is shorter than nonce and tag."""
        texts = bodies.part(NONCE_BYTES, _OVERHEAD)
        width = int(texts.lengths.max())
        first, stream = self._key_stream(windows(bodies.data, bodies.starts, NONCE_BYTES), width)
        tags = windows(texts.data, texts.starts + texts.lengths, TAG_BYTES)
        differences = tags ^ first ^ self._hashes(texts, additional)
        agreed = np.logical_not(differences.any(axis=1))
        if not agreed.all():
            texts, stream = texts.at(agreed), stream[agreed]
        return packed(windows(texts.data, texts.starts, width) ^ stream, texts.lengths), agreed

    def _key_stream(self, nonces: Bytes, width: int) -> tuple[Bytes, Bytes]:
        """What hides the tags (n, 16), and what hides the texts (n, width)."""
        blocks = 1 + -(-width // BLOCK)
        # In words of four bytes: three of nonce, one of counter.
        counters = np.empty((len(nonces), blocks, BLOCK // 4), np.uint32)
        counters[:, :, :-1] = np.ascontiguousarray(nonces).view(np.uint32)[:, None, :]
        counters[:, :, -1] = np.arange(1, blocks + 1).astype(">u4").view(np.uint32)
        stream = aes(self._raw_key)(counters.view(np.uint8).reshape(len(nonces), blocks * BLOCK))
        return stream[:, :BLOCK], stream[:, BLOCK : BLOCK + width]

    def _hashes(self, texts: Rows, additional: Rows) -> Bytes:
        text_blocks, additional_blocks = block_counts(texts.lengths), block_counts(additional.lengths)
        every = text_blocks + additional_blocks
        width = int(every.max()) * BLOCK
        blocks = placed(texts, width - text_blocks * BLOCK, width)
        if additional_blocks.any():
            blocks = blocks ^ placed(additional, width - every * BLOCK, width)
        return self._ghash.hashes(blocks, additional.lengths, texts.lengths)
