"""The days that an event includes: whoever has a seat at it pays no day beside it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "included_day",
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_included_day_event_id")),
        sa.PrimaryKeyConstraint("day_on", "event_id", name=op.f("pk_included_day")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_included_day_event_id"), "included_day", ["event_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_included_day_event_id"), table_name="included_day")
    op.drop_table("included_day")
