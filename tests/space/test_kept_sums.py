"""Sums that are kept say what is read anew, whatever was written since; and read nothing twice that did not change."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings

from kiosk.books import annual_report
from kiosk.domain.days import Moment
from kiosk.domain.spans import Span, days_of
from kiosk.money.corrections import Corrections
from kiosk.space import figures
from kiosk.space.figures import Code
from kiosk.store import visit_sums
from kiosk.store.kept_sums import KeptSums, Row, Sum, Sums
from kiosk.store.members import assembly
from kiosk.store.money import correction_rows
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.space.test_simulations import EVENTS, RULES, UIDS, _live, lived_in

_AT_ONCE = 10  # acts, between two looks
_FREE = "SELECT min(id) FROM visit WHERE charge_entry IS NULL AND state = 'kept'"


def shown(space: Space, kept: KeptSums | None) -> list[object]:
    """All that is drawn and told of the past, from what is kept or anew."""
    rules = Rules(space.home.config.zone)
    with space.home.store.reading() as connection:
        policy, moment = rules.at(connection, space.clock.now())
        sums = Sums(connection, moment.day) if kept is None else kept.of(connection, moment.day)
        found: list[object] = []
        for span in (Span.MONTH, Span.YEAR):
            days = days_of(span, moment.day)
            found += [figures.draw(sums, code, *days, policy, moment) for code in Code]
            found.append(sorted(assembly.by_category(sums, *days)))
        for year in annual_report.years(connection, moment.day):
            found.append(_told(connection, rules, year.name, moment, sums))
    return found


def _told(connection: sa.Connection, rules: Rules, name: str, moment: Moment, sums: Sums) -> object:
    year = annual_report.named(connection, name, moment.day)
    return annual_report.report(connection, rules, year, moment, sums)


@given(rules=RULES, events=EVENTS)
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_kept_says_what_is_read_anew_after_any_acts(
    template: Path, rules: dict[str, str], events: list[tuple[int, int, int, str]]
) -> None:
    with lived_in(template, rules) as space:
        kept = KeptSums()
        for first in range(0, len(events), _AT_ONCE):
            _live(space, events[first : first + _AT_ONCE])
            assert shown(space, kept) == shown(space, None)


def _take_back_an_old_charge(space: Space) -> None:
    first = space.sql("SELECT min(number) FROM entry WHERE kind = 'charge' AND visit_id IS NOT NULL")[0][0]
    assert isinstance(first, int)
    space.till.reverse(first, "une erreur")


def _count_a_forgotten_day(space: Space) -> None:
    rules = Rules(space.home.config.zone)
    use_case = Corrections(
        store=space.home.store, rules=rules, seal=space.home.seal, clock=space.clock, actor="officer:1"
    )
    with space.home.store.reading() as connection:
        today = rules.at(connection, space.clock.now())[1].day
    use_case.accept(use_case.ask(correction_rows.FORGOTTEN, 1, today - timedelta(days=5)))


def _undo_an_old_day(space: Space) -> None:
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(f"UPDATE visit SET state = 'undone' WHERE id = ({_FREE})")


def _cut_a_member_off(space: Space) -> None:
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE visit SET member_id = NULL WHERE member_id = 2")


@pytest.fixture(scope="module")
def long_ago(template: Path) -> Iterator[Space]:
    """A space of three months, of which much is kept."""
    with lived_in(template, {"guests_a_day": "9", "tab_limit_cents": "10000000"}) as space:
        _live(space, [(7, who % 4, 9, "tap") for who in range(14)])
        yield space


@pytest.mark.parametrize(
    "change",
    [
        lambda space: space.till.pay(1, 700, "cash"),
        lambda space: space.till.sell(1, "carnet-10", None),
        _take_back_an_old_charge,
        _count_a_forgotten_day,
        _undo_an_old_day,
        _cut_a_member_off,
        lambda space: _live(space, [(120, 0, 9, "tap"), (0, 1, 9, "free")]),
    ],
)
def test_whatever_is_written_is_seen_at_the_next_look(long_ago: Space, change: Callable[[Space], object]) -> None:
    kept = KeptSums()
    before = shown(long_ago, kept)
    change(long_ago)
    after = shown(long_ago, kept)
    assert after != before
    assert after == shown(long_ago, None)


def test_of_a_long_past_only_what_changed_is_read_again(space: Space) -> None:
    read: list[tuple[date, date]] = []

    def noted(connection: sa.Connection, first_on: date, last_on: date) -> list[Row]:
        read.append((first_on, last_on))
        return visit_sums.BY_DAY.read(connection, first_on, last_on)

    what, kept = Sum("noted", noted), KeptSums()
    space.join("Karim Benali", UIDS[0], "permanent")
    today = date(2026, 11, 25)

    def look() -> list[tuple[date, date]]:
        read.clear()
        with space.home.store.reading() as connection:
            kept.of(connection, today).rows(what, date(2026, 1, 1), date(2026, 12, 31))
        return list(read)

    rest = (today, date(2026, 12, 31))
    assert look() == [(date(2026, 1, 1), date(2026, 11, 24)), rest]
    assert look() == [rest]
    space.tap(UIDS[0])
    assert look() == [rest]
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO visit (tap_id, member_id, day_on, zone_id, right, part)"
            " SELECT ?, 1, '2026-09-14', zone_id, right, part FROM visit",
            (bytes(16),),
        )
    assert look() == [(date(2026, 9, 1), date(2026, 9, 30)), rest]


def test_a_snapshot_from_before_what_was_seen_reads_all_itself(space: Space) -> None:
    space.join("Karim Benali", UIDS[0], "permanent")
    kept, today = KeptSums(), date(2026, 11, 25)
    with space.home.store.reading() as old:
        assert kept.of(old, today).kept is kept
        space.tap(UIDS[0])
        with space.home.store.reading() as new:
            assert kept.of(new, today).rows(visit_sums.BY_DAY, today, today)
        older = kept.of(old, today)
        assert older.kept is None
        assert older.rows(visit_sums.BY_DAY, today, today) == []
