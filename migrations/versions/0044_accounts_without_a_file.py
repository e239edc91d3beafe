"""An officer's account names a member's file, or two officers agreed that it has none.

Accounts that are found without a file go on until the office was told of them, and some days more.
"""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from alembic import op

revision: str = "0044"
down_revision: str | None = "0043"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NOT_TOLD = date.max


def upgrade() -> None:
    op.add_column("desk_user", sa.Column("outsider_on", sa.Date(), nullable=True))
    op.add_column("desk_user", sa.Column("outsider_by", sa.String(), nullable=True))
    op.add_column("desk_user", sa.Column("without_file_until", sa.Date(), nullable=True))
    found = sa.table("desk_user", sa.column("member_id"), sa.column("without_file_until", sa.Date()))
    op.execute(found.update().where(found.c.member_id.is_(None)).values(without_file_until=_NOT_TOLD))


def downgrade() -> None:
    for name in ("without_file_until", "outsider_by", "outsider_on"):
        op.drop_column("desk_user", name)
