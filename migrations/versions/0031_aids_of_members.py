"""More contrast and the voice, kept for a member beside larger text."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0031"
down_revision: str | None = "0030"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    for name in ("more_contrast", "voice"):
        op.add_column("member", sa.Column(name, sa.Boolean(), server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    for name in ("voice", "more_contrast"):
        op.drop_column("member", name)
