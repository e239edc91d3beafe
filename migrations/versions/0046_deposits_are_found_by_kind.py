"""Deposits and write-offs are found by their kind, as the books' own entries are.

Each look at a month's money asked for them, and read all entries. No tap writes any.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0046"
down_revision: str | None = "0045"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BEFORE = (
    "kind IN ('appropriation', 'bounce', 'closing', 'count', 'credited', 'declaration', 'document', 'expiry', 'gift',"
    " 'notice', 'opening', 'remittance', 'seal')"
)
BOOK_KINDS = (
    "kind IN ('appropriation', 'bounce', 'closing', 'count', 'credited', 'declaration', 'deposit', 'document',"
    " 'expiry', 'gift', 'notice', 'opening', 'remittance', 'seal', 'write-off')"
)


def upgrade() -> None:
    """Make the index anew."""
    _index(BEFORE, BOOK_KINDS)


def downgrade() -> None:
    """Make the index as it was."""
    _index(BOOK_KINDS, BEFORE)


def _index(old: str, new: str) -> None:
    op.drop_index("ix_entry_books", table_name="entry", sqlite_where=sa.text(old))
    op.create_index("ix_entry_books", "entry", ["kind"], unique=False, sqlite_where=sa.text(new))
