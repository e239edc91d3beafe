"""Each guard of rooms refuses what breaks its rule, said in plain SQL by somebody without any of our pragmas."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.store.tables.rooms import room
from tests.store.changes import changed

from .place import opened
from .test_guards import message, put

pytestmark = pytest.mark.promise(3)

ONE = "id = 1"  # the small room from 9 to 10, and a quarter of an hour of setting up


def held(since: str, until: str, free: str | None = None, **other: str) -> str:
    """A copy of the first booking at another time of that day."""
    times = {"starts_at": _at(since), "ends_at": _at(until), "free_at": _at(free or until)}
    return put("booking", ONE, **{"id": "NULL", "key": "NULL", **times, **other})


def _at(hour: str) -> str:
    return f"'2027-03-01T{hour}:00.000000Z'"


ATTACKS = [
    ("room_never_deleted", "DELETE FROM room"),
    ("room_once", put(room.name, ONE, code="'other'")),
    ("room_once", put(room.name, ONE, id="NULL")),
    ("room_stays", "UPDATE OR REPLACE room SET code = 'big' WHERE id = 1"),
    ("room_stays", "UPDATE OR REPLACE room SET rowid = 9 WHERE id = 1"),
    ("booking_never_deleted", "DELETE FROM booking"),
    ("booking_once", put("booking", ONE, state="'released'", key="NULL")),
    ("booking_once", put("booking", ONE, state="'released'", id="NULL")),
    ("booking_once", put("booking", "id = 4", id="NULL", state="'released'")),
    ("booking_alone", put("booking", ONE, id="NULL", key="NULL")),
    ("booking_alone", held("09:30", "11:00", "11:15")),
    ("booking_alone", held("08:00", "09:00", "09:15")),  # its own setting up meets the next one
    ("booking_alone", held("10:00", "11:00", "11:15")),  # while the one before is being set up
    ("booking_alone", held("07:00", "12:00", "12:15")),
    ("booking_alone", held("09:15", "09:30", "09:45", state="'option'")),
    ("booking_alone", held("09:15", "09:30", "09:45", state="'claimed'", kind="'event'")),
    ("booking_moves_alone", "UPDATE booking SET room_id = 1 WHERE id = 2"),
    ("booking_moves_alone", f"UPDATE booking SET starts_at = {_at('10:00')} WHERE id = 3"),
    ("booking_moves_alone", "UPDATE booking SET state = 'booked' WHERE id = 5"),  # it was released, another has it
    ("booking_moves_alone", "UPDATE booking SET state = 'claimed' WHERE id = 5"),
    ("booking_sets_up", held("18:00", "19:00")),
    ("booking_sets_up", held("18:00", "19:00", "19:14")),
    ("booking_moved_sets_up", f"UPDATE booking SET free_at = {_at('10:05')} WHERE id = 1"),
    ("booking_moved_sets_up", f"UPDATE booking SET ends_at = {_at('10:01')} WHERE id = 1"),
    ("booking_stays", "UPDATE booking SET made_by = 'x' WHERE id = 1"),
    ("booking_stays", "UPDATE booking SET made_at = '2020-01-01T00:00:00.000000Z' WHERE id = 1"),
    ("booking_stays", "UPDATE booking SET key = randomblob(16) WHERE id = 1"),
    ("booking_stays", "UPDATE OR REPLACE booking SET rowid = 99 WHERE id = 4"),
    ("booking_cancelled_stays", "UPDATE booking SET state = 'booked' WHERE id = 6"),
    ("booking_settled_once", "UPDATE booking SET settled_at = NULL WHERE id = 3"),
    ("booking_entry_never_changed", "UPDATE booking_entry SET role = 'fee'"),
    ("booking_entry_never_deleted", "DELETE FROM booking_entry"),
    ("booking_entry_once", put("booking_entry", "entry_number = 1", booking_id="1")),
    ("booking_entry_once", put("booking_entry", "entry_number = 1", entry_number="(SELECT max(number) FROM entry)")),
    ("privatisation_never_deleted", "DELETE FROM privatisation"),
    ("privatisation_once", put("privatisation", ONE, state="'cancelled'", key="NULL")),
    ("privatisation_once", put("privatisation", ONE, state="'cancelled'", id="NULL")),
    ("privatisation_alone", put("privatisation", ONE, id="NULL", key="NULL")),
    ("privatisation_alone", put("privatisation", ONE, id="NULL", key="NULL", zone_id="NULL", state="'option'")),
    ("privatisation_moves_alone", "UPDATE privatisation SET zone_id = NULL WHERE id = 2"),
    ("privatisation_moves_alone", "UPDATE privatisation SET state = 'booked' WHERE id = 3"),
    ("quote_never_deleted", "DELETE FROM quote"),
    ("quote_once", put("quote", ONE, key="NULL", caution_entry="NULL")),
    ("quote_once", put("quote", ONE, id="NULL", caution_entry="NULL")),
    ("quote_once", put("quote", ONE, id="NULL", key="NULL")),
    ("quote_stays", "UPDATE quote SET lines = '[1]'"),
    ("quote_stays", "UPDATE quote SET organisation_id = 2"),
    ("quote_stays", "UPDATE quote SET state = 'open' WHERE id = 1"),
    ("quote_stays", "UPDATE OR REPLACE quote SET rowid = 9"),
]
_AT = "'2026-11-25T07:52:03.000000Z', 'cli'"
_PLAIN = "INSERT INTO booking (room_id, starts_at, ends_at, free_at, day_on, state, made_at, made_by"


def _booking(room: int, since: str, until: str, free: str, state: str, more: str = "", values: str = "") -> str:
    """A booking of the first of March, in plain SQL."""
    times = f"{room}, {_at(since)}, {_at(until)}, {_at(free)}, '2027-03-01', '{state}', {_AT}"
    return f"{_PLAIN}{more}) VALUES ({times}{values})"


@pytest.fixture(scope="module")
def database(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The filled home's records with two rooms and what holds them. No test changes it."""
    root = Path(shutil.copytree(filled_home, tmp_path_factory.mktemp("rooms") / "home"))
    with opened(root) as place:
        for statement in (
            "INSERT INTO room (code, setup_minutes) VALUES ('small', 15)",
            "INSERT INTO room (code) VALUES ('big')",
            _booking(1, "09:00", "10:00", "10:15", "booked", ", key", ", zeroblob(16)"),
            _booking(2, "09:30", "10:30", "10:45", "booked"),
            _booking(1, "10:15", "11:00", "11:15", "booked", ", settled_at", f", {_at('12:00')}"),
            _booking(2, "12:00", "13:00", "13:00", "released", ", feed, uid", ", 'f', 'u'"),
            _booking(1, "09:10", "09:20", "09:35", "released"),
            _booking(1, "14:00", "15:00", "15:15", "cancelled"),
            "INSERT INTO booking_entry VALUES (1, 3, 'charge')",
            "INSERT INTO organisation (name) VALUES ('Coopérative')",
            "INSERT INTO quote (organisation_id, state, valid_until, lines, caution_entry, made_at, made_by, key)"
            f" VALUES (1, 'accepted', '2026-12-25', '[]', 1, {_AT}, zeroblob(16))",
        ):
            place.write(statement)
        for zone, state in ((1, "booked"), (2, "booked"), (1, "cancelled")):
            place.write(
                "INSERT INTO privatisation (zone_id, starts_at, ends_at, state, made_at, made_by, key)"
                f" VALUES ({zone}, {_at('17:00')}, {_at('22:00')}, '{state}', {_AT}, randomblob(16))"
            )
    return root / "db" / "ledger.db"


@pytest.fixture
def plain(database: Path) -> Iterator[sqlite3.Connection]:
    """A plain connection: no foreign keys, no recursive triggers."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        yield connection


@pytest.mark.parametrize(("guard", "statement"), ATTACKS)
def test_database_refuses_what_breaks_the_rule(plain: sqlite3.Connection, guard: str, statement: str) -> None:
    before = list(plain.iterdump())
    with pytest.raises(sqlite3.IntegrityError) as refused:
        plain.execute(statement)
    assert str(refused.value) == message(guard)
    assert list(plain.iterdump()) == before


@pytest.mark.parametrize(("guard", "statement"), ATTACKS)
def test_without_its_guard_the_rule_does_not_hold_by_this_guard(
    plain: sqlite3.Connection, guard: str, statement: str
) -> None:
    plain.execute("BEGIN")
    plain.execute(f"DROP TRIGGER {guard}")
    try:
        assert changed(plain, statement) > 0
    except sqlite3.IntegrityError as refused:
        assert str(refused) != message(guard)
    finally:
        plain.execute("ROLLBACK")


@pytest.mark.parametrize(
    "statement",
    [
        held("08:00", "08:45", "09:00"),  # set up as the next one begins
        held("11:15", "12:00", "12:15"),
        held("09:00", "10:00", "10:15", room_id="2", state="'released'"),
        held("11:00", "12:00", room_id="2"),  # no setting up in the big one
        "UPDATE booking SET state = 'claimed' WHERE id = 1",
        f"UPDATE booking SET ends_at = {_at('09:30')}, free_at = {_at('09:45')} WHERE id = 1",
        "UPDATE booking SET state = 'booked' WHERE id = 4",
        put("privatisation", ONE, id="NULL", key="NULL", starts_at=_at("22:00"), ends_at=_at("23:00")),
    ],
)
def test_what_meets_nothing_is_held(plain: sqlite3.Connection, statement: str) -> None:
    plain.execute("BEGIN")
    assert changed(plain, statement) == 1
    plain.execute("ROLLBACK")
