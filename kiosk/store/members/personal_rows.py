"""Reads everything the records have about one person, section by section, to answer their request for their data."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.language.names import Names
from kiosk.store import name_rows
from kiosk.store.members import naming
from kiosk.store.members.naming import Marks
from kiosk.store.members.written import Erasing
from kiosk.store.tables import (
    account,
    badge,
    carnet,
    chosen_price,
    door_event,
    entry,
    entry_text,
    member,
    membership,
    payer,
    product,
    reduced_grant,
    subscription,
    visit,
    zone,
)
from kiosk.store.tables.books import bank_line, bank_match, declaration, document, document_copy, outbox
from kiosk.store.tables.desk import correction, declared_category, desk_log, desk_user, file_merge, joining, second_look
from kiosk.store.tables.entrance import desk_request, subscription_pause, tap_conflict
from kiosk.store.tables.events import attended_day, event, signup, topic, topic_vote
from kiosk.store.tables.hosting import shift, shift_link, shift_swap
from kiosk.store.tables.online import online_payment
from kiosk.store.tables.people import notice, skill, skill_ask
from kiosk.store.tables.premises import loan, registered_office, spot, spot_day, spot_holder, thing
from kiosk.store.tables.prepaid import banked_day, voucher
from kiosk.store.tables.rooms import booking
from kiosk.store.tables.telephones import telephone, telephone_pairing

# Tables that refer to people's acts but add nothing to the sections, each with the reason. A test looks for each table
# of the schema here or in a section.
ELSEWHERE = {
    "closing": "totals of everybody",
    "document_line": "the document has it",
    "envelope": "an organisation's",
    "head_recipient": "officers, who get heads",
    "booking_entry": "which entries a booking has: they are given",
    "open_charge": "what is open of charges: they are given, and the balance",
    "payment_word": "which charges a payment was for: both are given",
    "quote": "an organisation's",
    "remittance": "a slip of everybody's money",
    "remittance_part": "which slip took a payment to the bank",
}
Query = sa.Select[*tuple[Any, ...]]
_SUBJECTS = ("vouching for member", "joining of member", "data of member")  # the subjects of messages about a member


class Person(Struct, frozen=True):
    """The person whose records are read: ids, numbers and accounts of their file and of those merged with it."""

    ids: Sequence[int]  # of their files
    numbers: Sequence[int]  # of their files, as people see them
    accounts: Sequence[int]  # ids
    emails: Sequence[str]
    marks: Marks  # the texts by which others may have named them

    def bound(self) -> dict[str, Sequence[object]]:
        """Return the parameters of the sections' statements by name: each statement is built once, for all people.

        `abouts` are subjects of messages that name this person by number.
        """
        abouts = [f"{subject} {number}" for subject in _SUBJECTS for number in self.numbers]
        lists = {"ids": self.ids, "numbers": self.numbers, "accounts": self.accounts, "emails": self.emails}
        return {**lists, "abouts": abouts}


_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_NUMBERS: sa.BindParameter[Any] = sa.bindparam("numbers", expanding=True)
_ACCOUNTS: sa.BindParameter[Any] = sa.bindparam("accounts", expanding=True)
_EMAILS: sa.BindParameter[Any] = sa.bindparam("emails", expanding=True)
_ABOUTS: sa.BindParameter[Any] = sa.bindparam("abouts", expanding=True)


class Section(Struct, frozen=True):
    """A kind of records of a person: its code, the tables that it reads, and the function that reads it."""

    code: str
    tables: tuple[str, ...]
    read: Callable[[sa.Connection, Person], list[dict[str, Any]]]


def person(connection: sa.Connection, ids: Sequence[int]) -> Person:
    """Return a person by the ids of their files."""
    rows = connection.execute(
        sa.select(member.c.number, member.c.email, account.c.id)
        .join(account, account.c.member_id == member.c.id)
        .where(member.c.id.in_(ids))
    ).all()
    emails = [row.email for row in rows if row.email]
    known = naming.marks(connection, ids)
    return Person(ids, [row.number for row in rows], [row.id for row in rows], emails, known)


def names(connection: sa.Connection) -> Mapping[str, Mapping[str, Names]]:
    """Return the names of zones, products and plans, by kind, then by code; zones and products under their ids, too,
    since entries name them so.
    """
    named = {"zone": name_rows.zones(connection), "product": name_rows.products(connection)}
    for kind, table in (("zone", zone), ("product", product)):
        codes = connection.execute(sa.select(table.c.id, table.c.code)).all()
        named[kind] = {**named[kind], **{str(id_): named[kind][code] for id_, code in codes if code in named[kind]}}
    return {**named, "plan": name_rows.plans(connection)}


def everything(connection: sa.Connection, whose: Person) -> dict[str, list[dict[str, Any]]]:
    """Return every section's rows by the section's code, empty sections included."""
    return {section.code: section.read(connection, whose) for section in SECTIONS}


def _rows(connection: sa.Connection, query: Query, whose: Person) -> list[dict[str, Any]]:
    """Return the rows that a query finds for a person, by column names."""
    return [dict(row) for row in connection.execute(query, whose.bound()).mappings()]


def _section(code: str, query: Query, theirs: sa.ColumnElement[bool], *more: str) -> Section:
    """Return a section whose rows are those of `query` that meet `theirs`, in the order of their keys.

    `more` are tables that the section covers without reading them.
    """
    read = _tables(query)
    tables = tuple(dict.fromkeys([*(table.name for table in read), *more]))
    ordered = query.order_by(*(key for table in read for key in table.primary_key))  # a server's rows come in any order
    own_rows = ordered.where(theirs)
    return Section(code, tables, lambda connection, whose: _rows(connection, own_rows, whose))


def _tables(query: Query) -> list[sa.Table]:
    """Return the tables that a query reads."""
    return [table for table in sa.sql.util.find_tables(query, include_joins=False) if isinstance(table, sa.Table)]


def _member(table: sa.Table) -> sa.ColumnElement[bool]:
    """Return the condition that a row is of one of the person's files."""
    return table.c.member_id.in_(_IDS)


def _columns(table: sa.Table, names: str) -> Query:
    """Return the query for some columns of a table, named with spaces between them."""
    return sa.select(*(table.c[name] for name in names.split()))


_OF_ENTRY = "number recorded_at day_on kind amount_cents method reverses actor detail"
_OF_VISIT = "day_on right part state arrived_at left_at known_by charge_entry"
_ENTRIES = (
    sa.select(
        *(entry.c[name] for name in _OF_ENTRY.split()),
        entry_text.c.body.label("text"),
    )
    .outerjoin(entry_text, entry_text.c.entry_number == entry.c.number)
    .order_by(entry.c.number)
)


_OWN_ENTRIES = sa.or_(entry.c.member_number.in_(_NUMBERS), entry.c.account_id.in_(_ACCOUNTS))
_OWN_LINES = _ENTRIES.where(_OWN_ENTRIES)
_OWN_DOCUMENTS = (
    _columns(document, "id series number kind issued_on due_on content")
    .where(document.c.account_id.in_(_ACCOUNTS))
    .order_by(document.c.id)
)
_COPIES = _columns(document_copy, "at way").where(document_copy.c.document_id == sa.bindparam("document"))


def _entries(connection: sa.Connection, whose: Person) -> list[dict[str, Any]]:
    """Return the person's entries and those of their accounts, with the details as objects."""
    rows = _rows(connection, _OWN_LINES, whose)
    return [row | {"detail": json.loads(row["detail"])} for row in rows]


def _documents(connection: sa.Connection, whose: Person) -> list[dict[str, Any]]:
    """Return the documents of the person's accounts, with their contents and the copies handed out."""
    documents = []
    for row in _rows(connection, _OWN_DOCUMENTS, whose):
        copies = connection.execute(_COPIES, {"document": row.pop("id")}).mappings()
        documents.append(row | {"content": json.loads(row["content"]), "handed_out": [dict(copy) for copy in copies]})
    return documents


def _own_visits() -> sa.CompoundSelect[int]:
    """Return the query for the ids of a person's own visits, by two partial indexes: of kept days
    and of undone ones.
    """
    theirs = sa.select(visit.c.id).where(visit.c.member_id.in_(_IDS))
    kept = theirs.where(sa.text("state = 'kept'"), visit.c.host_visit_id.is_(None))
    return kept.union_all(theirs.where(sa.text("state = 'undone'")))


_OWN_VISITS = _own_visits()
_GUESTS = (
    _columns(visit, "day_on guest_name arrived_at state")
    .where(visit.c.host_visit_id.in_(_OWN_VISITS))
    .order_by(visit.c.day_on, visit.c.id)
)
_MESSAGES = _columns(outbox, "about made_at state recipient subject body").where(
    sa.or_(outbox.c.recipient.in_(_EMAILS), outbox.c.about.in_(_ABOUTS))
)
_BANK_LINES = _columns(bank_line, "day_on cents label party reference reason").where(
    bank_line.c.id.in_(
        sa.select(bank_match.c.bank_line_id)
        .join(entry, entry.c.number == bank_match.c.entry_number)
        .where(_OWN_ENTRIES)
    )
)


def _section_of(code: str, query: Query, *tables: str) -> Section:
    """Return a section whose query states whose rows it reads and in which order."""
    return Section(code, tables, lambda connection, whose: _rows(connection, query, whose))


def _texts(connection: sa.Connection, whose: Person) -> list[dict[str, Any]]:
    """Return the texts written by others that name this person, each with its column."""
    return [
        {"what": f"{place.table}.{place.column}", "text": place.text}
        for place in naming.places(connection, whose.marks, Erasing.NAMES)
    ]


_FILE = (
    "number name shown_name door_name email phone language plan_code joined_on left_on visible"
    " larger_text more_contrast voice notify asked_to_host mails_events mails_swaps mails_people hides_sums"
    " insured_until no_tab note merged_into erasure_asked_on erased_on"
)
SECTIONS = (
    _section(
        "file",
        _columns(member, _FILE).add_columns(member.c.pin.is_not(None).label("has_code")),
        member.c.id.in_(_IDS),
    ),
    _section("account", _columns(account, "balance_cents"), _member(account)),
    _section("badges", _columns(badge, "tail product given_on lost_on until_on proof key_version"), _member(badge)),
    _section("memberships", _columns(membership, "from_on until_on entry_number"), _member(membership)),
    _section(
        "subscriptions",
        sa.select(product.c.code, subscription.c.from_on, subscription.c.until_on, subscription.c.agreed_cents).join(
            product, product.c.id == subscription.c.product_id
        ),
        _member(subscription),
        "due_act",
    ),
    _section(
        "pauses",
        sa.select(subscription_pause.c.from_on, subscription_pause.c.until_on).join(
            subscription, subscription.c.id == subscription_pause.c.subscription_id
        ),
        _member(subscription),
    ),
    _section("carnets", _columns(carnet, "days used expired from_on expires_on entry_number"), _member(carnet)),
    _section("vouchers", _columns(voucher, "days used from_on until_on"), _member(voucher)),
    _section("banked", _columns(banked_day, "days used from_on expires_on reason given_at"), _member(banked_day)),
    _section("reduced", _columns(reduced_grant, "level from_on until_on reason"), _member(reduced_grant)),
    _section("chosen", _columns(chosen_price, "product_id from_on cents"), _member(chosen_price)),
    _section("category", _columns(declared_category, "category from_on"), _member(declared_category)),
    _section("payers", _columns(payer, "kind account_id from_on until_on"), _member(payer)),
    _section(
        "visits",
        sa.select(
            *(visit.c[name] for name in _OF_VISIT.split()),
            zone.c.code.label("zone"),
        )
        .join(zone, zone.c.id == visit.c.zone_id)
        .order_by(visit.c.day_on, visit.c.id),
        visit.c.id.in_(_OWN_VISITS),
    ),
    _section_of("guests", _GUESTS, "visit"),
    _section("door", _columns(door_event, "at kind reason"), _member(door_event)),
    Section("entries", ("entry", "entry_text"), _entries),
    _section(
        "declared",
        _columns(declaration, "entry_number cents state settled_by"),
        declaration.c.account_id.in_(_ACCOUNTS),
    ),
    Section("documents", ("document", "document_copy"), _documents),
    _section_of("bank", _BANK_LINES, "bank_line", "bank_match"),
    _section(
        "online",
        _columns(online_payment, "made_at cents state intent order_id payment paid_cents why entry_number"),
        online_payment.c.account_id.in_(_ACCOUNTS),
    ),
    _section(
        "corrections",
        _columns(correction, "kind day_on entry_number said made_at state decided_at"),
        _member(correction),
    ),
    _section(
        "late_taps",
        _columns(tap_conflict, "day_on reason noted_on seen_on"),
        tap_conflict.c.member_number.in_(_NUMBERS),
    ),
    _section(
        "joining",
        _columns(joining, "day_on made_at statutes_on house_rules_on name language tail settled_at"),
        joining.c.member_id.in_(_IDS),
    ),
    _section("sponsored", _columns(joining, "day_on"), joining.c.sponsor_id.in_(_IDS)),
    _section(
        "trainings",
        sa.select(event.c.title, event.c.starts_at, signup.c.made_at, signup.c.left_at, signup.c.charge_entry).join(
            signup, signup.c.event_id == event.c.id
        ),
        _member(signup),
    ),
    _section(
        "attended",
        sa.select(event.c.title, attended_day.c.day_on, attended_day.c.how, attended_day.c.at)
        .join(signup, signup.c.event_id == event.c.id)
        .join(attended_day, attended_day.c.signup_id == signup.c.id),
        _member(signup),
    ),
    _section("proposed", _columns(event, "title about place state reason made_at"), _member(event)),
    _section("topics", _columns(topic, "title made_at"), _member(topic)),
    _section(
        "votes",
        sa.select(topic.c.title, topic_vote.c.at).join(topic_vote, topic_vote.c.topic_id == topic.c.id),
        _member(topic_vote),
    ),
    _section(
        "hosting",
        _columns(shift, "day_on kind from_minute until_minute confirmed declared_minutes called_off"),
        _member(shift),
    ),
    _section(
        "swaps",
        _columns(shift_swap, "asked_on state"),
        sa.or_(shift_swap.c.member_id.in_(_IDS), shift_swap.c.to_member_id.in_(_IDS)),
    ),
    _section("links", _columns(shift_link, "act until_on used"), _member(shift_link)),
    _section("skills", _columns(skill, "text"), _member(skill)),
    _section("notices", _columns(notice, "kind text made_on until_on"), _member(notice)),
    _section(
        "asked",
        _columns(skill_ask, "asked_on"),
        sa.or_(skill_ask.c.member_id.in_(_IDS), skill_ask.c.to_member_id.in_(_IDS)),
    ),
    _section(
        "spots",
        sa.select(spot.c.label, spot_holder.c.from_on, spot_holder.c.until_on).join(
            spot_holder, spot_holder.c.spot_id == spot.c.id
        ),
        _member(spot_holder),
    ),
    _section(
        "lent",
        sa.select(spot.c.label, spot_day.c.day_on, spot_day.c.counts).join(spot_day, spot_day.c.spot_id == spot.c.id),
        sa.or_(spot_day.c.member_id.in_(_IDS), spot_day.c.taken_id.in_(_IDS)),
    ),
    _section(
        "things",
        sa.select(thing.c.label, loan.c.from_at, loan.c.due_on, loan.c.ended_at).join(
            loan, loan.c.thing_id == thing.c.id
        ),
        _member(loan),
    ),
    _section(
        "registered-offices",
        _columns(registered_office, "name siren from_on until_on told_on"),
        _member(registered_office),
    ),
    _section("bookings", _columns(booking, "starts_at ends_at state title made_at claimed_at"), _member(booking)),
    _section("telephones", _columns(telephone, "kind way paired_at used_on ended_on"), _member(telephone)),
    _section("pairings", _columns(telephone_pairing, "kind way digits made_at ended"), _member(telephone_pairing)),
    _section("requests", _columns(desk_request, "kind made_at done_at outcome product"), _member(desk_request)),
    _section(
        "merges",
        _columns(file_merge, "made_at undone_at moved"),
        sa.or_(file_merge.c.kept_id.in_(_IDS), file_merge.c.merged_id.in_(_IDS)),
    ),
    _section("officer", _columns(desk_user, "id email name created_at"), _member(desk_user)),
    _section(
        "log",
        _columns(desk_log, "at act actor what").order_by(desk_log.c.id),
        desk_log.c.member_number.in_(_NUMBERS),
    ),
    _section(
        "second-looks",
        _columns(second_look, "kind cents reason asked_at state entry_number"),
        sa.or_(
            second_look.c.account_id.in_(_ACCOUNTS),
            second_look.c.entry_number.in_(sa.select(entry.c.number).where(_OWN_ENTRIES)),
        ),
    ),
    _section_of("messages", _MESSAGES, "outbox"),
    Section("texts", (), _texts),
)
