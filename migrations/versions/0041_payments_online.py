"""Payments that members make online."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from kiosk.store.tables import UtcTime

revision: str = "0041"
down_revision: str | None = "0040"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_STATES = "state IN ('made', 'intended', 'paid', 'refunded', 'expired', 'uncertain')"
_UNIQUE = ("token", "intent", "order_id", "payment", "entry_number")


def upgrade() -> None:
    op.create_table(
        "online_payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.LargeBinary(length=16), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("asked_at", UtcTime(), nullable=True),
        sa.Column("listed_at", UtcTime(), nullable=True),
        sa.Column("intent", sa.String(), nullable=True),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("order_id", sa.String(), nullable=True),
        sa.Column("payment", sa.String(), nullable=True),
        sa.Column("paid_cents", sa.Integer(), nullable=True),
        sa.Column("heard", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("entry_number", sa.Integer(), nullable=True),
        sa.CheckConstraint("cents > 0", name=op.f("ck_online_payment_cents")),
        sa.CheckConstraint(_STATES, name=op.f("ck_online_payment_state")),
        sa.CheckConstraint("state <> 'intended' OR intent IS NOT NULL", name=op.f("ck_online_payment_intent")),
        sa.CheckConstraint("state <> 'paid' OR entry_number IS NOT NULL", name=op.f("ck_online_payment_entry")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_online_payment_account_id")),
        sa.ForeignKeyConstraint(["entry_number"], ["entry.number"], name=op.f("fk_online_payment_entry_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_online_payment")),
        *(sa.UniqueConstraint(name, name=op.f(f"uq_online_payment_{name}")) for name in _UNIQUE),
    )
    op.create_index(op.f("ix_online_payment_account_id"), "online_payment", ["account_id"])
    op.create_index(op.f("ix_online_payment_made_at"), "online_payment", ["made_at"])


def downgrade() -> None:
    op.drop_table("online_payment")
