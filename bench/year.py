"""A home with a year of so many entries behind it, sealed as the entrance seals them, none of its days closed."""

import multiprocessing
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from kiosk import home
from kiosk.domain import chain, ids
from kiosk.domain.chain import FORM, Seal
from kiosk.members import enrolment
from kiosk.members.enrolment import Application
from kiosk.setup import home_creation
from kiosk.setup.home_creation import NewHome
from kiosk.store import ledger
from kiosk.store.accounts import open_rows
from kiosk.store.members.members import Member
from kiosk.store.space.policies import Rules
from kiosk.store.tables import text_of

FIRST_ON = date(2025, 1, 1)
DAYS = 365
_MEMBERS = 300
_PAID_EVERY = 10  # entries
_CENTS = 500
_CHARGE = '{"product":"day","quantity":1,"right":"full","tariff":"full","unit_cents":500}'

Row = tuple[object, ...]


class Later:
    """The morning after so many days."""

    def __init__(self, days: int = DAYS) -> None:
        self._days = days

    def now(self) -> datetime:
        """The moment."""
        return datetime(2025, 1, 1, 9, tzinfo=UTC) + timedelta(days=self._days)

    def monotonic(self) -> float:
        """Nothing runs."""
        return 0.0


class _OldYear(Later):
    """The morning on which the year begins, and its members join."""

    def now(self) -> datetime:
        """The moment."""
        return datetime(2025, 1, 1, 7, tzinfo=UTC)


def make_apart(root: Path, entries: int, days: int = DAYS) -> None:
    """The same in a process of its own, so that the peak of memory is that of what is measured afterwards."""
    maker = multiprocessing.get_context("spawn").Process(target=make, args=(root, entries, days))
    maker.start()
    maker.join()
    if maker.exitcode:
        raise RuntimeError(f"the year was not made: status {maker.exitcode}")


def make(root: Path, entries: int, days: int = DAYS) -> None:
    """A home at `root` with so many entries on so many days, a charge each but for a payment now and then."""
    home_creation.create(root, NewHome(), _OldYear())
    with home.opened(root) as made:
        rules = Rules(made.config.zone)
        with made.store.writing() as connection:
            people = [_enrol(number, connection, rules, made) for number in range(_MEMBERS)]
            last = ledger.head(connection)
        seal, database = made.seal, made.paths.database
    with closing(sqlite3.connect(database, isolation_level=None)) as raw:
        raw.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-400000; BEGIN")
        guards = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            raw.execute(f"DROP TRIGGER {name}")
        marks = ", ".join("?" * 18)
        raw.executemany(f"INSERT INTO entry VALUES ({marks})", _rows(people, seal, last, entries - last.number, days))
        raw.execute(
            "UPDATE account SET balance_cents ="
            " coalesce((SELECT sum(amount_cents) FROM entry WHERE account_id = account.id), 0)"
        )
        for _, statement in guards:
            raw.execute(statement)
        raw.execute("COMMIT")
        raw.execute("PRAGMA journal_mode=WAL")
    with home.opened(root) as made, made.store.writing() as connection:
        for person in people:
            open_rows.settle(connection, person.account)


def _enrol(number: int, connection: sa.Connection, rules: Rules, made: home.Home) -> Member:
    application = Application(name=f"Member{number}")
    return enrolment.add(connection, rules, made.seal, made.badge_key, application, _OldYear().now(), "bench")


def _rows(people: list[Member], seal: Seal, last: ledger.Head, count: int, days: int) -> Iterator[Row]:
    chance, mac = random.Random(1), last.mac
    for index in range(count):
        at = datetime(2025, 1, 1, 8, tzinfo=UTC) + timedelta(days=index * days // count, seconds=index % 7200)
        person, pays = people[index % len(people)], index % _PAID_EVERY == 0
        fields = (
            last.number + 1 + index,
            ids.new(at, chance.randbytes(16)),
            text_of(at),
            at.date().isoformat(),
            "payment" if pays else "charge",
            person.account,
            None,
            ids.new(at, chance.randbytes(16)),
            person.number,
            "kiosk",
            -_CENTS if pays else _CENTS,
            "cash" if pays else None,
            None,
            "{}" if pays else _CHARGE,
            None,
            FORM,
            seal.key_id,
        )
        mac = seal.mac(mac, chain.canonical(*fields))
        yield (*fields, mac)
