"""The tables. Times are milliseconds since 1970 in UTC; secret values are sealed (docs/formats/sealed-values.md)."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    true,
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
    # Absent for the AccessKeys of the account itself.
    Column("user_id", String(20), ForeignKey("ram_users.user_id")),
)

ram_users = Table(
    "ram_users",
    metadata,
    Column("user_id", String(20), primary_key=True),
    Column("account_id", String(16), ForeignKey("accounts.account_id"), nullable=False),
    Column("user_name", String(64), nullable=False),
    Column("display_name", Text, nullable=False),
    Column("comments", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("ram_users_by_name", "account_id", "user_name", unique=True),
)

ram_groups = Table(
    "ram_groups",
    metadata,
    Column("group_id", String(20), primary_key=True),
    Column("account_id", String(16), ForeignKey("accounts.account_id"), nullable=False),
    Column("group_name", String(64), nullable=False),
    Column("comments", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("ram_groups_by_name", "account_id", "group_name", unique=True),
)

ram_members = Table(
    "ram_members",
    metadata,
    Column("group_id", String(20), ForeignKey("ram_groups.group_id"), primary_key=True),
    Column("user_id", String(20), ForeignKey("ram_users.user_id"), primary_key=True),
    Column("joined_at", BigInteger, nullable=False),
    Index("ram_members_by_user", "user_id"),
)

ram_roles = Table(
    "ram_roles",
    metadata,
    Column("role_id", String(20), primary_key=True),
    Column("account_id", String(16), ForeignKey("accounts.account_id"), nullable=False),
    Column("role_name", String(64), nullable=False),
    Column("description", Text, nullable=False),
    Column("trust_policy", Text, nullable=False),
    Column("max_session_seconds", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("ram_roles_by_name", "account_id", "role_name", unique=True),
)

ram_policies = Table(
    "ram_policies",
    metadata,
    Column("account_id", String(16), ForeignKey("accounts.account_id"), primary_key=True),
    Column("policy_name", String(128), primary_key=True),
    Column("description", Text, nullable=False),
    Column("default_version", Integer, nullable=False),
    Column("last_version", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

ram_policy_versions = Table(
    "ram_policy_versions",
    metadata,
    Column("account_id", String(16), primary_key=True),
    Column("policy_name", String(128), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("document", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    ForeignKeyConstraint(
        ("account_id", "policy_name"), ("ram_policies.account_id", "ram_policies.policy_name"), ondelete="CASCADE"
    ),
)

# `holder_id` is the id of a user, a group or a role; policies of type System are in the code.
ram_attachments = Table(
    "ram_attachments",
    metadata,
    Column("account_id", String(16), ForeignKey("accounts.account_id"), primary_key=True),
    Column("holder_id", String(20), primary_key=True),
    Column("policy_type", String(8), primary_key=True),
    Column("policy_name", String(128), primary_key=True),
    Column("holder_kind", String(8), nullable=False),
    Column("attached_at", BigInteger, nullable=False),
    Index("ram_attachments_by_policy", "account_id", "policy_type", "policy_name"),
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
    Column("has_material", Boolean, nullable=False, server_default=true()),
    Column("material_expire_at", BigInteger),
    # The key policy; absent for the default one.
    Column("policy", Text),
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
