"""Skills of members, who asked whom for one, notices with an end, projects born here."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "skill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("search", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_skill_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill")),
        sa.UniqueConstraint("member_id", "search", name=op.f("uq_skill_member_id_search")),
    )
    op.create_table(
        "skill_ask",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("to_member_id", sa.Integer(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.CheckConstraint("member_id <> to_member_id", name=op.f("ck_skill_ask_two")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_skill_ask_member_id")),
        sa.ForeignKeyConstraint(["to_member_id"], ["member.id"], name=op.f("fk_skill_ask_to_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_ask")),
        sa.UniqueConstraint(
            "member_id", "to_member_id", "asked_on", name=op.f("uq_skill_ask_member_id_to_member_id_asked_on")
        ),
    )
    op.create_index(op.f("ix_skill_ask_asked_on"), "skill_ask", ["asked_on"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.CheckConstraint("kind IN ('seeks', 'offers', 'project')", name=op.f("ck_notice_kind")),
        sa.CheckConstraint("until_on >= made_on", name=op.f("ck_notice_period")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_notice_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_member_id"), "notice", ["member_id"], unique=False)
    op.create_index(op.f("ix_notice_until_on"), "notice", ["until_on"], unique=False)
    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("told", sa.String(), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
    )


def downgrade() -> None:
    for table in ("project", "notice", "skill_ask", "skill"):
        op.drop_table(table)
