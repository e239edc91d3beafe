"""Calendar links at the desk: made and shown once, read without signing in, within bounds, revoked; one read in."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from msgspec.structs import replace

from kiosk.domain.rooms.following import Why
from kiosk.members import wrong_secrets
from kiosk.rooms import ical_reading
from kiosk.rooms.bookings import BookingWish
from kiosk.web.desk.rooms import feed_pages
from tests.rooms.feeding import Event, file
from tests.rooms.hall import BIG, SMALL, TODAY, bookings, let, slot
from tests.rooms.test_feeds import ics
from tests.web.desk.conftest import HTTPS, Desk, Officer


@pytest.fixture
def hall(desk: Desk) -> Desk:
    let(desk.space)
    bookings(desk.space).book(BookingWish(room=SMALL, slot=slot("14:00", "15:00"), title="Conseil"))
    return desk


def make(officer: Officer, **form: str) -> str:
    answer = officer.post("/calendar/feeds", {"label": "Agenda", **form}, form_on="/calendar/feeds")
    assert answer.status_code == 200
    found = re.search(r"<code>https://localhost(/calendar/feed/[^<]+\.ics)</code>", answer.get_data(as_text=True))
    assert found is not None
    return found[1]


def test_link_is_read_without_signing_in_until_it_is_revoked(hall: Desk, host: Officer) -> None:
    path, stranger = make(host), hall.stranger()
    answer = stranger.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert b"BEGIN:VEVENT" in answer.data
    assert b"Conseil" not in answer.data
    assert "Set-Cookie" not in answer.headers
    assert path.rpartition("/")[2][:20] not in host.page("/calendar/feeds")  # shown once
    assert host.post("/calendar/feeds/1/revoke", form_on="/calendar/feeds").status_code == 303
    assert stranger.get(path).status_code == 404
    assert host.post("/calendar/feeds/1/revoke", form_on="/calendar/feeds").status_code == 400


def test_titles_go_out_where_the_link_says_so_and_nothing_where_rooms_are_off(hall: Desk, host: Officer) -> None:
    path = make(host, titles="yes", room=str(SMALL))
    assert b"Conseil" in hall.stranger().get(path).data
    hall.space.rule("rooms_on", "false", "2026-11-25")
    assert hall.stranger().get(path).status_code == 404


def test_wrong_secrets_are_soon_refused_and_shut_no_right_link(hall: Desk, host: Officer) -> None:
    path, stranger = make(host), hall.stranger()
    for number in range(wrong_secrets.WRONG_A_MINUTE):
        assert stranger.get(f"/calendar/feed/{number}.ics").status_code == 404
    assert stranger.get("/calendar/feed/x.ics").status_code == 429
    assert stranger.get(path).status_code == 200, "the right link is answered, to the same address, too"
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    assert stranger.get("/calendar/feed/x.ics", environ_base=elsewhere).status_code == 404, "others are not counted"
    hall.space.clock.advance(seconds=61)
    assert stranger.get("/calendar/feed/x.ics").status_code == 404


def test_wrong_secrets_of_many_networks_are_kept_within_bounds() -> None:
    wrong = wrong_secrets.WrongSecrets()
    assert not any(wrong.note(f"2001:db8:{number:x}::1", 0.0) for number in range(5000))
    assert not wrong.note("2001:db8::2", 0.0), "the first network was forgotten: ten more are free"
    assert [wrong.note(f"2001:db8:1387::{number:x}", 1.0) for number in range(10)] == [False] * 9 + [True]


def test_calendar_is_read_in_once_and_says_what_it_left(hall: Desk, host: Officer) -> None:
    content = ics("DTSTART:20261126T130000Z", "DTEND:20261126T140000Z", "RRULE:FREQ=WEEKLY;COUNT=2")

    def send(data: bytes, room: int = BIG) -> tuple[int, str]:
        form = {"room": str(room), "source": "yoga", "file": (BytesIO(data), "yoga.ics")}
        answer = host.post("/calendar/feeds/import", form, form_on="/calendar/feeds")
        return answer.status_code, answer.get_data(as_text=True).replace("\u202f", " ").replace("\xa0", " ")

    status, page = send(content)
    assert (status, "Réservations créées : 2 ; déplacées : 0 ; annulées : 0 ; déjà présentes : 0" in page) == (
        200,
        True,
    )
    assert "Réservations créées : 0 ; déplacées : 0 ; annulées : 0 ; déjà présentes : 2" in send(content)[1]
    all_day = ics("DTSTART;VALUE=DATE:20261127")
    assert "Réservations ignorées, car sans heures ou trop longues : 1." in send(all_day)[1]


YOGA = Event(uid="yoga", slot=slot("18:00", "19:30", TODAY + timedelta(days=7)))


def read(host: Officer, *events: Event) -> str:
    form = {"room": str(BIG), "source": "cours", "file": (BytesIO(file(*events)), "c.ics")}
    return plain(host.post("/calendar/feeds/import", form, form_on="/calendar/feeds").get_data(as_text=True))


def plain(page: str) -> str:
    return page.replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize(("act", "hours"), [("take", "18:30"), ("keep", "12:00")])
def test_difference_is_a_duty_is_shown_with_both_versions_and_decided(
    hall: Desk, host: Officer, act: str, hours: str
) -> None:
    address, day = "/calendar/feeds/differences", TODAY + timedelta(days=7)
    assert "Rien à décider" in plain(host.page(address))
    read(host, YOGA)
    bookings(hall.space).move(2, SMALL, slot("12:00", "13:00", day))
    assert "à décider : 1." in read(host, replace(YOGA, slot=slot("18:30", "20:00", day), sequence=1))
    assert "1 différence avec un calendrier importé" in plain(host.page("/todo"))
    page = plain(host.page(address))
    changed = "modifié ici depuis le dernier import"
    for words in (changed, "12 h 00–13 h 00 · Petite salle", "18 h 30–20 h 00 · Grande salle"):
        assert words in page, words
    assert host.post(address, {"act": act}, form_on=address).status_code == 400, "nothing is ticked"
    assert host.post(address, {"which": "1", "act": act}, form_on=address).status_code == 303
    assert "Rien à décider" in plain(host.page(address))
    assert "différence" not in host.page("/todo")
    starts = slot(hours, "23:00", day).starts_at.strftime("%Y-%m-%dT%H:%M")
    assert [str(at)[:16] for (at,) in hall.space.sql("SELECT starts_at FROM booking WHERE id = 2")] == [starts]


def test_each_reason_for_a_question_has_its_words() -> None:
    assert set(feed_pages.WHYS) == {why.value for why in Why}


def test_decision_that_cannot_be_done_says_why_and_stays(hall: Desk, host: Officer) -> None:
    read(host, YOGA)
    bookings(hall.space).book(BookingWish(room=BIG, slot=slot("20:00", "21:00", YOGA.slot.starts_at.date())))
    read(host, replace(YOGA, slot=slot("19:00", "20:30", YOGA.slot.starts_at.date()), sequence=1))
    address = "/calendar/feeds/differences"
    answer = host.post(address, {"which": ["1", "9"], "act": "take"}, form_on=address)
    assert answer.status_code == 400
    assert "La salle est prise à cette heure, de 20:00 à 21:00" in plain(answer.get_data(as_text=True))
    assert "la salle est déjà prise à ce moment" in plain(host.page(address))


@pytest.mark.parametrize(
    ("data", "room", "says"),
    [
        (b"nonsense", BIG, "Ce calendrier est illisible : un fichier .ics est attendu."),
        (b"", BIG, "Ce calendrier est illisible"),
        (b"x" * 1001, BIG, "Ce calendrier est trop grand : 1 Ko"),
        (ics("DTSTART:20261126T130000Z", "DTEND:20261126T140000Z", "RRULE:FREQ=SECONDLY"), BIG, "rien n’est importé"),
        (ics("DTSTART:20261126T130000Z", "DTEND:20261126T140000Z"), 99, "Cette salle n’existe pas."),
    ],
)
def test_calendar_that_is_not_to_be_read_is_refused_in_words(
    hall: Desk, host: Officer, monkeypatch: pytest.MonkeyPatch, data: bytes, room: int, says: str
) -> None:
    for module in (feed_pages, ical_reading):
        monkeypatch.setattr(module, "LARGEST", 1000)  # as a megabyte is
    form = {"room": str(room), "source": "x", "file": (BytesIO(data), "x.ics")}
    answer = host.post("/calendar/feeds/import", form, form_on="/calendar/feeds")
    assert answer.status_code == 400
    assert says in answer.get_data(as_text=True).replace("\u202f", " ").replace("\xa0", " ")
    assert hall.space.sql("SELECT count(*) FROM booking") == [(1,)]


def test_file_of_fifty_megabytes_is_refused_before_it_is_read(hall: Desk, host: Officer) -> None:
    answer = host.client.post(
        "/calendar/feeds/import",
        base_url=HTTPS,
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(50 << 20)},
    )
    assert answer.status_code == 413
    assert "Fichier trop lourd" in answer.get_data(as_text=True)
    assert hall.space.sql("SELECT count(*) FROM booking") == [(1,)]
