"""Erases what is kept of a member, as far as accounting law allows: number, days and amounts stay, without a name.

The member's row stays for its number, which is never given again. So the rows are the list of erasures, too: if a
restored copy still has data of people erased since, it is erased again by their numbers. A person's `Marks` are the
names and addresses by which texts name them.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date

import sqlalchemy as sa
from msgspec import Struct, field

from kiosk.domain.names import searchable
from kiosk.errors import RequestError
from kiosk.store.members import naming
from kiosk.store.members.naming import Marks
from kiosk.store.members.written import Erasing
from kiosk.store.officers import desk_log
from kiosk.store.tables import (
    account,
    badge,
    chosen_price,
    door_event,
    entry,
    entry_text,
    member,
    reduced_grant,
    subscription,
    visit,
)
from kiosk.store.tables.books import bank_line, bank_match, outbox
from kiosk.store.tables.desk import correction, declared_category, desk_user, file_merge, joining, second_look
from kiosk.store.tables.entrance import desk_request, subscription_pause, tap_conflict
from kiosk.store.tables.events import event, signup, topic, topic_vote
from kiosk.store.tables.hosting import shift, shift_link, shift_swap
from kiosk.store.tables.people import notice, skill, skill_ask
from kiosk.store.tables.premises import loan, registered_office, spot_day, spot_holder
from kiosk.store.tables.prepaid import banked_day
from kiosk.store.tables.rooms import booking
from kiosk.store.tables.telephones import telephone, telephone_pairing

_NO_PRINT = bytes(32)  # stands for a badge's fingerprint (a keyed hash of its number) once that is erased
# Tables whose rows of a person are deleted; the rest of a person's traces is taken out of rows that stay.
_DELETED = (
    badge,
    chosen_price,
    declared_category,
    reduced_grant,
    correction,
    desk_request,
    door_event,
    skill,
    notice,
    loan,
    telephone,
    telephone_pairing,
)


class Erased(Struct, frozen=True):
    """An erasure: the numbers of the file and of those merged with it, and how many texts of others named the person.

    `kept` counts, by "table.column", the rows in which the name still stands: kept by law, or another person's. With
    `in_log` the database's files still have the erased bytes: a connection reads from its log, or another account owns
    its tables.
    """

    numbers: tuple[int, ...]
    texts: int = 0
    kept: Mapping[str, int] = field(default_factory=dict)
    in_log: bool = False


def files_of(connection: sa.Connection, member_id: int) -> list[int]:
    """Return the ids of a person's files: this one, and those merged into it."""
    of_person = sa.or_(member.c.id == member_id, member.c.merged_into == member_id)
    return list(connection.execute(sa.select(member.c.id).where(of_person).order_by(member.c.id)).scalars())


def owes(connection: sa.Connection, member_id: int) -> int:
    """Return the cents not settled between a person and the association, over all their files: debts and advances added
    up without their signs.
    """
    files = sa.select(member.c.id).where(sa.or_(member.c.id == member_id, member.c.merged_into == member_id))
    query = sa.select(sa.func.coalesce(sa.func.sum(sa.func.abs(account.c.balance_cents)), 0))
    return int(connection.execute(query.where(account.c.member_id.in_(files))).scalar_one())


class OverdueFile(Struct, frozen=True):
    """The file of a member that left so long ago that it would be erased, if their account were settled."""

    number: int
    name: str
    left_on: date | None
    account: int
    balance_cents: int


def overdue(connection: sa.Connection, before: date) -> list[OverdueFile]:
    """Return the files with an unsettled account of members gone before a day, the longest gone first.

    A merged file is listed apart, with its own account.
    """
    kept = member.alias("kept")
    rows = connection.execute(
        sa.select(member.c.number, kept.c.name, kept.c.left_on, account.c.id, account.c.balance_cents)
        .join(account, account.c.member_id == member.c.id)
        .join(kept, kept.c.id == sa.func.coalesce(member.c.merged_into, member.c.id))
        .where(kept.c.left_on < before, kept.c.erased_on.is_(None), account.c.balance_cents != 0)
        .order_by(kept.c.left_on, member.c.number)
    )
    return [OverdueFile(*row) for row in rows]


def numbers(connection: sa.Connection) -> list[tuple[int, date]]:
    """Return number and day of each erasure, by number."""
    query = sa.select(member.c.number, member.c.erased_on).where(member.c.erased_on.is_not(None))
    return [
        (number, erased_on)
        for number, erased_on in connection.execute(query.order_by(member.c.number))
        if erased_on is not None
    ]


def erase(connection: sa.Connection, member_id: int, on: date | None) -> Erased:
    """Erase a person's files. `on` is the day of the erasure; None for files kept for their full time: the day they
    left stands.

    Raises RequestError `erased-already`; `erase-first-leave` if the file has no day of leaving; `erase-not-settled` if
    an account of the person is not at 0.
    """
    ids = files_of(connection, member_id)
    rows = connection.execute(sa.select(member).where(member.c.id.in_(ids))).all()
    own_file = next(row for row in rows if row.id == member_id)
    if own_file.erased_on is not None:
        raise RequestError("erased-already", member=own_file.number, day=own_file.erased_on)
    if own_file.left_on is None:
        raise RequestError(
            "erase-first-leave", "member {member} has not left: kiosk members leave first", member=own_file.number
        )
    if owes(connection, member_id):
        raise RequestError("erase-not-settled", member=own_file.number)
    marks = naming.marks(connection, ids)
    _erase_own_texts(connection, ids, [row.number for row in rows], [row.email for row in rows if row.email])
    _cut_off(connection, ids)
    texts = _erase_named(connection, marks)
    # texts with the name in columns that erasing leaves as they are
    kept = Counter(f"{place.table}.{place.column}" for place in naming.places(connection, marks, Erasing.STAYS))
    desk_log.erase_facts(connection, [row.number for row in rows])  # what the log's lines say of the person
    connection.execute(tap_conflict.delete().where(tap_conflict.c.member_number.in_([row.number for row in rows])))
    for row in rows:
        number_as_name = f"n° {row.number}"
        connection.execute(
            member.update()
            .where(member.c.id == row.id)
            .values(
                name=number_as_name,
                shown_name=number_as_name,
                search=searchable(number_as_name),
                **dict.fromkeys(("email", "phone", "pin", "language", "insured_until", "note", "erasure_asked_on")),
                **dict.fromkeys(("larger_text", "more_contrast", "voice"), False),
                **dict.fromkeys(("notify", "asked_to_host", "hides_sums", "no_tab", "visible"), False),
                **dict.fromkeys(("mails_events", "mails_swaps", "mails_people"), False),
                door_name="none",
                left_on=row.left_on or own_file.left_on,
                erased_on=on or row.left_on or own_file.left_on,
                version=row.version + 1,
            )
        )
    return Erased(tuple(sorted(row.number for row in rows)), texts, dict(kept))


def erase_again(connection: sa.Connection, member_numbers: Collection[int], on: date) -> list[int]:
    """Erase in a restored copy the people erased under these numbers before the restore. Return the numbers erased.

    A person still a member in the copy leaves on the day `on`, with their endless subscriptions (one that begins later
    ends on its first day). A file whose account is
    unsettled in the copy, because the entries that settled it are lost, is kept until it is settled again.
    """
    done: list[int] = []
    for number in sorted(set(member_numbers)):
        row = connection.execute(sa.select(member.c.id, member.c.erased_on).where(member.c.number == number)).first()
        if row is None or row.erased_on is not None:
            continue
        ids = files_of(connection, row.id)
        connection.execute(member.update().where(member.c.id.in_(ids), member.c.left_on.is_(None)).values(left_on=on))
        connection.execute(
            subscription.update()
            .where(subscription.c.member_id.in_(ids), subscription.c.until_on.is_(None))
            .values(until_on=sa.func.max(subscription.c.from_on, on.isoformat()))
        )
        done += _erase_unasked(connection, row.id, on)
    return done


def unsettled(connection: sa.Connection, member_numbers: Collection[int]) -> tuple[int, ...]:
    """Return, in order, those of these numbers whose files exist and are not erased."""
    query = sa.select(member.c.number).where(member.c.number.in_(list(member_numbers)), member.c.erased_on.is_(None))
    return tuple(connection.execute(query.order_by(member.c.number)).scalars())


def _erase_unasked(connection: sa.Connection, member_id: int, on: date) -> tuple[int, ...]:
    """Erase a person's files, unless their account is not settled. Return the numbers erased."""
    try:
        return erase(connection, member_id, on).numbers
    except RequestError as refused:
        if refused.code != "erase-not-settled":
            raise
        return ()


def _cut_off(connection: sa.Connection, ids: list[int]) -> None:
    """Delete a person's own rows; in rows that stay (visits, shifts, bookings), empty the columns that name the
    person.
    """
    for table in _DELETED:
        connection.execute(table.delete().where(table.c.member_id.in_(ids)))
    guests = sa.select(visit.c.id).where(visit.c.member_id.in_(ids))
    no_hours = dict.fromkeys(("arrived_at", "left_at", "guest_name"))
    connection.execute(visit.update().where(visit.c.host_visit_id.in_(guests)).values(**no_hours))
    connection.execute(visit.update().where(visit.c.member_id.in_(ids)).values(member_id=None, **no_hours))
    connection.execute(
        joining.update()
        .where(joining.c.member_id.in_(ids))
        .values(name=None, language=None, fingerprint=_NO_PRINT, tail="", request_id=None)
    )
    connection.execute(shift_link.delete().where(shift_link.c.member_id.in_(ids)))
    own_swaps = sa.or_(shift_swap.c.member_id.in_(ids), shift_swap.c.to_member_id.in_(ids))
    links = sa.select(shift_swap.c.id).where(own_swaps)
    connection.execute(shift_link.delete().where(shift_link.c.swap_id.in_(links)))
    connection.execute(shift_swap.delete().where(own_swaps))
    connection.execute(shift.update().where(shift.c.member_id.in_(ids)).values(member_id=None))
    own_questions = sa.or_(skill_ask.c.member_id.in_(ids), skill_ask.c.to_member_id.in_(ids))
    connection.execute(skill_ask.delete().where(own_questions))
    for of_spots in (spot_day, spot_holder):
        connection.execute(of_spots.delete().where(of_spots.c.member_id.in_(ids)))
    connection.execute(spot_day.update().where(spot_day.c.taken_id.in_(ids)).values(taken_id=None))
    own_offices = registered_office.c.member_id.in_(ids)
    connection.execute(registered_office.update().where(own_offices).values(member_id=None))
    connection.execute(booking.update().where(booking.c.member_id.in_(ids)).values(title=None))
    connection.execute(banked_day.update().where(banked_day.c.member_id.in_(ids)).values(reason=""))
    for of_events in (signup, event, topic):
        connection.execute(of_events.update().where(of_events.c.member_id.in_(ids)).values(member_id=None))
    connection.execute(topic_vote.delete().where(topic_vote.c.member_id.in_(ids)))
    connection.execute(joining.update().where(joining.c.sponsor_id.in_(ids)).values(sponsor_id=None))
    connection.execute(
        file_merge.delete().where(sa.or_(file_merge.c.kept_id.in_(ids), file_merge.c.merged_id.in_(ids)))
    )
    connection.execute(desk_user.update().where(desk_user.c.member_id.in_(ids)).values(member_id=None))
    pauses = sa.select(subscription.c.id).where(subscription.c.member_id.in_(ids))
    connection.execute(subscription_pause.delete().where(subscription_pause.c.subscription_id.in_(pauses)))


def _erase_own_texts(connection: sa.Connection, ids: list[int], own_numbers: list[int], addresses: list[str]) -> None:
    """Erase the free texts of a person's entries, the bank's words for their payments, and attachments of mails to
    them.
    """
    accounts = sa.select(account.c.id).where(account.c.member_id.in_(ids))
    own_entries = sa.select(entry.c.number).where(
        sa.or_(entry.c.member_number.in_(own_numbers), entry.c.account_id.in_(accounts))
    )
    connection.execute(entry_text.delete().where(entry_text.c.entry_number.in_(own_entries)))
    paid_lines = sa.select(bank_match.c.bank_line_id).where(bank_match.c.entry_number.in_(own_entries))
    empty = {"label": "", "party": None, "reference": None, "reason": None}
    connection.execute(bank_line.update().where(bank_line.c.id.in_(paid_lines)).values(**empty))
    second_looks = sa.or_(second_look.c.account_id.in_(accounts), second_look.c.entry_number.in_(own_entries))
    connection.execute(second_look.update().where(second_looks).values(reason=""))
    # A message's attachment cannot be searched for a name: those to the person's addresses are emptied.
    unattached = dict.fromkeys(("attachment", "attachment_name"))
    connection.execute(outbox.update().where(outbox.c.recipient.in_(addresses)).values(**unattached))


def _erase_named(connection: sa.Connection, known: Marks) -> int:
    """Empty every text that names a person, in the columns of `Erasing.NAMES`. Return how many rows had one."""
    places = list(naming.places(connection, known, Erasing.NAMES))
    for place in places:
        naming.empty(connection, place)
    return len({(place.table, place.key) for place in places})
