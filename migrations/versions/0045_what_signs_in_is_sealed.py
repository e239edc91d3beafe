"""What signs officers and members in, the bank's lines, merges and included days are sealed as they are found.

No table changes: what `kiosk migrate` seals at this revision does.
"""

from collections.abc import Sequence

revision: str = "0045"
down_revision: str | None = "0044"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Change nothing: rows are sealed after the migrations."""


def downgrade() -> None:
    """Change nothing: an older release reads what was sealed, and seals no more of it."""
