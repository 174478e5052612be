"""Users, groups, roles, policies; whose an AccessKey is; key policies."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _identities()
    _policies()
    op.add_column("keys", sa.Column("policy", sa.Text))
    with op.batch_alter_table("access_keys") as batch:
        batch.add_column(sa.Column("user_id", sa.String(20)))
        batch.create_foreign_key("access_keys_of_users", "ram_users", ["user_id"], ["user_id"])


def _identities() -> None:
    op.create_table(
        "ram_users",
        sa.Column("user_id", sa.String(20), primary_key=True),
        sa.Column("account_id", sa.String(16), sa.ForeignKey("accounts.account_id"), nullable=False),
        sa.Column("user_name", sa.String(64), nullable=False),
        sa.Column("display_name", sa.Text, nullable=False),
        sa.Column("comments", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ram_users_by_name", "ram_users", ["account_id", "user_name"], unique=True)
    op.create_table(
        "ram_groups",
        sa.Column("group_id", sa.String(20), primary_key=True),
        sa.Column("account_id", sa.String(16), sa.ForeignKey("accounts.account_id"), nullable=False),
        sa.Column("group_name", sa.String(64), nullable=False),
        sa.Column("comments", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ram_groups_by_name", "ram_groups", ["account_id", "group_name"], unique=True)
    op.create_table(
        "ram_members",
        sa.Column("group_id", sa.String(20), sa.ForeignKey("ram_groups.group_id"), primary_key=True),
        sa.Column("user_id", sa.String(20), sa.ForeignKey("ram_users.user_id"), primary_key=True),
        sa.Column("joined_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ram_members_by_user", "ram_members", ["user_id"])
    op.create_table(
        "ram_roles",
        sa.Column("role_id", sa.String(20), primary_key=True),
        sa.Column("account_id", sa.String(16), sa.ForeignKey("accounts.account_id"), nullable=False),
        sa.Column("role_name", sa.String(64), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("trust_policy", sa.Text, nullable=False),
        sa.Column("max_session_seconds", sa.Integer, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ram_roles_by_name", "ram_roles", ["account_id", "role_name"], unique=True)


def _policies() -> None:
    op.create_table(
        "ram_policies",
        sa.Column("account_id", sa.String(16), sa.ForeignKey("accounts.account_id"), primary_key=True),
        sa.Column("policy_name", sa.String(128), primary_key=True),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("default_version", sa.Integer, nullable=False),
        sa.Column("last_version", sa.Integer, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "ram_policy_versions",
        sa.Column("account_id", sa.String(16), primary_key=True),
        sa.Column("policy_name", sa.String(128), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ("account_id", "policy_name"), ("ram_policies.account_id", "ram_policies.policy_name"), ondelete="CASCADE"
        ),
    )
    op.create_table(
        "ram_attachments",
        sa.Column("account_id", sa.String(16), sa.ForeignKey("accounts.account_id"), primary_key=True),
        sa.Column("holder_id", sa.String(20), primary_key=True),
        sa.Column("policy_type", sa.String(8), primary_key=True),
        sa.Column("policy_name", sa.String(128), primary_key=True),
        sa.Column("holder_kind", sa.String(8), nullable=False),
        sa.Column("attached_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ram_attachments_by_policy", "ram_attachments", ["account_id", "policy_type", "policy_name"])
