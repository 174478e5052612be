"""Secrets with their versions, stages, tags and rotations; the instances that rotation reaches; service keys."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("keys", sa.Column("service", sa.String(32)))
    _secrets()
    _versions()
    _rotations()


def _of_secret() -> sa.Column[str]:
    owner = sa.ForeignKey("secrets.secret_id", ondelete="CASCADE")
    return sa.Column("secret_id", sa.String(36), owner, primary_key=True)


def _secrets() -> None:
    op.create_table(
        "secrets",
        sa.Column("secret_id", sa.String(36), primary_key=True),
        sa.Column("account_id", sa.String(16), sa.ForeignKey("accounts.account_id"), nullable=False),
        sa.Column("secret_name", sa.String(192), nullable=False),
        sa.Column("secret_type", sa.String(16), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("key_id", sa.String(36), nullable=False),
        sa.Column("key_is_chosen", sa.Boolean, nullable=False),
        sa.Column("extended_config", sa.Text),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.Column("delete_at", sa.BigInteger),
        sa.Column("rotates", sa.Boolean, nullable=False),
        sa.Column("rotation_failed", sa.Boolean, nullable=False),
        sa.Column("rotation_seconds", sa.Integer),
        sa.Column("last_rotated_at", sa.BigInteger),
        sa.Column("next_rotation_at", sa.BigInteger),
        sa.Column("policy", sa.Text),
    )
    op.create_index("secrets_by_name", "secrets", ["account_id", "secret_name"], unique=True)
    op.create_index("secrets_by_account", "secrets", ["account_id", "created_at", "secret_id"])
    op.create_index("secrets_by_delete_at", "secrets", ["delete_at"])
    op.create_index("secrets_by_next_rotation_at", "secrets", ["next_rotation_at"])
    op.create_table(
        "secret_tags",
        _of_secret(),
        sa.Column("tag_key", sa.String(128), primary_key=True),
        sa.Column("tag_value", sa.String(128), nullable=False),
    )


def _versions() -> None:
    op.create_table(
        "secret_versions",
        _of_secret(),
        sa.Column("version_id", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("data_type", sa.String(8), nullable=False),
        sa.Column("wrapped_key", sa.Text, nullable=False),
        sa.Column("sealed_value", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "secret_stages",
        sa.Column("secret_id", sa.String(36), primary_key=True),
        sa.Column("stage", sa.String(64), primary_key=True),
        sa.Column("version_id", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ("secret_id", "version_id"),
            ("secret_versions.secret_id", "secret_versions.version_id"),
            ondelete="CASCADE",
        ),
    )


def _rotations() -> None:
    op.create_table(
        "secret_rotations",
        _of_secret(),
        sa.Column("version_id", sa.String(64), nullable=False),
        sa.Column("phase", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt_at", sa.BigInteger, nullable=False),
        sa.Column("claim", sa.String(36)),
        sa.Column("claimed_until", sa.BigInteger, nullable=False),
    )
    op.create_index("secret_rotations_by_next_attempt_at", "secret_rotations", ["next_attempt_at"])
    op.create_table(
        "secret_rotation_times",
        _of_secret(),
        sa.Column("version_id", sa.String(64), primary_key=True),
        sa.Column("began_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "instances",
        sa.Column("account_id", sa.String(16), sa.ForeignKey("accounts.account_id"), primary_key=True),
        sa.Column("instance_id", sa.String(64), primary_key=True),
        sa.Column("engine", sa.String(16), nullable=False),
        sa.Column("sealed_settings", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
    )
