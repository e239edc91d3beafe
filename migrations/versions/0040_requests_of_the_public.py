"""What people ask on the public's pages."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from kiosk.store.tables import UtcTime

revision: str = "0040"
down_revision: str | None = "0037"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_CHECKS = {
    "kind": "kind IN ('visit', 'join', 'room', 'event')",
    "state": "state IN ('unproven', 'waiting', 'done', 'declined', 'cancelled')",
    "proven": "(state = 'unproven') = (proven_at IS NULL)",
    "settled": "(settled_at IS NULL) = (settled_by IS NULL)",
    "room": "kind <> 'room' OR (room_id IS NOT NULL AND ends_at > starts_at)",
    "event": "kind <> 'event' OR event_id IS NOT NULL",
}
_REFERS = {
    name: name.removesuffix("_id") for name in ("room_id", "event_id", "signup_id", "organisation_id", "quote_id")
}


def upgrade() -> None:
    op.create_table(
        "public_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="unproven", nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("client", sa.String(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=True),
        sa.Column("said", sa.String(), nullable=True),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("starts_at", UtcTime(), nullable=True),
        sa.Column("ends_at", UtcTime(), nullable=True),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("signup_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("quote_id", sa.Integer(), nullable=True),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("proven_at", UtcTime(), nullable=True),
        sa.Column("settled_at", UtcTime(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        *(sa.CheckConstraint(words, name=op.f(f"ck_public_request_{name}")) for name, words in _CHECKS.items()),
        *(
            sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_public_request_{name}"))
            for name, other in _REFERS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_request")),
        *(
            sa.UniqueConstraint(name, name=op.f(f"uq_public_request_{name}"))
            for name in ("mark", "signup_id", "quote_id")
        ),
    )
    op.create_index(op.f("ix_public_request_day_on"), "public_request", ["day_on"])
    op.create_index(op.f("ix_public_request_made_at"), "public_request", ["made_at"])


def downgrade() -> None:
    op.drop_table("public_request")
