"""What the association calls its own: a row for each language, instead of a column for French and one for English."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ALWAYS = "0001-01-01"  # a first name holds for what was before it, too
NAMED = ("product", "zone", "plan")


def upgrade() -> None:
    op.create_table(
        "name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name")),
    )
    for table in NAMED:
        for language in ("fr", "en"):
            op.execute(
                "INSERT INTO name (kind, code, language, from_on, text)"
                f" SELECT '{table}', code, '{language}', '{ALWAYS}', name_{language} FROM {table} ORDER BY rowid"
            )
            op.drop_column(table, f"name_{language}")
    _words_by_language()
    _member(sa.CheckConstraint("number > 0", name=op.f("ck_member_number")), language="language")


def _words_by_language() -> None:
    op.drop_index(op.f("ix_wording_code"), table_name="wording")
    op.rename_table("wording", "wording_before")
    op.create_table(
        "wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
    )
    op.execute(
        "INSERT INTO wording (code, language, text, actor, made_at)"
        " SELECT code, language, text, actor, made_at FROM ("
        "SELECT id, 0 AS place, code, 'fr' AS language, fr AS text, actor, made_at FROM wording_before"
        " UNION ALL SELECT id, 1, code, 'en', en, actor, made_at FROM wording_before) ORDER BY id, place"
    )
    op.drop_table("wording_before")
    op.create_index(op.f("ix_wording_code"), "wording", ["code"], unique=False)


def _member(*checks: sa.CheckConstraint, language: str) -> None:
    """Make the table of members anew, with other rules for what a language may be."""
    op.create_table(
        "member_anew",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("shown_name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("plan_code", sa.String(), nullable=False),
        sa.Column("zone_id", sa.Integer(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("visible", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("search", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("door_name", sa.String(), server_default="shown", nullable=False),
        sa.Column("larger_text", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("notify", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("insured_until", sa.Date(), nullable=True),
        sa.Column("no_tab", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("pin", sa.String(), nullable=True),
        sa.Column("pin_tries", sa.Integer(), server_default="0", nullable=False),
        *checks,
        sa.ForeignKeyConstraint(["plan_code"], ["plan.code"], name=op.f("fk_member_plan_code")),
        sa.ForeignKeyConstraint(["zone_id"], ["zone.id"], name=op.f("fk_member_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("number", name=op.f("uq_member_number")),
    )
    copied = (
        "email, plan_code, zone_id, joined_on, left_on, visible, phone, search, version, merged_into, door_name,"
        " larger_text, notify, insured_until, no_tab, pin, pin_tries"
    )
    op.execute(
        f"INSERT INTO member_anew (id, number, name, shown_name, language, {copied})"
        f" SELECT id, number, name, shown_name, {language}, {copied} FROM member"
    )
    _take_the_place_of("member")


def _take_the_place_of(table: str) -> None:
    op.drop_table(table)
    op.rename_table(f"{table}_anew", table)


def downgrade() -> None:
    _member(
        sa.CheckConstraint("language IN ('fr', 'en')", name=op.f("ck_member_language")),
        sa.CheckConstraint("number > 0", name=op.f("ck_member_number")),
        language="CASE WHEN language IN ('fr', 'en') THEN language END",
    )
    _words_in_two_columns()
    op.create_table(
        "product_anew",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), server_default="0", nullable=False),
        sa.Column("valid_days", sa.Integer(), nullable=True),
        sa.Column("name_fr", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.CheckConstraint("days >= 0", name=op.f("ck_product_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("code", name=op.f("uq_product_code")),
    )
    _with_names("product", "id, code, kind, unit, days, valid_days")
    op.create_table(
        "zone_anew",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_fr", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("day_product_id", sa.Integer(), nullable=True),
        sa.Column("half_product_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["day_product_id"], ["product.id"], name=op.f("fk_zone_day_product_id")),
        sa.ForeignKeyConstraint(["half_product_id"], ["product.id"], name=op.f("fk_zone_half_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zone")),
        sa.UniqueConstraint("code", name=op.f("uq_zone_code")),
    )
    _with_names("zone", "id, code, day_product_id, half_product_id")
    op.create_table(
        "plan_anew",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_fr", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("zone_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_plan_product_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zone.id"], name=op.f("fk_plan_zone_id")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_plan")),
    )
    _with_names("plan", "code, zone_id, product_id")
    op.drop_table("name")


def _with_names(table: str, copied: str) -> None:
    """What something is called today, in French and in English; where one is missing, in the other, or in any."""

    def called(language: str) -> str:
        return (
            f"(SELECT nullif(text, '') FROM name WHERE kind = '{table}' AND name.code = {table}.code"
            f" AND language = '{language}' ORDER BY id DESC LIMIT 1)"
        )

    in_any = (
        "(SELECT text FROM name WHERE id IN (SELECT max(id) FROM name GROUP BY kind, code, language)"
        f" AND kind = '{table}' AND name.code = {table}.code AND text <> '' ORDER BY id LIMIT 1)"
    )
    fr, en = called("fr"), called("en")
    op.execute(
        f"INSERT INTO {table}_anew ({copied}, name_fr, name_en) SELECT {copied},"
        f" coalesce({fr}, {en}, {in_any}, code), coalesce({en}, {fr}, {in_any}, code) FROM {table}"
    )
    _take_the_place_of(table)


def _words_in_two_columns() -> None:
    """One row for what was written at once: with the words that were in force then, in French and in English."""
    op.drop_index(op.f("ix_wording_code"), table_name="wording")
    op.create_table(
        "wording_anew",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("fr", sa.String(), nullable=False),
        sa.Column("en", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
    )

    def said(language: str) -> str:
        return (
            "(SELECT nullif(text, '') FROM wording AS w WHERE w.code = written.code"
            f" AND w.language = '{language}' AND w.id <= written.last ORDER BY w.id DESC LIMIT 1)"
        )

    fr, en = said("fr"), said("en")
    op.execute(
        "INSERT INTO wording_anew (code, fr, en, actor, made_at)"
        f" SELECT code, coalesce({fr}, {en}, other), coalesce({en}, {fr}, other), actor, made_at FROM ("
        "SELECT code, actor, made_at, max(id) AS last, max(text) AS other FROM wording GROUP BY code, actor, made_at"
        ") AS written ORDER BY last"
    )
    _take_the_place_of("wording")
    op.create_index(op.f("ix_wording_code"), "wording", ["code"], unique=False)
