"""Sends the chain's heads out of the machine, to at least two officers by mail and to the addresses for notifications.
A head, the seal of the chain's last entry (on screens "control code"), proves later, if it is kept elsewhere, that no
earlier entry was changed.

Each closed month and year is sent, and once a week the closed days: a message each evening would soon go unread. The
choice of recipients is an entry, and old and new recipients are told of it. A *wish* is an act that waits until a
second officer agrees. A *channel* is a way to send, paired with the public name of a notification address, or with None
for mail to officers. Each message also has the fingerprint of the key that signs archives (`key`; None without one).
"""

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa
from msgspec import Struct

from kiosk.books import archive_keys
from kiosk.devices.protocols import Clock
from kiosk.domain import ids
from kiosk.domain.books import head_notes
from kiosk.domain.books.closings import Period
from kiosk.domain.chain import Json
from kiosk.domain.days import Moment
from kiosk.domain.members import officer_numbers
from kiosk.domain.members.wishes import Wish
from kiosk.errors import RequestError
from kiosk.exports.books import head_words
from kiosk.exports.books.head_words import ClosingFacts
from kiosk.home import Home
from kiosk.messages import outbox
from kiosk.store import ledger
from kiosk.store.books import head_rows
from kiosk.store.books.closing_rows import Closing
from kiosk.store.ledger import Draft
from kiosk.store.messages import outbox_rows
from kiosk.store.officers import desk_log, desk_users
from kiosk.store.officers.desk_users import Officer
from kiosk.store.space.policies import Rules

ABOUT = "head"  # what the outbox's messages are about, with an entry's number
LEAST = 2  # recipients, who are different persons: one alone proves nothing
_SUNDAY = 6  # as date.weekday() counts
_MOST_TOLD = 45  # closings named in one message: after a long silence, the last ones only


class RecipientChange(Struct, frozen=True):
    """The recipients from now on, and the entry that records them; `again` where nothing changed. `asked` is the number
    of a request that waits for a second officer: then nothing has changed yet. In both cases `entry` is the ledger's
    last.
    """

    officers: list[Officer]
    entry: int
    again: bool = False
    asked: int | None = None


class SecondHand(Protocol):
    """The part that asks a second officer about new recipients."""

    def ask(self, connection: sa.Connection, moment: Moment, wish: Wish) -> int | None:
        """Store a request for a second officer, in the caller's transaction. Returns its number; None where there is no
        officer to ask.
        """


class Heads:
    """Chooses the recipients of the chain's heads. `actor` is recorded in the entry."""

    def __init__(self, *, home: Home, rules: Rules, clock: Clock, actor: str, second: SecondHand | None = None) -> None:
        self._second = second
        self._home = home
        self._rules = rules
        self._clock = clock
        self._actor = actor

    def choose(self, user_ids: Collection[int]) -> RecipientChange:
        """Choose these officers as recipients, at least two different persons, and mail the old and the new ones; do
        neither where they are the recipients already. Where one would be removed and there is another officer to ask
        (by `second`), only ask that officer.

        Raises RequestError `no-such-user`, `user-suspended` or `two-officers`.
        """
        with self._home.store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            officers = [desk_users.by_id(connection, user_id) for user_id in sorted(set(user_ids))]
            _require_two(officers)
            before = [officer.id for officer in head_rows.recipients(connection)]
            after = [officer.id for officer in officers]
            if before == after:
                return RecipientChange(officers, ledger.head(connection).number, again=True)
            if self._second is not None and set(before) - set(after):
                wish = Wish(kind="heads", cents=0, reason="", about={"from": before, "to": after})
                waits = self._second.ask(connection, moment, wish)
                if waits is not None:
                    self._log(connection, moment, "second-asked", f"head recipients, act {waits}")
                    return RecipientChange(officers, ledger.head(connection).number, asked=waits)
            entry = self._replace(connection, moment, officers)
            self._log(connection, moment, "head-recipients", f"entry {entry}")
            return RecipientChange(officers, entry)

    def _log(self, connection: sa.Connection, moment: Moment, act: str, what: str) -> None:
        """Write a line about the choice into the desk's log."""
        desk_log.add(connection, moment.at, self._actor, act, None, what)

    def choose_agreed(self, connection: sa.Connection, moment: Moment, about: Mapping[str, Json]) -> None:
        """Choose the recipients that a second officer agreed to, in the caller's transaction: `about` has the ids of
        the officers' accounts before (`from`) and after (`to`), as `choose` stored them.

        Raises RequestError `wish-changed` where the recipients have changed since the request, or as `choose` does.
        """
        before = [officer.id for officer in head_rows.recipients(connection)]
        if before != about["from"]:
            raise RequestError("wish-changed", "others get the heads by now than when it was asked")
        chosen = about["to"] if isinstance(about["to"], list) else []
        officers = [desk_users.by_id(connection, int(str(each))) for each in chosen]
        _require_two(officers)
        self._replace(connection, moment, officers)

    def _replace(self, connection: sa.Connection, moment: Moment, officers: list[Officer]) -> int:
        """Write the entry that names the new recipients, store them, and mail old and new ones. Returns its number."""
        channels, key = outbox.channels(self._home), archive_keys.fingerprint(self._home.paths)
        before = head_rows.recipients(connection)
        draft = Draft(
            kind="notice",
            day_on=moment.day,
            group=ids.new(moment.at, secrets.token_bytes(16)),
            actor=self._actor,
            detail={"about": "head-recipients", "users": ",".join(str(officer.id) for officer in officers)},
        )
        number = ledger.append(connection, self._home.seal, draft, moment.at)
        head_rows.replace(connection, [officer.id for officer in officers], number)
        self._tell_change(connection, channels, key, before, officers, number, moment.at)
        return number

    def _tell_change(
        self,
        connection: sa.Connection,
        channels: Sequence[tuple[str, str | None]],
        key: str | None,
        before: list[Officer],
        after: list[Officer],
        number: int,
        at: datetime,
    ) -> None:
        """Put a message into the outbox for each old and new recipient and each notification address: both lists, the
        author of the change (an officer's name, or the program), and the control code of now. `number` is its entry.
        """
        was, is_now = [officer.email for officer in before], [officer.email for officer in after]
        training = self._home.training
        by = desk_users.called(connection).get(officer_numbers.number_of(self._actor) or 0, self._actor)
        head = ledger.head(connection)
        everyone = {officer.id: officer for officer in (*before, *after)}
        for channel, to, language in _addressed(connection, self._home, channels, list(everyone.values())):
            outbox_rows.put(
                connection,
                channel=channel,
                recipient=to,
                subject=head_words.changed_subject(language, training=training),
                body=head_words.changed(
                    language, was, is_now, by, head_notes.head_note(head.number, head.mac, length=64), key
                ),
                about=f"{ABOUT} {number}",
                at=at,
            )


def _require_two(officers: Sequence[Officer]) -> None:
    """Require active accounts alone, of two different people at least: accounts with one member's file are one person.
    Raises RequestError `user-suspended`, `two-officers`.
    """
    for officer in officers:
        if not officer.active:
            raise RequestError("user-suspended", label=officer.email)
    persons = {
        officer.id if officer.member_number is None else f"member {officer.member_number}" for officer in officers
    }
    if len(persons) < LEAST:
        raise RequestError("two-officers", "heads go to two different persons at least: one alone proves nothing")


def put_in_outbox(home: Home, now: datetime) -> int:
    """Put messages with the heads that are due into the outbox, each head once. Returns the number of messages.

    Puts none while no chosen recipient is active or the kiosk has no way to send: the desk then shows the heads, to be
    written down, and they stay due.
    """
    channels = outbox.channels(home)
    if not channels:
        return 0
    with home.store.reading() as connection:
        if not _due(head_rows.closed_after(connection, head_rows.told_until(connection))):
            return 0
    key = archive_keys.fingerprint(home.paths)
    with home.store.writing() as connection:  # read again: another pass may have put the same heads meanwhile
        closed = head_rows.closed_after(connection, head_rows.told_until(connection))
        officers = [officer for officer in head_rows.recipients(connection) if officer.active]
        if not officers or not _due(closed):
            return 0
        count = _put_in_outbox(connection, home, channels, key, officers, closed[-_MOST_TOLD:], now)
        head_rows.mark_told(connection, now.date(), now, closed[-1].entry)
        return count


def _due(closed: Sequence[Closing]) -> bool:
    """Tell whether these closings are to be sent: they include a month, a year or a Sunday."""
    return any(closing.kind is not Period.DAY or closing.until_on.weekday() == _SUNDAY for closing in closed)


def _put_in_outbox(
    connection: sa.Connection,
    home: Home,
    channels: Sequence[tuple[str, str | None]],
    key: str | None,
    officers: list[Officer],
    closed: Sequence[Closing],
    at: datetime,
) -> int:
    """Put one message with the control codes of all these closings into the outbox for every recipient. Returns the
    number of messages.
    """
    facts, count = [_facts_of(closing) for closing in closed], 0
    for channel, to, language in _addressed(connection, home, channels, officers):
        outbox_rows.put(
            connection,
            channel=channel,
            recipient=to,
            subject=head_words.subject(language, max(closing.until_on for closing in closed), training=home.training),
            body=head_words.text(language, facts, key),
            about=f"{ABOUT} {closed[-1].entry}",
            at=at,
        )
        count += 1
    return count


def _addressed(
    connection: sa.Connection, home: Home, channels: Sequence[tuple[str, str | None]], officers: list[Officer]
) -> Iterator[tuple[str, str, str]]:
    """Yield each message's channel, recipient and language: one mail an officer, in the officer's language, and one
    message a notification address, in the house's.
    """
    languages = head_rows.languages(connection, [officer.id for officer in officers])
    for channel, name in channels:
        if name is not None:
            yield channel, name, home.config.language
            continue
        for officer in officers:
            yield channel, officer.email, languages.get(officer.id) or home.config.language


def _facts_of(closed: Closing) -> ClosingFacts:
    """Return the facts that a message gives of a closing: its period, entry, sums in cents and seal."""
    totals = closed.totals
    return ClosingFacts(
        closed.kind,
        closed.from_on,
        closed.until_on,
        closed.entry,
        totals.charged,
        totals.reversed,
        sum(totals.methods.values()),
        closed.grand_total,
        closed.mac,
    )
