"""The officers' log: no line is altered, taken out or put in unseen; what it forgets, it forgets in order."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from kiosk.errors import AnswerIsNo
from kiosk.store import retention
from kiosk.store.officers import desk_log, log_audit

from .place import Place

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
def lines(place: Place) -> Place:
    """Five lines, a day apart."""
    with place.store.writing() as connection:
        for number in range(5):
            desk_log.add(
                connection, AT + timedelta(days=number), f"officer:{number}", "read-file", 40 + number, f"x {number}"
            )
    return place


def change(place: Place, *statements: str) -> None:
    with place.store.writing() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def check(place: Place) -> None:
    with place.store.reading() as connection:
        log_audit.check(connection, place.seal)


def test_a_log_that_nobody_touched_is_well(lines: Place) -> None:
    check(lines)
    with lines.store.reading() as connection:
        assert desk_log.head(connection)[0] > 0


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE desk_log SET actor = 'officer:9' WHERE id = 3", "line 3"),
        ("UPDATE desk_log SET act = 'x' WHERE id = 1", "line 1"),
        ("UPDATE desk_log SET at = '2026-01-05T10:00:00.000000Z' WHERE id = 2", "line 2"),
        ("UPDATE desk_log SET member_number = 7 WHERE id = 4", "line 4"),
        ("UPDATE desk_log SET what = NULL WHERE id = 5", "line 5"),
        ("DELETE FROM desk_log WHERE id = 3", "line 3"),
        ("DELETE FROM desk_log WHERE id = 1", "line 1"),
        ("UPDATE desk_log SET digest = (SELECT digest FROM desk_log WHERE id = 1) WHERE id = 2", "line 2"),
        ("INSERT INTO desk_log (id, at, actor, act) VALUES (6, '2026-01-05T10:00:00.000000Z', 'x', 'y')", "line 6"),
    ],
)
def test_whatever_is_done_to_a_line_is_named(lines: Place, statement: str, named: str) -> None:
    change(lines, statement)
    with pytest.raises(AnswerIsNo, match=named) as caught:
        check(lines)
    assert caught.value.code == "log-broken"


def test_of_whom_a_line_speaks_can_be_erased_and_that_it_was_written_stays(lines: Place) -> None:
    with lines.store.writing() as connection:
        desk_log.erase_facts(connection, [42])
        kept = connection.execute(sa.text("SELECT member_number, what, salt FROM desk_log WHERE id = 3")).one()
    assert tuple(kept) == (None, None, None)
    check(lines)


def test_what_is_old_is_forgotten_from_the_beginning_and_the_rest_stays_chained(lines: Place) -> None:
    rule = next(each for each in retention.RETENTION_RULES if each.name == "desk-log")
    with lines.store.writing() as connection:
        found = rule.find(connection, AT + timedelta(days=2), AT.date())
        assert list(found) == [1, 2]
        rule.erase(connection, found)
    check(lines)
    with lines.store.writing() as connection:
        desk_log.add(connection, AT, "officer:1", "export", None, None)
        assert desk_log.head(connection)[0] == 6
        rule.erase(connection, [3, 4, 5, 6])
        desk_log.add(connection, AT, "officer:1", "export", None, None)
        assert desk_log.head(connection)[0] == 7, "a number is never used again"
    check(lines)


def test_a_line_with_an_odd_hour_is_not_forgotten_out_of_turn(lines: Place) -> None:
    with lines.store.writing() as connection:
        desk_log.add(connection, AT - timedelta(days=900), "officer:1", "export", None, None)
        assert list(desk_log.old_lines(connection, AT)) == []
