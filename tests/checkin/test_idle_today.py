"""What the idle screen says of today's events and of what is let: the calendar's own rows, and nobody's name."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kiosk.checkin.idle_facts import LetSoon
from kiosk.domain.events.terms import EventKind, Terms
from kiosk.events import signing_up
from kiosk.events.planning import Description
from kiosk.rooms.quotes import Asked, LetWish
from kiosk.store.members import members
from kiosk.store.space.policies import Rules
from tests.checkin.test_idle import Entrance
from tests.conftest import Space
from tests.events.happenings import Happenings
from tests.rooms.hall import TODAY, let, slot
from tests.rooms.test_quotes import desk

PARIS = ZoneInfo("Europe/Paris")
EVENING = slot("18:00", "22:00")


@pytest.fixture
def entrance(space: Space) -> Entrance:
    return Entrance(space)


def planned(told: Happenings, title: str, since: str, *, listed: bool = True, days: int = 0) -> int:
    """An event that takes place, today or in some days."""
    made = told.planning.propose(Description(kind=EventKind.WORKSHOP, title=title, is_listed=listed))
    hours = slot(since, "23:00", TODAY + timedelta(days=days))
    told.planning.open(made, Terms(starts_at=hours.starts_at, ends_at=hours.ends_at), None)
    return made


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 25, hour, minute, tzinfo=PARIS)


def test_today_s_events_of_the_public_list_are_said_until_they_are_over(entrance: Entrance) -> None:
    told = Happenings(entrance.space)
    planned(told, "Réparer son vélo", "18:30")
    planned(told, "Sans liste", "12:00", listed=False)
    planned(told, "Demain", "12:00", days=1)
    cancelled = planned(told, "Annulé", "12:00")
    told.planning.cancel(cancelled, "grève")
    assert entrance.read().on_today == ((at(18, 30), "Réparer son vélo"),)
    entrance.at(22, 59)
    assert entrance.read().on_today == ((at(18, 30), "Réparer son vélo"),)
    entrance.at(23, 1)
    assert entrance.read().on_today == ()


def test_two_events_at_most_the_next_first_and_none_that_names_who_is_not_to_be_seen(entrance: Entrance) -> None:
    told = Happenings(entrance.space)
    for title, since in (("Trois", "20:00"), ("Deux", "19:00"), ("Voilà", "18:00")):
        planned(told, title, since)
    entrance.come(1)  # Inès, who is not visible
    planned(told, "Chez Inès", "17:00")
    assert [title for _, title in entrance.read().on_today] == ["Voilà", "Deux"]


def sought(told: Happenings, title: str, *, listed: bool = True) -> int:
    """A training that is held once two have signed up."""
    made = told.planning.propose(Description(kind=EventKind.TRAINING, title=title, is_listed=listed))
    told.open(made, threshold=2)
    return made


def test_the_next_training_that_lacks_people_says_how_many_and_none_that_names_who_is_not_to_be_seen(
    entrance: Entrance,
) -> None:
    told = Happenings(entrance.space)
    sought(told, "Sans liste", listed=False)
    made = sought(told, "La compta")
    assert entrance.read().seeks == ("La compta", 2)
    entrance.come(2)  # Inès, who is not visible, and Karim
    rules = Rules(entrance.space.home.config.zone)
    with entrance.space.home.store.writing() as connection:
        policy, moment = rules.at(connection, entrance.space.clock.now())
        act = signing_up.Act(connection, rules, entrance.space.home.seal, policy, moment, "kiosk")
        signing_up.join(act, made, members.by_number(connection, 1))
    assert entrance.read().seeks == ("La compta", 1)
    told.planning.cancel(made, "grève")
    assert entrance.read().seeks is None
    sought(told, "Avec Inès")
    assert entrance.read().seeks is None


def test_events_are_not_read_where_they_are_off(entrance: Entrance) -> None:
    told = Happenings(entrance.space)
    planned(told, "Réparer son vélo", "18:30")
    entrance.space.rule("events", "false", "2026-11-25")
    assert entrance.read().on_today == ()


def whole(days: int) -> LetWish:
    evening = slot("18:00", "22:00", TODAY + timedelta(days=days))
    return LetWish(slot=evening, organisation=1, product="room-hour", title="Soirée Tilleul")


def test_what_is_let_is_said_from_the_days_before_until_it_is_over(entrance: Entrance) -> None:
    let(entrance.space, privatisation_notice_days="3")
    number = desk(entrance.space).quote_let(whole(4), Asked(valid_until=TODAY), key=bytes(16))
    desk(entrance.space).accept(number)
    assert entrance.read().let is None
    entrance.space.clock.advance(days=2)
    begins = at(18) + timedelta(days=4)
    assert entrance.read().let == LetSoon(None, begins, begins + timedelta(hours=4))
    entrance.space.clock.set(begins + timedelta(hours=4, minutes=1))
    assert entrance.read().let is None


def test_what_is_only_quoted_is_told_to_nobody_and_nothing_where_rooms_are_off(entrance: Entrance) -> None:
    let(entrance.space)
    number = desk(entrance.space).quote_let(whole(0), Asked(valid_until=TODAY), key=bytes(16))
    assert entrance.read().let is None
    desk(entrance.space).accept(number)
    assert entrance.read().let == LetSoon(None, at(18), at(22))
    entrance.space.rule("rooms_on", "false", "2026-11-25")
    assert entrance.read().let is None
