"""What is open of each charge beside it, the word of who pays, and the last entry that keeps the rule of before."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_STANDING = "NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = e.number)"
_GIVEN = (
    "(e.kind = 'gift' AND EXISTS (SELECT 1 FROM entry AS p WHERE p.number = e.number + 1 AND p.group_id = e.group_id"
    " AND p.kind = 'payment' AND NOT EXISTS (SELECT 1 FROM entry AS b WHERE b.reverses = p.number)))"
)
# By the rule until now: an account owes its newest charges, and a gift is settled by its own payment.
_OPEN = f"""
INSERT INTO open_charge (entry_number, open_cents)
SELECT number, CAST(CASE WHEN owed > newer THEN owed - newer ELSE 0 END AS INTEGER)
FROM (
    SELECT e.number AS number, e.amount_cents AS cents, a.balance_cents AS owed,
           sum(e.amount_cents) OVER (
               PARTITION BY e.account_id ORDER BY e.day_on DESC, e.number DESC
               ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
           ) - e.amount_cents AS newer
    FROM entry AS e JOIN account AS a ON a.id = e.account_id
    WHERE e.amount_cents > 0 AND e.kind <> 'reversal' AND {_STANDING} AND NOT {_GIVEN}
) AS charged
WHERE owed - newer < cents
UNION ALL
SELECT e.number, 0 FROM entry AS e WHERE {_STANDING} AND {_GIVEN}
"""


def upgrade() -> None:
    op.create_table(
        "open_charge",
        sa.Column("entry_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("open_cents", sa.Integer(), nullable=False),
        sa.CheckConstraint("open_cents >= 0", name=op.f("ck_open_charge_cents")),
        sa.ForeignKeyConstraint(["entry_number"], ["entry.number"], name=op.f("fk_open_charge_entry_number")),
        sa.PrimaryKeyConstraint("entry_number", name=op.f("pk_open_charge")),
    )
    op.create_table(
        "payment_word",
        sa.Column("payment_entry", sa.Integer(), nullable=False),
        sa.Column("charge_entry", sa.Integer(), nullable=False),
        sa.CheckConstraint("charge_entry < payment_entry", name=op.f("ck_payment_word_order")),
        sa.ForeignKeyConstraint(["payment_entry"], ["entry.number"], name=op.f("fk_payment_word_payment_entry")),
        sa.ForeignKeyConstraint(["charge_entry"], ["entry.number"], name=op.f("fk_payment_word_charge_entry")),
        sa.PrimaryKeyConstraint("payment_entry", "charge_entry", name=op.f("pk_payment_word")),
        sqlite_with_rowid=False,
    )
    op.add_column("home", sa.Column("oldest_first_until", sa.Integer(), server_default="0", nullable=False))
    op.execute("UPDATE home SET oldest_first_until = (SELECT coalesce(max(number), 0) FROM entry)")
    op.execute(_OPEN)


def downgrade() -> None:
    op.drop_column("home", "oldest_first_until")
    op.drop_table("payment_word")
    op.drop_table("open_charge")
