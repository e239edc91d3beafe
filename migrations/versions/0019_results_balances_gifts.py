"""Entries for an assembly's vote on a result, for balances taken over from another program, and for gifts."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BEFORE = (
    "kind IN ('bounce', 'closing', 'count', 'credited', 'declaration', 'document', 'expiry', 'notice', 'remittance',"
    " 'seal')"
)
BOOK_KINDS = (
    "kind IN ('appropriation', 'bounce', 'closing', 'count', 'credited', 'declaration', 'document', 'expiry', 'gift',"
    " 'notice', 'opening', 'remittance', 'seal')"
)
NEW = ("appropriation", "gift", "opening")


def upgrade() -> None:
    for code in NEW:
        op.execute(f"INSERT INTO entry_kind (code) VALUES ('{code}') ON CONFLICT DO NOTHING")
    _index(BEFORE, BOOK_KINDS)


def downgrade() -> None:
    _index(BOOK_KINDS, BEFORE)
    for code in NEW:  # entries of a kind outlive a downgrade, and so does the kind
        op.execute(f"DELETE FROM entry_kind WHERE code = '{code}' AND code NOT IN (SELECT kind FROM entry)")


def _index(old: str, new: str) -> None:
    op.drop_index("ix_entry_books", table_name="entry", sqlite_where=sa.text(old))
    op.create_index("ix_entry_books", "entry", ["kind"], unique=False, sqlite_where=sa.text(new))
