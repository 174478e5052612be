"""AES-SIV (RFC 5297) of many short values under one key, with one associated component each."""

import numpy as np

from keyreeve.keysets.batch.blocks import BLOCK, aes, block_counts, doubled
from keyreeve.keysets.batch.rows import Booleans, Bytes, Integers, Rows, packed, placed, rows_of, windows

IV_BYTES = 16
# Section 2.5: bits 31 and 63 of the IV are cleared for counting, so that no carry leaves the last 32 bits.
_COUNTABLE = np.frombuffer(bytes.fromhex("ffffffffffffffff7fffffff7fffffff"), np.uint8)


class SivBatch:
    """May be shared by threads."""

    def __init__(self, raw_key: bytes) -> None:
        half = len(raw_key) // 2
        self._mac_key, self._counter_key = raw_key[:half], raw_key[half:]

    def encrypt(self, prefix: bytes, texts: Rows, additional: Rows) -> Rows:
        """For each text `prefix`, synthetic IV, ciphertext. `additional` has one row for each text, or one for all."""
        width = int(texts.lengths.max())
        ivs = self._ivs(texts, additional)
        stream = self._key_stream(ivs, width)
        frames = np.empty((len(texts), len(prefix) + IV_BYTES + width), np.uint8)
        frames[:, : len(prefix)] = np.frombuffer(prefix, np.uint8)
        frames[:, len(prefix) : len(prefix) + IV_BYTES] = ivs
        np.bitwise_xor(windows(texts.data, texts.starts, width), stream, out=frames[:, len(prefix) + IV_BYTES :])
        return packed(frames, texts.lengths + (len(prefix) + IV_BYTES))

    def decrypt(self, bodies: Rows, additional: Rows) -> tuple[Rows, Booleans]:
        """The texts of the bodies whose IVs agree, and which those are. No body is shorter than IV_BYTES."""
        hidden = bodies.part(IV_BYTES, IV_BYTES)
        width = int(hidden.lengths.max())
        ivs = windows(bodies.data, bodies.starts, IV_BYTES)
        texts = windows(hidden.data, hidden.starts, width) ^ self._key_stream(ivs, width)
        agreed = (ivs == self._ivs(rows_of(texts, hidden.lengths), additional)).all(axis=1)
        return packed(texts[agreed], hidden.lengths[agreed]), agreed

    def _key_stream(self, ivs: Bytes, width: int) -> Bytes:
        blocks = -(-width // BLOCK)
        first = ivs & _COUNTABLE
        counters = np.repeat(first[:, None, :], blocks, axis=1)
        low = np.ascontiguousarray(first[:, 12:]).view(">u4").astype(np.uint32) + np.arange(blocks, dtype=np.uint32)
        counters[:, :, 12:] = low.astype(">u4").view(np.uint8).reshape(len(ivs), blocks, 4)
        return aes(self._counter_key)(counters.reshape(len(ivs), blocks * BLOCK))[:, :width]

    def _ivs(self, texts: Rows, additional: Rows) -> Bytes:
        """S2V (section 2.4) of additional data and text."""
        cmac = _Cmac(self._mac_key)
        before = doubled(cmac.of(Rows.one(bytes(BLOCK)))) ^ cmac.of(additional)
        return cmac.of_end(texts, np.broadcast_to(before, (len(texts), BLOCK)))


class _Cmac:
    """CMAC (NIST SP 800-38B) of many messages. For one thread."""

    def __init__(self, raw_key: bytes) -> None:
        self._aes = aes(raw_key)
        self._whole = doubled(self._aes(np.zeros((1, BLOCK), np.uint8)))
        self._cut = doubled(self._whole)

    def of(self, messages: Rows) -> Bytes:
        blocks, counts = _laid_out(messages)
        return self._chained(blocks, counts, messages.lengths)

    def of_end(self, texts: Rows, before: Bytes) -> Bytes:
        """S2V's last step: CMAC of a text with `before` (n, 16) added to its last 16 bytes, or to a padded one."""
        blocks, counts = _laid_out(texts)
        width = blocks.shape[1]
        short = texts.lengths < BLOCK
        added = np.where(short[:, None], doubled(before), before)
        # The last 16 bytes of a text; or the whole of its one block, which is then complete.
        columns = width - counts * BLOCK + np.maximum(texts.lengths, BLOCK) - BLOCK
        blocks = blocks ^ placed(rows_of(added, np.full(len(texts), BLOCK)), columns, width)
        return self._chained(blocks, counts, np.where(short, BLOCK, texts.lengths))

    def _chained(self, blocks: Bytes, counts: Integers, lengths: Integers) -> Bytes:
        whole = (lengths % BLOCK == 0) & (lengths > 0)
        blocks = blocks.copy()
        blocks[:, -BLOCK:] ^= np.where(whole[:, None], self._whole, self._cut)
        state = np.zeros((len(blocks), BLOCK), np.uint8)
        most = blocks.shape[1] // BLOCK
        for step in range(most):
            state = self._aes(state ^ blocks[:, step * BLOCK : (step + 1) * BLOCK])
            # A shorter message begins later, from zero.
            state = state * (counts >= most - step)[:, None]
        return state


def _laid_out(messages: Rows) -> tuple[Bytes, Integers]:
    """Messages with their ends in line, each of a block at least, a bit behind those that are cut; block counts."""
    counts = np.maximum(block_counts(messages.lengths), 1)
    width = int(counts.max()) * BLOCK
    columns = width - counts * BLOCK
    blocks = placed(messages, columns, width)
    cut = messages.lengths < counts * BLOCK
    if cut.any():
        blocks = blocks.copy()
        blocks[cut, (columns + messages.lengths)[cut]] = 0x80
    return blocks, counts
