"""Public keys of pairs, material that was imported, expires or is in a token."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("keys", sa.Column("has_material", sa.Boolean, nullable=False, server_default=sa.true()))
    op.add_column("keys", sa.Column("material_expire_at", sa.BigInteger))
    keys = sa.table("keys", sa.column("has_material", sa.Boolean), sa.column("primary_version_id", sa.String))
    op.execute(keys.update().where(keys.c.primary_version_id.is_(None)).values(has_material=False))
    op.create_index("keys_by_material_expire_at", "keys", ["material_expire_at"])
    with op.batch_alter_table("key_versions") as batch:
        batch.alter_column("sealed_material", existing_type=sa.LargeBinary, nullable=True)
        batch.add_column(sa.Column("public_key", sa.LargeBinary))
        batch.add_column(sa.Column("sealed_fingerprint", sa.LargeBinary))
