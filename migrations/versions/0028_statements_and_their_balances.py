"""What each statement of the bank said of its period and its balances, and which lines are always left aside."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from kiosk.store.tables import UtcTime  # which a server has a domain for

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "bank_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("opening_on", sa.Date(), nullable=True),
        sa.Column("opening_cents", sa.Integer(), nullable=True),
        sa.Column("closing_on", sa.Date(), nullable=True),
        sa.Column("closing_cents", sa.Integer(), nullable=True),
        sa.Column("imported_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statement")),
    )
    op.create_table(
        "bank_aside",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("sign", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_aside")),
    )


def downgrade() -> None:
    op.drop_table("bank_aside")
    op.drop_table("bank_statement")
