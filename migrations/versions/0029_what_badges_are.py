"""Which product a badge is; and the badge that was tapped for a member, until the desk confirms it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("badge", sa.Column("product", sa.String(), nullable=True))
    op.add_column("desk_request", sa.Column("badge_mark", sa.LargeBinary(length=32), nullable=True))
    op.add_column("desk_request", sa.Column("badge_bytes", sa.Integer(), nullable=True))
    op.add_column("desk_request", sa.Column("product", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("desk_request", "product")
    op.drop_column("desk_request", "badge_bytes")
    op.drop_column("desk_request", "badge_mark")
    op.drop_column("badge", "product")
