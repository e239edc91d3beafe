"""Each guard of the premises refuses what breaks its rule, said in plain SQL by somebody without any of our pragmas."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.store import guards
from kiosk.store.tables.premises import spot

from .place import opened
from .test_guards import message, put

pytestmark = pytest.mark.promise(3)

ONE, TWO, THREE = "id = 1", "id = 2", "id = 3"
TODAY, NEXT = "'2026-11-25'", "'2026-11-26'"


def loan(since: str, until: str, thing: str = "1", **other: str) -> str:
    """A copy of the first loan at another time of that day."""
    times = {"from_at": _at(since), "ended_at": _at(until)}
    return put("loan", ONE, **{"id": "NULL", "key": "randomblob(16)", "thing_id": thing, **times, **other})


def _at(hour: str) -> str:
    return f"'2026-11-25T{hour}:00.000000Z'"


ATTACKS = [
    ("spot_never_deleted", "DELETE FROM spot"),
    ("spot_once", put(spot.name, ONE, id="NULL")),
    ("spot_once", put(spot.name, ONE, label="'B9'")),
    ("spot_stays", "UPDATE OR REPLACE spot SET rowid = 9 WHERE id = 1"),
    ("spot_holder_alone", put("spot_holder", ONE, id="NULL", member_id="3")),  # it is somebody's
    ("spot_holder_alone", put("spot_holder", ONE, id="NULL", spot_id="3", from_on="'2027-01-01'")),  # who has one
    ("spot_holder_alone", put("spot_holder", ONE, spot_id="3", member_id="3", until_on="'2020-01-02'")),
    ("spot_holder_changes_alone", "UPDATE spot_holder SET member_id = 1 WHERE id = 2"),
    ("spot_holder_changes_alone", "UPDATE spot_holder SET spot_id = 3 WHERE id = 2"),
    ("spot_holder_changes_alone", "UPDATE OR REPLACE spot_holder SET rowid = 2 WHERE id = 1"),
    ("spot_day_once", put("spot_day", ONE, id="NULL", taken_id="NULL")),  # it is lent already
    ("spot_day_once", put("spot_day", ONE, day_on=NEXT)),
    ("spot_day_once", put("spot_day", TWO, id="NULL", spot_id="2", day_on=TODAY, taken_id="3")),  # who took another
    ("spot_day_by_its_holder", put("spot_day", TWO, id="NULL", day_on=NEXT, member_id="1")),
    ("spot_day_by_its_holder", put("spot_day", TWO, id="NULL", spot_id="3", day_on=NEXT)),
    ("spot_day_taken_once", "UPDATE spot_day SET taken_id = 4 WHERE id = 1"),  # a lent desk is not lent twice
    ("spot_day_taken_once", "UPDATE spot_day SET taken_id = 3 WHERE id = 2"),
    ("spot_day_stays", "UPDATE spot_day SET day_on = '2026-12-25' WHERE id = 2"),
    ("spot_day_stays", "UPDATE spot_day SET counts = 0 WHERE id = 3"),
    ("spot_day_stays", "UPDATE spot_day SET banked_id = NULL WHERE id = 3"),
    ("spot_day_stays", "UPDATE OR REPLACE spot_day SET rowid = 3 WHERE id = 1"),
    ("thing_never_deleted", "DELETE FROM thing"),
    ("thing_once", put("thing", ONE, id="NULL")),
    ("thing_once", put("thing", ONE, label="'Autre'")),
    ("thing_stays", "UPDATE OR REPLACE thing SET rowid = 9 WHERE id = 1"),
    ("loan_once", loan("18:00", "18:30", id="1")),
    ("loan_once", loan("18:00", "18:30", key="key")),
    ("loan_alone", loan("09:15", "09:45")),
    ("loan_alone", loan("08:00", "12:00")),
    ("loan_alone", loan("12:00", "12:30", thing="2")),  # nobody knows when it comes back
    ("loan_alone", loan("08:00", "12:00", ended_at="NULL")),
    ("loan_stays", "UPDATE loan SET thing_id = 2 WHERE id = 1"),
    ("loan_stays", "UPDATE loan SET ended_at = NULL WHERE id = 1"),
    ("loan_stays", f"UPDATE loan SET ended_at = {_at('09:45')} WHERE id = 1"),
    ("loan_stays", f"UPDATE loan SET from_at = {_at('08:45')} WHERE id = 1"),
    ("loan_stays", "UPDATE loan SET key = randomblob(16) WHERE id = 1"),
]
NAMES = sorted(
    name
    for name, statement in guards.statements().items()
    if statement.split(" WHEN ")[0].split()[-1] in ("spot", "spot_holder", "spot_day", "thing", "loan")
)


@pytest.fixture(scope="module")
def database(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two desks that are somebody's own and one that is nobody's, lent days, a booth and a key. No test changes it."""
    root = Path(shutil.copytree(template, tmp_path_factory.mktemp("premises") / "home"))
    with opened(root) as place:
        for number in (1, 2, 3, 4):
            place.write(
                "INSERT INTO member (number, name, shown_name, plan_code, zone_id, joined_on)"
                f" VALUES ({number}, 'M', 'M', 'itinerant', 1, '2020-01-01')"
            )
        banked = "VALUES (1, 1, '2026-11-25', 'prêt', '2026-11-25T07:52:03.000000Z', 'due')"
        for statement in (
            *(
                f"INSERT INTO spot (kind, label, x, y, wide, high) VALUES ('desk', 'A{each}', {each}, 0, 1, 1)"
                for each in (1, 2, 3)
            ),
            *(f"INSERT INTO spot_holder (spot_id, member_id, from_on) VALUES ({n}, {n}, '2026-01-01')" for n in (1, 2)),
            f"INSERT INTO banked_day (member_id, days, from_on, reason, given_at, given_by) {banked}",
            "INSERT INTO spot_day (spot_id, day_on, member_id, taken_id) VALUES (1, '2026-11-25', 1, 3)",
            "INSERT INTO spot_day (spot_id, day_on, member_id) VALUES (2, '2026-11-25', 2)",
            "INSERT INTO spot_day (spot_id, day_on, member_id, taken_id, counts, banked_id)"
            " VALUES (1, '2026-11-24', 1, 3, 1, 1)",
            "INSERT INTO thing (kind, label, minutes) VALUES ('booth', 'Cabine', 30)",
            "INSERT INTO thing (kind, label) VALUES ('key', 'Clé')",
            "INSERT INTO loan (key, thing_id, member_id, from_at, ended_at)"
            f" VALUES (zeroblob(16), 1, 3, {_at('09:00')}, {_at('09:30')})",
            f"INSERT INTO loan (key, thing_id, member_id, from_at) VALUES (randomblob(16), 2, 3, {_at('09:00')})",
        ):
            place.write(statement)
    return root / "db" / "ledger.db"


@pytest.fixture
def plain(database: Path) -> Iterator[sqlite3.Connection]:
    """A plain connection: no foreign keys, no recursive triggers."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        yield connection


@pytest.mark.parametrize(("guard", "statement"), ATTACKS)
def test_database_refuses_what_breaks_the_rule(plain: sqlite3.Connection, guard: str, statement: str) -> None:
    before = plain.total_changes
    with pytest.raises(sqlite3.IntegrityError) as refused:
        plain.execute(statement)
    assert str(refused.value) == message(guard)
    assert plain.total_changes == before
    plain.execute("BEGIN")
    plain.execute(f"DROP TRIGGER {guard}")
    try:
        plain.execute(statement)
    except sqlite3.IntegrityError as other:
        assert str(other) != message(guard)
    plain.execute("ROLLBACK")


def test_every_guard_of_the_premises_is_attacked() -> None:
    assert sorted({guard for guard, _ in ATTACKS}) == NAMES
