"""Who had a hand in whose account, corrections that wait for a second officer, and the officers' log chained."""

import hashlib
import secrets
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "desk_hand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("confirmed_at", sa.String(27), nullable=True),
        sa.CheckConstraint("user_id <> officer_id", name=op.f("ck_desk_hand_another")),
        sa.CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name=op.f("ck_desk_hand_confirmed")),
        sa.ForeignKeyConstraint(["user_id"], ["desk_user.id"], name=op.f("fk_desk_hand_user_id_desk_user")),
        sa.ForeignKeyConstraint(["officer_id"], ["desk_user.id"], name=op.f("fk_desk_hand_officer_id_desk_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_hand")),
    )
    op.create_index(op.f("ix_desk_hand_user_id"), "desk_hand", ["user_id"], unique=False)
    op.create_table(
        "second_look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("act", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("entry_number", sa.Integer(), nullable=True),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.String(27), nullable=False),
        sa.Column("state", sa.String(), server_default="open", nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.String(27), nullable=True),
        sa.CheckConstraint("kind IN ('reverse', 'refund', 'write-off')", name=op.f("ck_second_look_kind")),
        sa.CheckConstraint("(kind = 'reverse') = (entry_number IS NOT NULL)", name=op.f("ck_second_look_entry")),
        sa.CheckConstraint("state IN ('open', 'done', 'declined', 'withdrawn')", name=op.f("ck_second_look_state")),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name=op.f("ck_second_look_decided")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_second_look_account_id_account")),
        sa.ForeignKeyConstraint(["entry_number"], ["entry.number"], name=op.f("fk_second_look_entry_number_entry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_look")),
        sa.UniqueConstraint("act", name=op.f("uq_second_look_act")),
    )
    op.create_index("ix_second_look_open", "second_look", ["id"], unique=False, sqlite_where=sa.text("state = 'open'"))
    for name in ("salt", "facts", "digest"):
        op.add_column("desk_log", sa.Column(name, sa.LargeBinary(), nullable=True))
    op.create_table(
        "desk_log_start",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_desk_log_start_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_log_start")),
    )
    _chain()


def _chain() -> None:
    """Number the lines that are there without gaps, and chain them: from here on none can be changed unseen."""
    connection = op.get_bind()
    rows = connection.exec_driver_sql("SELECT id, at, actor, act, member_number, what FROM desk_log ORDER BY id").all()
    first = rows[0][0] if rows else 1
    before = bytes(32)
    connection.exec_driver_sql("INSERT INTO desk_log_start (id, line, digest) VALUES (1, ?, ?)", (first - 1, before))
    for line, (old, at, actor, act, member, what) in enumerate(rows, first):
        salt = secrets.token_bytes(16)
        said = f"{'' if member is None else member}\n{what or ''}"
        facts = hashlib.sha256(salt + said.encode()).digest()
        before = hashlib.sha256(before + f"{line}\n{at[:10]}\n{actor}\n{act}\n{facts.hex()}".encode()).digest()
        connection.exec_driver_sql(
            "UPDATE desk_log SET id = ?, salt = ?, facts = ?, digest = ? WHERE id = ?", (line, salt, facts, before, old)
        )


def downgrade() -> None:
    op.drop_table("desk_log_start")
    for name in ("digest", "facts", "salt"):
        op.drop_column("desk_log", name)
    op.drop_table("second_look")
    op.drop_table("desk_hand")
