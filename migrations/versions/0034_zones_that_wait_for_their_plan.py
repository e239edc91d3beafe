"""A member's zone until their other plan begins, and its first day; the price that was named for it; a file's note."""

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
    op.add_column("member", sa.Column("note", sa.String(), nullable=True))
    op.add_column("subscription", sa.Column("agreed_cents", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("subscription", "agreed_cents")
    op.drop_column("member", "note")
    op.drop_column("member", "zone_from_on")
    op.drop_column("member", "zone_before_id")
