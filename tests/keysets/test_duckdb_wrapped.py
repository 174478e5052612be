"""Wrapped keysets in DuckDB's SQL against a real server: the seed's statements, and how often KMS is asked."""

import pytest

from keyreeve import keysets
from tests.keysets.duck import Duck, assert_no_key_in, sql
from tests.keysets.kms import KMS_RIGHTS, Owner, new_owner
from tests.ram.calls import allow
from tests.support.ports import free_port

__all__ = ["sql"]  # the fixture

# MaxCompute, REWRAP_KEYSET, "Examples": the statements as they stand there, but for the values of the variables.
REWRAP = """
SELECT HEX(REWRAP_KEYSET(
  '{kms_cmk_arn}',
  '{role_arn}',
  {origin_key}
));
"""
REWRAP_WITH_CHAIN = """
SELECT HEX(REWRAP_KEYSET(
  '{kms_cmk_arn}',
  '{role_arn}',
  {origin_key},
  {role_chain}
));
"""
# "Encryption and decryption functions", ENHANCED_SYM_ENCRYPT and USE_WRAPPED_KEYSET.
ENCRYPT = "SELECT ENHANCED_SYM_ENCRYPT(USE_WRAPPED_KEYSET('{arn}', '{role}', unhex('{wrapped}')), tel) FROM people"
INSPECT = """
SELECT get_json_object(get_json_object(x.wrapped_keyset_info, '$.masked_keyset'), '$.key[0].key_meta_data.type')
FROM (SELECT USE_WRAPPED_KEYSET('{arn}', '{role}', unhex('{wrapped}')) AS x)
"""


def new_wrapped(sql: Duck, arn: str, role: str, kind: str = "AES-GCM-256") -> str:
    """In HEX, as the documents keep it."""
    return sql.value(f"SELECT HEX(NEW_WRAPPED_KEYSET('{arn}', '{role}', '{kind}', 'hello'))")


def used(arn: str, role: str, wrapped: str) -> str:
    return f"USE_WRAPPED_KEYSET('{arn}', '{role}', UNHEX('{wrapped}'))"


def test_the_first_statement_of_the_page_moves_a_keyset_to_another_key(owner: Owner, sql: Duck) -> None:
    owner.connect(cache_seconds=0)
    old, new = owner.new_key(), owner.new_key()
    role = owner.kms_role(old, new)
    wrapped = new_wrapped(sql, old, role)
    value = sql.value(f"SELECT ENHANCED_SYM_ENCRYPT({used(old, role, wrapped)}, 'kept')")
    moved = sql.value(REWRAP.format(kms_cmk_arn=new, role_arn=role, origin_key=f"unhex('{wrapped}')"))
    owner.disable(old)
    opened = f"SELECT CAST(ENHANCED_SYM_DECRYPT({{}}, UNHEX('{value.hex()}')) AS STRING)"
    assert sql.value(opened.format(used(new, role, moved))) == "kept"
    assert "Decrypt was refused: Rejected.Disabled" in sql.refusal(opened.format(used(old, role, wrapped)))


def test_the_second_statement_of_the_page_reaches_another_accounts_key(owner: Owner, sql: Duck) -> None:
    """The keys are `owner`'s; `user` runs the statement, with a role of his own and then one of the owner's."""
    user = new_owner(owner.server)
    old, new = owner.new_key(), owner.new_key()
    role = user.new_role(f"acs:ram::{user.account_id}:root", allow("sts:AssumeRole"))
    chain = owner.new_role(role, allow(KMS_RIGHTS, [old, new]))
    user.connect()
    wrapped = sql.value(f"SELECT HEX(NEW_WRAPPED_KEYSET('{old}', '{role}', 'AES-GCM-256', NULL, '{chain}'))")
    sql.rows(f"SET VARIABLE origin_key = unhex('{wrapped}')")
    sql.rows(f"SET VARIABLE role_chain = '{chain}'")
    variables = {"origin_key": "getvariable('origin_key')", "role_chain": "getvariable('role_chain')"}
    moved = sql.value(REWRAP_WITH_CHAIN.format(kms_cmk_arn=new, role_arn=role, **variables))
    keyset = f"USE_WRAPPED_KEYSET('{new}', '{role}', UNHEX('{moved}'), '{chain}')"
    assert sql.value(f"SELECT decode(ENHANCED_SYM_DECRYPT({keyset}, ENHANCED_SYM_ENCRYPT({keyset}, 'a')))") == "a"
    assert "was refused" in sql.refusal(REWRAP.format(kms_cmk_arn=new, role_arn=role, origin_key=f"unhex('{wrapped}')"))


@pytest.mark.parametrize("missing", ["old", "new"])
def test_a_role_without_rights_on_either_key_is_refused_with_the_servers_words(
    owner: Owner, sql: Duck, missing: str
) -> None:
    owner.connect()
    old, new = owner.new_key(), owner.new_key()
    wrapped = new_wrapped(sql, old, owner.kms_role(old))
    role = owner.kms_role(new if missing == "old" else old)
    refusal = sql.refusal(REWRAP.format(kms_cmk_arn=new, role_arn=role, origin_key=f"unhex('{wrapped}')"))
    asked = "Decrypt" if missing == "old" else "Encrypt"
    assert f"KmsRefused: {asked} was refused: Forbidden.NoPermission" in refusal


def test_rotation_under_another_key_keeps_old_values_readable(owner: Owner, sql: Duck) -> None:
    owner.connect()
    old, new = owner.new_key(), owner.new_key()
    wrapped = new_wrapped(sql, old, "")
    value = sql.value(f"SELECT ENHANCED_SYM_ENCRYPT({used(old, '', wrapped)}, 'old')").hex()
    rotate = f"SELECT HEX(ROTATE_WRAPPED_KEYSET('{new}', '', UNHEX('{wrapped}'), 'AES-SIV-CMAC-128', 'new'))"
    rotated = used(new, "", sql.value(rotate))
    assert sql.value(f"SELECT ENHANCED_SYM_DECRYPT({rotated}, UNHEX('{value}'))") == b"old"
    assert sql.value(f"SELECT count(DISTINCT ENHANCED_SYM_ENCRYPT({rotated}, 'a')) FROM range(3000)") == 1


def test_the_documents_way_of_looking_into_a_used_keyset(owner: Owner, sql: Duck) -> None:
    owner.connect()
    arn = owner.new_key()
    wrapped = new_wrapped(sql, arn, "", "AES-SIV-CMAC-256")
    assert sql.value(INSPECT.format(arn=arn, role="", wrapped=wrapped)) == "AES-SIV-CMAC-256"
    fields = sql.value(f"SELECT {used(arn, '', wrapped)}")
    expected = keysets.use_wrapped_keyset(arn, "", bytes.fromhex(wrapped))
    assert fields == {name: getattr(expected, name) for name in fields}
    assert list(fields)[-1] == "wrapped_keyset_info"


def test_kms_is_asked_once_for_a_keyset_and_not_for_each_row_chunk_or_thread(owner: Owner, sql: Duck) -> None:
    owner.connect()
    arn = owner.new_key()
    role = owner.kms_role(arn)
    wrapped = new_wrapped(sql, arn, role)
    sql.rows("SET threads = 4")
    sql.rows("CREATE TABLE people AS SELECT 'tel ' || i AS tel FROM range(300000) t(i)")
    sql.rows(f"CREATE TABLE made(tel) AS {ENCRYPT.format(arn=arn, role=role, wrapped=wrapped)}")
    opened = f"decode(ENHANCED_SYM_DECRYPT({used(arn, role, wrapped)}, tel))"
    assert sql.value(f"SELECT count(DISTINCT opened) FROM (SELECT {opened} AS opened FROM made)") == 300_000
    assert (owner.calls_of("Decrypt"), owner.calls_of("sts:AssumeRole")) == (1, 1)


def test_a_keyset_is_asked_for_again_when_it_has_been_remembered_long_enough(owner: Owner, sql: Duck) -> None:
    owner.connect(cache_seconds=0)
    arn = owner.new_key()
    wrapped = new_wrapped(sql, arn, "")
    for _ in range(2):
        sql.rows(f"SELECT ENHANCED_SYM_ENCRYPT({used(arn, '', wrapped)}, 'a')")
    assert owner.calls_of("Decrypt") >= 2


def test_a_table_of_wrapped_keysets_serves_each_row_with_its_own_and_is_rewrapped(owner: Owner, sql: Duck) -> None:
    owner.connect()
    old, new = owner.new_key(), owner.new_key()
    sql.rows(
        f"CREATE TABLE tenants AS SELECT i, NEW_WRAPPED_KEYSET('{old}', '', 'AES-GCM-256') AS w FROM range(3) t(i)"
    )
    keyset = "USE_WRAPPED_KEYSET('{}', '', w)"
    sql.rows(
        f"CREATE TABLE made AS SELECT tenants.i, n, ENHANCED_SYM_ENCRYPT({keyset.format(old)}, n::VARCHAR) AS value "
        "FROM range(9000) t(n) LEFT JOIN tenants ON i = n % 4"
    )
    assert owner.calls_of("Encrypt") == 3
    sql.rows(f"UPDATE tenants SET w = REWRAP_KEYSET('{new}', '', w)")
    opened = f"decode(ENHANCED_SYM_DECRYPT({keyset.format(new)}, value))"
    counted = f"SELECT count(value), count(*) FILTER ({opened} = n::VARCHAR) FROM made LEFT JOIN tenants USING (i)"
    assert sql.rows(counted) == [(6750, 6750)]
    assert owner.calls_of("Encrypt") == 6
    assert owner.calls_of("Decrypt") <= 3 + 3 + 3


def test_no_plan_and_no_error_has_key_material_of_a_wrapped_keyset(owner: Owner, sql: Duck) -> None:
    connection = owner.connect()
    arn = owner.new_key()
    wrapped = new_wrapped(sql, arn, "")
    keyset, _ = connection.unwrap(bytes.fromhex(wrapped), "", "")
    sql.rows("CREATE TABLE people AS SELECT 'tel ' || i AS tel FROM range(10) t(i)")
    statement = ENCRYPT.format(arn=arn, role="", wrapped=wrapped)
    texts = [sql.plan(statement), sql.plan(f"ANALYZE {statement}"), str(sql.value(f"SELECT {used(arn, '', wrapped)}"))]
    texts.append(sql.refusal(f"SELECT ENHANCED_SYM_DECRYPT({used(arn, '', wrapped)}, 'wrong'::BLOB)"))
    texts.append(sql.refusal(f"SELECT ENHANCED_SYM_ENCRYPT({used(arn, '', wrapped)}, 12)"))
    assert "keyreeve_enhanced_sym_encrypt" in texts[0]
    for text in texts:
        assert_no_key_in(text, keyset.keys[0].raw_key)


def test_a_server_that_is_down_is_named(owner: Owner, sql: Duck) -> None:
    owner.connect()
    arn = owner.new_key()
    wrapped = new_wrapped(sql, arn, "")
    address = f"127.0.0.1:{free_port()}"
    keysets.connect(address, "id", "secret")
    refusal = sql.refusal(f"SELECT ENHANCED_SYM_ENCRYPT({used(arn, '', wrapped)}, 'a')")
    assert f"KmsUnreachable: {address} cannot be reached: Connection refused" in refusal
    assert "secret" not in refusal


def test_without_a_connection_it_is_told_how_to_make_one(sql: Duck) -> None:
    refusal = sql.refusal("SELECT NEW_WRAPPED_KEYSET('acs:kms:cn-hangzhou:1:key/key-a', '', 'AES-GCM-256')")
    assert "NotConnected: no KMS is known" in refusal
