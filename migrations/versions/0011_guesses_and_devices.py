"""Signing in remembers which codes were used, and in which browsers an officer has signed in."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "desk_used_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_used_code")),
        sa.UniqueConstraint("secret", "counter", name=op.f("uq_desk_used_code_secret_counter")),
    )
    op.create_index(op.f("ix_desk_used_code_at"), "desk_used_code", ["at"], unique=False)
    op.create_table(
        "desk_device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.String(27), nullable=False),
        sa.Column("seen_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["desk_user.id"], name=op.f("fk_desk_device_user_id_desk_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_device")),
        sa.UniqueConstraint("digest", "user_id", name=op.f("uq_desk_device_digest_user_id")),
    )
    op.create_index(op.f("ix_desk_device_user_id"), "desk_device", ["user_id"], unique=False)
    op.create_index(op.f("ix_desk_device_seen_at"), "desk_device", ["seen_at"], unique=False)


def downgrade() -> None:
    op.drop_table("desk_device")
    op.drop_table("desk_used_code")
