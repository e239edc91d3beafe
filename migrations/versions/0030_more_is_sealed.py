"""The chain seals more from here on: officers' accounts and hands, acts by two, bookings, quotes, who left an event.

No table changes. `kiosk migrate` seals the rows of these tables as they are found, once (`kiosk.setup.migration`).
"""

from collections.abc import Sequence

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Nothing of the schema changes."""


def downgrade() -> None:
    """Nothing of the schema changed; what was sealed meanwhile says nothing to an older release."""
