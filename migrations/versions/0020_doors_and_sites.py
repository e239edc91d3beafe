"""Sites and doors: every visit and every door event is one door's. A home has one site with one door to begin with."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from kiosk.store.tables import UtcTime  # which a server has a domain for

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KEPT = "state = 'kept' AND host_visit_id IS NULL"
_TAKES = "takes IN ('all', 'permanents')"


def upgrade() -> None:
    _add_sites()
    _add_doors()
    _add_words()
    for table in ("visit", "door_event", "desk_request"):
        op.add_column(table, sa.Column("door_id", sa.Integer(), server_default="1", nullable=False))
    op.add_column("visit", sa.Column("day_site", sa.Integer(), server_default="0", nullable=False))
    _one_visit(["member_id", "day_on", "day_site"])
    op.execute("INSERT INTO site (id, name) VALUES (1, '')")
    op.execute("INSERT INTO door (id, name, site_id, takes, actor) VALUES (1, '', 1, 'all', '')")


def downgrade() -> None:
    _one_visit(["member_id", "day_on"])
    op.drop_column("visit", "day_site")
    for table in ("desk_request", "door_event", "visit"):
        op.drop_column(table, "door_id")
    for table in ("tap_conflict", "door_code", "door_word", "door", "site_capacity", "site"):
        op.drop_table(table)


def _one_visit(columns: list[str]) -> None:
    op.drop_index("uq_visit_kept_day", table_name="visit", sqlite_where=sa.text(_KEPT))
    op.create_index("uq_visit_kept_day", "visit", columns, unique=True, sqlite_where=sa.text(_KEPT))


def _add_sites() -> None:
    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("name", name=op.f("uq_site_name")),
    )
    op.create_table(
        "site_capacity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("notice", sa.Integer(), nullable=True),
        sa.Column("legal", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.CheckConstraint("notice > 0", name=op.f("ck_site_capacity_notice")),
        sa.CheckConstraint("legal > 0", name=op.f("ck_site_capacity_legal")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_capacity_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_capacity")),
    )


def _add_doors() -> None:
    op.create_table(
        "door",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("zone_id", sa.Integer(), nullable=True),
        sa.Column("takes", sa.String(), nullable=False),
        sa.Column("key_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("added_on", sa.Date(), nullable=True),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.CheckConstraint(_TAKES, name=op.f("ck_door_takes")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_door_site_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zone.id"], name=op.f("fk_door_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door")),
    )
    op.create_index("uq_door_name", "door", ["name"], unique=True, sqlite_where=sa.text("revoked_on IS NULL"))


def _add_words() -> None:
    op.create_table(
        "door_word",
        sa.Column("door_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("last_entry", sa.Integer(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["door_id"], ["door.id"], name=op.f("fk_door_word_door_id")),
        sa.PrimaryKeyConstraint("door_id", name=op.f("pk_door_word")),
    )
    op.create_table(
        "door_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("zone_id", sa.Integer(), nullable=True),
        sa.Column("takes", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("door_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(_TAKES, name=op.f("ck_door_code_takes")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_door_code_site_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zone.id"], name=op.f("fk_door_code_zone_id")),
        sa.ForeignKeyConstraint(["door_id"], ["door.id"], name=op.f("fk_door_code_door_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_code")),
        sa.UniqueConstraint("digest", name=op.f("uq_door_code_digest")),
    )
    op.create_table(
        "tap_conflict",
        sa.Column("tap_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("door_id", sa.Integer(), nullable=False),
        sa.Column("member_number", sa.Integer(), nullable=True),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=True),
        sa.Column("seen_by", sa.String(), nullable=True),
        sa.CheckConstraint("(seen_on IS NULL) = (seen_by IS NULL)", name=op.f("ck_tap_conflict_seen")),
        sa.PrimaryKeyConstraint("tap_id", name=op.f("pk_tap_conflict")),
    )
