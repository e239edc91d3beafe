"""A home with a long past, made in bulk.

The last month looks the same at every size, as it does in life: a space does not visit itself more often for being old.
What grows is what lies before, of the same members and of former ones. The ledger has its shape (a charge a visit, a
payment a member) but no valid chain: nothing here reads it.
"""

import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path

import sqlalchemy as sa

from kiosk import home
from kiosk.domain import ids
from kiosk.domain.chain import FORM
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.members import enrolment
from kiosk.members.enrolment import Application
from kiosk.setup import home_creation
from kiosk.setup.home_creation import NewHome
from kiosk.store.members.members import Member
from kiosk.store.space.policies import Rules
from kiosk.store.tables import text_of

START = datetime(2026, 6, 10, 7, 0, tzinfo=UTC)  # the first tap measured: the middle of a month
_ACTIVE, _FORMER = 200, 300
_RECENT_DAYS = (5, 10, 15, 20, 25)
_CENTS = 500


@dataclass(frozen=True, slots=True)
class Person:
    """A member who taps."""

    member: Member
    read: BadgeRead


@dataclass(frozen=True, slots=True)
class Fixed:
    """The clock that a home is made with."""

    start: datetime = START

    def now(self) -> datetime:
        """A month before the first tap."""
        return self.start - timedelta(days=30)

    def monotonic(self) -> float:
        """Nothing runs."""
        return 0.0


def make(
    root: Path,
    visits: int,
    wishes: NewHome | None = None,
    former: int = _FORMER,
    *,
    start: datetime = START,
    in_turns: bool = False,
) -> list[Person]:
    """A home at `root` with so many past visits, and former members. Returns the members who still come.

    `in_turns`: as many came on a day of the past as come now, each generation after the other, instead of everybody
    who ever came on every day.
    """
    clock = Fixed(start)
    home_creation.create(root, wishes or NewHome(), clock)
    with home.opened(root) as made:
        rules = Rules(made.config.zone)
        with made.store.writing() as connection:
            people = [_enrol(number, connection, rules, made, clock) for number in range(_ACTIVE + former)]
        database, key = made.paths.database, made.seal.key_id
    past = list(islice((_turns if in_turns else _days)(people, visits), visits))[::-1]
    with closing(sqlite3.connect(database, isolation_level=None)) as raw:
        _fill(raw, people, past, key, start)
    return people[:_ACTIVE]


def _enrol(number: int, connection: sa.Connection, rules: Rules, made: home.Home, clock: Fixed) -> Person:
    read = BadgeRead(b"\x04" + number.to_bytes(6, "big"))
    application = Application(name=f"Member{number}", badge=read)
    joined = clock.now()
    added = enrolment.add(connection, rules, made.seal, made.badge_key, application, joined, "bench")
    return Person(added, read)


def _turns(people: list[Person], visits: int) -> Iterator[tuple[int, Person]]:
    """The same, each generation for as long as it takes to share the visits among all."""
    yield from ((days, person) for days in _RECENT_DAYS for person in people[:_ACTIVE])
    spell = max(1, visits // len(people))
    for days in count(31):
        first = (days - 31) // spell * _ACTIVE % len(people)
        yield from ((days, person) for person in people[first : first + _ACTIVE])


def _days(people: list[Person], _visits: int) -> Iterator[tuple[int, Person]]:
    """Who came how many days before the first tap, the latest first."""
    yield from ((days, person) for days in _RECENT_DAYS for person in people[:_ACTIVE])
    yield from ((days, person) for days in count(31) for person in people)


def _fill(
    raw: sqlite3.Connection, people: list[Person], past: list[tuple[int, Person]], key: str, start: datetime
) -> None:
    """Without guards, syncs or a journal; the guards are back at the end. Entries bear the `key` in use."""
    raw.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-400000; BEGIN")
    guards = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in guards:
        raw.execute(f"DROP TRIGGER {name}")
    chance = random.Random(1)
    first = raw.execute("SELECT max(number) FROM entry").fetchone()[0] + 1
    raw.executemany(
        'INSERT INTO visit (id, tap_id, member_id, day_on, zone_id, "right", part, charge_entry, arrived_at)'
        " VALUES (?, ?, ?, ?, 1, 'full', 'day', ?, ?)",
        _visits(past, first, random.Random(2), start),
    )
    entry = f"INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'kiosk', ?, ?, NULL, ?, NULL, ?, '{key}', ?)"
    raw.executemany(entry, _charges(past, first, chance, start))
    raw.executemany(entry, _payments(past, people, first + len(past), chance, start))
    raw.execute("UPDATE account SET balance_cents = 0")
    raw.execute("INSERT OR REPLACE INTO open_charge SELECT number, 0 FROM entry WHERE amount_cents > 0")
    for _, statement in guards:
        raw.execute(statement)
    raw.execute("COMMIT")
    raw.execute("PRAGMA journal_mode=WAL")


def _moment(start: datetime, days: int, index: int) -> datetime:
    return start - timedelta(days=days) + timedelta(seconds=index % 7200)


def _visits(
    past: list[tuple[int, Person]], first: int, chance: random.Random, start: datetime
) -> Iterator[tuple[object, ...]]:
    for index, (days, person) in enumerate(past):
        at = _moment(start, days, index)
        tap_id = ids.new(at, chance.randbytes(16))
        yield index + 1, tap_id, person.member.id, at.date().isoformat(), first + index, text_of(at)


def _charges(
    past: list[tuple[int, Person]], first: int, chance: random.Random, start: datetime
) -> Iterator[tuple[object, ...]]:
    detail = '{"product":"day","quantity":1,"right":"full","tariff":"full","unit_cents":500}'
    for index, (days, person) in enumerate(past):
        at = _moment(start, days, index)
        yield _entry(first + index, at, "charge", person, index + 1, _CENTS, None, detail, chance)


def _payments(
    past: list[tuple[int, Person]], people: list[Person], first: int, chance: random.Random, start: datetime
) -> Iterator[tuple[object, ...]]:
    days = Counter(person.member.id for _, person in past)
    for index, person in enumerate(people):
        cents = -days[person.member.id] * _CENTS - person.member.balance_cents
        yield _entry(first + index, _moment(start, 1, index), "payment", person, None, cents, "cash", "{}", chance)


def _entry(
    number: int,
    at: datetime,
    kind: str,
    person: Person,
    visit: int | None,
    cents: int,
    method: str | None,
    detail: str,
    chance: random.Random,
) -> tuple[object, ...]:
    member = person.member
    own, group = ids.new(at, chance.randbytes(16)), ids.new(at, chance.randbytes(16))
    sealed = (cents, method, detail, FORM, chance.randbytes(32))
    day = at.date().isoformat()
    return (number, own, text_of(at), day, kind, member.account, visit, group, member.number, *sealed)
