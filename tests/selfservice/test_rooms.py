"""A room is booked at the screen in three touches after the badge: which one, when, how long."""

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.errors import RequestError
from kiosk.language.texts import spoken
from kiosk.rooms.bookings import BookingWish
from kiosk.selfservice.house import HouseSheet
from tests.conftest import Space
from tests.rooms.hall import INES, KARIM, SMALL, TODAY, bookings, let, slot
from tests.selfservice.self_service import Visit, is_well

MAYA = "04A2000000E599"


@pytest.fixture
def house(space: Space) -> Space:
    """Rooms that members book at the screen, and Inès (1) and Karim (2)."""
    let(space, rooms_at_screen="true", room_claim_minutes="15", room_cancel_hours="24", room_cancel_percent="50")
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    return space


def says(visit: Visit) -> list[str]:
    """Each choice of the page with what stands below it, in French, by plain spaces."""
    assert isinstance(visit.card.sheet, HouseSheet)
    pairs = zip(visit.card.options, visit.card.sheet.values, strict=True)
    return [f"{spoken(each.said, 'fr')} / {spoken(below, 'fr')}".replace("\xa0", " ") for each, below in pairs]


def confirmed(visit: Visit) -> str:
    assert visit.card.confirms is not None
    return visit.card.confirms.to("fr").replace("\xa0", " ")


def about(visit: Visit) -> str:
    assert isinstance(visit.card.sheet, HouseSheet)
    assert visit.card.sheet.about is not None
    return spoken(visit.card.sheet.about, "fr").replace("\xa0", " ").replace("\u202f", " ")


def at_rooms(space: Space, uid: str = INES) -> Visit:
    """A member who touched "Le lieu" on their card, showed the badge and touched "Salles"."""
    visit = Visit.__new__(Visit)
    visit.space, visit.uid = space, uid
    space.clock.advance(minutes=5)
    space.tap(uid)
    while Act.HOUSE not in space.card.acts:
        visit.touch(Act.MORE)
    visit.touch(Act.HOUSE)
    visit.pick(Act.ROOM)
    assert space.shows(CardKind.ROOM)
    return visit


def chosen(visit: Visit, words: str) -> None:
    """Touch the choice that says so."""
    (option,) = (each for each in visit.card.options if spoken(each.said, "fr").replace("\xa0", " ") == words)
    visit.pick(option.act, option.value)


def test_small_room_now_one_hour_is_three_touches_with_its_price_said_before(house: Space) -> None:
    visit = at_rooms(house)  # it is 8 h 57
    assert says(visit) == ["Petite salle / Libre", "Grande salle / Libre"]
    chosen(visit, "Petite salle")
    assert says(visit)[:3] == ["Maintenant / Libre", "9 h / Libre", "9 h 30 / Libre"]
    chosen(visit, "Maintenant")
    assert says(visit)[:3] == [
        "30 min / 5 €",
        "1 h / 10 €",
        "1 h 30 / 15 €",
    ]
    owed = house.owes(1)
    chosen(visit, "1 h")
    assert visit.card.kind is CardKind.HOUSE_DONE
    assert "Petite salle" in confirmed(visit) and "8 h 57 – 9 h 57" in confirmed(visit) and "10 €" in confirmed(visit)
    # The badge is the check-in of whoever is in the room now; it is charged when it is over.
    assert house.sql("SELECT state, member_id, claimed_at IS NOT NULL, made_by FROM booking") == [
        ("claimed", 1, 1, "kiosk")
    ]
    assert house.owes(1) == owed
    is_well(house)


def test_what_was_just_booked_is_undone_like_a_day_and_nothing_is_owed(house: Space) -> None:
    visit, owed = at_rooms(house), house.owes(1)
    for words in ("Petite salle", "Maintenant", "1 h"):
        chosen(visit, words)
    owed = house.owes(1)
    visit.pick(Act.ROOM_UNDO)
    assert confirmed(visit).startswith("Annulée : Petite salle")
    assert house.sql("SELECT state, settled_at IS NOT NULL FROM booking") == [("cancelled", 1)]
    assert house.owes(1) == owed
    with pytest.raises(RequestError):
        visit.touch(Act.ROOM_UNDO)


def test_double_touch_books_once(house: Space) -> None:
    visit = at_rooms(house)
    chosen(visit, "Petite salle")
    chosen(visit, "Maintenant")
    value = visit.values[Act.ROOM_BOOK][1]
    visit.touch(Act.ROOM_BOOK, value)
    visit.touch(Act.ROOM_BOOK, value)
    assert visit.card.kind is CardKind.HOUSE_DONE
    assert house.sql("SELECT count(*) FROM booking") == [(1,)]


def test_room_ends_where_the_next_booking_needs_it_ready_and_who_was_quicker_has_it(house: Space) -> None:
    bookings(house).book(BookingWish(room=SMALL, slot=slot("10:00", "11:00"), member=2))
    visit = at_rooms(house)
    chosen(visit, "Petite salle")
    assert says(visit)[:2] == ["Maintenant / Libre jusqu’à 9 h 45", "9 h / Libre jusqu’à 9 h 45"]
    chosen(visit, "Maintenant")
    assert [each.split(" / ")[0] for each in says(visit)] == ["30 min", "Jusqu’à 9 h 45"]
    value = visit.values[Act.ROOM_BOOK][0]
    bookings(house).book(BookingWish(room=SMALL, slot=slot("09:00", "09:30"), member=2))
    visit.touch(Act.ROOM_BOOK, value)
    assert visit.card.kind is CardKind.HOUSE_REFUSED
    assert house.sql("SELECT count(*) FROM booking WHERE member_id = 1") == [(0,)]


def test_price_that_is_no_longer_the_one_that_was_said_is_not_taken(house: Space) -> None:
    visit = at_rooms(house)
    chosen(visit, "Petite salle")
    chosen(visit, "Maintenant")
    room, minute, minutes, cents = visit.values[Act.ROOM_BOOK][0].split(" ")
    visit.touch(Act.ROOM_BOOK, f"{room} {minute} {minutes} {int(cents) - 100}")
    assert (visit.card.kind, confirmed(visit)[:16]) == (CardKind.HOUSE_REFUSED, "Le prix a changé")
    assert house.sql("SELECT count(*) FROM booking") == [(0,)]


def test_another_day_is_two_touches_more_and_is_cancelled_by_the_rules(house: Space) -> None:
    visit = at_rooms(house)
    chosen(visit, "Petite salle")
    chosen(visit, "Un autre jour")
    chosen(visit, "jeu. 26 nov.")
    while not any(each.startswith("9 h /") for each in says(visit)):
        chosen(visit, "Plus tard")
    chosen(visit, "9 h")
    chosen(visit, "1 h")
    assert house.sql("SELECT state FROM booking") == [("booked",)]
    visit.pick(Act.ROOM)
    visit.pick(Act.ROOM_OWN)
    (mine,) = visit.values[Act.ROOM_ONE]
    visit.pick(Act.ROOM_ONE, mine)
    assert says(visit) == ["Annuler cette réservation / Sans frais"]  # it is 8 h 57 the day before: in time
    house.clock.advance(minutes=10)
    other = at_rooms(house, KARIM)
    other.touch(Act.ROOM_CANCEL, mine)
    assert (other.card.kind, house.sql("SELECT state FROM booking")) == (CardKind.HOUSE_REFUSED, [("booked",)])
    visit = at_rooms(house)
    visit.pick(Act.ROOM_OWN)
    visit.pick(Act.ROOM_ONE, mine)
    assert says(visit) == ["Annuler cette réservation / Frais : 5 €"]
    owed = house.owes(1)
    visit.pick(Act.ROOM_CANCEL, mine)
    assert house.owes(1) - owed == 500
    assert house.sql("SELECT state FROM booking") == [("cancelled",)]
    is_well(house)


def test_quota_and_tab_stop_a_booking_in_words(house: Space) -> None:
    house.rule("room_quota_day_minutes", "90", str(TODAY))
    visit = at_rooms(house)
    chosen(visit, "Petite salle")
    chosen(visit, "Maintenant")
    assert [each.split(" / ")[0] for each in says(visit)] == ["30 min", "1 h", "1 h 30"]
    house.rule("tab_limit_cents", "1", str(TODAY))
    visit.pick(Act.ROOM_BOOK, visit.values[Act.ROOM_BOOK][0])
    assert (visit.card.kind, confirmed(visit)[:18]) == (CardKind.HOUSE_REFUSED, "Cette somme dépass")


def test_permanent_with_a_plan_that_is_not_due_yet_books(house: Space) -> None:
    house.join("Maya Blanc", MAYA, "permanent")
    assert house.owes(3) == 10500
    visit = at_rooms(house, MAYA)
    for words in ("Petite salle", "Maintenant", "1 h 30"):
        chosen(visit, words)
    assert visit.card.kind is CardKind.HOUSE_DONE


def test_what_the_tab_does_not_take_is_said_before_a_length_is_offered_with_paying_beside_it(house: Space) -> None:
    house.rule("tab_limit_cents", "1200", str(TODAY))
    visit = at_rooms(house)
    chosen(visit, "Petite salle")
    chosen(visit, "Maintenant")
    assert [each.split(" / ")[0] for each in says(visit)] == ["30 min", "1 h", "3 € dans la caisse"]
    assert about(visit) == "Limite de votre ardoise : 12 €. Payez 3 € ou plus."
    assert visit.card.acts[0] is Act.PAY
    visit.pick(Act.DECLARE, "300")
    visit = at_rooms(house)
    chosen(visit, "Petite salle")
    chosen(visit, "Maintenant")
    chosen(visit, "1 h 30")
    assert visit.card.kind is CardKind.HOUSE_DONE
    visit = at_rooms(house)  # booked is bought, though it is charged when it is over
    assert about(visit) == "Limite de votre ardoise : 12 €. Payez 0,01 € ou plus."


@pytest.mark.parametrize("rules", [{}, {"rooms_on": "false", "rooms_at_screen": "true"}])
def test_nothing_of_it_is_offered_where_it_is_off(space: Space, rules: dict[str, str]) -> None:
    let(space, **rules)
    space.join("Inès Moreau", INES)
    space.tap(INES)
    assert Act.ROOM not in space.card.acts
    visit = Visit(space, INES)
    for act, value in ((Act.ROOM, ""), (Act.ROOM_LONG, "1 29000000"), (Act.ROOM_CANCEL, "1")):
        with pytest.raises(RequestError) as refused:
            visit.touch(act, value)
        assert refused.value.code == "touch-over"  # where the rule is set is the desk's to know


@pytest.mark.parametrize(
    ("act", "value"),
    [
        (Act.ROOM_WHEN, "1 0"),
        (Act.ROOM_WHEN, "1 0 x"),
        (Act.ROOM_WHEN, "99 0 0"),
        (Act.ROOM_LONG, "1 12"),
        (Act.ROOM_LONG, "1 999999999"),
        (Act.ROOM_BOOK, "1 29000000 60 1000"),
        (Act.ROOM_BOOK, "1"),
        (Act.ROOM_ONE, "7"),
    ],
)
def test_choice_that_was_never_offered_does_nothing(house: Space, act: Act, value: str) -> None:
    visit = at_rooms(house)
    with pytest.raises(RequestError):
        visit.touch(act, value)
    assert house.sql("SELECT count(*) FROM booking") == [(0,)]


def test_other_days_are_offered_by_name_a_week_ahead(house: Space) -> None:
    visit = at_rooms(house)
    chosen(visit, "Grande salle")
    chosen(visit, "Un autre jour")
    assert [each.split(" / ")[0] for each in says(visit)][:2] == ["jeu. 26 nov.", "ven. 27 nov."]
    assert len(says(visit)) == 6


@pytest.mark.parametrize(
    ("expires_on", "words"),
    [
        ("2027-11-24", "Ensuite, votre journée payée d’avance vous revient."),
        ("2026-11-25", "Votre journée payée d’avance finit aujourd’hui : elle ne revient pas."),
    ],
)
def test_booking_says_whether_a_prepaid_day_comes_back(house: Space, expires_on: str, words: str) -> None:
    house.rule("room_counts_toward_day", "true")
    house.till.sell(1, "carnet-10", None)
    house.sql_write(f"UPDATE carnet SET expires_on = '{expires_on}'")
    visit = at_rooms(house)
    chosen(visit, "Petite salle")
    chosen(visit, "Maintenant")
    chosen(visit, "30 min")
    assert confirmed(visit).endswith(f". {words}")
