"""What an event knows of people is forgotten in its time, and not before."""

from datetime import timedelta

import pytest

from kiosk.books.due import Due
from kiosk.domain.events.terms import EventKind
from kiosk.events import topics
from kiosk.events.signing_up import Act
from kiosk.store import copying
from tests.conftest import Space
from tests.events.happenings import DEADLINE, ENDS, Happenings


def run(told: Happenings) -> None:
    home = told.space.home
    Due(store=home.store, rules=told.rules, seal=home.seal, clock=told.space.clock).run()


def talk(told: Happenings) -> int:
    """Free and held, with a member and somebody without a file; and a topic."""
    number, *_ = told.people(1)
    event = told.propose(kind=EventKind.UNCONFERENCE)
    told.open(event, product=None, threshold=None, deadline_at=None)
    told.planning.join(event, number)
    told.planning.add_without_file(event, "Camille", None)
    home = told.space.home
    with home.store.writing() as connection:
        policy, moment = told.rules.at(connection, told.space.clock.now())
        topics.put_up(Act(connection, told.rules, home.seal, policy, moment, "kiosk"), event, "Le bruit", 1)
    return event


def known(told: Happenings) -> list[tuple[object, ...]]:
    return told.space.sql(
        "SELECT (SELECT count(*) FROM signup WHERE member_id IS NOT NULL),"
        " (SELECT count(*) FROM signup WHERE name IS NOT NULL), (SELECT count(*) FROM topic_vote)"
    )


def test_a_name_without_a_file_goes_after_90_days_and_who_paid_nothing_after_a_year(space: Space) -> None:
    told = Happenings(space)
    talk(told)
    told.pass_until(ENDS + timedelta(days=89))
    run(told)
    assert known(told) == [(1, 1, 1)]
    told.space.clock.advance(days=2)
    run(told)
    assert known(told) == [(1, 0, 1)]
    assert {str(at)[10:] for (at,) in told.space.sql("SELECT made_at FROM signup")} == {"T00:00:00.000000Z"}
    told.space.clock.advance(days=275)
    run(told)
    assert known(told) == [(0, 0, 0)]


def test_who_was_charged_stays_as_long_as_the_account(space: Space) -> None:
    told = Happenings(space)
    number, *_ = told.people(1)
    training = told.propose()
    told.open(training, threshold=1)
    told.planning.join(training, number)
    told.pass_until(DEADLINE)
    told.space.clock.advance(days=500)
    run(told)
    assert known(told) == [(1, 0, 0)]


@pytest.mark.sqlite
def test_a_lasting_copy_still_knows_who_comes(space: Space) -> None:
    told = Happenings(space)
    talk(told)
    copy = space.home.paths.database.parent / "copy.db"
    copying.copy(space.home.paths.database, copy)
    copying.forget_hours(copy)
    with copying.reading(copy) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM signup WHERE name = 'Camille'").scalar() == 1
