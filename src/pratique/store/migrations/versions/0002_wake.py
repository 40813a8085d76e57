"""Messages only wake workers, so none is kept account of; the queue is read in its own order."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop when a job was last sent, and let the index give the lowest lane's oldest job without sorting."""
    op.drop_index("ix_jobs_queue", "jobs")
    op.drop_column("jobs", "sent_at")
    op.create_index("ix_jobs_queue", "jobs", ["state", "lane", "id"], unique=False)
