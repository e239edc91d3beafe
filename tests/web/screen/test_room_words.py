"""What the idle screen says of rooms: free or taken, until when, in each language."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from kiosk.checkin.idle import IdleFacts
from kiosk.domain.rooms.now import RoomNow, RoomsNow
from kiosk.language.names import Names
from kiosk.web.screen import room_words
from tests.web.screen.test_idle_face import IdleScreen

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
    plain = room_words.said(RoomsNow((room,)), "fr").replace("\u202f", " ").replace("\xa0", " ")
    assert (plain, room_words.said(RoomsNow((room,)), "en")) == (fr, en)


def test_more_rooms_than_three_are_the_calendar_s() -> None:
    rooms = tuple(RoomNow(number, SMALL, True, AT) for number in range(5))
    assert room_words.said(RoomsNow(rooms), "en").count("Small room") == 3


def test_rooms_are_a_line_of_the_idle_screen_where_any_are_let() -> None:
    rooms = RoomsNow((RoomNow(1, SMALL, True, AT),))
    assert "Petite salle" in IdleScreen(facts=IdleFacts(rooms=rooms)).card()
    assert "Petite salle" not in IdleScreen(facts=IdleFacts(rooms=RoomsNow())).card()
