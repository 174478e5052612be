"""Wrapped keysets against a real server, through the wire."""

import base64
import json
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

import pyarrow as pa
import pytest

from keyreeve import keysets
from keyreeve.keysets import codec
from keyreeve.keysets.arrow import USED_WRAPPED_KEYSET, decrypt_column, encrypt_column
from keyreeve.keysets.errors import (
    ArgumentInvalid,
    KeysetTooLarge,
    KmsRefused,
    KmsUnreachable,
    WrappedKeysetMalformed,
)
from keyreeve.keysets.keyset import Keyset, KeyType
from tests.keysets.examples import key
from tests.keysets.kms import KMS_RIGHTS, Owner, new_owner
from tests.ram.calls import allow
from tests.support.ports import free_port


def test_a_new_wrapped_keyset_encrypts_and_decrypts(owner: Owner) -> None:
    owner.connect()
    arn = owner.new_key()
    role = owner.kms_role(arn)
    wrapped = keysets.new_wrapped_keyset(arn, role, "AES-GCM-256", "hello")
    used = keysets.use_wrapped_keyset(arn, role, wrapped)
    assert keysets.enhanced_sym_decrypt(used, keysets.enhanced_sym_encrypt(used, "tel", "row"), "row") == b"tel"


def test_the_wrapped_form_is_the_text_of_one_kms_encrypt_of_the_keyset(owner: Owner) -> None:
    owner.connect()
    arn = owner.new_key()
    wrapped = keysets.new_wrapped_keyset(arn, "", "AES-SIV-CMAC-256")
    opened = owner.client.call("Decrypt", CiphertextBlob=wrapped.decode())["Plaintext"]
    (made,) = codec.from_bytes(base64.b64decode(opened)).keys
    assert made.type is KeyType.SIV_256
    assert (owner.calls_of("Encrypt"), owner.calls_of("GenerateDataKey")) == (1, 0)


def test_text_and_bytes_are_both_taken_and_hex_is_not(owner: Owner) -> None:
    owner.connect()
    arn = owner.new_key()
    wrapped = keysets.new_wrapped_keyset(arn, "", "AES-GCM-256")
    assert keysets.use_wrapped_keyset(arn, "", wrapped.decode()) == keysets.use_wrapped_keyset(arn, "", wrapped)
    for other in (wrapped.hex(), wrapped.hex().encode(), "", b"", "no base64!", wrapped[:-3]):
        with pytest.raises((WrappedKeysetMalformed, KmsRefused)):
            keysets.use_wrapped_keyset(arn, "", other)


def test_what_use_returns_tells_of_the_keyset_and_holds_no_key(owner: Owner) -> None:
    connection = owner.connect()
    arn = owner.new_key()
    wrapped = keysets.new_wrapped_keyset(arn, "", "AES-GCM-256", "hello")
    keyset, _ = connection.unwrap(wrapped, "", "")
    used = keysets.use_wrapped_keyset(arn, "", wrapped)
    masked = json.loads(json.loads(used.wrapped_keyset_info)["masked_keyset"])
    assert masked["key"][0]["key_meta_data"]["type"] == "AES-GCM-256"
    assert masked["key"][0]["description"] == "hello"
    everything = repr(used).encode() + pickle.dumps(used) + used.wrapped_keyset_info.encode()
    raw_key = keyset.keys[0].raw_key
    assert not any(text in everything for text in (raw_key, base64.b64encode(raw_key), raw_key.hex().encode()))
    assert keysets.enhanced_sym_encrypt(pickle.loads(pickle.dumps(used)), "a")  # noqa: S301


def test_rotation_keeps_old_values_readable_and_may_change_key_and_algorithm(owner: Owner) -> None:
    owner.connect()
    first, second = owner.new_key(), owner.new_key()
    role = owner.kms_role(first, second)
    wrapped = keysets.new_wrapped_keyset(first, role, "AES-GCM-256")
    ciphertext = keysets.enhanced_sym_encrypt(keysets.use_wrapped_keyset(first, role, wrapped), "old")
    rotated = keysets.rotate_wrapped_keyset(second, role, wrapped, "AES-SIV-CMAC-128", "new")
    used = keysets.use_wrapped_keyset(second, role, rotated)
    assert keysets.enhanced_sym_decrypt(used, ciphertext) == b"old"
    assert keysets.enhanced_sym_encrypt(used, "a") == keysets.enhanced_sym_encrypt(used, "a")


def test_rewrapping_moves_a_keyset_off_a_key_that_is_then_disabled(owner: Owner) -> None:
    owner.connect(cache_seconds=0)
    old, new = owner.new_key(), owner.new_key()
    role = owner.kms_role(old, new)
    wrapped = keysets.new_wrapped_keyset(old, role, "AES-GCM-256")
    before = keysets.use_wrapped_keyset(old, role, wrapped)
    ciphertext = keysets.enhanced_sym_encrypt(before, "kept")
    rewrapped = keysets.rewrap_keyset(new, role, wrapped)
    owner.disable(old)
    after = keysets.use_wrapped_keyset(new, role, rewrapped)
    assert keysets.enhanced_sym_decrypt(after, ciphertext) == b"kept"
    assert after.wrapped_keyset_info == before.wrapped_keyset_info
    with pytest.raises(KmsRefused, match=r"Decrypt was refused: Rejected\.Disabled"):
        keysets.enhanced_sym_decrypt(before, ciphertext)


@pytest.mark.parametrize("missing", ["old", "new"])
def test_rewrapping_needs_rights_on_both_keys_and_tells_what_the_server_said(owner: Owner, missing: str) -> None:
    owner.connect()
    old, new = owner.new_key(), owner.new_key()
    wrapped = keysets.new_wrapped_keyset(old, owner.kms_role(old), "AES-GCM-256")
    role = owner.kms_role(new if missing == "old" else old)
    with pytest.raises(KmsRefused, match=r"Forbidden\.NoPermission") as refused:
        keysets.rewrap_keyset(new, role, wrapped)
    assert refused.value.operation == ("Decrypt" if missing == "old" else "Encrypt")
    assert (old if missing == "old" else new) in refused.value.message


def test_a_wrapped_keyset_is_used_under_the_key_that_wraps_it(owner: Owner) -> None:
    owner.connect()
    arn, other = owner.new_key(), owner.new_key()
    wrapped = keysets.new_wrapped_keyset(arn, "", "AES-GCM-256")
    with pytest.raises(WrappedKeysetMalformed, match=arn.rpartition("/")[2]):
        keysets.use_wrapped_keyset(other, "", wrapped)


def test_a_chain_of_roles_reaches_another_accounts_key_until_trust_is_withdrawn(owner: Owner) -> None:
    """The key is `owner`'s; `user` reaches it by a role of his own and then one of the owner's."""
    user = new_owner(owner.server)
    arn = owner.new_key()
    own_role = user.new_role(f"acs:ram::{user.account_id}:root", allow("sts:AssumeRole"))
    far_role = owner.new_role(own_role, allow(KMS_RIGHTS, arn))
    user.connect(cache_seconds=0)
    wrapped = keysets.new_wrapped_keyset(arn, own_role, "AES-GCM-256", None, far_role)
    used = keysets.use_wrapped_keyset(arn, own_role, wrapped, far_role)
    ciphertext = keysets.enhanced_sym_encrypt(used, "shared")
    with pytest.raises(KmsRefused, match="Decrypt was refused"):
        keysets.use_wrapped_keyset(arn, own_role, wrapped)
    with pytest.raises(KmsRefused, match="AssumeRole of"):
        keysets.use_wrapped_keyset(arn, far_role, wrapped)
    owner.trust_now(far_role, f"acs:ram::{owner.account_id}:root")
    with pytest.raises(KmsRefused, match=f"AssumeRole of {far_role} was refused"):
        keysets.enhanced_sym_decrypt(used, ciphertext)
    owner.trust_now(far_role, own_role)
    assert keysets.enhanced_sym_decrypt(used, ciphertext) == b"shared"


def test_arns_may_be_written_with_one_colon_or_two(owner: Owner) -> None:
    owner.connect()
    arn = owner.new_key()
    role = owner.kms_role(arn).replace("::", ":")
    assert keysets.use_wrapped_keyset(arn, role, keysets.new_wrapped_keyset(arn, role, "AES-GCM-256"))


def test_kms_is_asked_once_for_a_keyset_however_many_threads_use_it(owner: Owner) -> None:
    owner.connect()
    arn = owner.new_key()
    role = owner.kms_role(arn)
    wrapped = keysets.new_wrapped_keyset(arn, role, "AES-GCM-256")
    used = keysets.UsedWrappedKeyset(arn, role, "", wrapped)
    start = threading.Barrier(8)

    def encrypt(_: int) -> bytes:
        start.wait()
        return keysets.enhanced_sym_encrypt(used, "a")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(encrypt, range(8)))) == 8
    column = pa.array([asdict(used)] * 3000, USED_WRAPPED_KEYSET)
    encrypt_column(column, pa.array(["a"] * 3000))
    assert (owner.calls_of("Decrypt"), owner.calls_of("sts:AssumeRole")) == (1, 1)


def test_columns_take_used_wrapped_keysets_as_one_value_and_as_a_column(owner: Owner) -> None:
    owner.connect()
    arn = owner.new_key()
    used = [keysets.use_wrapped_keyset(arn, "", keysets.new_wrapped_keyset(arn, "", kind)) for kind in KeyType]
    values = [f"value {n}" for n in range(900)]
    made = encrypt_column(used[0], pa.array(values))
    assert decrypt_column(used[0], made).to_pylist() == [value.encode() for value in values]
    choices = [None, *(asdict(each) for each in used)]
    column = pa.array([choices[n % 4] for n in range(900)], USED_WRAPPED_KEYSET)
    opened = decrypt_column(column, encrypt_column(column, pa.array(values))).to_pylist()
    assert opened == [value.encode() if n % 4 else None for n, value in enumerate(values)]


def test_a_keyset_that_kms_cannot_take_is_refused_before_it_is_sent(owner: Owner) -> None:
    connection = owner.connect()
    arn = owner.new_key()
    many = [key(KeyType.GCM_256, number) for number in range(80)]
    fitting = Keyset(many[0].key_id, tuple(many[:70]))
    wrapped = connection.wrap(fitting, arn, "", "")
    assert connection.unwrap(wrapped, "", "")[0] == fitting
    with pytest.raises(KeysetTooLarge, match="6,144"):
        connection.wrap(Keyset(many[0].key_id, tuple(many)), arn, "", "")
    for _ in range(20):
        try:
            wrapped = keysets.rotate_wrapped_keyset(arn, "", wrapped, "AES-GCM-256")
        except KeysetTooLarge:
            break
    else:
        pytest.fail("the keyset grew without end")


def test_a_ciphertext_that_is_no_keyset_is_refused_without_showing_it(owner: Owner) -> None:
    owner.connect()
    arn = owner.new_key()
    for plaintext in (base64.b64encode(b"a secret of another kind").decode(), "no base64!"):
        blob = owner.client.call("Encrypt", KeyId=arn, Plaintext=plaintext)["CiphertextBlob"]
        with pytest.raises(WrappedKeysetMalformed) as refused:
            keysets.use_wrapped_keyset(arn, "", blob)
        assert plaintext not in str(refused.value)
        assert refused.value.__cause__ is None


def test_a_changed_wrapped_keyset_is_refused_by_the_server(owner: Owner) -> None:
    owner.connect()
    arn = owner.new_key()
    blob = bytearray(base64.b64decode(keysets.new_wrapped_keyset(arn, "", "AES-GCM-256")))
    blob[-1] ^= 1
    with pytest.raises(KmsRefused, match="Decrypt was refused"):
        keysets.use_wrapped_keyset(arn, "", base64.b64encode(blob))


def test_arguments_that_are_no_arns_are_refused_before_anything_is_sent(owner: Owner) -> None:
    owner.connect()
    arn = owner.new_key()
    with pytest.raises(ArgumentInvalid, match="kms_cmk_arn"):
        keysets.new_wrapped_keyset(arn.rpartition("/")[2], "", "AES-GCM-256")
    with pytest.raises(ArgumentInvalid, match="role_arn"):
        keysets.new_wrapped_keyset(arn, "role", "AES-GCM-256")
    with pytest.raises(ArgumentInvalid, match="role_chain"):
        keysets.new_wrapped_keyset(arn, "", "AES-GCM-256", None, "acs:ram::1:role/a,,acs:ram::1:role/b")
    assert owner.calls_of("Encrypt") == 0


def test_a_server_that_is_not_there_is_named(owner: Owner) -> None:
    address = f"127.0.0.1:{free_port()}"
    keysets.connect(address, "id", "secret")
    with pytest.raises(KmsUnreachable, match=f"{address} cannot be reached: Connection refused"):
        keysets.new_wrapped_keyset(owner.new_key(), "", "AES-GCM-256")


def test_the_environment_connects_too(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYREEVE_ENDPOINT", f"http://{owner.server.address}")
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", owner.account.access_key_id)
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", owner.account.access_key_secret)
    arn = owner.new_key()
    wrapped = keysets.new_wrapped_keyset(arn, "", "AES-GCM-256")
    assert keysets.use_wrapped_keyset(arn, "", wrapped)


def test_each_call_may_name_its_own_connection(owner: Owner) -> None:
    mine = owner.connect()
    keysets.connect("127.0.0.1:1", "id", "secret")
    arn = owner.new_key()
    wrapped = keysets.new_wrapped_keyset(arn, "", "AES-GCM-256", connection=mine)
    used = keysets.use_wrapped_keyset(arn, "", wrapped, connection=mine)
    made = encrypt_column(used, pa.array(["a"]), connection=mine)
    assert decrypt_column(used, made, connection=mine).to_pylist() == [b"a"]
