"""How far the keys of badges' chips are written; the site's keys for doors; badges that replace another."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0033"
down_revision: str | None = "0032"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "badge_chip",
        sa.Column("fingerprint", sa.LargeBinary(32), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("next_version", sa.Integer(), nullable=False),
        sa.Column("maker", sa.LargeBinary(8), nullable=True),
        sa.Column("next_maker", sa.LargeBinary(8), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_badge_chip")),
        sa.CheckConstraint(
            "step IN ('begun', 'door-sent', 'door-set', 'maker-sent', 'written')", name=op.f("ck_badge_chip_step")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "site_key",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("enciphered", sa.LargeBinary(64), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_site_key")),
    )
    op.add_column("badge", sa.Column("replaces", sa.LargeBinary(32), nullable=True))
    op.add_column("desk_request", sa.Column("replaces", sa.LargeBinary(32), nullable=True))
    op.add_column("desk_request", sa.Column("writes", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("desk_request", "writes")
    op.drop_column("desk_request", "replaces")
    op.drop_column("badge", "replaces")
    op.drop_table("site_key")
    op.drop_table("badge_chip")
