"""AES-SIV by vectors from outside: RFC 5297 and Wycheproof, for one value and for a batch."""

import pytest

from keyreeve import keysets
from keyreeve.keysets.batch.rows import Rows
from keyreeve.keysets.batch.siv import SivBatch
from keyreeve.keysets.ciphers.single import SivCipher
from keyreeve.keysets.errors import CiphertextNotOpened
from keyreeve.keysets.keyset import KeyType
from tests.keysets.examples import one_key
from tests.vectors import wycheproof
from tests.vectors.counting import Count


def test_the_first_example_of_rfc_5297() -> None:
    """Appendix A.1."""
    raw_key = bytes.fromhex("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
    additional = bytes.fromhex("101112131415161718191a1b1c1d1e1f2021222324252627").decode()
    keyset = keysets.add_key_to_keyset(one_key(KeyType.GCM_256), "AES-SIV-CMAC-128", raw_key)
    ciphertext = keysets.enhanced_sym_encrypt(keyset, bytes.fromhex("112233445566778899aabbccddee"), additional)
    assert ciphertext[32:].hex() == "85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c"


@pytest.mark.parametrize("key_bits", [256, 512])
def test_wycheproof(key_bits: int, count_cases: Count) -> None:
    """Its cases have one component each, as ours have; all of a key's go through the batch together."""
    groups = wycheproof.groups("Cipher", "aes_siv_cmac", keySize=key_bits)
    count_cases("Wycheproof", wycheproof.number_of_cases(groups))
    for case in (case for group in groups for case in group.cases):
        body, additional, text = case.data("ct"), case.data("aad"), case.data("msg")
        one, batch = SivCipher(case.data("key")), SivBatch(case.data("key"))
        rows, data = Rows.of([body, body]), Rows.one(additional)
        if case.valid:
            assert one.encrypt(text, additional) == one_of(batch.encrypt(b"", Rows.of([text]), data)) == body
            assert one.decrypt(body, additional) == text
            assert batch.decrypt(rows, data)[0].values() == [text, text]
        else:
            assert not batch.decrypt(rows, data)[1].any(), case.comment
            with pytest.raises(CiphertextNotOpened):
                one.decrypt(body, additional)


def one_of(rows: Rows) -> bytes:
    (value,) = rows.values()
    return value
