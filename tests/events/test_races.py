"""Many who sign up and leave at the same time, each over a connection of their own: every seat is charged once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kiosk import home
from kiosk.events import charging
from kiosk.events.planning import Planning
from kiosk.store import audit
from kiosk.store.events import event_rows, signup_rows
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.events.happenings import DEADLINE, PEOPLE, Happenings

AT_ONCE = len(PEOPLE)


@pytest.mark.parametrize("places", [1, 3])
def test_no_more_seats_are_charged_than_there_are_and_nobody_is_lost(space: Space, places: int) -> None:
    told = Happenings(space)
    people = told.people(AT_ONCE)
    event = told.propose()
    told.open(event, places=places, threshold=None, deadline_at=None)
    root: Path = space.home.paths.root

    def act(number: int, *, leaves: bool) -> None:
        with home.opened(root, is_patient=True) as opened:  # as the desk is
            parts = {"store": opened.store, "rules": Rules(opened.config.zone), "seal": opened.seal}
            planning = Planning(**parts, clock=space.clock, actor="cli")  # type: ignore[arg-type]
            planning.join(event, number)
            planning.join(event, number)
            if leaves:
                with opened.store.reading() as connection:
                    mine = next(one for one in signup_rows.standing(connection, event) if one.number == number)
                planning.leave(mine.id)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda number: act(number, leaves=number % 2 == 0), people))
    with space.home.store.reading() as connection:
        line = charging.line(connection, event_rows.by_id(connection, event))
        assert sorted(one.number or 0 for one in (*line.seated, *line.waiting)) == [n for n in people if n % 2]
        assert [one.charged_cents for one in line.seated] == [3000] * places
        assert [one.charged_cents for one in line.waiting] == [None] * len(line.waiting)
        assert charging.sums(connection, event) == (3000 * places, 600 * places)
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)


def test_two_passes_at_once_decide_once(space: Space) -> None:
    told = Happenings(space)
    people = told.people(AT_ONCE)
    event = told.propose()
    told.open(event)
    for number in people:
        told.planning.join(event, number)
    space.clock.advance(seconds=(DEADLINE - space.clock.now()).total_seconds())
    with ThreadPoolExecutor(4) as pool:
        passes = list(pool.map(lambda _: told.due.run(), range(4)))
    assert sum(len(each.decided) for each in passes) == 1
    assert space.sql("SELECT count(*) FROM outbox WHERE about LIKE '%: held'") == [(AT_ONCE,)]
