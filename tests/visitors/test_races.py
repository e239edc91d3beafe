"""Eight processes take the last seat of a training by their links at once: one has it, seven wait, none is lost."""

from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from pathlib import Path

from kiosk import home
from kiosk.domain.events.terms import EventKind
from kiosk.domain.visitors.requests import Kind
from kiosk.events import charging
from kiosk.events.planning import Description
from kiosk.store import audit
from kiosk.store.events import event_rows
from kiosk.store.space.policies import Rules
from kiosk.visitors import asking
from kiosk.visitors.asking import Reception
from tests import processes
from tests.conftest import Space
from tests.events.happenings import ENDS, Happenings
from tests.visitors.hall import LINKS, PublicHall, wish

AT_ONCE = 8


def prove(root: Path, link: str, at: datetime) -> None:
    """What a desk of its own does with a link, twice, as an impatient finger has it."""
    with home.opened(root, is_patient=True) as opened:
        for _ in range(2):
            rules = Rules(opened.config.zone)
            with opened.store.writing() as connection:
                policy, moment = rules.at(connection, at)
                asking.prove(Reception(connection, rules, opened.seal, policy, moment, LINKS), link)


def test_the_last_seat_is_taken_once(space: Space) -> None:
    hall, told = PublicHall(space), Happenings(space)
    event = told.planning.propose(Description(kind=EventKind.TRAINING, title="La compta", is_listed=True))
    told.open(event, places=1, threshold=None, deadline_at=None)
    links = []
    for place in range(AT_ONCE):
        email = f"p{place}@exemple.fr"
        hall.ask(wish(kind=Kind.EVENT, event=event, day_on=ENDS.date(), email=email))
        links.append(hall.link(email))
    root, now = space.home.paths.root, space.clock.now()
    with ProcessPoolExecutor(AT_ONCE, mp_context=processes.alike()) as pool:
        for done in [pool.submit(prove, root, link, now) for link in links]:
            done.result(timeout=60)
    with space.home.store.reading() as connection:
        line = charging.line(connection, event_rows.by_id(connection, event))
        assert (len(line.seated), len(line.waiting)) == (1, AT_ONCE - 1)
        assert [each.charged_cents for each in line.seated] == [3000]
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)
    assert space.sql("SELECT state, count(*) FROM public_request GROUP BY state") == [("done", AT_ONCE)]
    assert space.sql("SELECT count(*) FROM entry WHERE kind = 'charge'") == [(1,)]
