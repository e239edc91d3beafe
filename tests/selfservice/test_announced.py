"""From « Je viens » or « Adhérer » on the public's pages to a badge, a first visit and a file that has the address."""

from datetime import date, timedelta

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.problems import Mistake
from kiosk.domain.visitors.requests import Kind
from kiosk.errors import RequestError
from kiosk.language.texts import spoken
from kiosk.store.duties import counted
from kiosk.store.duties.counted import Span
from kiosk.store.visitors import request_rows
from tests.conftest import Space
from tests.selfservice.self_service import is_well
from tests.selfservice.test_joining import NEW, touch, welcomes
from tests.visitors.hall import TODAY, TUESDAY, PublicHall, wish

INES, OTHER = "04A2000000E511", "04FFFFFFFF0002"


@pytest.fixture
def hall(space: Space) -> PublicHall:
    """A place with one member and public pages, where some may join at the screen."""
    space.rule("joins_a_day", "5")
    space.join("Inès Moreau", INES)
    return PublicHall(space)


def offered(space: Space, uid: str = NEW) -> list[str]:
    """The names that a new badge is offered."""
    space.leave()
    space.tap(uid)
    touch(space, Act.JOIN)
    return [spoken(each.said, "fr") for each in space.card.options] if space.card.kind is CardKind.JOIN_WHO else []


def waits_as(space: Space, request: int, uid: str = NEW) -> None:
    """A new badge, the announced name, the texts accepted: a member's badge is waited for."""
    offered(space, uid)
    touch(space, Act.JOIN_AS, str(request))
    assert space.shows(CardKind.JOIN_RULES)
    touch(space, Act.SPONSOR)


def waiting_at_the_desk(space: Space) -> tuple[list[str], int]:
    """The names on the list of requests, and the number of the duty."""
    with space.home.store.reading() as connection:
        names = [each.name for each in request_rows.waiting(connection, (Kind.VISIT, Kind.JOIN))]
        day = space.clock.now().date()
        duty = counted.read(connection, Span(day, day, space.clock.now()))["visitors"].count
    return names, duty


@pytest.mark.parametrize("kind", [Kind.VISIT, Kind.JOIN])
def test_an_announced_name_is_touched_welcomed_and_its_address_is_the_files_once_the_office_confirms(
    hall: PublicHall, kind: Kind
) -> None:
    space = hall.space
    hall.proven(wish(kind=kind, day_on=TODAY))
    assert waiting_at_the_desk(space) == (["Camille Durand"], 1)
    assert offered(space) == ["Camille", "Un autre nom"]
    assert "Durand" not in repr(space.card), "the screen shows first names alone"
    waits_as(space, 1)
    assert space.shows(CardKind.SPONSOR)
    pulses = space.door.pulses
    welcomes(space)
    assert space.shows(CardKind.JOINED)
    assert space.card.name == "Camille"
    assert space.door.pulses == pulses + 2, "the member who welcomes, and the first visit"
    assert space.sql("SELECT name, email FROM member WHERE number = 2") == [("Camille Durand", None)]
    assert waiting_at_the_desk(space) == ([], 0), "the list of new people has them now"
    found = space.enrolment.confirm(1)
    assert (found.name, found.email) == ("Camille Durand", "camille@exemple.fr")
    assert space.sql("SELECT state, name, email, said FROM public_request") == [("done", None, None, None)]
    space.clock.advance(days=1)
    space.leave()
    space.tap(NEW)
    assert space.shows(CardKind.GRANTED_DAY), "confirmed, the badge goes on opening"
    is_well(space)


def test_asked_alone_the_file_is_made_with_name_language_and_address_when_the_office_confirms(hall: PublicHall) -> None:
    space = hall.space
    hall.proven(wish(day_on=TODAY))
    waits_as(space, 1)
    touch(space, Act.JOIN_ALONE)
    assert space.shows(CardKind.JOIN_ASKED)
    assert space.sql("SELECT count(*) FROM member") == [(1,)]
    found = space.enrolment.confirm(1)
    assert (found.name, found.email) == ("Camille Durand", "camille@exemple.fr")
    assert space.sql("SELECT name FROM public_request") == [(None,)]


def test_an_address_that_the_office_wrote_meanwhile_is_kept(hall: PublicHall) -> None:
    space = hall.space
    hall.proven(wish(day_on=TODAY))
    waits_as(space, 1)
    welcomes(space)
    space.sql_write("UPDATE member SET email = 'autre@exemple.fr' WHERE number = 2")
    assert space.enrolment.confirm(1).email == "autre@exemple.fr"


def test_who_declined_at_the_screen_is_a_request_again(hall: PublicHall) -> None:
    space = hall.space
    hall.proven(wish(kind=Kind.JOIN, day_on=TODAY))
    waits_as(space, 1)
    touch(space, Act.JOIN_ALONE)
    assert waiting_at_the_desk(space) == ([], 0)
    with pytest.raises(Mistake, match="request-over"):
        hall.office.enrol(1)
    space.enrolment.decline(1)
    assert waiting_at_the_desk(space) == (["Camille Durand"], 1)
    hall.office.enrol(1)
    assert space.sql("SELECT name FROM member WHERE number = 2") == [("Camille Durand",)]


def test_two_badges_take_one_request_over_once(hall: PublicHall) -> None:
    space = hall.space
    hall.proven(wish(day_on=TODAY))
    waits_as(space, 1)
    touch(space, Act.JOIN_ALONE)
    assert offered(space, OTHER) == [], "the name is taken: the keyboard comes at once"
    assert space.shows(CardKind.JOIN_NAME)
    space.touch(Act.JOIN_AS, "1")
    assert space.shows(CardKind.JOIN_NAME)
    assert space.sql("SELECT request_id FROM joining") == [(1,)]
    space.leave()
    space.begin(Act.VISIT, "fr")
    assert not any(each.value for each in space.card.options), "nor is it awaited without a badge"


def test_another_name_is_typed_and_takes_nothing_over(hall: PublicHall) -> None:
    space = hall.space
    hall.proven(wish(day_on=TODAY))
    offered(space)
    touch(space, Act.JOIN_AS, "1")
    space.leave()
    offered(space)
    touch(space, Act.JOIN_AS, "")
    assert space.shows(CardKind.JOIN_NAME)
    for letter in "zoe":
        touch(space, Act.KEY, letter)
    touch(space, Act.JOIN_RULES)
    touch(space, Act.SPONSOR)
    touch(space, Act.JOIN_ALONE)
    assert space.sql("SELECT name, request_id FROM joining") == [("Zoe", None)]
    assert waiting_at_the_desk(space) == (["Camille Durand"], 1)


def test_names_are_of_today_proven_and_told_apart(hall: PublicHall) -> None:
    space = hall.space
    hall.ask(wish(day_on=TODAY, email="n@exemple.fr", name="Jamais Prouvée"))
    hall.proven(wish(day_on=TUESDAY, email="m@exemple.fr", name="Mardi Martin"))
    hall.proven(wish(kind=Kind.JOIN, day_on=TODAY, email="l@exemple.fr", name="Lou Roux"))
    hall.proven(wish(day_on=TODAY))
    hall.proven(wish(day_on=TODAY, email="p@exemple.fr", name="Camille Petit"))
    assert offered(space) == ["Camille D.", "Camille P.", "Lou", "Un autre nom"]
    space.clock.advance(days=(TUESDAY - date(2026, 11, 25)) // timedelta(days=1))
    assert offered(space) == ["Mardi", "Lou", "Un autre nom"]


@pytest.mark.parametrize("value", ["3", "99", "x", "²", "9" * 30])
def test_what_is_not_offered_is_no_name(hall: PublicHall, value: str) -> None:
    space = hall.space
    hall.proven(wish(day_on=TODAY))
    offered(space)
    try:
        space.touch(Act.JOIN_AS, value)
    except RequestError:
        return
    assert space.shows(CardKind.JOIN_NAME)
    assert "Camille" not in repr(space.card)


def test_without_its_page_nobody_is_expected(hall: PublicHall) -> None:
    space = hall.space
    hall.proven(wish(day_on=TODAY))
    space.rule("public_work", "false", "2026-11-01")
    assert offered(space) == []


def test_a_request_that_was_cancelled_by_its_link_meanwhile_gives_no_address(hall: PublicHall) -> None:
    space = hall.space
    hall.proven(wish(day_on=TODAY))
    waits_as(space, 1)
    touch(space, Act.JOIN_ALONE)
    hall.cancel()
    assert space.enrolment.confirm(1).email is None


def test_a_request_whose_days_are_over_is_no_hindrance(hall: PublicHall) -> None:
    space = hall.space
    hall.proven(wish(day_on=TODAY))
    waits_as(space, 1)
    touch(space, Act.JOIN_ALONE)
    space.sql_write("DELETE FROM public_request")
    assert space.enrolment.confirm(1).name == "Camille Durand"
