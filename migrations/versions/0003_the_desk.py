"""The desk: its accounts and log, what it asks of the entrance, what it corrects; files that are found by typing."""

import unicodedata
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _searchable(name: str) -> str:
    """As `kiosk.domain.names` had it at this release."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def upgrade() -> None:
    op.create_table(
        "closed_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_day")),
    )
    op.create_index(op.f("ix_closed_day_day_on"), "closed_day", ["day_on"], unique=False)
    op.create_table(
        "desk_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_attempt")),
    )
    op.create_index(op.f("ix_desk_attempt_at"), "desk_attempt", ["at"], unique=False)
    op.create_index(op.f("ix_desk_attempt_who"), "desk_attempt", ["who"], unique=False)
    op.create_table(
        "desk_session_end",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_desk_session_end")),
    )
    op.create_index(op.f("ix_desk_session_end_at"), "desk_session_end", ["at"], unique=False)
    op.create_table(
        "desk_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("member_number", sa.Integer(), nullable=True),
        sa.Column("what", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_log")),
    )
    op.create_index(op.f("ix_desk_log_at"), "desk_log", ["at"], unique=False)
    op.create_index(op.f("ix_desk_log_member_number"), "desk_log", ["member_number"], unique=False)
    op.create_table(
        "desk_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_desk_role_name")),
    )
    op.create_table(
        "rule_called_off",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.CheckConstraint("kind IN ('policy', 'tariff')", name=op.f("ck_rule_called_off_kind")),
        sa.PrimaryKeyConstraint("kind", "row_id", name=op.f("pk_rule_called_off")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rules_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_rules_revision_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules_revision")),
    )
    op.create_table(
        "wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("fr", sa.String(), nullable=False),
        sa.Column("en", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
    )
    op.create_index(op.f("ix_wording_code"), "wording", ["code"], unique=False)
    op.create_table(
        "declared_category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_declared_category_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_category")),
        sa.UniqueConstraint("member_id", "from_on", name=op.f("uq_declared_category_member_id_from_on")),
    )
    op.create_table(
        "desk_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.Column("done_at", sa.String(27), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.CheckConstraint("(kind = 'enrol') = (member_id IS NOT NULL)", name=op.f("ck_desk_request_member")),
        sa.CheckConstraint("kind IN ('enrol', 'open')", name=op.f("ck_desk_request_kind")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_desk_request_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_request")),
    )
    op.create_index(
        "ix_desk_request_open",
        "desk_request",
        ["kind", "expires_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "desk_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("1"), nullable=False),
        sa.Column("fs_uniquifier", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("tf_primary_method", sa.String(), nullable=True),
        sa.Column("tf_totp_secret", sa.String(), nullable=True),
        sa.Column("mf_recovery_codes", sa.String(), nullable=True),
        sa.Column("fs_webauthn_user_handle", sa.String(), nullable=True),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_desk_user_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_desk_user_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_desk_user_fs_uniquifier")),
        sa.UniqueConstraint("fs_webauthn_user_handle", name=op.f("uq_desk_user_fs_webauthn_user_handle")),
    )
    op.create_table(
        "desk_passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("transports", sa.String(), nullable=True),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(), nullable=False),
        sa.Column("extensions", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("usage", sa.String(), nullable=False),
        sa.Column("create_datetime", sa.String(27), nullable=False),
        sa.Column("lastuse_datetime", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["desk_user.id"], name=op.f("fk_desk_passkey_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_desk_passkey_credential_id")),
    )
    op.create_index(op.f("ix_desk_passkey_user_id"), "desk_passkey", ["user_id"], unique=False)
    op.create_table(
        "desk_user_role",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["desk_role.id"], name=op.f("fk_desk_user_role_role_id")),
        sa.ForeignKeyConstraint(["user_id"], ["desk_user.id"], name=op.f("fk_desk_user_role_user_id")),
        sa.PrimaryKeyConstraint("user_id", "role_id", name=op.f("pk_desk_user_role")),
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("entry_number", sa.Integer(), nullable=True),
        sa.Column("said", sa.String(), nullable=True),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("state", sa.String(), server_default="open", nullable=False),
        sa.Column("decided_at", sa.String(27), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('forgotten', 'error')", name=op.f("ck_correction_kind")),
        sa.CheckConstraint("state IN ('open', 'accepted', 'refused')", name=op.f("ck_correction_state")),
        sa.ForeignKeyConstraint(["entry_number"], ["entry.number"], name=op.f("fk_correction_entry_number")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_correction_member_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_correction_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index(
        "ix_correction_open", "correction", ["day_on"], unique=False, sqlite_where=sa.text("state = 'open'")
    )
    op.create_table(
        "due_act",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("entry_number", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["entry_number"], ["entry.number"], name=op.f("fk_due_act_entry_number")),
        sa.PrimaryKeyConstraint("kind", "subject", "period", name=op.f("pk_due_act")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "file_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("merged_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("moved", sa.String(), nullable=False),
        sa.Column("undone_at", sa.String(27), nullable=True),
        sa.CheckConstraint("kept_id <> merged_id", name=op.f("ck_file_merge_two_files")),
        sa.ForeignKeyConstraint(["kept_id"], ["member.id"], name=op.f("fk_file_merge_kept_id")),
        sa.ForeignKeyConstraint(["merged_id"], ["member.id"], name=op.f("fk_file_merge_merged_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_merge")),
    )
    op.create_index(op.f("ix_file_merge_kept_id"), "file_merge", ["kept_id"], unique=False)
    op.create_table(
        "subscription_pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_subscription_pause_period")),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_subscription_pause_subscription_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription_pause")),
    )
    op.create_index(
        op.f("ix_subscription_pause_subscription_id"), "subscription_pause", ["subscription_id"], unique=False
    )
    op.add_column("member", sa.Column("phone", sa.String(), nullable=True))
    op.add_column("member", sa.Column("search", sa.String(), server_default=sa.text("''"), nullable=False))
    op.add_column("member", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("member", sa.Column("merged_into", sa.Integer(), nullable=True))
    op.add_column("organisation", sa.Column("kind", sa.String(), server_default="company", nullable=False))
    op.create_index(
        "ix_entry_money",
        "entry",
        ["day_on", "method", "amount_cents"],
        unique=False,
        sqlite_where=sa.text("method IS NOT NULL"),
    )
    connection = op.get_bind()
    for number, name in connection.exec_driver_sql("SELECT id, name FROM member").all():
        connection.exec_driver_sql("UPDATE member SET search = ? WHERE id = ?", (_searchable(name), number))
    op.execute("INSERT INTO rules_revision (id, number) VALUES (1, 1)")
    _settle_the_past(connection)


def _settle_the_past(connection: sa.Connection) -> None:
    """Periods of plans were charged by hand until now: what had begun by the last entry's day, or was sold ahead, is
    done, so that no pass of `kiosk due` charges it again.
    """
    last_on, recorded_at = connection.exec_driver_sql("SELECT max(day_on), max(recorded_at) FROM entry").one()
    running = connection.exec_driver_sql(
        "SELECT s.id, s.from_on, p.unit, (SELECT count(*) FROM entry AS e WHERE e.kind = 'charge'"
        " AND e.member_number = m.number AND e.day_on >= s.from_on AND json_extract(e.detail, '$.product') = p.code"
        " AND NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = e.number)) AS sold"
        " FROM subscription AS s JOIN product AS p ON p.id = s.product_id JOIN member AS m ON m.id = s.member_id"
        " WHERE s.entry_number IS NULL AND p.unit IN ('week', 'month', 'year')"
    ).all()
    for subscription, from_on, unit, sold in running:
        start, count = date.fromisoformat(from_on), 0
        while last_on is not None and _begins(start, unit, count).isoformat() <= last_on:
            count += 1
        count = max(count, sold)
        if count:
            period = _begins(start, unit, count - 1).isoformat()
            connection.exec_driver_sql(
                "INSERT INTO due_act (kind, subject, period, done_at) VALUES ('subscription', ?, ?, ?)",
                (subscription, period, recorded_at),
            )


def _begins(start: date, unit: str, number: int) -> date:
    """When a subscription's period begins, counted from 0."""
    if unit == "week":
        return start + timedelta(days=7 * number)
    months = start.year * 12 + start.month - 1 + number * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def downgrade() -> None:
    op.drop_index("ix_entry_money", table_name="entry", sqlite_where=sa.text("method IS NOT NULL"))
    op.drop_column("organisation", "kind")
    op.drop_column("member", "merged_into")
    op.drop_column("member", "version")
    op.drop_column("member", "search")
    op.drop_column("member", "phone")
    op.drop_index(op.f("ix_subscription_pause_subscription_id"), table_name="subscription_pause")
    op.drop_table("subscription_pause")
    op.drop_table("due_act")
    op.drop_index(op.f("ix_file_merge_kept_id"), table_name="file_merge")
    op.drop_table("file_merge")
    op.drop_index("ix_correction_open", table_name="correction", sqlite_where=sa.text("state = 'open'"))
    op.drop_table("correction")
    op.drop_table("desk_user_role")
    op.drop_index(op.f("ix_desk_passkey_user_id"), table_name="desk_passkey")
    op.drop_table("desk_passkey")
    op.drop_table("desk_user")
    op.drop_index("ix_desk_request_open", table_name="desk_request", sqlite_where=sa.text("done_at IS NULL"))
    op.drop_table("desk_request")
    op.drop_table("declared_category")
    op.drop_index(op.f("ix_wording_code"), table_name="wording")
    op.drop_table("wording")
    op.drop_table("rules_revision")
    op.drop_table("rule_called_off")
    op.drop_table("desk_role")
    op.drop_index(op.f("ix_desk_log_member_number"), table_name="desk_log")
    op.drop_index(op.f("ix_desk_log_at"), table_name="desk_log")
    op.drop_table("desk_log")
    op.drop_index(op.f("ix_desk_session_end_at"), table_name="desk_session_end")
    op.drop_table("desk_session_end")
    op.drop_index(op.f("ix_desk_attempt_who"), table_name="desk_attempt")
    op.drop_index(op.f("ix_desk_attempt_at"), table_name="desk_attempt")
    op.drop_table("desk_attempt")
    op.drop_index(op.f("ix_closed_day_day_on"), table_name="closed_day")
    op.drop_table("closed_day")
