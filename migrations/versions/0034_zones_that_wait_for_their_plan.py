"""A member's zone until their other plan begins, and the day on which it does."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0034"
down_revision: str | None = "0033"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("member", sa.Column("zone_before_id", sa.Integer(), nullable=True))
    op.add_column("member", sa.Column("zone_from_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("member", "zone_from_on")
    op.drop_column("member", "zone_before_id")
