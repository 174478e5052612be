"""Wrapped keysets in Spark's SQL against a real server: who opens them, how often KMS is asked, and what is seen."""

import base64
from functools import partial
from pathlib import Path

import pytest

from keyreeve import keysets
from tests.keysets.documented import K1
from tests.keysets.duck import assert_no_key_in
from tests.keysets.kms import Owner
from tests.keysets.sparks import Spark, connecting, library_error
from tests.support.ports import free_port

# Two tasks at a time, and in each one process for each step of the plan that runs Python.
MOST_PROCESSES = 4


def used(arn: str, role: str, wrapped: bytes) -> str:
    return f"USE_WRAPPED_KEYSET('{arn}', '{role}', unhex('{wrapped.hex()}'))"


def registered(spark: Spark, owner: Owner, seen: Path, cache_seconds: float = 300) -> Path:
    """With workers that connect to the owner's server, and where they leave that they did."""
    keysets.register_spark(spark.session, connect=connecting(owner, seen, cache_seconds))
    return seen


def test_a_keyset_moves_to_another_key_and_old_values_open(spark: Spark, owner: Owner, tmp_path: Path) -> None:
    registered(spark, owner, tmp_path / "seen", cache_seconds=0)
    old, new = owner.new_key(), owner.new_key()
    role = owner.kms_role(old, new)
    wrapped = spark.value(f"SELECT NEW_WRAPPED_KEYSET('{old}', '{role}', 'AES-GCM-256', 'hello')")
    value = spark.value(f"SELECT ENHANCED_SYM_ENCRYPT({used(old, role, wrapped)}, 'kept')")
    [(moved, rotated)] = spark.rows(
        f"SELECT REWRAP_KEYSET('{new}', '{role}', unhex('{wrapped.hex()}')),"
        f" ROTATE_WRAPPED_KEYSET('{new}', '{role}', unhex('{wrapped.hex()}'), 'AES-SIV-CMAC-256')"
    )
    owner.disable(old)
    opened = f"ENHANCED_SYM_DECRYPT({{}}, unhex('{value.hex()}'))"
    both = [opened.format(used(new, role, bytes(keyset))) for keyset in (moved, rotated)]
    assert spark.rows(f"SELECT CAST({both[0]} AS STRING), CAST({both[1]} AS STRING)") == [("kept", "kept")]
    refusal = library_error(spark.refusal(f"SELECT {opened.format(used(old, role, wrapped))}"))
    assert refusal.startswith("KmsRefused: Decrypt was refused: Rejected.Disabled")


def test_a_role_without_rights_is_refused_with_the_servers_words(spark: Spark, owner: Owner, tmp_path: Path) -> None:
    registered(spark, owner, tmp_path / "seen")
    owner.connect()
    old, new = owner.new_key(), owner.new_key()
    wrapped = keysets.new_wrapped_keyset(old, owner.kms_role(old), "AES-GCM-256")
    statement = f"SELECT REWRAP_KEYSET('{new}', '{owner.kms_role(old)}', unhex('{wrapped.hex()}'))"
    assert library_error(spark.refusal(statement)).startswith("KmsRefused: Encrypt was refused: Forbidden.NoPermission")


@pytest.mark.parametrize("named", [False, True])
def test_kms_is_asked_once_in_each_process_and_not_for_each_row_or_batch(
    spark: Spark, owner: Owner, tmp_path: Path, named: bool
) -> None:
    owner.connect()
    arn = owner.new_key()
    role = owner.kms_role(arn)
    wrapped = keysets.new_wrapped_keyset(arn, role, "AES-GCM-256")
    used_here, seen = keysets.use_wrapped_keyset(arn, role, wrapped), tmp_path / "seen"
    asked = owner.calls_of("Decrypt")
    keysets.register_spark(spark.session, keysets={"phones": used_here}, connect=connecting(owner, seen))
    keyset = "'phones'" if named else used(arn, role, wrapped)
    spark.view("people", "SELECT concat('tel ', id) AS tel FROM range(0, 20000, 1, 4)")
    spark.view("made", f"SELECT tel, ENHANCED_SYM_ENCRYPT({keyset}, tel, 'row') AS c FROM people")
    opened = f"CAST(ENHANCED_SYM_DECRYPT({keyset}, c, 'row') AS STRING) = tel"
    assert spark.value(f"SELECT count_if({opened}) FROM made") == 20_000
    connected = seen.read_text().split()
    assert len(connected) == len(set(connected))
    assert 2 <= len(connected) <= MOST_PROCESSES
    assert 1 <= owner.calls_of("Decrypt") - asked <= len(connected)


def test_a_table_of_wrapped_keysets_serves_each_row_with_its_own(spark: Spark, owner: Owner, tmp_path: Path) -> None:
    seen = registered(spark, owner, tmp_path / "seen")
    arn = owner.new_key()
    spark.view("tenants", f"SELECT id, NEW_WRAPPED_KEYSET('{arn}', '', 'AES-GCM-256') AS w FROM range(3)")
    assert owner.calls_of("Encrypt") == 3
    keyset = f"USE_WRAPPED_KEYSET('{arn}', '', w)"
    spark.view(
        "made",
        f"SELECT w, n.id, ENHANCED_SYM_ENCRYPT({keyset}, CAST(n.id AS STRING)) AS c "
        "FROM range(3000) AS n LEFT JOIN tenants ON tenants.id = n.id % 4",
    )
    opened = f"CAST(ENHANCED_SYM_DECRYPT({keyset}, c) AS STRING) = CAST(id AS STRING)"
    assert spark.rows(f"SELECT count(c), count_if({opened}) FROM made") == [(2250, 2250)]
    assert owner.calls_of("Decrypt") <= 3 * len(seen.read_text().split())


def test_the_documents_way_of_looking_into_a_used_keyset(spark: Spark, owner: Owner, tmp_path: Path) -> None:
    registered(spark, owner, tmp_path / "seen")
    owner.connect()
    arn = owner.new_key()
    wrapped = keysets.new_wrapped_keyset(arn, "", "AES-SIV-CMAC-256")
    masked = "get_json_object(x.wrapped_keyset_info, '$.masked_keyset')"
    inspected = f"get_json_object({masked}, '$.key[0].key_meta_data.type')"
    assert spark.value(f"SELECT {inspected} FROM (SELECT {used(arn, '', wrapped)} AS x)") == "AES-SIV-CMAC-256"


def test_no_plan_error_or_event_log_has_key_material(spark: Spark, owner: Owner, tmp_path: Path) -> None:
    registered(spark, owner, tmp_path / "seen")
    connection = owner.connect()
    arn = owner.new_key()
    wrapped = keysets.new_wrapped_keyset(arn, "", "AES-GCM-256")
    raw_key = connection.unwrap(wrapped, "", "")[0].keys[0].raw_key
    call = f"ENHANCED_SYM_ENCRYPT({used(arn, '', wrapped)}, CAST(id AS STRING))"
    spark.rows(f"SELECT {call} AS c FROM range(10)")
    texts = [spark.plan(f"SELECT {call} FROM range(10)"), str(spark.rows(f"SELECT {used(arn, '', wrapped)}"))]
    texts.append(spark.refusal(f"SELECT ENHANCED_SYM_DECRYPT({used(arn, '', wrapped)}, X'00')"))
    texts.append(spark.refusal(f"SELECT ENHANCED_SYM_ENCRYPT({used(arn, '', wrapped)}, 12)"))
    texts.append(spark.event_log())
    assert "ArrowEvalPython" in texts[0]
    assert wrapped.hex() in texts[-1].lower()
    for text in texts:
        assert_no_key_in(text, raw_key)
        assert owner.account.access_key_secret not in text


def test_a_plain_keyset_in_a_statement_is_in_its_plan(spark: Spark) -> None:
    """Which the guide says, and is why there are wrapped ones."""
    assert K1.hex() in spark.plan(f"SELECT ENHANCED_SYM_ENCRYPT(unhex('{K1.hex()}'), 'a')").lower()


def test_a_named_keyset_leaves_but_its_name(spark: Spark, owner: Owner, tmp_path: Path) -> None:
    owner.connect()
    arn = owner.new_key()
    wrapped = keysets.new_wrapped_keyset(arn, "", "AES-GCM-256")
    phones = keysets.use_wrapped_keyset(arn, "", wrapped)
    keysets.register_spark(spark.session, keysets={"phones": phones}, connect=connecting(owner, tmp_path / "seen"))
    statement = "SELECT ENHANCED_SYM_DECRYPT('phones', ENHANCED_SYM_ENCRYPT('phones', 'a'))"
    assert spark.value(statement) == b"a"
    plan = spark.plan(statement)
    assert "phones" in plan
    assert wrapped.hex() not in plan.lower()
    assert base64.b64encode(wrapped).decode() not in plan
    refusal = library_error(spark.refusal("SELECT ENHANCED_SYM_ENCRYPT('fones', 'a')"))
    assert refusal == "ArgumentInvalid: a keyset given as text is one of the names phones"


def test_a_server_that_is_down_is_named(spark: Spark, owner: Owner) -> None:
    owner.connect()
    arn = owner.new_key()
    wrapped = keysets.new_wrapped_keyset(arn, "", "AES-GCM-256")
    address = f"127.0.0.1:{free_port()}"
    keysets.register_spark(spark.session, connect=partial(keysets.connect, address, "id", "secret value"))
    refusal = spark.refusal(f"SELECT ENHANCED_SYM_ENCRYPT({used(arn, '', wrapped)}, 'a')")
    assert library_error(refusal) == f"KmsUnreachable: {address} cannot be reached: Connection refused"
    assert "secret value" not in refusal


def test_a_session_has_nothing_of_the_connection_of_another(spark: Spark, owner: Owner, tmp_path: Path) -> None:
    registered(spark, owner, tmp_path / "seen")
    owner.connect()
    arn = owner.new_key()
    statement = f"SELECT {used(arn, '', keysets.new_wrapped_keyset(arn, '', 'AES-GCM-256'))} AS x"
    assert spark.rows(statement)
    # The same worker processes, which nothing has ended.
    keysets.register_spark(spark.session)
    assert library_error(spark.refusal(statement)).startswith("NotConnected: no AccessKey is known")


def test_null_and_other_names_are_not_looked_for(spark: Spark, owner: Owner, tmp_path: Path) -> None:
    owner.connect()
    arn = owner.new_key()
    phones = keysets.use_wrapped_keyset(arn, "", keysets.new_wrapped_keyset(arn, "", "AES-GCM-256"))
    keysets.register_spark(spark.session, keysets={"phones": phones}, connect=connecting(owner, tmp_path / "seen"))
    names = "if(id % 2 = 0, 'phones', NULL)"
    made = f"SELECT id, {names} AS name, enhanced_sym_encrypt({names}, CAST(id AS STRING)) AS c FROM range(3000)"
    opened = f"SELECT id, CAST(enhanced_sym_decrypt(name, c) AS STRING) AS opened FROM ({made})"
    counted = f"SELECT count_if(opened = CAST(id AS STRING)), count_if(opened IS NULL) FROM ({opened})"
    assert spark.rows(counted) == [(1500, 1500)]
    assert spark.value("SELECT enhanced_sym_encrypt(CAST(NULL AS STRING), 'a')") is None


def test_workers_take_the_endpoint_from_here_and_the_access_key_from_their_environment(
    spark: Spark, owner: Owner
) -> None:
    owner.connect()
    arn = owner.new_key()
    wrapped = keysets.new_wrapped_keyset(arn, "", "AES-GCM-256")
    keysets.register_spark(spark.session)
    refusal = library_error(spark.refusal(f"SELECT {used(arn, '', wrapped)}"))
    assert refusal.startswith("NotConnected: no AccessKey is known")
