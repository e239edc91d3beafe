"""The plan of the premises, own spots and the days on which they are lent, things and loans, registered offices."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _add_spots()
    _add_things()
    _add_offices()


def downgrade() -> None:
    for table in ("registered_office", "office_approval", "loan", "thing", "spot_day", "spot_holder", "spot"):
        op.drop_table(table)


def _add_spots() -> None:
    op.create_table(
        "spot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("x", "y", "wide", "high")),
        sa.Column("gone_on", sa.Date(), nullable=True),
        sa.CheckConstraint("x >= 0 AND y >= 0 AND wide > 0 AND high > 0", name=op.f("ck_spot_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot")),
    )
    op.create_index("uq_spot_label", "spot", ["label"], unique=True, sqlite_where=sa.text("gone_on IS NULL"))
    op.create_table(
        "spot_holder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("spot_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_spot_holder_period")),
        sa.ForeignKeyConstraint(["spot_id"], ["spot.id"], name=op.f("fk_spot_holder_spot_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_spot_holder_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_holder")),
    )
    op.create_index(op.f("ix_spot_holder_spot_id"), "spot_holder", ["spot_id"], unique=False)
    op.create_index(op.f("ix_spot_holder_member_id"), "spot_holder", ["member_id"], unique=False)
    op.create_table(
        "spot_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("spot_id", sa.Integer(), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("taken_id", sa.Integer(), nullable=True),
        sa.Column("counts", sa.Boolean(), nullable=True),
        sa.Column("banked_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("taken_id <> member_id", name=op.f("ck_spot_day_two")),
        sa.CheckConstraint("banked_id IS NULL OR counts", name=op.f("ck_spot_day_banked")),
        sa.ForeignKeyConstraint(["spot_id"], ["spot.id"], name=op.f("fk_spot_day_spot_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_spot_day_member_id")),
        sa.ForeignKeyConstraint(["taken_id"], ["member.id"], name=op.f("fk_spot_day_taken_id")),
        sa.ForeignKeyConstraint(["banked_id"], ["banked_day.id"], name=op.f("fk_spot_day_banked_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_day")),
        sa.UniqueConstraint("spot_id", "day_on", name=op.f("uq_spot_day_spot_id_day_on")),
    )
    op.create_index(op.f("ix_spot_day_day_on"), "spot_day", ["day_on"], unique=False)
    op.create_index(op.f("ix_spot_day_member_id"), "spot_day", ["member_id"], unique=False)
    op.create_index(
        "uq_spot_day_taken",
        "spot_day",
        ["taken_id", "day_on"],
        unique=True,
        sqlite_where=sa.text("taken_id IS NOT NULL"),
    )


def _add_things() -> None:
    op.create_table(
        "thing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("spot_id", sa.Integer(), nullable=True),
        sa.Column("places", sa.Integer(), server_default="1", nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("gone_on", sa.Date(), nullable=True),
        sa.CheckConstraint("places > 0", name=op.f("ck_thing_places")),
        sa.CheckConstraint("minutes > 0 AND days IS NULL OR minutes IS NULL", name=op.f("ck_thing_minutes")),
        sa.CheckConstraint("days > 0", name=op.f("ck_thing_days")),
        sa.ForeignKeyConstraint(["spot_id"], ["spot.id"], name=op.f("fk_thing_spot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thing")),
    )
    op.create_index("uq_thing_label", "thing", ["label"], unique=True, sqlite_where=sa.text("gone_on IS NULL"))
    op.create_table(
        "loan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("from_at", sa.String(length=27), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.String(length=27), nullable=True),
        sa.CheckConstraint("ended_at >= from_at", name=op.f("ck_loan_period")),
        sa.ForeignKeyConstraint(["thing_id"], ["thing.id"], name=op.f("fk_loan_thing_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_loan_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan")),
        sa.UniqueConstraint("key", name=op.f("uq_loan_key")),
    )
    op.create_index(op.f("ix_loan_thing_id"), "loan", ["thing_id"], unique=False)
    op.create_index(op.f("ix_loan_member_id"), "loan", ["member_id"], unique=False)


def _add_offices() -> None:
    op.create_table(
        "office_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_office_approval_period")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_approval")),
    )
    op.create_table(
        "registered_office",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("siren", sa.String(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_registered_office_period")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_registered_office_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registered_office")),
    )
