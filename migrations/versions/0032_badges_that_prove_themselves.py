"""A badge may prove itself: how (ev2), and by which version of the site's key. Badges of before prove nothing."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0032"
down_revision: str | None = "0031"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("badge", sa.Column("proof", sa.String(), nullable=True))
    op.add_column("badge", sa.Column("key_version", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("badge", "key_version")
    op.drop_column("badge", "proof")
