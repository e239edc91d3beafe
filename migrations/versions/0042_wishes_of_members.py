"""What members wish to be mailed, that they ask to be erased, and whose request a joining takes over."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0042"
down_revision: str | None = "0041"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MAILS = ("mails_events", "mails_swaps", "mails_people")


def upgrade() -> None:
    for name in _MAILS:
        op.add_column("member", sa.Column(name, sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("member", sa.Column("erasure_asked_on", sa.Date(), nullable=True))
    op.add_column("joining", sa.Column("request_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("joining", "request_id")
    op.drop_column("member", "erasure_asked_on")
    for name in reversed(_MAILS):
        op.drop_column("member", name)
