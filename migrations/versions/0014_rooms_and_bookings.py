"""Rooms and what holds them: bookings that cannot meet, series, parts of the place that are let, quotes, feeds."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "booking_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("key", sa.LargeBinary(length=16), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_series")),
        sa.UniqueConstraint("key", name=op.f("uq_booking_series_key")),
    )
    op.create_table(
        "privatisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("zone_id", sa.Integer(), nullable=True),
        sa.Column("instead_zone_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.String(27), nullable=False),
        sa.Column("ends_at", sa.String(27), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("places", sa.Integer(), server_default="0", nullable=False),
        sa.Column("permanents", sa.String(), server_default="kept", nullable=False),
        sa.Column("insured_until", sa.Date(), nullable=True),
        sa.Column("told_at", sa.String(27), nullable=True),
        sa.Column("compensated_at", sa.String(27), nullable=True),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("key", sa.LargeBinary(length=16), nullable=True),
        sa.CheckConstraint("permanents IN ('kept', 'banked', 'credited')", name=op.f("ck_privatisation_permanents")),
        sa.CheckConstraint("state IN ('option', 'booked', 'cancelled')", name=op.f("ck_privatisation_state")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_privatisation_period")),
        sa.CheckConstraint("places >= 0", name=op.f("ck_privatisation_places")),
        sa.ForeignKeyConstraint(["instead_zone_id"], ["zone.id"], name=op.f("fk_privatisation_instead_zone_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_privatisation_organisation_id")
        ),
        sa.ForeignKeyConstraint(["zone_id"], ["zone.id"], name=op.f("fk_privatisation_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privatisation")),
        sa.UniqueConstraint("key", name=op.f("uq_privatisation_key")),
    )
    op.create_index(
        "ix_privatisation_held",
        "privatisation",
        ["ends_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('option', 'booked')"),
    )
    op.create_table(
        "room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), server_default="room", nullable=False),
        sa.Column("zone_id", sa.Integer(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("equipment", sa.String(), nullable=True),
        sa.Column("hours", sa.String(), nullable=True),
        sa.Column("setup_minutes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("hour_product_id", sa.Integer(), nullable=True),
        sa.Column("half_product_id", sa.Integer(), nullable=True),
        sa.Column("day_product_id", sa.Integer(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_room_capacity")),
        sa.CheckConstraint("setup_minutes BETWEEN 0 AND 1440", name=op.f("ck_room_setup_minutes")),
        sa.ForeignKeyConstraint(["day_product_id"], ["product.id"], name=op.f("fk_room_day_product_id")),
        sa.ForeignKeyConstraint(["half_product_id"], ["product.id"], name=op.f("fk_room_half_product_id")),
        sa.ForeignKeyConstraint(["hour_product_id"], ["product.id"], name=op.f("fk_room_hour_product_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zone.id"], name=op.f("fk_room_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("code", name=op.f("uq_room_code")),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("shows_titles", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("revoked_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_calendar_feed_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_feed_digest")),
    )
    op.create_table(
        "quote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), server_default="open", nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("lines", sa.String(), nullable=False),
        sa.Column("advance_cents", sa.Integer(), server_default="0", nullable=False),
        sa.Column("caution_cents", sa.Integer(), server_default="0", nullable=False),
        sa.Column("privatisation_id", sa.Integer(), nullable=True),
        sa.Column("caution_entry", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("key", sa.LargeBinary(length=16), nullable=True),
        sa.CheckConstraint("state IN ('open', 'accepted', 'refused', 'expired')", name=op.f("ck_quote_state")),
        sa.CheckConstraint("advance_cents >= 0 AND caution_cents >= 0", name=op.f("ck_quote_sums")),
        sa.ForeignKeyConstraint(["caution_entry"], ["entry.number"], name=op.f("fk_quote_caution_entry")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_quote_organisation_id")),
        sa.ForeignKeyConstraint(["privatisation_id"], ["privatisation.id"], name=op.f("fk_quote_privatisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
        sa.UniqueConstraint("caution_entry", name=op.f("uq_quote_caution_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_quote_key")),
    )
    op.create_index(op.f("ix_quote_organisation_id"), "quote", ["organisation_id"], unique=False)
    op.create_table(
        "booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.String(27), nullable=False),
        sa.Column("ends_at", sa.String(27), nullable=False),
        sa.Column("free_at", sa.String(27), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), server_default="booking", nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("lines", sa.String(), server_default="[]", nullable=False),
        sa.Column("included_minutes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("claimed_at", sa.String(27), nullable=True),
        sa.Column("over_at", sa.String(27), nullable=True),
        sa.Column("settled_at", sa.String(27), nullable=True),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column("privatisation_id", sa.Integer(), nullable=True),
        sa.Column("quote_id", sa.Integer(), nullable=True),
        sa.Column("feed", sa.String(), nullable=True),
        sa.Column("uid", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("key", sa.LargeBinary(length=16), nullable=True),
        sa.CheckConstraint(
            "state IN ('option', 'booked', 'claimed', 'released', 'cancelled')", name=op.f("ck_booking_state")
        ),
        sa.CheckConstraint("ends_at > starts_at AND free_at >= ends_at", name=op.f("ck_booking_period")),
        sa.CheckConstraint("included_minutes >= 0", name=op.f("ck_booking_included")),
        sa.CheckConstraint("member_id IS NULL OR organisation_id IS NULL", name=op.f("ck_booking_one_payer")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_booking_member_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_booking_organisation_id")),
        sa.ForeignKeyConstraint(["privatisation_id"], ["privatisation.id"], name=op.f("fk_booking_privatisation_id")),
        sa.ForeignKeyConstraint(["quote_id"], ["quote.id"], name=op.f("fk_booking_quote_id")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_booking_room_id")),
        sa.ForeignKeyConstraint(["series_id"], ["booking_series.id"], name=op.f("fk_booking_series_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("feed", "uid", "starts_at", name=op.f("uq_booking_feed_uid_starts_at")),
        sa.UniqueConstraint("key", name=op.f("uq_booking_key")),
    )
    op.create_index(
        "ix_booking_held",
        "booking",
        ["room_id", "free_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('option', 'booked', 'claimed')"),
    )
    op.create_index("ix_booking_member_id_day_on", "booking", ["member_id", "day_on"], unique=False)
    op.create_index("ix_booking_starts_at", "booking", ["starts_at"], unique=False)
    op.create_index(
        "ix_booking_unsettled", "booking", ["ends_at"], unique=False, sqlite_where=sa.text("settled_at IS NULL")
    )
    op.create_table(
        "booking_entry",
        sa.Column("entry_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.CheckConstraint("role IN ('charge', 'fee')", name=op.f("ck_booking_entry_role")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_booking_entry_booking_id")),
        sa.ForeignKeyConstraint(["entry_number"], ["entry.number"], name=op.f("fk_booking_entry_entry_number")),
        sa.PrimaryKeyConstraint("entry_number", name=op.f("pk_booking_entry")),
    )
    op.create_index(op.f("ix_booking_entry_booking_id"), "booking_entry", ["booking_id"], unique=False)


def downgrade() -> None:
    # The release before knows neither rooms to sell nor hours: what they were sold by stays, as days of no zone.
    op.execute("UPDATE product SET kind = 'day', unit = replace(unit, 'hour', 'day') WHERE kind = 'room'")
    op.drop_index(op.f("ix_booking_entry_booking_id"), table_name="booking_entry")
    op.drop_table("booking_entry")
    op.drop_index("ix_booking_unsettled", table_name="booking", sqlite_where=sa.text("settled_at IS NULL"))
    op.drop_index("ix_booking_starts_at", table_name="booking")
    op.drop_index("ix_booking_member_id_day_on", table_name="booking")
    op.drop_index(
        "ix_booking_held", table_name="booking", sqlite_where=sa.text("state IN ('option', 'booked', 'claimed')")
    )
    op.drop_table("booking")
    op.drop_index(op.f("ix_quote_organisation_id"), table_name="quote")
    op.drop_table("quote")
    op.drop_table("calendar_feed")
    op.drop_table("room")
    op.drop_index(
        "ix_privatisation_held", table_name="privatisation", sqlite_where=sa.text("state IN ('option', 'booked')")
    )
    op.drop_table("privatisation")
    op.drop_table("booking_series")
