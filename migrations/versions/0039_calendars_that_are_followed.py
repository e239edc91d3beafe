"""What calendars that are read in say of each event, and what waits for a decision."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from kiosk.store.tables import UtcTime

revision: str = "0039"
down_revision: str | None = "0038"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_AGREED = (
    "(agreed_starts_at IS NULL) = (agreed_ends_at IS NULL) AND (agreed_starts_at IS NULL) = (agreed_stands IS NULL)"
)


def upgrade() -> None:
    op.create_table(
        "calendar_occurrence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feed", sa.String(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("recurrence", sa.String(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=True),
        sa.Column("agreed_sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("agreed_starts_at", UtcTime(), nullable=True),
        sa.Column("agreed_ends_at", UtcTime(), nullable=True),
        sa.Column("agreed_title", sa.String(), nullable=True),
        sa.Column("agreed_stands", sa.Boolean(), nullable=True),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("starts_at", UtcTime(), nullable=False),
        sa.Column("ends_at", UtcTime(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_calendar_occurrence_period")),
        sa.CheckConstraint("(why IS NULL) = (asked_on IS NULL)", name=op.f("ck_calendar_occurrence_asked")),
        sa.CheckConstraint(_AGREED, name=op.f("ck_calendar_occurrence_agreed")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_calendar_occurrence_booking_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_calendar_occurrence_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_occurrence")),
        sa.UniqueConstraint(
            "feed", "room_id", "uid", "recurrence", name=op.f("uq_calendar_occurrence_feed_room_id_uid_recurrence")
        ),
    )
    op.create_index(op.f("ix_calendar_occurrence_booking_id"), "calendar_occurrence", ["booking_id"])
    op.create_index(
        "ix_calendar_occurrence_asked",
        "calendar_occurrence",
        ["asked_on"],
        sqlite_where=sa.text("why IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("calendar_occurrence")
