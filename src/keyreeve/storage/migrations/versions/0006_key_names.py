"""Names that keys have beside their aliases."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("keys", sa.Column("name", sa.String(255)))
    op.create_index("keys_by_name", "keys", ["account_id", "name"], unique=True)
