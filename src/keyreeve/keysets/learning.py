from dataclasses import replace

from keyreeve.keysets import codec
from keyreeve.keysets.arguments import as_bytes
from keyreeve.keysets.ciphers.keyring import Keyring
from keyreeve.keysets.keyset import PREFIX_BYTES, Keyset


def learn_prefix(keyset: bytes, sample_ciphertext: bytes, additional_data: str | bytes | None = None) -> bytes:
    """The keyset, in which the key that opens the sample will put the sample's prefix before its ciphertexts.

    So MaxCompute can read them: how it computes those 32 bytes is not published, but copied from a value that it made
    with the same key they are right. Raises CiphertextNotOpened.
    """
    parsed = codec.from_bytes(as_bytes(keyset))
    made_by, _ = Keyring(parsed).opened(sample_ciphertext, as_bytes(additional_data))
    learned = replace(made_by.key, learned_prefix=sample_ciphertext[:PREFIX_BYTES])
    keys = tuple(learned if key.key_id == learned.key_id else key for key in parsed.keys)
    return codec.to_bytes(Keyset(parsed.primary_key_id, keys))
