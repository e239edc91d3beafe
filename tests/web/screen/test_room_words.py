"""What the idle screen says of rooms: free or taken, until when, in each language."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from kiosk.checkin.idle_facts import IdleFacts, LetSoon
from kiosk.domain.rooms.now import RoomNow, RoomsNow
from kiosk.language.names import Names
from kiosk.web.screen import idle_faces
from kiosk.web.screen.words import room_words
from tests.web.screen.test_idle_face import IdleScreen, told_within_a_minute

AT = datetime(2026, 11, 25, 14, 30, tzinfo=ZoneInfo("Europe/Paris"))
SMALL = Names({"fr": "Petite salle", "en": "Small room"})


@pytest.mark.parametrize(
    ("room", "fr", "en"),
    [
        (RoomNow(1, SMALL, True, AT), "Petite salle : libre jusqu’à 14 h 30", "Small room: free until 14:30"),
        (RoomNow(1, SMALL, False, AT), "Petite salle : prise jusqu’à 14 h 30", "Small room: taken until 14:30"),
        (RoomNow(1, SMALL, True, AT.replace(hour=0, minute=0)), "Petite salle : libre", "Small room: free"),
        (RoomNow(1, SMALL, False, None, is_open=False), "Petite salle : fermée", "Small room: closed"),
    ],
)
def test_a_room_is_said_as_it_is_now(room: RoomNow, fr: str, en: str) -> None:
    (plain,) = (each.replace("\u202f", " ").replace("\xa0", " ") for each in room_words.said(RoomsNow((room,)), "fr"))
    assert (plain, room_words.said(RoomsNow((room,)), "en")) == (fr, [en])


def test_as_many_rooms_as_can_be_read_and_the_rest_counted() -> None:
    rooms = tuple(RoomNow(number, SMALL, True, AT) for number in range(5))
    told = idle_faces.fitting(room_words.said(RoomsNow(rooms), "en"))
    assert (told.count("Small room"), told[-3:], len(told) <= idle_faces.ROOM + 3) == (2, " +3", True)


def test_rooms_are_a_line_of_the_idle_screen_where_any_are_let() -> None:
    rooms = RoomsNow((RoomNow(1, SMALL, True, AT),))
    assert "Petite salle" in IdleScreen(facts=IdleFacts(rooms=rooms)).card()
    assert "Petite salle" not in IdleScreen(facts=IdleFacts(rooms=RoomsNow())).card()


@pytest.mark.parametrize(
    ("zone", "starts", "fr", "en"),
    [
        (None, -1, "Le lieu : loué jusqu’à 15 h 30", "The place: let until 15:30"),
        (None, 2, "Le lieu : loué de 16 h 30 à 18 h 30", "The place: let from 16:30 to 18:30"),
        (
            SMALL,
            48,
            "Petite salle : loué le 27 nov., de 14 h 30 à 16 h 30",
            "Small room: let on 27 Nov, 14:30 to 16:30",
        ),
    ],
)
def test_what_is_let_is_said_by_when_it_is(zone: Names | None, starts: int, fr: str, en: str) -> None:
    begins = AT + timedelta(hours=starts)
    found = LetSoon(zone, begins, begins + timedelta(hours=2))
    assert room_words.let(found, AT, "fr").replace("\u202f", " ").replace("\xa0", " ") == fr
    assert room_words.let(found, AT, "en").replace("\xa0", " ") == en


def test_today_s_events_and_what_is_let_are_lines_of_the_idle_screen_and_the_desk_s_own_words_come_first() -> None:
    events = ((AT, "Réparer son vélo"), (AT + timedelta(hours=4), "Un <b>titre</b>"))
    found = IdleFacts(on_today=events, let=LetSoon(None, AT, AT + timedelta(hours=2)))
    card = " ".join(told_within_a_minute(IdleScreen(facts=found)))
    assert "Aujourd’hui 14 h 30 Réparer son vélo · 18 h 30 Un <b>titre</b>" in card
    assert "À savoir Le lieu : loué" in card
    assert "Un &lt;b&gt;titre&lt;/b&gt;" in IdleScreen(facts=replace(found, let=None)).card()
    note = Names({"fr": "Soupe à midi", "en": "Soup at noon"})
    card = " ".join(told_within_a_minute(IdleScreen(facts=replace(found, note=note))))
    assert "Soupe à midi" in card
    assert "Réparer son vélo" not in card
