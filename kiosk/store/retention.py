"""Deletes what is kept for a limited time: finds it without writing, deletes it in batches, so that no tap waits long.

Every moment that the database keeps of people's acts is in one of these rules, or in `STAY` with its reason.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain import keeping
from kiosk.store.members import erasure
from kiosk.store.officers import desk_log as log_of_officers
from kiosk.store.rounded import MIDNIGHT, to_the_day
from kiosk.store.tables import door_event, entry, member, reduced_grant, spooled_tap, text_of, visit
from kiosk.store.tables.books import document_copy, outbox
from kiosk.store.tables.desk import (
    correction,
    desk_attempt,
    desk_device,
    desk_log,
    desk_session_end,
    desk_used_code,
    due_act,
    joining,
)
from kiosk.store.tables.entrance import desk_request, tap_conflict
from kiosk.store.tables.events import attended_day, event, signup, topic, topic_vote
from kiosk.store.tables.hosting import shift_link, shift_swap
from kiosk.store.tables.online import online_payment
from kiosk.store.tables.people import notice, skill_ask
from kiosk.store.tables.premises import loan, registered_office, spot_day
from kiosk.store.tables.rooms import booking, calendar_occurrence
from kiosk.store.tables.telephones import telephone, telephone_pairing
from kiosk.store.tables.visitors import public_request

BATCH = 500  # rows deleted in one transaction
_TIMES_AND_NAME = ("arrived_at", "left_at", "guest_name")  # the columns of a visit that tell more than its day

Ids = Sequence[Any]  # primary keys: numbers, or tuples of them
Find = Callable[[sa.Connection, datetime, date], Ids]  # given a moment and a day: what is older is too old
Erase = Callable[[sa.Connection, Ids], None]  # deletes, in rows with these ids, what the rule says

# Moments that are not deleted, and why.
STAY = {
    **dict.fromkeys(
        (
            *("booking.starts_at", "booking.ends_at", "booking.free_at", "booking.over_at", "booking.settled_at"),
            *("privatisation.starts_at", "privatisation.ends_at", "privatisation.told_at", "privatisation.made_at"),
            *("privatisation.compensated_at", "booking_series.made_at", "quote.made_at"),
            *("calendar_feed.made_at", "calendar_feed.revoked_at"),
            *("api_token.made_at", "api_token.ended_at"),
            *("calendar_occurrence.starts_at", "calendar_occurrence.ends_at"),
            *("calendar_occurrence.agreed_starts_at", "calendar_occurrence.agreed_ends_at"),
        ),
        "a room's, planned ahead or invoiced, or an officer's",
    ),
    "head_claim.claimed_at": "a door's, about the records",
    "bank_layout.made_at": "an officer's, about a file's columns",
    "bank_aside.made_at": "an officer's, about what is left aside",
    "bank_statement.imported_at": "an officer's, about the bank's statement",
    "bank_line.imported_at": "an officer's, about the bank's statement",
    "banked_day.given_at": "an officer's, about days that were given",
    "clock_word.at": "an officer's, about the clock: the newest is what the clock is believed by",
    "closed_day.made_at": "an officer's, about the calendar",
    "desk_first_factor.made_at": "an officer's, about their own account",
    "desk_first_factor.confirmed_at": "an officer's, about another's account",
    "desk_hand.made_at": "an officer's, about another's account",
    "desk_hand.confirmed_at": "an officer's, about another's account",
    "asked_act.asked_at": "an officer's, about an act",
    "asked_act.decided_at": "an officer's, about an act",
    "second_look.asked_at": "an officer's, about a correction",
    "second_look.decided_at": "an officer's, about a correction",
    "desk_passkey.create_datetime": "a key's own",
    "desk_passkey.lastuse_datetime": "a key's last use, which the library overwrites",
    "desk_user.created_at": "an account's own",
    **dict.fromkeys(
        (
            "event.starts_at",
            "event.ends_at",
            "event.deadline_at",
            "event.made_at",
            "event.changed_at",
            "event.decided_at",
        ),
        "an event's, planned for everybody",
    ),
    "file_merge.made_at": "an officer's, about two files",
    "file_merge.undone_at": "an officer's, about two files",
    "door_code.expires_at": "an officer's, about a door that is added",
    "door_word.at": "the machine's state now",
    "finding.noted_at": "the machine's state now",
    "failing_act.first_at": "the machine's state now",
    "failing_act.last_at": "the machine's state now",
    "home.created_at": "the home's own",
    "rule_called_off.made_at": "an officer's, about a rule",
    "hosting_reward.made_at": "an officer's, about what a turn gives",
    "answer_batch.made_at": "an officer's, about the rules",
    "scenario.made_at": "an officer's, about prices that were tried",
    "voucher_code.made_at": "an officer's, about an envelope",
    "upkeep.succeeded_at": "the machine's last care",
    "upkeep.tried_at": "the machine's last care",
    "wording.made_at": "an officer's, about a text",
}


class RetentionRule(Struct, frozen=True):
    """A thing that is kept for a limited time: `find` returns the ids of what is too old, `erase` deletes it.

    `kept` is its name in the table of periods (`domain.keeping`). `ends` are the columns of moments that it deletes or
    reduces to the day. A rule that `tells_hours` is also applied to copies that are kept for months.
    """

    name: str
    kept: str
    find: Find
    erase: Erase
    ends: tuple[sa.Column[Any], ...] = ()
    tells_hours: bool = True
    shrinks: str | None = None  # a table whose whole rows it deletes, so that a cleaned copy may have fewer of them

    @property
    def days(self) -> int:
        """For how many days it is kept, by the table of all periods."""
        return keeping.days(self.kept)

    @property
    def tells_of_hours_alone(self) -> bool:
        """Whether it tells hours, and its period is that of hours (`keeping.HOURS_DAYS`)."""
        return self.tells_hours and self.days == keeping.HOURS_DAYS


def _delete(name: str, kept: str, table: sa.Table, at: sa.Column[Any], *more: sa.Column[Any]) -> RetentionRule:
    """Return a rule that deletes whole rows whose moment `at` is too old; `more` are columns of their other moments."""
    (key,) = table.primary_key.columns

    def find(connection: sa.Connection, before: datetime, _day: date) -> Ids:
        return connection.execute(sa.select(key).where(at < before).order_by(at)).scalars().all()

    def erase(connection: sa.Connection, ids: Ids) -> None:
        connection.execute(table.delete().where(key.in_(ids)))

    return RetentionRule(name, kept, find, erase, (at, *more), shrinks=table.name)


def _to_the_day(name: str, table: sa.Table, *columns: sa.Column[Any]) -> RetentionRule:
    """Return a rule that keeps rows, and reduces their moments to the day once they are too old."""
    keys = list(table.primary_key.columns)
    names = tuple(column.name for column in columns)

    def raw(column: sa.Column[Any]) -> sa.ColumnElement[str]:
        return sa.type_coerce(column, sa.String)

    def find(connection: sa.Connection, before: datetime, _day: date) -> Ids:
        until = text_of(before)
        # from the twelfth sign on a moment's text has the hour
        has_hour = [sa.and_(raw(column) < until, sa.func.substr(raw(column), 12) != MIDNIGHT) for column in columns]
        return [tuple(row) for row in connection.execute(sa.select(*keys).where(sa.or_(*has_hour)))]

    def erase(connection: sa.Connection, ids: Ids) -> None:
        to_midnight: dict[str, sa.ColumnElement[Any]] = {
            moment: sa.literal_column(to_the_day(moment)) for moment in names
        }
        for key_values in ids:
            of_row = [key == part for key, part in zip(keys, key_values, strict=True)]
            connection.execute(table.update().where(*of_row).values(to_midnight))

    return RetentionRule(name, "traces", find, erase, columns)


def _old_visits(connection: sa.Connection, _before: datetime, day: date) -> Ids:
    """Return the visits of old days that still tell a time, or a guest's name."""
    has_times_or_name = sa.or_(*(visit.c[name].is_not(None) for name in _TIMES_AND_NAME))
    return connection.execute(sa.select(visit.c.id).where(visit.c.day_on < day, has_times_or_name)).scalars().all()


def _without_times(connection: sa.Connection, ids: Ids) -> None:
    """Delete the times and the guests' names of visits."""
    connection.execute(visit.update().where(visit.c.id.in_(ids)).values(dict.fromkeys(_TIMES_AND_NAME)))


def _of_old_events(table: sa.Table, event_id: sa.Column[int], *tells: sa.ColumnElement[bool]) -> Find:
    """Return a function that finds rows of events that ended, or came to nothing, before a moment, and that meet the
    conditions `tells`: they still tell of people.
    """

    def find(connection: sa.Connection, before: datetime, _day: date) -> Ids:
        ended = sa.func.coalesce(event.c.ends_at, event.c.changed_at)
        last = sa.select(sa.func.max(entry.c.recorded_at)).scalar_subquery()
        # The last entry stands for today: a copy is cleaned with the latest possible moment as `before`, by which even
        # an event to come would be over.
        over = sa.and_(ended < before, ended < last)
        alive = sa.and_(event.c.state == "proposed", event.c.ends_at.is_(None))  # a proposal without a date
        query = sa.select(table.c.id).join(event, event.c.id == event_id).where(over, ~alive, *tells)
        return connection.execute(query).scalars().all()

    return find


def _without_name(connection: sa.Connection, ids: Ids) -> None:
    """Delete the guests' names from signups."""
    connection.execute(signup.update().where(signup.c.id.in_(ids)).values(name=None))


def _without_member(connection: sa.Connection, ids: Ids) -> None:
    """Delete the members from signups."""
    connection.execute(signup.update().where(signup.c.id.in_(ids)).values(member_id=None))


def _without_author(connection: sa.Connection, ids: Ids) -> None:
    """Delete the members from topics, and all votes on them."""
    connection.execute(topic.update().where(topic.c.id.in_(ids)).values(member_id=None))
    connection.execute(topic_vote.delete().where(topic_vote.c.topic_id.in_(ids)))


def _without_hour(connection: sa.Connection, ids: Ids) -> None:
    """Reduce the moments of signups to their day: a member may have signed up at the screen, standing there."""
    day = sa.func.substr(sa.cast(signup.c.made_at, sa.String), 1, 11) + MIDNIGHT
    connection.execute(signup.update().where(signup.c.id.in_(ids)).values(made_at=sa.type_coerce(day, sa.String)))


# a signup whose moment is not yet reduced to its day
_HAS_HOUR = sa.cast(signup.c.made_at, sa.String).not_like(f"%{MIDNIGHT}")
# a member's signup that no entry charges: the ledger keeps the others
_UNCHARGED = sa.and_(signup.c.member_id.is_not(None), signup.c.charge_entry.is_(None))
# a topic whose author or voters are still known
_OF_MEMBERS = sa.or_(topic.c.member_id.is_not(None), sa.exists().where(topic_vote.c.topic_id == topic.c.id))


def _delete_log_lines(connection: sa.Connection, ids: Ids) -> None:
    """Delete lines of the officers' log."""
    log_of_officers.forget_lines(connection, [each for each in ids if isinstance(each, int)])


def _visits_of_members(connection: sa.Connection, _before: datetime, day: date) -> Ids:
    """Return the visits of old days that still name a member."""
    whose = visit.c.member_id.is_not(None)
    return connection.execute(sa.select(visit.c.id).where(visit.c.day_on < day, whose)).scalars().all()


def _without_visitor(connection: sa.Connection, ids: Ids) -> None:
    """Delete the members from visits; the days themselves stay, for the statistics."""
    connection.execute(visit.update().where(visit.c.id.in_(ids)).values(member_id=None))


def _left_long_ago(connection: sa.Connection, _before: datetime, day: date) -> Ids:
    """Return the members that left long ago, whose accounts are at zero and whose file is not erased yet."""
    query = sa.select(member.c.id).where(member.c.left_on < day, member.c.erased_on.is_(None))
    return [member_id for member_id in connection.execute(query).scalars() if erasure.owes(connection, member_id) == 0]


def _erase_files(connection: sa.Connection, ids: Ids) -> None:
    """Erase the files of members; no day of an erasure is written (None), so that the day on which they left stands
    for it.
    """
    for member_id in ids:
        erasure.erase(connection, member_id, None)


def _deleting(table: sa.Table) -> Erase:
    """Return a function that deletes whole rows of a table."""

    def erase(connection: sa.Connection, ids: Ids) -> None:
        connection.execute(table.delete().where(table.c.id.in_(ids)))

    return erase


def _before(table: sa.Table, on: sa.Column[Any]) -> Find:
    """Return a function that finds the rows of a table whose day is too old."""

    def find(connection: sa.Connection, _before: datetime, day: date) -> Ids:
        return connection.execute(sa.select(table.c.id).where(on < day)).scalars().all()

    return find


def _rows_before(name: str, kept: str, table: sa.Table, on: sa.Column[Any]) -> RetentionRule:
    """Return a rule that deletes whole rows whose day `on` is too old."""
    (key,) = table.primary_key.columns

    def find(connection: sa.Connection, _before: datetime, day: date) -> Ids:
        return connection.execute(sa.select(key).where(on < day)).scalars().all()

    def erase(connection: sa.Connection, ids: Ids) -> None:
        connection.execute(table.delete().where(key.in_(ids)))

    return RetentionRule(name, kept, find, erase, tells_hours=False)


def _emptied_before(name: str, kept: str, column: sa.Column[Any], on: sa.Column[Any]) -> RetentionRule:
    """Return a rule that keeps rows, and deletes the text of a column once their day `on` is too old."""
    table: sa.Table = column.table

    def find(connection: sa.Connection, _before: datetime, day: date) -> Ids:
        return connection.execute(sa.select(table.c.id).where(on < day, column.is_not(None))).scalars().all()

    def erase(connection: sa.Connection, ids: Ids) -> None:
        connection.execute(table.update().where(table.c.id.in_(ids)).values({column.name: None}))

    return RetentionRule(name, kept, find, erase, tells_hours=False)


def _unanswered(connection: sa.Connection, before: datetime, _day: date) -> Ids:
    """Return the requests to join that the desk never dealt with and that still tell of a person."""
    c = joining.c
    # without a member it still has the badge's fingerprint, until `_without_applicant` settles it
    tells = sa.or_(c.name.is_not(None), c.language.is_not(None), c.member_id.is_(None))
    return connection.execute(sa.select(c.id).where(c.settled_at.is_(None), c.made_at < before, tells)).scalars().all()


def _without_applicant(connection: sa.Connection, ids: Ids) -> None:
    """Delete the person from a request to join; a request of a non-member is settled by its age."""
    c = joining.c
    of_ids = c.id.in_(ids)
    anonymous = {"fingerprint": bytes(32), "tail": "", "settled_at": c.made_at, "settled_by": "due"}
    connection.execute(joining.update().where(of_ids, c.member_id.is_(None)).values(**anonymous))
    connection.execute(joining.update().where(of_ids).values(name=None, language=None))


def _unproven_requests() -> RetentionRule:
    """Return the rule for requests from the public pages whose sender never followed the link."""
    c = public_request.c

    def find(connection: sa.Connection, before: datetime, _day: date) -> Ids:
        query = sa.select(c.id).where(c.state == "unproven", c.made_at < before)
        return connection.execute(query).scalars().all()

    return RetentionRule("public-unproven", "public-unproven", find, _deleting(public_request), tells_hours=False)


def _without_links(connection: sa.Connection, ids: Ids) -> None:
    """Delete changes of shifts, and the links mailed for them."""
    connection.execute(shift_link.delete().where(shift_link.c.swap_id.in_(ids)))
    connection.execute(shift_swap.delete().where(shift_swap.c.id.in_(ids)))


def _never_paid(connection: sa.Connection, before: datetime, _day: date) -> Ids:
    """Return expired online payments about which the platform never said anything."""
    c = online_payment.c
    silent = sa.and_(c.order_id.is_(None), c.heard.is_(None), c.entry_number.is_(None))
    over = sa.and_(c.made_at < before, c.state == "expired")
    return connection.execute(sa.select(c.id).where(over, silent)).scalars().all()


# All rules; `kiosk due` applies each once a day, in this order.
RETENTION_RULES = (
    RetentionRule(
        "event-names",
        "event-names",
        _of_old_events(signup, signup.c.event_id, signup.c.name.is_not(None)),
        _without_name,
    ),
    RetentionRule("event-hours", "event-names", _of_old_events(signup, signup.c.event_id, _HAS_HOUR), _without_hour),
    RetentionRule(
        "event-people", "event-people", _of_old_events(signup, signup.c.event_id, _UNCHARGED), _without_member
    ),
    RetentionRule(
        "event-topics", "event-people", _of_old_events(topic, topic.c.event_id, _OF_MEMBERS), _without_author
    ),
    _delete("door-events", "door-events", door_event, door_event.c.at),
    RetentionRule("visit-times", "visit-times", _old_visits, _without_times, (visit.c.arrived_at, visit.c.left_at)),
    _delete(
        "requests", "traces", desk_request, desk_request.c.made_at, desk_request.c.expires_at, desk_request.c.done_at
    ),
    _delete("late-taps", "traces", spooled_tap, spooled_tap.c.entered_at),
    _delete("pairings", "traces", telephone_pairing, telephone_pairing.c.made_at, telephone_pairing.c.scanned_at),
    _to_the_day("telephones", telephone, telephone.c.paired_at),
    _rows_before("telephones-unused", "telephones", telephone, telephone.c.used_on),
    _unproven_requests(),
    _to_the_day(
        "public-request-hours",
        public_request,
        *(public_request.c.made_at, public_request.c.proven_at, public_request.c.settled_at),
    ),
    RetentionRule(
        "public-requests",
        "public-requests",
        _before(public_request, public_request.c.day_on),
        _deleting(public_request),
        (public_request.c.starts_at, public_request.c.ends_at),
        tells_hours=False,
    ),
    _to_the_day("corrections", correction, correction.c.made_at, correction.c.decided_at),
    _to_the_day("joinings", joining, joining.c.made_at, joining.c.settled_at),
    _to_the_day("signups", signup, signup.c.made_at, signup.c.left_at),
    _to_the_day("attendance", attended_day, attended_day.c.at),
    _to_the_day("bookings", booking, booking.c.made_at, booking.c.claimed_at),
    _to_the_day("topics", topic, topic.c.made_at, topic.c.hidden_at),
    _to_the_day("votes", topic_vote, topic_vote.c.at),
    _to_the_day("papers", document_copy, document_copy.c.at),
    _to_the_day("messages", outbox, outbox.c.made_at, outbox.c.next_at, outbox.c.done_at),
    _to_the_day(
        "online-payments",
        online_payment,
        online_payment.c.made_at,
        online_payment.c.asked_at,
        online_payment.c.listed_at,
    ),
    RetentionRule("online-unpaid", "online-unpaid", _never_paid, _deleting(online_payment), tells_hours=False),
    _to_the_day("charges", due_act, due_act.c.done_at),
    _to_the_day("log-hours", desk_log, desk_log.c.at),
    _delete("loans", "loans", loan, loan.c.ended_at, loan.c.from_at),
    RetentionRule(
        "lent-days", "lent-days", _before(spot_day, spot_day.c.day_on), _deleting(spot_day), tells_hours=False
    ),
    RetentionRule(
        "registered-offices",
        "registered-offices",
        _before(registered_office, registered_office.c.until_on),
        _deleting(registered_office),
        tells_hours=False,
    ),
    RetentionRule("joinings-unanswered", "unanswered", _unanswered, _without_applicant, tells_hours=False),
    _emptied_before("reduced-reasons", "unanswered", reduced_grant.c.reason, reduced_grant.c.until_on),
    RetentionRule("swaps", "unanswered", _before(shift_swap, shift_swap.c.asked_on), _without_links, tells_hours=False),
    _rows_before("links", "asks", shift_link, shift_link.c.until_on),
    _rows_before("skill-asks", "asks", skill_ask, skill_ask.c.asked_on),
    _rows_before("notices-over", "asks", notice, notice.c.until_on),
    _emptied_before("booking-titles", "booking-titles", booking.c.title, booking.c.day_on),
    _rows_before("calendar-occurrences", "booking-titles", calendar_occurrence, calendar_occurrence.c.day_on),
    _rows_before("tap-conflicts", "visits", tap_conflict, tap_conflict.c.day_on),
    RetentionRule("visits", "visits", _visits_of_members, _without_visitor, tells_hours=False),
    RetentionRule("member-files", "member-file", _left_long_ago, _erase_files, tells_hours=False),
    RetentionRule(
        "desk-log",
        "desk-log",
        lambda connection, before, _day: log_of_officers.old_lines(connection, before),
        _delete_log_lines,
        (desk_log.c.at,),
    ),
    _delete("desk-session-ends", "attempts", desk_session_end, desk_session_end.c.at),
    _delete("desk-attempts", "attempts", desk_attempt, desk_attempt.c.at),
    _delete("desk-used-codes", "attempts", desk_used_code, desk_used_code.c.at),
    _delete("desk-devices", "desk-devices", desk_device, desk_device.c.seen_at, desk_device.c.first_at),
)
