"""Trainings and events: what is planned, who comes, who was there, topics and votes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("about", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("place", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("state", sa.String(), server_default="proposed", nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("is_named", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("is_listed", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("starts_at", sa.String(27), nullable=True),
        sa.Column("ends_at", sa.String(27), nullable=True),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("threshold", sa.Integer(), nullable=True),
        sa.Column("deadline_at", sa.String(27), nullable=True),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("rent_percent", sa.Integer(), server_default="0", nullable=False),
        sa.Column("terms", sa.Integer(), server_default="0", nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.String(27), nullable=False),
        sa.Column("decided_at", sa.String(27), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("key", sa.LargeBinary(16), nullable=True),
        sa.CheckConstraint(
            "kind IN ('training', 'conference', 'round-table', 'workshop', 'unconference')", name=op.f("ck_event_kind")
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'declined') OR (starts_at IS NOT NULL AND terms > 0)", name=op.f("ck_event_planned")
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'declined', 'open', 'held', 'not-held', 'cancelled')", name=op.f("ck_event_state")
        ),
        sa.CheckConstraint(
            "(starts_at IS NULL) = (ends_at IS NULL) AND ends_at > starts_at", name=op.f("ck_event_period")
        ),
        sa.CheckConstraint(
            "(threshold IS NULL) = (deadline_at IS NULL) AND deadline_at <= starts_at", name=op.f("ck_event_deadline")
        ),
        sa.CheckConstraint("places > 0", name=op.f("ck_event_places")),
        sa.CheckConstraint("rent_percent BETWEEN 0 AND 100", name=op.f("ck_event_rent")),
        sa.CheckConstraint(
            "threshold > 0 AND (places IS NULL OR threshold <= places)", name=op.f("ck_event_threshold")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_event_member_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_event_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("key", name=op.f("uq_event_key")),
    )
    op.create_index(op.f("ix_event_starts_at"), "event", ["starts_at"], unique=False)
    op.create_table(
        "topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("hidden_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_topic_event_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_topic_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
    )
    op.create_index(op.f("ix_topic_event_id"), "topic", ["event_id"], unique=False)
    op.create_table(
        "signup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("terms", sa.Integer(), server_default="0", nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("left_at", sa.String(27), nullable=True),
        sa.Column("charge_entry", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "member_id IS NULL OR (name IS NULL AND organisation_id IS NULL)", name=op.f("ck_signup_one_person")
        ),
        sa.ForeignKeyConstraint(["charge_entry"], ["entry.number"], name=op.f("fk_signup_charge_entry")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_signup_event_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_signup_member_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_signup_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signup")),
        sa.UniqueConstraint("charge_entry", name=op.f("uq_signup_charge_entry")),
    )
    op.create_index("ix_signup_event_id_id", "signup", ["event_id", "id"], unique=False)
    op.create_index(op.f("ix_signup_member_id"), "signup", ["member_id"], unique=False)
    op.create_index(
        "uq_signup_standing",
        "signup",
        ["event_id", "member_id"],
        unique=True,
        sqlite_where=sa.text("left_at IS NULL AND member_id IS NOT NULL"),
    )
    op.create_table(
        "topic_vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_topic_vote_member_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_topic_vote_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_vote")),
        sa.UniqueConstraint("topic_id", "member_id", name=op.f("uq_topic_vote_topic_id_member_id")),
    )
    op.create_index(op.f("ix_topic_vote_member_id"), "topic_vote", ["member_id"], unique=False)
    op.create_table(
        "attended_day",
        sa.Column("signup_id", sa.Integer(), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.CheckConstraint("how IN ('tap', 'list', 'absent')", name=op.f("ck_attended_day_how")),
        sa.ForeignKeyConstraint(["signup_id"], ["signup.id"], name=op.f("fk_attended_day_signup_id")),
        sa.PrimaryKeyConstraint("signup_id", "day_on", name=op.f("pk_attended_day")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:

    op.drop_table("attended_day")
    op.drop_index(op.f("ix_topic_vote_member_id"), table_name="topic_vote")
    op.drop_table("topic_vote")
    op.drop_index(
        "uq_signup_standing", table_name="signup", sqlite_where=sa.text("left_at IS NULL AND member_id IS NOT NULL")
    )
    op.drop_index(op.f("ix_signup_member_id"), table_name="signup")
    op.drop_index("ix_signup_event_id_id", table_name="signup")
    op.drop_table("signup")
    op.drop_index(op.f("ix_topic_event_id"), table_name="topic")
    op.drop_table("topic")
    op.drop_index(op.f("ix_event_starts_at"), table_name="event")
    op.drop_table("event")
