"""The calendar and the pages of rooms at the desk: what is shown, made, moved, refused and said."""

import re
from datetime import timedelta

import pytest

from kiosk.rooms.bookings import BookingWish
from tests.rooms.hall import BIG, INES, KARIM, SMALL, TODAY, bookings, let, slot
from tests.web.desk.conftest import Desk, Officer

KEY = "0" * 32
DAY = TODAY.isoformat()


@pytest.fixture
def rooms(desk: Desk) -> Desk:
    """Rooms to let, Inès (1) and Karim (2)."""
    let(desk.space)
    desk.space.join("Inès Moreau", INES)
    desk.space.join("Karim Benali", KARIM)
    return desk


def book(officer: Officer, **form: object) -> tuple[int, str]:
    wish = {"key": KEY, "room": SMALL, "day": DAY, "from": "14:00", "until": "15:30", "member": 1, **form}
    answer = officer.post("/rooms/book", wish, form_on="/rooms/book")
    return answer.status_code, answer.get_data(as_text=True)


def states(desk: Desk) -> list[str]:
    return [str(state) for (state,) in desk.space.sql("SELECT state FROM booking ORDER BY id")]


def test_calendar_is_not_in_the_menu_of_a_space_without_rooms(secretary: Officer) -> None:
    assert 'href="/calendar"' not in secretary.page("/")
    assert "Les réservations des salles apparaîtront ici" in secretary.page("/calendar")


def test_a_free_hour_is_a_link_to_a_form_that_knows_it(rooms: Desk, secretary: Officer) -> None:
    page = secretary.page(f"/calendar?day={DAY}")
    assert 'href="/calendar"' in secretary.page("/")
    link = re.search(r'href="(/rooms/book\?[^"]*room=1[^"]*from=14:00[^"]*)"', page.replace("&amp;", "&"))
    assert link is not None
    form = secretary.page(link[1])
    assert 'value="14:00"' in form
    assert f'value="{DAY}"' in form
    assert '<option value="1" selected>' in form


def test_what_is_booked_stands_in_the_calendar_for_as_long_as_it_lasts(rooms: Desk, host: Officer) -> None:
    assert book(host, title="Conseil")[0] == 303
    page = host.page(f"/calendar?day={DAY}")
    assert 'rowspan="3" class="held"' in page
    assert "Conseil · Inès Moreau" in page
    assert "préparation" in page
    assert "Conseil" in host.page(f"/calendar?day={DAY}&view=week")
    assert "Conseil" not in host.page(f"/calendar?day={(TODAY + timedelta(days=1)).isoformat()}")


def test_what_collides_is_shown_beside_the_form_and_nothing_is_written(rooms: Desk, host: Officer) -> None:
    book(host, title="Conseil")
    status, page = book(host, key="1" * 32, member=2, **{"from": "15:00", "until": "16:00"})
    assert status == 400
    assert "À cette heure, la salle est prise" in page
    assert "Conseil" in page
    assert "La salle est prise à cette heure" in page
    assert 'value="15:00"' in page  # what was typed is there still
    assert states(rooms) == ["booked"]


def test_a_form_that_is_sent_twice_books_once(rooms: Desk, host: Officer) -> None:
    assert [book(host)[0], book(host)[0]] == [303, 303]
    assert states(rooms) == ["booked"]


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"until": "14:00"}, "La fin doit venir après le début."),
        ({"day": "2026-11-24"}, "Ce moment est passé : choisissez un moment à venir."),
        ({"day": "2027-11-24"}, "Il est trop tôt pour réserver"),
        ({"day": "hier"}, "Choisissez un jour."),
        ({"from": "25:00"}, "Écrivez une heure comme 14:30."),
        ({"from": "", "until": ""}, "Écrivez une heure comme 14:30."),
        (
            {"from": "08:00", "until": "07:00", "day": "2026-11-26"},
            "Cette durée est trop longue pour une seule réservation",
        ),
        ({"member": "99"}, "Aucune fiche ne porte ce numéro."),
        ({"room": "99"}, "Cette salle n’existe pas."),
        ({"room": ""}, "Cette salle n’existe pas."),
        ({"title": "x" * 90}, "80 caractères au plus"),
        ({"every": "week"}, "Une série a un dernier jour"),
        ({"every": "day", "last": "2099-01-01"}, "Une série a un dernier jour"),
        ({"every": "second", "last": "2026-12-01"}, "Une série a un dernier jour"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(rooms: Desk, host: Officer, form: dict[str, object], says: str) -> None:
    status, page = book(host, **form)
    assert status == 400
    assert says in page.replace("\u202f", " ").replace("\xa0", " ")
    assert states(rooms) == []


def test_booking_is_moved_by_its_form_or_by_a_place_in_the_calendar(rooms: Desk, host: Officer) -> None:
    book(host)
    bookings(rooms.space).book(BookingWish(room=SMALL, slot=slot("16:00", "17:00"), member=2, title="Yoga"))
    page = host.page(f"/calendar?day={DAY}&moving=1")
    assert "en conflit avec Yoga" in page  # said before anybody is refused
    assert f'value="{BIG}|{DAY}|840"' in page
    answer = host.post("/rooms/bookings/1/move", {"place": f"{BIG}|{DAY}|840"}, form_on="/rooms/bookings/1")
    assert answer.status_code == 303
    assert rooms.space.sql("SELECT room_id FROM booking WHERE id = 1") == [(BIG,)]
    wrong = {"room": SMALL, "day": DAY, "from": "15:30", "until": "16:30"}
    answer = host.post("/rooms/bookings/1/move", wrong, form_on="/rooms/bookings/1")
    assert answer.status_code == 400
    assert "La salle est prise" in answer.get_data(as_text=True)
    for place in ("x", "1|2|3", "1|2026-11-26|99999999", "1|2026-11-26"):
        answer = host.post("/rooms/bookings/1/move", {"place": place}, form_on="/rooms/bookings/1")
        assert answer.status_code == 400, place


def test_cancelling_says_what_it_costs_before_and_after(rooms: Desk, host: Officer, treasurer: Officer) -> None:
    rooms.space.rule("room_cancel_percent", "50")
    book(host)
    assert "Trop tard pour annuler sans frais : 7,50 €" in treasurer.page("/rooms/bookings/1").replace(
        "\u202f", " "
    ).replace("\xa0", " ")
    owed = rooms.space.owes(1)
    assert host.post("/rooms/bookings/1/cancel", form_on="/rooms/bookings/1").status_code == 303
    assert rooms.space.owes(1) == owed + 750
    assert host.post("/rooms/bookings/1/cancel", form_on="/rooms/bookings/1").status_code == 400
    assert host.get("/rooms/bookings/99").status_code == 404


def test_series_is_shown_with_what_it_meets_and_then_made_without_it(rooms: Desk, host: Officer) -> None:
    third = TODAY + timedelta(days=14)
    bookings(rooms.space).book(BookingWish(room=SMALL, slot=slot("14:00", "15:00", third), member=2))
    more = {"every": "week", "last": "2026-12-16", "but": "2026-12-02"}
    status, page = book(host, **more)
    assert status == 200
    assert page.count('<span class="tag good">') == 2
    assert page.count('<span class="tag warn">') == 1
    assert "prise à cette heure, de 14:00 à 15:15 par Karim Benali" in page
    assert states(rooms) == ["booked"]
    assert book(host, **more, confirmed="yes")[0] == 303
    assert "de 14:00 à 15:15 par Karim Benali" in host.page("/calendar", headers={"Accept-Language": "fr"})
    assert book(host, **more, confirmed="yes")[0] == 303  # the same form again
    days = rooms.space.sql("SELECT day_on FROM booking WHERE series_id = 1 ORDER BY day_on")
    assert days == [("2026-11-25",), ("2026-12-16",)]


def test_rooms_are_kept_by_whoever_keeps_the_rules(rooms: Desk, president: Officer, host: Officer) -> None:
    assert "Petite salle" in host.page("/rooms")
    assert host.get("/rooms/new").status_code == 403
    form = {"code": "grenier", "name-fr": "Grenier", "capacity": "4", "setup_minutes": "0", "hours-mon": "09:00-12:00"}
    assert president.post("/rooms/new", form, form_on="/rooms/new").status_code == 303
    assert "Grenier" in president.page("/rooms")
    assert president.post("/rooms/new", form, form_on="/rooms/new").status_code == 400
    for wrong in ({"hours-mon": "9-12"}, {"name-fr": ""}, {"capacity": "0"}, {"setup_minutes": "2000"}, {"code": "É"}):
        answer = president.post("/rooms/new", {**form, "code": "autre", **wrong}, form_on="/rooms/new")
        assert answer.status_code == 400, wrong
    form = {"name-fr": "Combles", "setup_minutes": "0", "hour_product": "room-hour", "closed_on": "2027-01-01"}
    assert president.post("/rooms/3/edit", form, form_on="/rooms/3/edit").status_code == 303
    assert "Combles" in president.page("/rooms")


def test_one_sheet_sets_a_room_up_and_shows_three_bookings_before_it_is_kept(rooms: Desk, president: Officer) -> None:
    form = {
        "name-fr": "Salle du fond",
        "setup_minutes": "0",
        "price-hour-full": "10",
        "price-hour-external": "20,00",
        "price-hour-external-association": "12,50",
        "price-day-full": "60",
        "valid_from": DAY,
    }
    look = president.post("/rooms/new", {**form, "act": "look"}, form_on="/rooms/new")
    said = look.text.replace("\u202f", " ").replace("\u00a0", " ").replace("&nbsp;", " ")
    assert (look.status_code, "De 14 h à 15 h 30" in said) == (200, True)
    for sum_ in ("15,00 €", "30,00 €", "18,75 €", "60,00 €"):
        assert f"<strong>{sum_}</strong>" in said
    assert rooms.space.sql("SELECT count(*) FROM room") == [(2,)]
    assert president.post("/rooms/new", form, form_on="/rooms/new").status_code == 303
    asked = "SELECT p.code, t.level, t.cents FROM tariff AS t JOIN product AS p ON p.id = t.product_id"
    asked += " WHERE p.code LIKE 'salle-du-fond-%' ORDER BY t.id"
    prices = [
        ("salle-du-fond-day", "full", 6000),
        ("salle-du-fond-hour", "full", 1000),
        ("salle-du-fond-hour", "external", 2000),
        ("salle-du-fond-hour", "external-association", 1250),
    ]
    assert rooms.space.sql(asked) == prices
    again = {
        **form,
        "price-hour-external": "22",
        "valid_from": "2026-12-01",
        "hour_product": "salle-du-fond-hour",
        "day_product": "salle-du-fond-day",
    }
    assert president.post("/rooms/3/edit", again, form_on="/rooms/3/edit").status_code == 303
    assert rooms.space.sql(asked) == [*prices, ("salle-du-fond-hour", "external", 2200)]
    assert 'value="12,50"' in president.page("/rooms/3/edit")
    alone = {"name-fr": "Autre", "setup_minutes": "0", "price-hour-external": "20"}
    refused = president.post("/rooms/new", alone, form_on="/rooms/new")
    assert (refused.status_code, 'id="prices-error"' in refused.text) == (400, True)


def test_sheet_for_the_door_says_hours_and_no_name(rooms: Desk, host: Officer) -> None:
    book(host, title="Conseil")
    sheet = host.page(f"/rooms/1/sheet?day={DAY}")
    assert "Conseil" in sheet
    assert "Inès" not in sheet
    assert host.get("/rooms/99/sheet").status_code == 404


def test_sheet_shows_a_booking_of_two_days_on_both_and_in_both_weeks(rooms: Desk, host: Officer) -> None:
    sunday = TODAY + timedelta(days=6 - TODAY.weekday())
    book(host, title="Nocturne", day=sunday.isoformat(), any_hour="yes", **{"from": "22:00", "until": "01:30"})
    assert states(rooms) == ["booked"]
    for day, hours in ((sunday, "22 h 00 – 24 h 00"), (sunday + timedelta(days=1), "0 h 00 – 1 h 30")):
        sheet = host.page(f"/rooms/1/sheet?day={day.isoformat()}").replace("\N{NO-BREAK SPACE}", " ")
        assert f"<strong>{hours}</strong> · Nocturne" in sheet
        assert sheet.count("Nocturne") == 1
        assert sheet.count("libre") == 6


def test_rules_of_rooms_are_changed_as_all_rules(rooms: Desk, president: Officer) -> None:
    assert "Salle libérée après (minutes)" in president.page("/rules")
    change = {"value": "15", "valid_from": "2026-11-26", "confirmed": "yes"}
    answer = president.post("/rules/policy/room_claim_minutes", change, form_on="/rules/policy/room_claim_minutes")
    assert answer.status_code == 303
    for name, value in (("room_step_minutes", "7"), ("room_no_show_percent", "101"), ("room_claim_minutes", "0")):
        wrong = {"value": value, "valid_from": "2026-11-27", "confirmed": "yes"}
        answer = president.post(f"/rules/policy/{name}", wrong, form_on=f"/rules/policy/{name}")
        assert answer.status_code == 400, name


def test_a_name_books_for_its_member_and_never_for_the_house_in_silence(rooms: Desk, host: Officer) -> None:
    status, page = book(host, member="Quelqu’un")
    assert status == 400
    assert "Aucune fiche ne porte ce nom" in page
    assert states(rooms) == []
    assert book(host, member="ines moreau")[0] == 303
    assert rooms.space.sql("SELECT member.number FROM booking JOIN member ON member.id = booking.member_id") == [(1,)]


def test_a_series_is_moved_and_cancelled_with_what_follows_at_the_desk(rooms: Desk, host: Officer) -> None:
    assert book(host, every="week", last="2026-12-16", confirmed="yes")[0] == 303
    bookings(rooms.space).book(BookingWish(room=SMALL, slot=slot("17:00", "18:00", TODAY + timedelta(14)), member=2))
    french = {"Accept-Language": "fr"}
    page = "/rooms/bookings/2"
    assert "Aussi les réservations suivantes de la série (2)" in host.page(page, headers=french)
    later = {"room": SMALL, "day": "2026-12-02", "from": "17:00", "until": "18:30", "series": "yes"}
    assert host.post(f"{page}/move", later, form_on=page).status_code == 303
    told = host.page(page, headers=french).replace("\xa0", " ")
    assert "Réservations déplacées : 2." in told
    assert "9 décembre" in told and "par Karim Benali" in told
    assert host.post(f"{page}/cancel", {"series": "yes"}, form_on=page).status_code == 303
    assert "Réservations annulées : 3. Frais :" in host.page(page, headers=french).replace("\xa0", " ")
    assert states(rooms) == ["booked", "cancelled", "cancelled", "cancelled", "booked"]
