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
    # For a key that a part of the service made for itself: which part.
    Column("service", String(32)),
    # One of the account's own; absent for a key that nobody named.
    Column("name", String(255)),
    Index("keys_by_account", "account_id", "created_at", "key_id"),
    Index("keys_by_name", "account_id", "name", unique=True),
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

secrets = Table(
    "secrets",
    metadata,
    Column("secret_id", String(36), primary_key=True),
    Column("account_id", String(16), ForeignKey("accounts.account_id"), nullable=False),
    Column("secret_name", String(192), nullable=False),
    Column("secret_type", String(16), nullable=False),
    Column("description", Text, nullable=False),
    # No foreign key: who deletes a key makes what it protects unreadable, and the secrets' rows say so.
    Column("key_id", String(36), nullable=False),
    Column("key_is_chosen", Boolean, nullable=False),
    # What CreateSecret was given, as JSON; absent for Generic.
    Column("extended_config", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("delete_at", BigInteger),
    Column("rotates", Boolean, nullable=False),
    Column("rotation_failed", Boolean, nullable=False),
    Column("rotation_seconds", Integer),
    Column("last_rotated_at", BigInteger),
    Column("next_rotation_at", BigInteger),
    # The secret policy; absent for the default one.
    Column("policy", Text),
    Index("secrets_by_name", "account_id", "secret_name", unique=True),
    Index("secrets_by_account", "account_id", "created_at", "secret_id"),
    Index("secrets_by_delete_at", "delete_at"),
    Index("secrets_by_next_rotation_at", "next_rotation_at"),
)

# The value is encrypted with a data key of its own, and that with the secret's key (docs/formats/secret-values.md).
secret_versions = Table(
    "secret_versions",
    metadata,
    Column("secret_id", String(36), ForeignKey("secrets.secret_id", ondelete="CASCADE"), primary_key=True),
    Column("version_id", String(64), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("data_type", String(8), nullable=False),
    Column("wrapped_key", Text, nullable=False),
    Column("sealed_value", LargeBinary, nullable=False),
)

# A stage marks one version of its secret.
secret_stages = Table(
    "secret_stages",
    metadata,
    Column("secret_id", String(36), primary_key=True),
    Column("stage", String(64), primary_key=True),
    Column("version_id", String(64), nullable=False),
    ForeignKeyConstraint(
        ("secret_id", "version_id"),
        ("secret_versions.secret_id", "secret_versions.version_id"),
        ondelete="CASCADE",
    ),
)

secret_tags = Table(
    "secret_tags",
    metadata,
    Column("secret_id", String(36), ForeignKey("secrets.secret_id", ondelete="CASCADE"), primary_key=True),
    Column("tag_key", String(128), primary_key=True),
    Column("tag_value", String(128), nullable=False),
)

# A rotation on its way: what its version is, how far it has come, and who is at it (docs/adr/0006).
secret_rotations = Table(
    "secret_rotations",
    metadata,
    Column("secret_id", String(36), ForeignKey("secrets.secret_id", ondelete="CASCADE"), primary_key=True),
    Column("version_id", String(64), nullable=False),
    Column("phase", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", BigInteger, nullable=False),
    Column("claim", String(36)),
    Column("claimed_until", BigInteger, nullable=False),
    Index("secret_rotations_by_next_attempt_at", "next_attempt_at"),
)

# When rotations began, for an hour: they are counted.
secret_rotation_times = Table(
    "secret_rotation_times",
    metadata,
    Column("secret_id", String(36), ForeignKey("secrets.secret_id", ondelete="CASCADE"), primary_key=True),
    Column("version_id", String(64), primary_key=True),
    Column("began_at", BigInteger, nullable=False),
)

# What an upload brings is absent until then. `warn_at` is when the log next speaks of the certificate's end.
certificates = Table(
    "certificates",
    metadata,
    Column("certificate_id", String(36), primary_key=True),
    Column("account_id", String(16), ForeignKey("accounts.account_id"), nullable=False),
    Column("spec", String(16), nullable=False),
    Column("protection_level", String(16), nullable=False),
    Column("exportable", Boolean, nullable=False),
    Column("status", String(16), nullable=False),
    Column("subject", Text, nullable=False),
    # A JSON list.
    Column("alternative_names", Text, nullable=False),
    Column("csr", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    # Absent where the key is in a token.
    Column("sealed_private_key", LargeBinary),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("certificate", Text),
    Column("chain", Text),
    Column("issuer", Text),
    Column("serial", Text),
    Column("signature_algorithm", Text),
    Column("subject_key_id", Text),
    Column("not_before", BigInteger),
    Column("not_after", BigInteger),
    Column("warn_at", BigInteger),
    Index("certificates_by_account", "account_id"),
    Index("certificates_by_not_after", "not_after"),
    Index("certificates_by_warn_at", "warn_at"),
)

certificate_tags = Table(
    "certificate_tags",
    metadata,
    Column(
        "certificate_id",
        String(36),
        ForeignKey("certificates.certificate_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("tag_key", String(128), primary_key=True),
    Column("tag_value", String(128), nullable=False),
)

# Where managed secrets' accounts are: hosts and databases, with the login of an administrator.
instances = Table(
    "instances",
    metadata,
    Column("account_id", String(16), ForeignKey("accounts.account_id"), primary_key=True),
    Column("instance_id", String(64), primary_key=True),
    Column("engine", String(16), nullable=False),
    Column("sealed_settings", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
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
