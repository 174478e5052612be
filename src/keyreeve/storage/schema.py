"""The tables. Times are milliseconds since 1970 in UTC; secret values are sealed (docs/formats/sealed-values.md)."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

accounts = Table(
    "accounts",
    metadata,
    Column("account_id", String(16), primary_key=True),
    Column("created_at", BigInteger, nullable=False),
)

access_keys = Table(
    "access_keys",
    metadata,
    Column("access_key_id", String(64), primary_key=True),
    Column("account_id", String(16), ForeignKey("accounts.account_id"), nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("key_id", String(36), primary_key=True),
    Column("account_id", String(16), ForeignKey("accounts.account_id"), nullable=False),
    Column("spec", String(32), nullable=False),
    Column("usage", String(32), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("protection_level", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("description", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("delete_at", BigInteger),
    Column("deletion_protected", Boolean, nullable=False),
    Column("deletion_protection_description", Text, nullable=False),
    Column("rotation_seconds", Integer),
    Column("last_rotated_at", BigInteger, nullable=False),
    Column("primary_version_id", String(36)),
    Column("has_material", Boolean, nullable=False),
    Column("material_expire_at", BigInteger),
    Index("keys_by_account", "account_id", "created_at", "key_id"),
    Index("keys_by_delete_at", "delete_at"),
    Index("keys_by_material_expire_at", "material_expire_at"),
)

key_versions = Table(
    "key_versions",
    metadata,
    Column("version_id", String(36), primary_key=True),
    Column("key_id", String(36), ForeignKey("keys.key_id", ondelete="CASCADE"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("sealed_material", LargeBinary),
    Column("public_key", LargeBinary),
    Column("sealed_fingerprint", LargeBinary),
    Index("key_versions_by_key", "key_id", "created_at"),
)

aliases = Table(
    "aliases",
    metadata,
    Column("account_id", String(16), primary_key=True),
    Column("alias_name", String(255), primary_key=True),
    Column("key_id", String(36), ForeignKey("keys.key_id", ondelete="CASCADE"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("aliases_by_key", "key_id"),
)

key_tags = Table(
    "key_tags",
    metadata,
    Column("key_id", String(36), ForeignKey("keys.key_id", ondelete="CASCADE"), primary_key=True),
    Column("tag_key", String(128), primary_key=True),
    Column("tag_value", String(128), nullable=False),
)

# One row: opened at every start, so that a wrong root key is found before anything is served.
root_key_check = Table(
    "root_key_check",
    metadata,
    Column("only", Integer, primary_key=True),
    Column("sealed_value", LargeBinary, nullable=False),
)

# One row: counts the writing transactions, so that a cache on another node can tell that it is old.
state_generation = Table(
    "state_generation",
    metadata,
    Column("only", Integer, primary_key=True),
    Column("generation", BigInteger, nullable=False),
)
