"""Defines the records as typed tables. The migrations make the schema; a test compares the two.

What has a price or a rule is a dated row that is never rewritten. Entries and what guards them: `kiosk.store.guards`.
"""

from datetime import UTC, date, datetime
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, TypedColumns
from sqlalchemy.schema import SchemaItem

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcTime(sa.types.TypeDecorator[datetime]):
    """A moment in UTC as ISO 8601 text of one length, so that it sorts, seals and reads as it is stored."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        """Aware datetime to text."""
        return None if value is None else text_of(value)

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> datetime | None:
        """Text to aware datetime."""
        return None if value is None else datetime.fromisoformat(value)


def text_of(at: datetime) -> str:
    """An aware datetime as the database and the chain write it: `2026-11-25T07:52:03.000000Z`."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


_ColumnsT = TypeVar("_ColumnsT", bound=TypedColumns)


def table(
    name: str, columns: type[_ColumnsT], *further: SchemaItem, sqlite_with_rowid: bool = True
) -> Table[_ColumnsT]:
    """Return a table with the very columns that a class of its own says.

    Given the class, SQLAlchemy would read the annotation of each column and copy it: a third of the time that a table
    takes at the start, and memory for columns that are never used.
    """
    own = {key: column for key, column in vars(columns).items() if isinstance(column, Column)}
    for key, column in own.items():
        column.key = column.name = key
    made = Table(name, metadata, *own.values(), *further, sqlite_with_rowid=sqlite_with_rowid)
    return cast(Table[_ColumnsT], made)


def _code(*, primary_key: bool = False) -> Column[str]:
    return Column(String, primary_key=primary_key, nullable=False)


def _id() -> Column[int]:
    return Column(Integer, primary_key=True)


class HomeColumns(TypedColumns):
    """The one row that says which home this is, and whether it is a training one.

    Entries up to `oldest_first_until` were written when payments settled the oldest charge first, and nothing else.
    """

    id: Column[int] = _id()
    home_id: Column[str] = Column(String, nullable=False)
    training: Column[bool] = Column(sa.Boolean, nullable=False)
    created_at: Column[datetime] = Column(UtcTime, nullable=False)
    oldest_first_until: Column[int] = Column(Integer, nullable=False, server_default="0")


home = table("home", HomeColumns, sa.CheckConstraint("id = 1", name="single"))


class ProductColumns(TypedColumns):
    """What is sold, by a unit. `days` and `valid_days` are a carnet's."""

    id: Column[int] = _id()
    code: Column[str] = Column(String, nullable=False, unique=True)
    kind: Column[str] = _code()
    unit: Column[str] = _code()
    days: Column[int] = Column(Integer, nullable=False, server_default="0")
    valid_days: Column[int | None] = Column(Integer, nullable=True)


product = table("product", ProductColumns, sa.CheckConstraint("days >= 0", name="days"))


class TariffColumns(TypedColumns):
    """A product's price from a day on, at a level. With a floor the price is free and `cents` is what is suggested."""

    id: Column[int] = _id()
    product_id: Column[int] = Column(Integer, ForeignKey("product.id"), nullable=False)
    level: Column[str] = _code()
    valid_from: Column[date] = Column(sa.Date, nullable=False)
    cents: Column[int] = Column(Integer, nullable=False)
    floor_cents: Column[int | None] = Column(Integer, nullable=True)
    decided_by: Column[str | None] = Column(String, nullable=True)


tariff = table(
    "tariff",
    TariffColumns,
    sa.UniqueConstraint("product_id", "level", "valid_from"),
    sa.CheckConstraint("cents >= 0 AND (floor_cents IS NULL OR floor_cents BETWEEN 0 AND cents)", name="price"),
)


class PolicyColumns(TypedColumns):
    """One rule of the association from a day on. `value` is JSON."""

    id: Column[int] = _id()
    name: Column[str] = _code()
    valid_from: Column[date] = Column(sa.Date, nullable=False)
    value: Column[str] = Column(String, nullable=False)
    decided_by: Column[str | None] = Column(String, nullable=True)


policy = table("policy", PolicyColumns, sa.UniqueConstraint("name", "valid_from"))


class ZoneColumns(TypedColumns):
    """Part of the space. Without a day product, being there costs nothing."""

    id: Column[int] = _id()
    code: Column[str] = Column(String, nullable=False, unique=True)
    day_product_id: Column[int | None] = Column(Integer, ForeignKey("product.id"), nullable=True)
    half_product_id: Column[int | None] = Column(Integer, ForeignKey("product.id"), nullable=True)


zone = table("zone", ZoneColumns)


class PlanColumns(TypedColumns):
    """How a member uses the space: the zone they usually take, and what they subscribe to."""

    code: Column[str] = _code(primary_key=True)
    zone_id: Column[int] = Column(Integer, ForeignKey("zone.id"), nullable=False)
    product_id: Column[int | None] = Column(Integer, ForeignKey("product.id"), nullable=True)


plan = table("plan", PlanColumns)


class NameColumns(TypedColumns):
    """What something of a kind (a product, a zone, a plan) is called in a language from a day on. A language's newest
    row counts; an empty one takes its name back.
    """

    id: Column[int] = _id()
    kind: Column[str] = _code()
    code: Column[str] = _code()
    language: Column[str] = _code()
    from_on: Column[date] = Column(sa.Date, nullable=False)
    text: Column[str] = Column(String, nullable=False)


name = table("name", NameColumns)


class MemberColumns(TypedColumns):
    """A person of the association, under a number that is never given again.

    `search` is the name without accents and case; `version` grows with each change of the file; a file `merged_into`
    another one of the same person stays as a pointer. `door_name` says which name the door greets with; with
    `hides_sums` their account shows its amounts only when they are touched; with `asked_to_host` they want a mail when
    hosting shifts are free; `mails_events`, `mails_swaps` and `mails_people` are the same wish for events, swaps of
    shifts, and other members' questions and answers; on `erasure_asked_on` they asked for this file to be erased, and
    have no answer yet; `pin` is the hash of a code for a forgotten badge, `pin_tries` how many wrong ones in a row were
    typed for it. Until `insured_until` a certificate of insurance holds that was seen. With `no_tab` nothing is put on
    their account at the door that is not paid in advance; why is not written: under 18, or because the desk says so.
    Since `erased_on` the number is all that is left. Before `zone_from_on` they take the zone `zone_before_id`: their
    plan begins on that day. `note` is the office's, for the officers and hosts; the member reads it in their own data.
    """

    id: Column[int] = _id()
    number: Column[int] = Column(Integer, nullable=False, unique=True)
    name: Column[str] = Column(String, nullable=False)
    shown_name: Column[str] = Column(String, nullable=False)
    door_name: Column[str] = Column(String, nullable=False, server_default="shown")
    larger_text: Column[bool] = Column(sa.Boolean, nullable=False, server_default=sa.false())
    notify: Column[bool] = Column(sa.Boolean, nullable=False, server_default=sa.false())
    hides_sums: Column[bool] = Column(sa.Boolean, nullable=False, server_default=sa.false())
    asked_to_host: Column[bool] = Column(sa.Boolean, nullable=False, server_default=sa.false())
    insured_until: Column[date | None] = Column(sa.Date, nullable=True)
    no_tab: Column[bool] = Column(sa.Boolean, nullable=False, server_default=sa.false())
    pin: Column[str | None] = Column(String, nullable=True)
    pin_tries: Column[int] = Column(Integer, nullable=False, server_default="0")
    language: Column[str | None] = Column(String, nullable=True)
    email: Column[str | None] = Column(String, nullable=True)
    plan_code: Column[str] = Column(String, ForeignKey("plan.code"), nullable=False)
    zone_id: Column[int] = Column(Integer, ForeignKey("zone.id"), nullable=False)
    joined_on: Column[date] = Column(sa.Date, nullable=False)
    left_on: Column[date | None] = Column(sa.Date, nullable=True)
    visible: Column[bool] = Column(sa.Boolean, nullable=False, server_default=sa.false())
    phone: Column[str | None] = Column(String, nullable=True)
    search: Column[str] = Column(String, nullable=False, server_default=sa.text("''"))
    version: Column[int] = Column(Integer, nullable=False, server_default="1")
    merged_into: Column[int | None] = Column(Integer, nullable=True)
    erased_on: Column[date | None] = Column(sa.Date, nullable=True)
    more_contrast: Column[bool] = Column(sa.Boolean, nullable=False, server_default=sa.false())
    voice: Column[bool] = Column(sa.Boolean, nullable=False, server_default=sa.false())
    zone_before_id: Column[int | None] = Column(Integer, nullable=True)
    zone_from_on: Column[date | None] = Column(sa.Date, nullable=True)
    note: Column[str | None] = Column(String, nullable=True)
    mails_events: Column[bool] = Column(sa.Boolean, nullable=False, server_default=sa.true())
    mails_swaps: Column[bool] = Column(sa.Boolean, nullable=False, server_default=sa.true())
    mails_people: Column[bool] = Column(sa.Boolean, nullable=False, server_default=sa.true())
    erasure_asked_on: Column[date | None] = Column(sa.Date, nullable=True)


member = table(
    "member",
    MemberColumns,
    sa.CheckConstraint("number > 0", name="number"),
)


class OrganisationColumns(TypedColumns):
    """A payer that is no person."""

    id: Column[int] = _id()
    name: Column[str] = Column(String, nullable=False)
    siren: Column[str | None] = Column(String, nullable=True)
    address: Column[str | None] = Column(String, nullable=True)
    order_reference: Column[str | None] = Column(String, nullable=True)
    kind: Column[str] = Column(String, nullable=False, server_default="company")
    siret: Column[str | None] = Column(String, nullable=True)
    vat_number: Column[str | None] = Column(String, nullable=True)
    service_code: Column[str | None] = Column(String, nullable=True)
    is_public: Column[bool] = Column(sa.Boolean, nullable=False, server_default=sa.false())
    email: Column[str | None] = Column(String, nullable=True)
    language: Column[str | None] = Column(String, nullable=True)


organisation = table("organisation", OrganisationColumns)


class AccountColumns(TypedColumns):
    """What a payer owes: the sum of its entries, written with them and recomputed by `kiosk verify`."""

    id: Column[int] = _id()
    member_id: Column[int | None] = Column(Integer, ForeignKey("member.id"), nullable=True, unique=True)
    organisation_id: Column[int | None] = Column(Integer, ForeignKey("organisation.id"), nullable=True, unique=True)
    balance_cents: Column[int] = Column(Integer, nullable=False, server_default="0")


account = table(
    "account",
    AccountColumns,
    sa.CheckConstraint("(member_id IS NULL) <> (organisation_id IS NULL)", name="one_payer"),
)


class PayerColumns(TypedColumns):
    """Which account pays a kind of product for a member, dated. Without a row the member's own does."""

    id: Column[int] = _id()
    member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False)
    kind: Column[str] = _code()
    account_id: Column[int] = Column(Integer, ForeignKey("account.id"), nullable=False)
    from_on: Column[date] = Column(sa.Date, nullable=False)
    until_on: Column[date | None] = Column(sa.Date, nullable=True)


payer = table(
    "payer",
    PayerColumns,
    sa.UniqueConstraint("member_id", "kind", "from_on"),
    sa.CheckConstraint("until_on >= from_on", name="period"),
)


class BadgeColumns(TypedColumns):
    """A badge by its keyed hash and last two bytes. It is active until it is declared lost.

    With a last day it was given at the screen to a new member, until the desk confirms it. `product` is what it is,
    where a reader asked it. With a `proof` (ev2) it opens only if it proves itself, by the site's key of `key_version`.
    It `replaces` a badge of before, which opens until this one is tapped, once.
    """

    fingerprint: Column[bytes] = Column(LargeBinary(32), primary_key=True)
    member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False, index=True)
    tail: Column[str] = Column(String(4), nullable=False)
    given_on: Column[date] = Column(sa.Date, nullable=False)
    lost_on: Column[date | None] = Column(sa.Date, nullable=True)
    until_on: Column[date | None] = Column(sa.Date, nullable=True)
    product: Column[str | None] = Column(String, nullable=True)
    proof: Column[str | None] = Column(String, nullable=True)
    key_version: Column[int | None] = Column(Integer, nullable=True)
    replaces: Column[bytes | None] = Column(LargeBinary(32), nullable=True)


badge = table("badge", BadgeColumns, sqlite_with_rowid=False)


class MembershipColumns(TypedColumns):
    """The period that a fee covers. It stands as long as the entry of its sale is not reversed."""

    id: Column[int] = _id()
    member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False)
    from_on: Column[date] = Column(sa.Date, nullable=False)
    until_on: Column[date] = Column(sa.Date, nullable=False)
    entry_number: Column[int | None] = Column(Integer, ForeignKey("entry.number"), nullable=True)


membership = table(
    "membership",
    MembershipColumns,
    sa.CheckConstraint("until_on >= from_on", name="period"),
    sa.Index("ix_membership_member_id_from_on", "member_id", "from_on"),
)


class SubscriptionColumns(TypedColumns):
    """Days that a plan covers. Without an end it runs until it is ended, whatever is charged for it when. With
    `agreed_cents` its first period costs no more: so much was named to its member.
    """

    id: Column[int] = _id()
    member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False)
    product_id: Column[int] = Column(Integer, ForeignKey("product.id"), nullable=False)
    from_on: Column[date] = Column(sa.Date, nullable=False)
    until_on: Column[date | None] = Column(sa.Date, nullable=True)
    entry_number: Column[int | None] = Column(Integer, ForeignKey("entry.number"), nullable=True)
    agreed_cents: Column[int | None] = Column(Integer, nullable=True)


subscription = table(
    "subscription",
    SubscriptionColumns,
    sa.CheckConstraint("until_on >= from_on", name="period"),
    sa.Index("ix_subscription_member_id_from_on", "member_id", "from_on"),
)


class CarnetColumns(TypedColumns):
    """Days bought together. `used` follows the use entries, `expired` the expiry ones; `value_cents` is one day's worth
    without its VAT: what it moves from what was paid in advance to income.
    """

    id: Column[int] = _id()
    member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False, index=True)
    product_id: Column[int] = Column(Integer, ForeignKey("product.id"), nullable=False)
    days: Column[int] = Column(Integer, nullable=False)
    used: Column[int] = Column(Integer, nullable=False, server_default="0")
    value_cents: Column[int] = Column(Integer, nullable=False)
    expired: Column[int] = Column(Integer, nullable=False, server_default="0")
    from_on: Column[date] = Column(sa.Date, nullable=False)
    expires_on: Column[date | None] = Column(sa.Date, nullable=True)
    entry_number: Column[int] = Column(Integer, ForeignKey("entry.number"), nullable=False)


carnet = table(
    "carnet",
    CarnetColumns,
    sa.CheckConstraint("used BETWEEN 0 AND days", name="used"),
)


class ReducedGrantColumns(TypedColumns):
    """A reduced level granted to a member for a time. No document is kept: only the officer who saw it."""

    id: Column[int] = _id()
    member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False, index=True)
    level: Column[str] = _code()
    from_on: Column[date] = Column(sa.Date, nullable=False)
    until_on: Column[date] = Column(sa.Date, nullable=False)
    reason: Column[str | None] = Column(String, nullable=True)
    seen_by: Column[str | None] = Column(String, nullable=True)


reduced_grant = table(
    "reduced_grant",
    ReducedGrantColumns,
    sa.CheckConstraint("until_on >= from_on", name="period"),
)


class ChosenPriceColumns(TypedColumns):
    """What a member chose to give for a product whose price is free, from a day on."""

    id: Column[int] = _id()
    member_id: Column[int] = Column(Integer, ForeignKey("member.id"), nullable=False)
    product_id: Column[int] = Column(Integer, ForeignKey("product.id"), nullable=False)
    from_on: Column[date] = Column(sa.Date, nullable=False)
    cents: Column[int] = Column(Integer, nullable=False)


chosen_price = table(
    "chosen_price",
    ChosenPriceColumns,
    sa.UniqueConstraint("member_id", "product_id", "from_on"),
    sa.CheckConstraint("cents >= 0", name="cents"),
)


class VisitColumns(TypedColumns):
    """One member's one local day. `charge_entry` is the last charge written for it, None where it cost nothing.

    The member may be unknown: visits outlive their member's file; `known_by` is how they were recognised. A guest's
    visit hangs on its host's; `guest_name` is a first name, for as long as hours are kept. `day_site` is the site whose
    own day it is, where days at several are each counted; 0 where a day is one at all of them.
    """

    id: Column[int] = _id()
    tap_id: Column[bytes] = Column(LargeBinary(16), nullable=False, unique=True)
    member_id: Column[int | None] = Column(Integer, ForeignKey("member.id"), nullable=True)
    day_on: Column[date] = Column(sa.Date, nullable=False)
    zone_id: Column[int] = Column(Integer, ForeignKey("zone.id"), nullable=False)
    right: Column[str] = _code()
    part: Column[str] = _code()
    state: Column[str] = Column(String, nullable=False, server_default="kept")
    charge_entry: Column[int | None] = Column(
        Integer,
        ForeignKey("entry.number", deferrable=True, initially="DEFERRED", use_alter=True),
        nullable=True,
        unique=True,
    )
    arrived_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    left_at: Column[datetime | None] = Column(UtcTime, nullable=True)
    host_visit_id: Column[int | None] = Column(Integer, ForeignKey("visit.id"), nullable=True)
    ordinal: Column[int | None] = Column(Integer, nullable=True)
    known_by: Column[str] = Column(String, nullable=False, server_default="badge")
    guest_name: Column[str | None] = Column(String, nullable=True)
    door_id: Column[int] = Column(Integer, nullable=False, server_default="1")
    day_site: Column[int] = Column(Integer, nullable=False, server_default="0")


_KEPT = "state = 'kept' AND host_visit_id IS NULL"

visit = table(
    "visit",
    VisitColumns,
    sa.UniqueConstraint("host_visit_id", "ordinal"),
    sa.CheckConstraint("state IN ('kept', 'undone')", name="state"),
    sa.CheckConstraint("part IN ('day', 'first-half', 'second-half')", name="part"),
    sa.CheckConstraint("(host_visit_id IS NULL) = (ordinal IS NULL)", name="guest"),
    sa.Index("uq_visit_kept_day", "member_id", "day_on", "day_site", unique=True, sqlite_where=sa.text(_KEPT)),
    sa.Index("ix_visit_undone", "member_id", "day_on", sqlite_where=sa.text("state = 'undone'")),
    sa.Index("ix_visit_day_on", "day_on"),
)


class EntryKindColumns(TypedColumns):
    """The kinds of entry: a table that only grows, so that a new kind rebuilds nothing."""

    code: Column[str] = _code(primary_key=True)


entry_kind = table("entry_kind", EntryKindColumns)


class EntryColumns(TypedColumns):
    """One row of the ledger. Positive sums are owed, negative ones paid; `mac` seals it to the one before.

    `recorded_at` is a day, or a moment in UTC where VAT is collected: `kiosk.store.ledger`.
    """

    number: Column[int] = Column(Integer, primary_key=True, autoincrement=False)
    id: Column[bytes] = Column(LargeBinary(16), nullable=False, unique=True)
    recorded_at: Column[str] = Column(String(27), nullable=False)
    day_on: Column[date] = Column(sa.Date, nullable=False)
    kind: Column[str] = Column(String, ForeignKey("entry_kind.code"), nullable=False)
    account_id: Column[int | None] = Column(Integer, ForeignKey("account.id"), nullable=True)
    visit_id: Column[int | None] = Column(Integer, ForeignKey("visit.id"), nullable=True)
    group_id: Column[bytes] = Column(LargeBinary(16), nullable=False)
    member_number: Column[int | None] = Column(Integer, nullable=True)
    actor: Column[str] = _code()
    amount_cents: Column[int] = Column(Integer, nullable=False)
    method: Column[str | None] = Column(String, nullable=True)
    reverses: Column[int | None] = Column(Integer, ForeignKey("entry.number"), nullable=True, unique=True)
    detail: Column[str] = Column(String, nullable=False)
    text_digest: Column[bytes | None] = Column(LargeBinary(32), nullable=True)
    form: Column[int] = Column(Integer, nullable=False)
    key_id: Column[str] = Column(String, nullable=False)
    mac: Column[bytes] = Column(LargeBinary(32), nullable=False)


# Kinds that no tap writes, and that the books ask for by themselves: an index of their own costs a tap nothing. SQLite
# takes it for a query that says the same words.
BOOK_KINDS = (
    "kind IN ('appropriation', 'bounce', 'closing', 'count', 'credited', 'declaration', 'deposit', 'document',"
    " 'expiry', 'gift', 'notice', 'opening', 'remittance', 'seal', 'write-off')"
)

entry = table(
    "entry",
    EntryColumns,
    sa.CheckConstraint("number > 0", name="number"),
    sa.CheckConstraint("(kind = 'reversal') = (reverses IS NOT NULL)", name="reversal"),
    sa.CheckConstraint("kind <> 'charge' OR amount_cents >= 0", name="charge"),
    sa.CheckConstraint("kind <> 'payment' OR (amount_cents < 0 AND method IS NOT NULL)", name="payment"),
    sa.CheckConstraint("kind <> 'use' OR amount_cents = 0", name="use"),
    sa.CheckConstraint("account_id IS NOT NULL OR amount_cents = 0", name="account"),
    sa.Index("ix_entry_account_id_day_on", "account_id", "day_on"),
    sa.Index("ix_entry_visit_id", "visit_id", sqlite_where=sa.text("visit_id IS NOT NULL")),
    sa.Index("ix_entry_day_on", "day_on"),
    # Money that moved: taps write none of it.
    sa.Index("ix_entry_money", "day_on", "method", "amount_cents", sqlite_where=sa.text("method IS NOT NULL")),
    sa.Index("ix_entry_books", "kind", sqlite_where=sa.text(BOOK_KINDS)),
)


def are_of_books(kind: str, entries: str = "entry") -> str:
    """SQL that finds the entries of one of these kinds by that index, where a query has the entries under a name.

    To stand among conditions that all hold. SQLite is particular: with `kind = 'count'`, or in parentheses, it does not
    always see that the index would do.
    """
    return f"{entries}.{BOOK_KINDS} AND {entries}.kind BETWEEN '{kind}' AND '{kind}'"


def of_books(*kinds: str, entries: str = "entry") -> sa.ColumnElement[bool]:
    """The same as a condition, of one kind or of several."""
    if len(kinds) == 1:
        return sa.literal_column(are_of_books(kinds[0], entries), sa.Boolean)
    named = ", ".join(f"'{kind}'" for kind in kinds)
    return sa.literal_column(f"{entries}.{BOOK_KINDS} AND {entries}.kind IN ({named})", sa.Boolean)


class OpenChargeColumns(TypedColumns):
    """What is still open of a charge of which something is settled; without a row it is open whole. Written in the
    transaction that changes it, recomputed by `kiosk verify`.
    """

    entry_number: Column[int] = Column(Integer, ForeignKey("entry.number"), primary_key=True, autoincrement=False)
    open_cents: Column[int] = Column(Integer, nullable=False)


open_charge = table("open_charge", OpenChargeColumns, sa.CheckConstraint("open_cents >= 0", name="cents"))
WITH_OPEN = entry.outerjoin(open_charge, open_charge.c.entry_number == entry.c.number)
OWED = ("charge", "deposit", "gift", "opening", "refund")  # kinds that are owed since a day, and due some days later
OWED_ON = sa.type_coerce(
    sa.case(
        (
            entry.c.kind == sa.literal_column("'opening'"),
            sa.func.json_extract(entry.c.detail, sa.literal_column("'$.since'")),
        ),
        else_=entry.c.day_on,
    ),
    sa.Date,
)
"""Since when something is owed: its day, or what the program of before said of what was taken over."""
OPEN_CENTS = sa.func.coalesce(open_charge.c.open_cents, entry.c.amount_cents)
"""What is open of a charge that stands, in a query over `WITH_OPEN`."""


class EntryTextColumns(TypedColumns):
    """Free text of an entry, apart from it: erased without breaking the chain, which holds only its salted digest."""

    entry_number: Column[int] = Column(Integer, ForeignKey("entry.number"), primary_key=True, autoincrement=False)
    salt: Column[bytes] = Column(LargeBinary(16), nullable=False)
    body: Column[str] = Column(String, nullable=False)


entry_text = table("entry_text", EntryTextColumns)


class DoorEventColumns(TypedColumns):
    """What the door did or refused, and why. Kept 90 days, apart from visits."""

    id: Column[int] = _id()
    at: Column[datetime] = Column(UtcTime, nullable=False, index=True)
    kind: Column[str] = _code()
    reason: Column[str | None] = Column(String, nullable=True)
    member_id: Column[int | None] = Column(Integer, ForeignKey("member.id"), nullable=True)
    tap_id: Column[bytes | None] = Column(LargeBinary(16), nullable=True)
    door_id: Column[int] = Column(Integer, nullable=False, server_default="1")


door_event = table("door_event", DoorEventColumns)


class SpooledTapColumns(TypedColumns):
    """A tap that was entered later, by its own name: what makes entering it again harmless."""

    tap_id: Column[bytes] = Column(LargeBinary(16), primary_key=True)
    day_on: Column[date] = Column(sa.Date, nullable=False)
    entered_at: Column[datetime] = Column(UtcTime, nullable=False)
    outcome: Column[str] = _code()


spooled_tap = table("spooled_tap", SpooledTapColumns, sqlite_with_rowid=False)


class ClockWordColumns(TypedColumns):
    """An officer's word that the machine's clock was right: when, in which of its starts, after which entry."""

    id: Column[int] = _id()
    at: Column[datetime] = Column(UtcTime, nullable=False)
    boot: Column[str] = Column(String, nullable=False)
    monotonic_seconds: Column[float] = Column(sa.Float, nullable=False)
    last_entry: Column[int] = Column(Integer, nullable=False)
    actor: Column[str] = _code()


clock_word = table("clock_word", ClockWordColumns)
