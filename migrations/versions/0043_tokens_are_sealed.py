"""The tokens of scripts are sealed as they are found, and each yes of an officer with a passkey is signed from here on.

No table changes: what `kiosk migrate` seals at this revision does.
"""

from collections.abc import Sequence

revision: str = "0043"
down_revision: str | None = "0042"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Change nothing: rows are sealed after the migrations."""


def downgrade() -> None:
    """Change nothing: an older release reads what was sealed, and seals no more of it."""
