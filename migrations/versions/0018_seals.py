"""Entries that seal what prices, posts and gives rights; the books' own index finds them, too."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BEFORE = (
    "kind IN ('bounce', 'closing', 'count', 'credited', 'declaration', 'document', 'expiry', 'notice', 'remittance')"
)
BOOK_KINDS = BEFORE.replace("'remittance'", "'remittance', 'seal'")


def upgrade() -> None:
    op.execute("INSERT INTO entry_kind (code) VALUES ('seal') ON CONFLICT DO NOTHING")
    _index(BEFORE, BOOK_KINDS)


def downgrade() -> None:
    _index(BOOK_KINDS, BEFORE)
    # Entries of a kind outlive a downgrade, and so does the kind.
    op.execute("DELETE FROM entry_kind WHERE code = 'seal' AND code NOT IN (SELECT kind FROM entry)")


def _index(old: str, new: str) -> None:
    op.drop_index("ix_entry_books", table_name="entry", sqlite_where=sa.text(old))
    op.create_index("ix_entry_books", "entry", ["kind"], unique=False, sqlite_where=sa.text(new))
