"""The rota of hosting: template, turns, swaps, one-time links, and whether turns earn days."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = "kind IN ('opening', 'hosting', 'cleaning')"
HOURS = "from_minute >= 0 AND until_minute <= 1440 AND from_minute < until_minute"


def upgrade() -> None:
    op.add_column("member", sa.Column("asked_to_host", sa.Boolean(), server_default=sa.text("0"), nullable=False))
    _rota()
    _between_members()
    op.create_table(
        "hosting_reward",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shifts_a_day", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.CheckConstraint("shifts_a_day BETWEEN 0 AND 100", name=op.f("ck_hosting_reward_shifts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hosting_reward")),
    )


def _rota() -> None:
    op.create_table(
        "shift_slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("until_minute", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_shift_slot_weekday")),
        sa.CheckConstraint(KINDS, name=op.f("ck_shift_slot_kind")),
        sa.CheckConstraint(HOURS, name=op.f("ck_shift_slot_hours")),
        sa.CheckConstraint("places BETWEEN 1 AND 9", name=op.f("ck_shift_slot_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_slot")),
    )
    op.create_table(
        "shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("until_minute", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("confirmed", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("declared_minutes", sa.Integer(), nullable=True),
        sa.Column("called_off", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("banked_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_shift_kind")),
        sa.CheckConstraint(HOURS, name=op.f("ck_shift_hours")),
        sa.CheckConstraint("confirmed = (declared_minutes IS NOT NULL)", name=op.f("ck_shift_declared")),
        sa.CheckConstraint("declared_minutes > 0", name=op.f("ck_shift_minutes")),
        sa.CheckConstraint("NOT (confirmed AND called_off)", name=op.f("ck_shift_called_off")),
        sa.ForeignKeyConstraint(["slot_id"], ["shift_slot.id"], name=op.f("fk_shift_slot_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_shift_member_id")),
        sa.ForeignKeyConstraint(["banked_id"], ["banked_day.id"], name=op.f("fk_shift_banked_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
        sa.UniqueConstraint("slot_id", "day_on", "place", name=op.f("uq_shift_slot_id_day_on_place")),
    )
    op.create_index(op.f("ix_shift_day_on"), "shift", ["day_on"], unique=False)
    op.create_index(op.f("ix_shift_member_id"), "shift", ["member_id"], unique=False)


def _between_members() -> None:
    op.create_table(
        "shift_swap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("for_shift_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("to_member_id", sa.Integer(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), server_default="open", nullable=False),
        sa.Column("told", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("state IN ('open', 'agreed', 'refused', 'over')", name=op.f("ck_shift_swap_state")),
        sa.CheckConstraint("shift_id <> for_shift_id AND member_id <> to_member_id", name=op.f("ck_shift_swap_two")),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_shift_swap_shift_id")),
        sa.ForeignKeyConstraint(["for_shift_id"], ["shift.id"], name=op.f("fk_shift_swap_for_shift_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_shift_swap_member_id")),
        sa.ForeignKeyConstraint(["to_member_id"], ["member.id"], name=op.f("fk_shift_swap_to_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_swap")),
    )
    for column in ("shift_id", "for_shift_id", "to_member_id"):
        op.create_index(op.f(f"ix_shift_swap_{column}"), "shift_swap", [column], unique=False)
    op.create_table(
        "shift_link",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("swap_id", sa.Integer(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("used", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("act IN ('take', 'give-up', 'confirm', 'swap')", name=op.f("ck_shift_link_act")),
        sa.CheckConstraint("(act = 'swap') = (swap_id IS NOT NULL)", name=op.f("ck_shift_link_swap")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_shift_link_member_id")),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_shift_link_shift_id")),
        sa.ForeignKeyConstraint(["swap_id"], ["shift_swap.id"], name=op.f("fk_shift_link_swap_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_shift_link")),
    )
    op.create_index(op.f("ix_shift_link_until_on"), "shift_link", ["until_on"], unique=False)


def downgrade() -> None:
    for table in ("hosting_reward", "shift_link", "shift_swap", "shift", "shift_slot"):
        op.drop_table(table)
    op.drop_column("member", "asked_to_host")
