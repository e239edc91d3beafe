"""The first schema: people, rights, visits, the ledger, the door's log.

The guards of the ledger are no part of it: `kiosk.store.guards` puts them in anew after every migration.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ENTRY_KINDS = (
    "charge",
    "use",
    "payment",
    "refund",
    "reversal",
    "write-off",
    "deposit",
    "count",
    "closing",
    "notice",
)


def upgrade() -> None:
    op.create_table(
        "entry_kind",
        sa.Column("code", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_entry_kind")),
    )
    op.create_table(
        "home",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("home_id", sa.String(), nullable=False),
        sa.Column("training", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_home_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("siren", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("order_reference", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
        sa.UniqueConstraint("name", "valid_from", name=op.f("uq_policy_name_valid_from")),
    )
    op.create_table(
        "product",
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
    op.create_table(
        "tariff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("floor_cents", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.CheckConstraint(
            "cents >= 0 AND (floor_cents IS NULL OR floor_cents BETWEEN 0 AND cents)", name=op.f("ck_tariff_price")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_tariff_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff")),
        sa.UniqueConstraint("product_id", "level", "valid_from", name=op.f("uq_tariff_product_id_level_valid_from")),
    )
    op.create_table(
        "zone",
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
    op.create_table(
        "plan",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_fr", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("zone_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_plan_product_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zone.id"], name=op.f("fk_plan_zone_id")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_plan")),
    )
    op.create_table(
        "member",
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
        sa.CheckConstraint("language IN ('fr', 'en')", name=op.f("ck_member_language")),
        sa.CheckConstraint("number > 0", name=op.f("ck_member_number")),
        sa.ForeignKeyConstraint(["plan_code"], ["plan.code"], name=op.f("fk_member_plan_code")),
        sa.ForeignKeyConstraint(["zone_id"], ["zone.id"], name=op.f("fk_member_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("number", name=op.f("uq_member_number")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("balance_cents", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("(member_id IS NULL) <> (organisation_id IS NULL)", name=op.f("ck_account_one_payer")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_account_member_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_account_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("member_id", name=op.f("uq_account_member_id")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_account_organisation_id")),
    )
    op.create_table(
        "badge",
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("tail", sa.String(length=4), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("lost_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_badge_member_id")),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_badge")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_badge_member_id", "badge", ["member_id"], unique=False)

    op.create_table(
        "chosen_price",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.CheckConstraint("cents >= 0", name=op.f("ck_chosen_price_cents")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_chosen_price_member_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_chosen_price_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chosen_price")),
        sa.UniqueConstraint(
            "member_id", "product_id", "from_on", name=op.f("uq_chosen_price_member_id_product_id_from_on")
        ),
    )
    op.create_table(
        "door_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("tap_id", sa.LargeBinary(length=16), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_door_event_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_event")),
    )
    op.create_index("ix_door_event_at", "door_event", ["at"], unique=False)

    op.create_table(
        "reduced_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("seen_by", sa.String(), nullable=True),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_reduced_grant_period")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_reduced_grant_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reduced_grant")),
    )
    op.create_index("ix_reduced_grant_member_id", "reduced_grant", ["member_id"], unique=False)

    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tap_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("zone_id", sa.Integer(), nullable=False),
        sa.Column("right", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("state", sa.String(), server_default="kept", nullable=False),
        sa.Column("charge_entry", sa.Integer(), nullable=True),
        sa.Column("arrived_at", sa.String(27), nullable=True),
        sa.Column("left_at", sa.String(27), nullable=True),
        sa.Column("host_visit_id", sa.Integer(), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=True),
        sa.CheckConstraint("part IN ('day', 'first-half', 'second-half')", name=op.f("ck_visit_part")),
        sa.CheckConstraint("state IN ('kept', 'undone')", name=op.f("ck_visit_state")),
        sa.CheckConstraint("(host_visit_id IS NULL) = (ordinal IS NULL)", name=op.f("ck_visit_guest")),
        sa.ForeignKeyConstraint(
            ["charge_entry"],
            ["entry.number"],
            name=op.f("fk_visit_charge_entry"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["host_visit_id"], ["visit.id"], name=op.f("fk_visit_host_visit_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_visit_member_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zone.id"], name=op.f("fk_visit_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("charge_entry", name=op.f("uq_visit_charge_entry")),
        sa.UniqueConstraint("host_visit_id", "ordinal", name=op.f("uq_visit_host_visit_id_ordinal")),
        sa.UniqueConstraint("tap_id", name=op.f("uq_visit_tap_id")),
    )
    op.create_index("ix_visit_day_on", "visit", ["day_on"], unique=False)
    op.create_index(
        "ix_visit_undone", "visit", ["member_id", "day_on"], unique=False, sqlite_where=sa.text("state = 'undone'")
    )
    op.create_index(
        "uq_visit_kept_day",
        "visit",
        ["member_id", "day_on"],
        unique=True,
        sqlite_where=sa.text("state = 'kept' AND host_visit_id IS NULL"),
    )

    op.create_table(
        "entry",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("member_number", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(), nullable=True),
        sa.Column("reverses", sa.Integer(), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("text_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("form", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint("(kind = 'reversal') = (reverses IS NOT NULL)", name=op.f("ck_entry_reversal")),
        sa.CheckConstraint("kind <> 'charge' OR amount_cents >= 0", name=op.f("ck_entry_charge")),
        sa.CheckConstraint(
            "kind <> 'payment' OR (amount_cents < 0 AND method IS NOT NULL)", name=op.f("ck_entry_payment")
        ),
        sa.CheckConstraint("kind <> 'use' OR amount_cents = 0", name=op.f("ck_entry_use")),
        sa.CheckConstraint("account_id IS NOT NULL OR amount_cents = 0", name=op.f("ck_entry_account")),
        sa.CheckConstraint("number > 0", name=op.f("ck_entry_number")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_entry_account_id")),
        sa.ForeignKeyConstraint(["kind"], ["entry_kind.code"], name=op.f("fk_entry_kind")),
        sa.ForeignKeyConstraint(["reverses"], ["entry.number"], name=op.f("fk_entry_reverses")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_entry_visit_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_entry")),
        sa.UniqueConstraint("id", name=op.f("uq_entry_id")),
        sa.UniqueConstraint("reverses", name=op.f("uq_entry_reverses")),
    )
    op.create_index("ix_entry_account_id_day_on", "entry", ["account_id", "day_on"], unique=False)
    op.create_index("ix_entry_day_on", "entry", ["day_on"], unique=False)
    op.create_index(
        "ix_entry_visit_id", "entry", ["visit_id"], unique=False, sqlite_where=sa.text("visit_id IS NOT NULL")
    )

    op.create_table(
        "payer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_payer_period")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_payer_account_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_payer_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payer")),
        sa.UniqueConstraint("member_id", "kind", "from_on", name=op.f("uq_payer_member_id_kind_from_on")),
    )
    op.create_table(
        "carnet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("value_cents", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("entry_number", sa.Integer(), nullable=False),
        sa.CheckConstraint("used BETWEEN 0 AND days", name=op.f("ck_carnet_used")),
        sa.ForeignKeyConstraint(["entry_number"], ["entry.number"], name=op.f("fk_carnet_entry_number")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_carnet_member_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_carnet_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carnet")),
    )
    op.create_index("ix_carnet_member_id", "carnet", ["member_id"], unique=False)

    op.create_table(
        "entry_text",
        sa.Column("entry_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["entry_number"], ["entry.number"], name=op.f("fk_entry_text_entry_number")),
        sa.PrimaryKeyConstraint("entry_number", name=op.f("pk_entry_text")),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("entry_number", sa.Integer(), nullable=True),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_membership_period")),
        sa.ForeignKeyConstraint(["entry_number"], ["entry.number"], name=op.f("fk_membership_entry_number")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_membership_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index("ix_membership_member_id_from_on", "membership", ["member_id", "from_on"], unique=False)

    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("entry_number", sa.Integer(), nullable=True),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_subscription_period")),
        sa.ForeignKeyConstraint(["entry_number"], ["entry.number"], name=op.f("fk_subscription_entry_number")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_subscription_member_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_subscription_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
    )
    op.create_index("ix_subscription_member_id_from_on", "subscription", ["member_id", "from_on"], unique=False)

    op.bulk_insert(
        sa.table("entry_kind", sa.column("code", sa.String())),
        [{"code": code} for code in ENTRY_KINDS],
    )


def downgrade() -> None:
    op.drop_table("subscription")
    op.drop_table("membership")
    op.drop_table("entry_text")
    op.drop_table("carnet")
    op.drop_table("payer")
    op.drop_table("entry")
    op.drop_table("visit")
    op.drop_table("reduced_grant")
    op.drop_table("door_event")
    op.drop_table("chosen_price")
    op.drop_table("badge")
    op.drop_table("account")
    op.drop_table("member")
    op.drop_table("plan")
    op.drop_table("zone")
    op.drop_table("tariff")
    op.drop_table("product")
    op.drop_table("policy")
    op.drop_table("organisation")
    op.drop_table("home")
    op.drop_table("entry_kind")
