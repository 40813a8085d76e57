"""A file keeps what it is to be compared with, as it was chosen when the file was found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; files that were found before are compared with nothing."""
    op.add_column("artifacts", sa.Column("beside", sa.LargeBinary(), nullable=True))
