"""First second factors of officers' accounts, which wait for another officer to confirm whose they are."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from kiosk.store.tables import UtcTime  # which a server has a domain for

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "desk_first_factor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("confirmed_at", UtcTime(), nullable=True),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL)", name=op.f("ck_desk_first_factor_confirmed")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["desk_user.id"], name=op.f("fk_desk_first_factor_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_first_factor")),
    )
    op.create_index(op.f("ix_desk_first_factor_user_id"), "desk_first_factor", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_table("desk_first_factor")
