"""Defines the central tables with typed columns: rules, prices, members, badges, rights, visits, the ledger's entries.

The migrations make the schema; a test compares them with these definitions. A price or a rule is a row with the day
from which it holds, and is never rewritten; `decided_by` is the decision that made it, in the association's words. The
triggers that guard entries are in `kiosk.store.guards`. Columns whose docstring does not name them say what their name
says; `..._on` is a local day, `..._at` a moment in UTC.
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
    """A moment, stored as ISO 8601 text in UTC, always 27 characters: it sorts as text, and is sealed as stored."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        """Return the text to store for an aware datetime; None stays None."""
        return None if value is None else text_of(value)

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> datetime | None:
        """Return the aware datetime of a stored text; None stays None."""
        return None if value is None else datetime.fromisoformat(value)


def text_of(at: datetime) -> str:
    """Return an aware datetime as database and chain write it: `2026-11-25T07:52:03.000000Z`."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


_ColumnsT = TypeVar("_ColumnsT", bound=TypedColumns)


def table(
    name: str, columns: type[_ColumnsT], *further: SchemaItem, sqlite_with_rowid: bool = True
) -> Table[_ColumnsT]:
    """Return a table made of the very column objects that a class defines.

    Given the class itself, SQLAlchemy would read each column's annotation and copy the column: a third of the time that
    a table takes at start, and memory for columns that are never used.
    """
    columns_by_key = {key: column for key, column in vars(columns).items() if isinstance(column, Column)}
    for key, column in columns_by_key.items():
        column.key = column.name = key
    new_table = Table(name, metadata, *columns_by_key.values(), *further, sqlite_with_rowid=sqlite_with_rowid)
    return cast(Table[_ColumnsT], new_table)


def _code(*, primary_key: bool = False) -> Column[str]:
    """Return a column of a code, such as a product's or a kind's."""
    return Column(String, primary_key=primary_key, nullable=False)


def _id() -> Column[int]:
    """Return the column of a row's number, given by the database."""
    return Column(Integer, primary_key=True)


class HomeColumns(TypedColumns):
    """The one row that identifies this home and says whether it is for training.

    Entries up to the number `oldest_first_until` were written when every payment settled the oldest charges first.
    """

    id: Column[int] = _id()
    home_id: Column[str] = Column(String, nullable=False)
    training: Column[bool] = Column(sa.Boolean, nullable=False)
    created_at: Column[datetime] = Column(UtcTime, nullable=False)
    oldest_first_until: Column[int] = Column(Integer, nullable=False, server_default="0")


home = table("home", HomeColumns, sa.CheckConstraint("id = 1", name="single"))


class ProductColumns(TypedColumns):
    """A product on sale, with its unit. `days` and `valid_days` are set for carnets: how many days, and how long they
    are valid.
    """

    id: Column[int] = _id()
    code: Column[str] = Column(String, nullable=False, unique=True)
    kind: Column[str] = _code()
    unit: Column[str] = _code()
    days: Column[int] = Column(Integer, nullable=False, server_default="0")
    valid_days: Column[int | None] = Column(Integer, nullable=True)


product = table("product", ProductColumns, sa.CheckConstraint("days >= 0", name="days"))


class TariffColumns(TypedColumns):
    """A product's price at a level (such as a reduced one), from a day on. With a floor the member chooses the price,
    from `floor_cents` up, and `cents` is the price suggested.
    """

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
    """One rule of the association, in force from a day on. `value` is JSON."""

    id: Column[int] = _id()
    name: Column[str] = _code()
    valid_from: Column[date] = Column(sa.Date, nullable=False)
    value: Column[str] = Column(String, nullable=False)
    decided_by: Column[str | None] = Column(String, nullable=True)


policy = table("policy", PolicyColumns, sa.UniqueConstraint("name", "valid_from"))


class ZoneColumns(TypedColumns):
    """A part of the space. Without a day product, a day there costs nothing."""

    id: Column[int] = _id()
    code: Column[str] = Column(String, nullable=False, unique=True)
    day_product_id: Column[int | None] = Column(Integer, ForeignKey("product.id"), nullable=True)
    half_product_id: Column[int | None] = Column(Integer, ForeignKey("product.id"), nullable=True)


zone = table("zone", ZoneColumns)


class PlanColumns(TypedColumns):
    """A way to use the space: the zone its members usually take, and the product they subscribe to (None: no
    subscription).
    """

    code: Column[str] = _code(primary_key=True)
    zone_id: Column[int] = Column(Integer, ForeignKey("zone.id"), nullable=False)
    product_id: Column[int | None] = Column(Integer, ForeignKey("product.id"), nullable=True)


plan = table("plan", PlanColumns)


class NameColumns(TypedColumns):
    """The name of a product, zone, plan or room in one language, from a day on; former names of organisations, too. The
    newest row of a language counts; an empty text removes the name in that language.
    """

    id: Column[int] = _id()
    kind: Column[str] = _code()
    code: Column[str] = _code()
    language: Column[str] = _code()
    from_on: Column[date] = Column(sa.Date, nullable=False)
    text: Column[str] = Column(String, nullable=False)


name = table("name", NameColumns)


class MemberColumns(TypedColumns):
    """A member's file, under a number that is never given to another person.

    Identity: `search` is the name without accents and case; `version` grows with each change; a file `merged_into`
    another one of the same person stays as a pointer; since `erased_on` the number alone is left; on `erasure_asked_on`
    the member asked for that, until the request is answered. `note` is for officers and hosts; the member can read it
    in their own data.

    At the door: `door_name` says which name the screen greets with; `hides_sums` shows amounts only when touched; `pin`
    is the hash of a code for a forgotten badge, `pin_tries` the wrong codes typed in a row. With `no_tab` the door puts
    nothing on the account that is not paid in advance: the member is under 18, or the desk decided so (which, is not
    stored). A certificate of insurance was shown that is valid until `insured_until`. Before `zone_from_on`, when the
    plan begins, the member takes the zone `zone_before_id`.

    Mails: `notify` for each entry that the desk puts on the account; `asked_to_host` for free hosting shifts;
    `mails_events` for events, `mails_swaps` for swaps of shifts, `mails_people` for other members' questions and
    answers. With `visible` other members see the name and can find the member by what they can do.
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


def is_current(day: date | sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Return the condition that a member has not left by a day, as the door decides it: the day of leaving is already
    a day without them.
    """
    return sa.or_(member.c.left_on.is_(None), member.c.left_on > day)


class OrganisationColumns(TypedColumns):
    """A payer that is not a member: a company, an association, a public body, or a private person renting the place.

    `order_reference` is what it wants to read on its invoices; `service_code` says which service of a public body pays.
    """

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
    """The account of one payer. `balance_cents` is what they owe: the sum of the account's entries, written in the same
    transaction as each entry and recomputed by `kiosk verify`.
    """

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
    """The account that pays a kind of product for a member, from a day until a day. Without a row the member's own
    pays.
    """

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
    """A badge, stored as the keyed hash of its number and its last two bytes. It is active until it is declared lost.

    `until_on` is set for a badge that the screen gave to a new member: it works until that day unless the desk confirms
    it. `product` is the kind of chip, where a reader asked for it. With a `proof` (`ev2`) the badge opens only if it
    proves itself, by the site's key of `key_version`. It `replaces` an earlier badge, which opens until this one is
    first tapped.
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
    """The period that a membership fee covers. It counts as long as the entry of its sale is not reversed."""

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
    """The days that a member's plan covers. Without `until_on` it runs until it is ended, whenever its periods are
    charged. With `agreed_cents` the first period costs no more than that: the price that was named to the member.
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
    """Days bought together by a member. `used` counts the entries of use, `expired` those of expiry. `value_cents` is
    one day's price without VAT: the sum that a used day moves from deferred income to income.
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
    """A reduced price level, granted to a member for a time. Of the proof only the officer that saw it is stored."""

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
    """The price that a member chose for a product of free price, from a day on."""

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
    """One visit: a local day of a member at the space, or of a guest.

    `tap_id` is the id of the tap that made it, by which the same tap entered again is recognised. `right` is what pays
    for the day or makes it free, `part` the whole day or one of its halves.
    `charge_entry` is the last charge written for the visit, None where it was free. `member_id` may be None: a visit
    outlives its member's file. `known_by` says how the visitor was recognised. A guest's visit names the host's visit
    and its `ordinal` among that host's guests; `guest_name` is a first name, deleted with the hours of arrival.
    `day_site` is the site that the day is counted for, where each site counts days of its own; 0 where one day is good
    at all sites.
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


_KEPT = "state = 'kept' AND host_visit_id IS NULL"  # a member's own visit, and not undone

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
    """A kind of entry. A table rather than a CHECK, so that a new kind is one more row and rebuilds nothing."""

    code: Column[str] = _code(primary_key=True)


entry_kind = table("entry_kind", EntryKindColumns)


class EntryColumns(TypedColumns):
    """One entry of the ledger. A positive amount is owed, a negative one paid; `mac` seals the entry to the one before.

    `recorded_at` is a day, or a moment in UTC where VAT is collected: see `kiosk.store.ledger`. Entries with one
    `group_id` were made by one act. `detail` is JSON, such as the product; `text_digest` is of the free text
    (`entry_text`). `form` is the version of the text that is sealed, `key_id` names the sealing key.
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


# Kinds that no tap writes and that the books select: an index of their own costs a tap nothing. SQLite uses it for a
# query with the same words.
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
    # Movements of money: a tap writes none.
    sa.Index("ix_entry_money", "day_on", "method", "amount_cents", sqlite_where=sa.text("method IS NOT NULL")),
    sa.Index("ix_entry_books", "kind", sqlite_where=sa.text(BOOK_KINDS)),
)


def are_of_books(kind: str, entries: str = "entry") -> str:
    """Return SQL that selects the entries of one book kind so that SQLite uses the index `ix_entry_books`.

    `entries` is the query's name for the table. Put the SQL among conditions joined by AND: with a plain `kind =
    'count'`, or in parentheses, SQLite does not always see that the index applies.
    """
    return f"{entries}.{BOOK_KINDS} AND {entries}.kind BETWEEN '{kind}' AND '{kind}'"


def of_books(*kinds: str, entries: str = "entry") -> sa.ColumnElement[bool]:
    """Return the condition that an entry has one of these book kinds, worded so that SQLite uses the index
    `ix_entry_books`.
    """
    if len(kinds) == 1:
        return sa.literal_column(are_of_books(kinds[0], entries), sa.Boolean)
    named = ", ".join(f"'{kind}'" for kind in kinds)
    return sa.literal_column(f"{entries}.{BOOK_KINDS} AND {entries}.kind IN ({named})", sa.Boolean)


class OpenChargeColumns(TypedColumns):
    """The open rest of a charge that is partly or wholly settled; a charge without a row is open in full. Written in
    the transaction that changes it, recomputed by `kiosk verify`.
    """

    entry_number: Column[int] = Column(Integer, ForeignKey("entry.number"), primary_key=True, autoincrement=False)
    open_cents: Column[int] = Column(Integer, nullable=False)


open_charge = table("open_charge", OpenChargeColumns, sa.CheckConstraint("open_cents >= 0", name="cents"))
WITH_OPEN = entry.outerjoin(open_charge, open_charge.c.entry_number == entry.c.number)
OWED = ("charge", "deposit", "gift", "opening", "refund")  # kinds of entries that raise what is owed
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
"""The day since which an entry's amount is owed: its own day, or for a balance taken over from another program the day
that this program gave.
"""
OPEN_CENTS = sa.func.coalesce(open_charge.c.open_cents, entry.c.amount_cents)
"""The open cents of a charge that is not reversed, in a query over `WITH_OPEN`."""


class EntryTextColumns(TypedColumns):
    """The free text of an entry, stored apart: the chain has only its salted digest, so the text can be erased without
    breaking the chain.
    """

    entry_number: Column[int] = Column(Integer, ForeignKey("entry.number"), primary_key=True, autoincrement=False)
    salt: Column[bytes] = Column(LargeBinary(16), nullable=False)
    body: Column[str] = Column(String, nullable=False)


entry_text = table("entry_text", EntryTextColumns)


class DoorEventColumns(TypedColumns):
    """An opening or a refusal of a door, and its reason. Kept for 90 days, apart from visits."""

    id: Column[int] = _id()
    at: Column[datetime] = Column(UtcTime, nullable=False, index=True)
    kind: Column[str] = _code()
    reason: Column[str | None] = Column(String, nullable=True)
    member_id: Column[int | None] = Column(Integer, ForeignKey("member.id"), nullable=True)
    tap_id: Column[bytes | None] = Column(LargeBinary(16), nullable=True)
    door_id: Column[int] = Column(Integer, nullable=False, server_default="1")


door_event = table("door_event", DoorEventColumns)


class SpooledTapColumns(TypedColumns):
    """A tap of an outage that was entered afterwards. Its id is unique, so entering it again changes nothing."""

    tap_id: Column[bytes] = Column(LargeBinary(16), primary_key=True)
    day_on: Column[date] = Column(sa.Date, nullable=False)
    entered_at: Column[datetime] = Column(UtcTime, nullable=False)
    outcome: Column[str] = _code()


spooled_tap = table("spooled_tap", SpooledTapColumns, sqlite_with_rowid=False)


class ClockWordColumns(TypedColumns):
    """An officer's statement that the machine's clock was right: the moment, the start of the machine (`boot`) and its
    monotonic seconds then, and the last entry of that moment.
    """

    id: Column[int] = _id()
    at: Column[datetime] = Column(UtcTime, nullable=False)
    boot: Column[str] = Column(String, nullable=False)
    monotonic_seconds: Column[float] = Column(sa.Float, nullable=False)
    last_entry: Column[int] = Column(Integer, nullable=False)
    actor: Column[str] = _code()


clock_word = table("clock_word", ClockWordColumns)
