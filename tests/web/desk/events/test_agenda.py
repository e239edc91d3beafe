"""The agenda for everybody: what is on it, what never is, and that others can read its files."""

from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree as Tree

import icalendar
import pytest
from werkzeug.test import TestResponse

from kiosk.domain.events.terms import EventKind
from kiosk.events.planning import Description
from tests.conftest import Space
from tests.events.happenings import ENDS, STARTS, Happenings
from tests.web.desk.conftest import Desk

PATHS = ("/agenda", "/agenda/events.ics", "/agenda/events.rss")
NASTY = 'Le <script>alert("1")</script> & ]]> « noms »'


@pytest.fixture
def told(space: Space) -> Happenings:
    space.rule("events_public", "true")
    return Happenings(space)


def listed(told: Happenings, title: str = "La compta", *, named: bool = False, about: str = "") -> int:
    """On the list, proposed by Inès."""
    number = told.space.sql("SELECT max(number) FROM member")[0][0]
    wanted = Description(
        kind=EventKind.TRAINING, title=title, about=about, place="Salle du fond", is_named=named, is_listed=True
    )
    event = told.planning.propose(wanted, number=int(str(number)))
    told.open(event)
    return event


def asked(desk: Desk, path: str) -> TestResponse:
    answer = desk.stranger().get(path)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    return answer


def calendar(desk: Desk) -> list[Any]:
    found = icalendar.Calendar.from_ical(asked(desk, PATHS[1]).data)
    return list(found.walk("VEVENT"))


def feed(desk: Desk) -> list[Tree.Element]:
    root = Tree.fromstring(asked(desk, PATHS[2]).data)  # noqa: S314  # what we just made
    assert root.get("version") == "2.0"
    return root.findall("channel/item")


def test_without_the_rule_there_is_nothing_at_these_addresses(desk: Desk, space: Space) -> None:
    Happenings(space)
    assert [desk.stranger().get(path).status_code for path in PATHS] == [404, 404, 404]


def test_what_the_desk_lists_is_there_for_everybody_and_nothing_else(desk: Desk, told: Happenings) -> None:
    told.people(2)
    event = listed(told)
    told.planning.join(event, 1)
    hidden = told.propose(title="Sans liste")
    told.open(hidden)
    told.planning.propose(Description(kind=EventKind.WORKSHOP, title="Sans date", is_listed=True))
    page = asked(desk, PATHS[0]).get_data(as_text=True)
    assert "La compta" in page
    assert "jeudi 10 décembre à 18" in page
    assert "7 places libres" in page
    for path in PATHS:
        text = asked(desk, path).get_data(as_text=True)
        assert not [word for word in ("Inès", "Karim", "Sans liste", "Sans date", "lille.example") if word in text]


def test_who_proposed_it_is_named_where_they_chose_so(desk: Desk, told: Happenings) -> None:
    told.people(1)
    listed(told, named=True)
    assert all("Inès" in asked(desk, path).get_data(as_text=True) for path in PATHS)


def test_a_calendar_reads_it_with_its_hours_and_what_became_of_it(desk: Desk, told: Happenings) -> None:
    told.people(1)
    event = listed(told, about="Le bilan ; le résultat,\nles \\ comptes")
    [one] = calendar(desk)
    assert (one.decoded("dtstart"), one.decoded("dtend")) == (STARTS, ENDS)
    assert (str(one["summary"]), str(one["location"]), str(one["status"])) == (
        "La compta",
        "Salle du fond",
        "TENTATIVE",
    )
    assert "Le bilan ; le résultat,\nles \\ comptes" in str(one["description"])
    before = str(one["uid"])
    told.open(event, starts_at=STARTS + timedelta(days=1), ends_at=ENDS + timedelta(days=1))
    [one] = calendar(desk)
    assert (str(one["uid"]), one["sequence"]) == (before, 2)
    told.planning.cancel(event, "grève")
    [one] = calendar(desk)
    assert str(one["status"]) == "CANCELLED"
    assert "La compta" not in asked(desk, PATHS[0]).get_data(as_text=True)


def test_what_was_typed_breaks_neither_page_nor_feed_nor_calendar(desk: Desk, told: Happenings) -> None:
    told.people(1)
    listed(told, title=NASTY, about="BEGIN:VEVENT\nSUMMARY:Faux\nEND:VEVENT")
    assert "<script>alert" not in asked(desk, PATHS[0]).get_data(as_text=True)
    [one] = calendar(desk)
    assert str(one["summary"]) == NASTY
    [item] = feed(desk)
    assert item.findtext("title") == f"{NASTY} (inscriptions ouvertes)"


def test_the_feed_says_what_is_new_first_and_is_bounded(desk: Desk, told: Happenings) -> None:
    told.people(1)
    for count in range(3):
        listed(told, title=f"Atelier {count}")
        told.space.clock.advance(minutes=1)
    items = feed(desk)
    assert [str(item.findtext("title")).partition(" (")[0] for item in items] == ["Atelier 2", "Atelier 1", "Atelier 0"]
    assert parsedate_to_datetime(str(items[0].findtext("pubDate"))) < told.space.clock.now()
    assert len({item.findtext("guid") for item in items}) == 3


def test_it_speaks_the_language_of_whoever_asks(desk: Desk, told: Happenings) -> None:
    told.people(1)
    listed(told)
    for language, words in (("en", "8 seats left"), ("nl", "8 plaatsen vrij"), ("fr", "8 places libres")):
        answer = desk.stranger().get("/agenda", headers={"Accept-Language": language})
        assert words in answer.get_data(as_text=True)
