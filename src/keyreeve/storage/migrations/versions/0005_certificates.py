"""Certificates with their private keys, and their tags."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "certificates",
        sa.Column("certificate_id", sa.String(36), primary_key=True),
        sa.Column("account_id", sa.String(16), sa.ForeignKey("accounts.account_id"), nullable=False),
        sa.Column("spec", sa.String(16), nullable=False),
        sa.Column("protection_level", sa.String(16), nullable=False),
        sa.Column("exportable", sa.Boolean, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("alternative_names", sa.Text, nullable=False),
        sa.Column("csr", sa.Text, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sealed_private_key", sa.LargeBinary),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
        sa.Column("certificate", sa.Text),
        sa.Column("chain", sa.Text),
        sa.Column("issuer", sa.Text),
        sa.Column("serial", sa.Text),
        sa.Column("signature_algorithm", sa.Text),
        sa.Column("subject_key_id", sa.Text),
        sa.Column("not_before", sa.BigInteger),
        sa.Column("not_after", sa.BigInteger),
        sa.Column("warn_at", sa.BigInteger),
    )
    op.create_index("certificates_by_account", "certificates", ["account_id"])
    op.create_index("certificates_by_not_after", "certificates", ["not_after"])
    op.create_index("certificates_by_warn_at", "certificates", ["warn_at"])
    _tags()


def _tags() -> None:
    owner = sa.ForeignKey("certificates.certificate_id", ondelete="CASCADE")
    op.create_table(
        "certificate_tags",
        sa.Column("certificate_id", sa.String(36), owner, primary_key=True),
        sa.Column("tag_key", sa.String(128), primary_key=True),
        sa.Column("tag_value", sa.String(128), nullable=False),
    )
