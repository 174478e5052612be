"""Accounts, keys, aliases and tags."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _accounts()
    _keys()
    _names_of_keys()
    _single_rows()


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("account_id", sa.String(16), primary_key=True),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "access_keys",
        sa.Column("access_key_id", sa.String(64), primary_key=True),
        sa.Column("account_id", sa.String(16), sa.ForeignKey("accounts.account_id"), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )


def _keys() -> None:
    op.create_table(
        "keys",
        sa.Column("key_id", sa.String(36), primary_key=True),
        sa.Column("account_id", sa.String(16), sa.ForeignKey("accounts.account_id"), nullable=False),
        sa.Column("spec", sa.String(32), nullable=False),
        sa.Column("usage", sa.String(32), nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("protection_level", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("delete_at", sa.BigInteger),
        sa.Column("deletion_protected", sa.Boolean, nullable=False),
        sa.Column("deletion_protection_description", sa.Text, nullable=False),
        sa.Column("rotation_seconds", sa.Integer),
        sa.Column("last_rotated_at", sa.BigInteger, nullable=False),
        sa.Column("primary_version_id", sa.String(36)),
    )
    op.create_index("keys_by_account", "keys", ["account_id", "created_at", "key_id"])
    op.create_index("keys_by_delete_at", "keys", ["delete_at"])
    op.create_table(
        "key_versions",
        sa.Column("version_id", sa.String(36), primary_key=True),
        sa.Column("key_id", sa.String(36), sa.ForeignKey("keys.key_id", ondelete="CASCADE"), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("sealed_material", sa.LargeBinary, nullable=False),
    )
    op.create_index("key_versions_by_key", "key_versions", ["key_id", "created_at"])


def _names_of_keys() -> None:
    op.create_table(
        "aliases",
        sa.Column("account_id", sa.String(16), primary_key=True),
        sa.Column("alias_name", sa.String(255), primary_key=True),
        sa.Column("key_id", sa.String(36), sa.ForeignKey("keys.key_id", ondelete="CASCADE"), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_index("aliases_by_key", "aliases", ["key_id"])
    op.create_table(
        "key_tags",
        sa.Column("key_id", sa.String(36), sa.ForeignKey("keys.key_id", ondelete="CASCADE"), primary_key=True),
        sa.Column("tag_key", sa.String(128), primary_key=True),
        sa.Column("tag_value", sa.String(128), nullable=False),
    )


def _single_rows() -> None:
    op.create_table(
        "root_key_check",
        sa.Column("only", sa.Integer, primary_key=True),
        sa.Column("sealed_value", sa.LargeBinary, nullable=False),
    )
    generation = op.create_table(
        "state_generation",
        sa.Column("only", sa.Integer, primary_key=True),
        sa.Column("generation", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(generation, [{"only": 1, "generation": 0}])
