"""A visit's tap had an id that began with its moment: it gets one that tells nothing. Entries stay as sealed."""

from collections.abc import Sequence

from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("UPDATE visit SET tap_id = randomblob(16)")


def downgrade() -> None:
    """Nothing to take back: any 16 bytes are an id to an older release, too."""
