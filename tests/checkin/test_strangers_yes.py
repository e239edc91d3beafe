"""Tell the tricks at the door one by one: a stranger's yes, a late finger, a quick one, a page that was left."""

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.money import cashbox
from kiosk.store.members import members
from kiosk.store.space.policies import Rules
from tests.checkin import doorway, household
from tests.checkin.doorway import Doorway
from tests.checkin.household import BOB, CAMILLE, CODE, LEON, NEW, NEW_NAME, ROSA, ROSA_CODE, TIM, Person
from tests.selfservice.self_service import is_well

YES = ("^Oui", "attend", "Invit", "^J’accepte", "Répond", "Accueill", "^Continuer")
HELD = 0.6  # after this a card is a person's own to be touched


@pytest.fixture
def place(template: Path) -> Iterator[Doorway]:
    with doorway.opened(household.built(template)) as door:
        yield door
        is_well(door.space)


def owes(place: Doorway, person: Person) -> int:
    return place.space.owes(person.number)


def count(place: Doorway, of: str) -> int:
    return int(str(place.space.sql(f"SELECT count(*) FROM {of}")[0][0]))


def days(place: Doorway, person: Person) -> int:
    """How many days of theirs are kept, guests apart."""
    return count(
        place,
        "visit WHERE state = 'kept' AND host_visit_id IS NULL"
        f" AND member_id = (SELECT id FROM member WHERE number = {person.number})",
    )


def guests(place: Doorway) -> int:
    return count(place, "visit WHERE state = 'kept' AND host_visit_id IS NOT NULL")


def a_stranger_says_yes(place: Doorway, touches: int = 8) -> None:
    """Touch whatever says yes, on every page that comes."""
    for _ in range(touches):
        place.tries(*YES)
        place.passes(1.2)


# --- a stranger says yes in another's name


def wants_to_be_a_guest(place: Doorway) -> None:
    place.press("^Première visite")
    place.tries("^Invité")


def test_who_is_invited_reads_whose_badge_and_which_button_it_takes(place: Doorway) -> None:
    place.press("^Première visite")
    assert place.reads("présente son badge, puis touche Invité·e")
    place.press("^Terminé")
    place.badge(CAMILLE.uid)
    assert place.page.button("^Invité·e$") is not None


def wants_to_be_vouched_for(place: Doorway) -> None:
    place.press("^Badge oublié", "^Je suis membre")
    place.tries("^Je suis membre")
    place.types("leon perdu")
    place.press("^Continuer")


def wants_to_join(place: Doorway) -> None:
    place.badge(NEW)
    place.press("^Adhérer")
    place.types(NEW_NAME.lower())
    place.press("^Continuer")
    place.press("^J’accepte")


@pytest.mark.parametrize("wants", [wants_to_be_a_guest, wants_to_be_vouched_for, wants_to_join])
def test_a_stranger_s_yes_is_nothing_after_a_member_has_gone_in(
    place: Doorway, wants: Callable[[Doorway], None]
) -> None:
    wants(place)
    place.passes(5)
    place.badge(CAMILLE.uid)
    assert place.space.door.pulses == 1
    a_stranger_says_yes(place)
    assert (owes(place, CAMILLE), owes(place, LEON), place.space.door.pulses) == (1000, 500, 1)
    assert (guests(place), days(place, LEON)) == (0, 0)
    assert (count(place, "joining"), count(place, "member")) == (0, len(household.PEOPLE))


def test_two_touches_by_anybody_put_nothing_in_the_box_for_a_refused_member(place: Doorway) -> None:
    place.badge(ROSA.uid)
    assert place.space.door.pulses == 0
    place.press("^Continuer")
    place.press("dans la caisse")
    place.passes(30)
    assert (count(place, "declaration"), days(place, ROSA), place.space.door.pulses) == (0, 0, 0)


def test_two_touches_by_anybody_buy_no_carnet_for_a_refused_member(place: Doorway) -> None:
    place.badge(ROSA.uid)
    place.press("^Continuer")
    place.press("^Carnet")
    place.passes(30)
    assert (count(place, "declaration"), count(place, "carnet"), owes(place, ROSA)) == (0, 0, 0)
    assert place.space.door.pulses == 0


def test_two_touches_by_anybody_renew_no_membership(place: Doorway) -> None:
    place.space.clock.advance(days=400)
    place.badge(CAMILLE.uid)
    assert place.space.door.pulses == 0
    before = count(place, "membership")
    place.press("^Continuer")
    place.press("^Adhésion")
    place.passes(30)
    assert (count(place, "membership"), owes(place, CAMILLE), place.space.door.pulses) == (before, 500, 0)


# --- a finger acts on a card that was not there when it aimed


@pytest.mark.parametrize("after", [0.06, 0.25, 0.45])
@pytest.mark.parametrize("label", ["^Annuler", "^Coin gratuit|^Espace payant|^Invité"])
def test_a_finger_that_aimed_at_another_s_card_does_nothing(place: Doorway, after: float, label: str) -> None:
    place.badge(CAMILLE.uid)
    place.passes(1)
    place.badge(BOB.uid, lies=after)
    button = place.page.button(label)
    if button is not None:
        place.finger(button)
    place.passes(0.1)
    assert (days(place, CAMILLE), days(place, BOB)) == (1, 1)
    assert place.reads("Bob"), "his card stands as it stood"


def test_a_finger_that_waits_until_it_sees_the_card_undoes_the_day(place: Doorway) -> None:
    place.badge(CAMILLE.uid)
    place.passes(1)
    place.badge(BOB.uid, lies=HELD)
    place.press("^Annuler", after=0.1)
    assert (days(place, CAMILLE), days(place, BOB)) == (1, 0)


def test_a_finger_that_aimed_at_the_idle_screen_does_nothing_on_a_card(place: Doorway) -> None:
    place.passes(10)
    place.badge(BOB.uid, lies=0.06)
    place.finger(place.page.button("^Annuler"))
    assert days(place, BOB) == 1


def test_a_finger_that_aimed_at_a_card_does_not_ring_on_the_idle_screen(place: Doorway) -> None:
    place.badge(CAMILLE.uid)
    place.passes(1)
    while not place.page.is_idle:
        place.passes(max(0.05, (place.page.ends_at or 0.0) - place.now))
    place.finger(place.page.button("^Aide"))
    assert place.page.is_idle
    place.press("^Aide")
    assert not place.page.is_idle


def test_a_finger_on_a_page_that_was_turned_meanwhile_does_nothing(place: Doorway) -> None:
    """Two fingers: the second aimed at the first card, and comes when « Autre » has taken its place."""
    place.badge(CAMILLE.uid)
    place.passes(HELD)
    first = place.page
    place.finger(first.button("^Autre"))
    place.passes(0.05)
    place.finger(first.button("^Annuler"), page=first)
    assert days(place, CAMILLE) == 1


# --- one clock


def test_a_way_back_that_was_closed_costs_nothing(place: Doorway) -> None:
    place.badge(BOB.uid)
    place.press("^Espace payant")
    place.press("^Fermer", "^Terminé")
    assert place.page.is_idle
    place.passes(25)
    place.badge(BOB.uid)
    assert (owes(place, BOB), place.space.door.pulses) == (500, 2)
    assert place.reads("La porte est ouverte", "Bob")


def test_a_guest_s_page_that_was_closed_counts_no_guest(place: Doorway) -> None:
    place.badge(CAMILLE.uid)
    place.press("^Invit")
    place.press("^Fermer", "^Terminé")
    assert place.page.is_idle
    place.passes(25)
    place.badge(CAMILLE.uid)
    assert (guests(place), owes(place, CAMILLE), place.space.door.pulses) == (0, 1000, 2)


def test_at_idle_one_s_own_badge_opens_the_door_whatever_was_touched_before(place: Doorway) -> None:
    place.badge(CAMILLE.uid)
    place.press("^Payer")
    touched = place.now
    place.is_idle()
    place.passes(max(0.0, touched + 31 - place.now))
    place.badge(CAMILLE.uid)
    assert place.space.door.pulses == 2
    assert place.reads("La porte est ouverte")


def test_at_idle_no_guest_is_asked_for(place: Doorway) -> None:
    wants_to_be_a_guest(place)
    place.is_idle()
    place.passes(2)
    place.badge(CAMILLE.uid)
    for _ in range(10):
        assert place.page.button("^Oui", "attend") is None, place.page.text
        place.passes(1)
    assert (guests(place), place.space.door.pulses) == (0, 1)


# --- a session ends


def in_session(place: Doorway, person: Person, label: str) -> None:
    place.badge(person.uid)
    place.press(label)
    place.passes(2)
    place.badge(person.uid)


def test_a_session_ends_however_much_it_is_touched(place: Doorway) -> None:
    in_session(place, CAMILLE, "^Mon compte")
    began = place.now
    place.press("^Réglages")
    place.press("^Code")
    place.types("7294")
    while place.now < began + 70 and place.tries("^Effacer", after=7):
        place.tries("^4", after=7)
    place.tries("^Continuer")
    for digit in "7294":
        place.tries(f"^{digit}$")
    place.passes(max(0.0, began + 91 - place.now))
    place.tries("^Garder")
    place.passes(2)
    assert place.space.sql(f"SELECT pin FROM member WHERE number = {CAMILLE.number}") == [(None,)]


def test_a_stranger_sets_no_code(place: Doorway) -> None:
    in_session(place, CAMILLE, "^Mon compte")
    place.press("^Réglages")
    place.press("^Code")
    place.types("7294")
    place.press("^Continuer")
    place.types("7294")
    place.press("^Garder")
    a_stranger_says_yes(place)
    assert place.space.sql(f"SELECT pin FROM member WHERE number = {CAMILLE.number}") == [(None,)]


def test_a_stranger_buys_nothing_on_a_page_that_was_left(place: Doorway) -> None:
    in_session(place, CAMILLE, "^Payer")
    place.press("^Carnet")
    place.passes(19)  # the page still stands
    place.tries("^Oui")
    place.passes(2)
    assert (count(place, "carnet"), owes(place, CAMILLE)) == (0, 1000)


def test_a_stranger_changes_no_setting_however_long_they_keep_the_page(place: Doorway) -> None:
    in_session(place, CAMILLE, "^Mon compte")
    began = place.now
    place.press("^Réglages")
    while place.now < began + 91 and place.tries("^Mon nom", "^Réglages"):
        place.passes(8)
    place.tries("^Réglages")
    place.tries("^Texte plus grand")
    assert count(place, "member WHERE larger_text = 1") == 0


# --- a frozen entrance


@pytest.mark.parametrize("label", ["^Annuler", "^Coin gratuit"])
def test_what_was_touched_before_a_freeze_is_not_done_after_it(place: Doorway, label: str) -> None:
    place.badge(CAMILLE.uid)
    place.passes(1)
    before = place.space.sql("SELECT state, zone_id FROM visit")
    if place.page.button(label) is None:
        place.press("^Autre")
        place.passes(1)
    button = place.page.button(label)
    assert button is not None
    place.finger(button, late=25)
    assert (place.space.sql("SELECT state, zone_id FROM visit"), owes(place, CAMILLE)) == (before, 1000)


def test_what_was_begun_before_a_freeze_is_not_begun_after_it(place: Doorway) -> None:
    place.finger(place.page.button("^Première visite"), late=25)
    assert place.page.is_idle


# --- a badge that says no yes


def test_a_badge_that_comes_too_soon_is_a_tap_and_no_yes(place: Doorway) -> None:
    """A stranger behind Camille touches « Invité·e »; she shows her badge once more, and saw no page."""
    place.badge(CAMILLE.uid)
    place.press("^Invit")
    place.passes(0.4)
    place.badge(CAMILLE.uid)
    assert (guests(place), owes(place, CAMILLE)) == (0, 1000)


def test_a_badge_that_lies_there_all_along_is_no_yes(place: Doorway) -> None:
    """The reader loses it for a moment and senses it again; it was never lifted."""
    read = place.space.read(CAMILLE.uid)
    place.space.checkin.tap(read)
    place.look()
    place.press("^Invit")
    place.passes(3)
    place.space.checkin.tap(read)
    place.look()
    assert (guests(place), owes(place, CAMILLE)) == (0, 1000)


def test_another_s_badge_ends_what_waited_for_one_s_own(place: Doorway) -> None:
    place.badge(CAMILLE.uid)
    place.press("^Invit")
    place.passes(2)
    place.badge(BOB.uid)
    place.passes(2)
    place.badge(CAMILLE.uid)
    assert (guests(place), owes(place, CAMILLE), place.space.door.pulses) == (0, 1000, 3)


def test_the_same_badge_twice_in_a_hurry_says_no_yes(place: Doorway) -> None:
    wants_to_be_vouched_for(place)
    for _ in range(3):
        place.badge(CAMILLE.uid)
        place.passes(0.7)
    assert (days(place, LEON), owes(place, CAMILLE)) == (0, 1000)


def test_nothing_waits_for_a_badge_across_a_start(place: Doorway) -> None:
    place.badge(CAMILLE.uid)
    place.press("^Invit")
    place.restarts()
    place.passes(2)
    place.badge(CAMILLE.uid)
    assert (guests(place), owes(place, CAMILLE), place.space.door.pulses) == (0, 1000, 2)


def test_the_page_is_answered_and_a_badge_is_sensed_while_another_is_served(place: Doorway) -> None:
    """What is published stands whatever the check-in is busy with: a badge is shown to be read, and no poll waits."""
    place.badge(CAMILLE.uid)
    stood = place.page

    def asks_again() -> None:
        place.space.screen.reading()
        place.look()

    with place.space.checkin._lock:
        asks = threading.Thread(target=asks_again, daemon=True)
        asks.start()
        asks.join(10)
        assert not asks.is_alive(), "the page waited for the badge that is served"
    assert place.page.number == stood.number


# --- one request at a time


def test_a_request_ends_a_minute_after_its_last_touch(place: Doorway) -> None:
    wants_to_be_vouched_for(place)
    place.passes(62)
    assert place.page.is_idle
    place.badge(CAMILLE.uid)
    assert place.page.button("attend") is None


def test_after_a_member_s_card_the_page_of_the_request_returns(place: Doorway) -> None:
    wants_to_be_vouched_for(place)
    state = place.page.state
    place.passes(5)
    place.badge(CAMILLE.uid)
    assert place.page.state != state
    place.passes(25)
    assert place.page.state == state


def test_a_second_request_does_not_take_the_place_of_the_first(place: Doorway) -> None:
    wants_to_be_vouched_for(place)
    place.passes(2)
    wants_to_join(place)
    place.passes(2)
    place.badge(CAMILLE.uid)
    place.passes(1)
    assert place.page.button("Leon attend") is not None
    assert place.page.button("Zoé attend") is None


# --- what is missing is said before it is asked


def sums(place: Doorway) -> list[int]:
    """What the page offers to put in the box, in euros."""
    told = [re.match(r"(\d+)(?:,(\d\d))? €", each.label) for each in place.page.buttons]
    return [int(each[1]) for each in told if each]


def test_what_is_enough_is_all_that_is_missing(place: Doorway) -> None:
    """Neither membership nor day is paid: 10 euros."""
    place.badge(TIM.uid)
    place.press("^Continuer")
    assert min(sums(place)) == 10
    place.press("^10 €")
    place.passes(2)
    place.badge(TIM.uid)
    assert (days(place, TIM), place.space.door.pulses) == (1, 1)
    assert place.space.sql("SELECT cents FROM declaration") == [(1000,)]


def test_what_is_noted_already_is_said_and_what_is_still_missing(place: Doorway) -> None:
    house, clock = place.space.home, place.space.clock
    with house.store.writing() as connection:
        moment = Rules(house.config.zone).at(connection, clock.now())[1]
        account = members.by_number(connection, TIM.number).account
        cashbox.declare(connection, house.seal, moment, "kiosk", account, 500)
    place.badge(TIM.uid)
    place.press("^Continuer")
    assert place.reads("5,00 € notés, il manque 5,00 €")
    assert min(sums(place)) == 5


def test_a_sum_is_noted_once_however_often_it_is_touched(place: Doorway) -> None:
    place.badge(TIM.uid)
    place.press("^Continuer")
    for _ in range(2):
        place.tries("^5 €", "^10 €")
        place.passes(2)
        place.badge(TIM.uid)
        place.passes(1)
    noted = [int(str(cents)) for (cents,) in place.space.sql("SELECT cents FROM declaration")]
    assert noted in ([], [1000]), "what was put in the box is what the page asked for"


# --- and a yes is a yes


def test_a_host_brings_a_guest(place: Doorway) -> None:
    place.badge(CAMILLE.uid)
    place.press("^Invit")
    place.passes(25 - doorway.LIES_SECONDS)
    place.badge(CAMILLE.uid)
    assert (guests(place), owes(place, CAMILLE)) == (1, 1300)
    assert (place.badges, place.touches) == (2, 1)


def test_a_member_vouches_for_another(place: Doorway) -> None:
    wants_to_be_vouched_for(place)
    place.passes(5)
    place.badge(BOB.uid)
    place.press("^Leon attend", "attend", after=2)
    place.passes(5)
    assert place.reads("Leon")
    place.badge(BOB.uid)
    assert (days(place, LEON), owes(place, LEON), owes(place, BOB), place.space.door.pulses) == (1, 1000, 500, 2)
    assert (place.badges, place.touches) == (2, 3)


def test_a_member_welcomes_somebody_new(place: Doorway) -> None:
    wants_to_join(place)
    place.passes(5)
    place.badge(BOB.uid)
    place.press("^Zoé attend", "attend", after=2)
    place.passes(5)
    assert place.reads("Zoé")
    place.badge(BOB.uid)
    assert count(place, f"member WHERE name = '{NEW_NAME}'") == 1
    assert (owes(place, BOB), place.space.door.pulses) == (500, 2)
    assert (place.badges, place.touches) == (3, 4)


def test_a_member_buys_a_carnet(place: Doorway) -> None:
    in_session(place, CAMILLE, "^Payer")
    place.press("^Carnet")
    place.press("^Oui")
    assert (count(place, "carnet"), owes(place, CAMILLE)) == (1, 5500)
    assert (place.badges, place.touches) == (2, 3)


def test_a_refused_member_takes_the_step_with_their_badge(place: Doorway) -> None:
    place.badge(ROSA.uid)
    place.press("^Continuer")
    place.press("^5 €")
    place.passes(10)
    assert place.reads("5(,00)? €")
    place.badge(ROSA.uid)
    assert (days(place, ROSA), place.space.door.pulses) == (1, 1)
    assert place.space.sql("SELECT cents FROM declaration") == [(500,)]


def comes_by_code(place: Doorway, letters: str, name: str, code: str) -> None:
    place.press("^Badge oublié")
    place.types(letters)
    place.press("^Continuer")
    place.press(name)
    place.types(code)
    place.press("^Entrer")


def test_a_refused_member_without_the_badge_takes_the_step_with_their_code_again(place: Doorway) -> None:
    comes_by_code(place, "ros", "^Rosa", ROSA_CODE)
    place.press("^Continuer")
    place.press("^5 €")
    place.passes(5)
    assert place.reads("5 € dans la caisse")
    assert (count(place, "declaration"), place.space.door.pulses) == (0, 0)
    place.types(ROSA_CODE)
    assert place.reads("5 € dans la caisse")
    place.press("^Entrer")
    assert (days(place, ROSA), place.space.door.pulses) == (1, 1)
    assert place.space.sql("SELECT cents FROM declaration") == [(500,)]


def test_a_stranger_takes_no_step_for_a_refused_member_who_came_by_code(place: Doorway) -> None:
    comes_by_code(place, "ros", "^Rosa", ROSA_CODE)
    place.press("^Continuer")
    place.press("^5 €")
    place.tries("^Entrer")
    place.types("0000")
    place.tries("^Entrer")
    assert (count(place, "declaration"), days(place, ROSA), place.space.door.pulses) == (0, 0, 0)


def test_a_member_sets_a_code_with_their_badge(place: Doorway) -> None:
    in_session(place, CAMILLE, "^Mon compte")
    place.press("^Réglages")
    place.press("^Code")
    place.types("7294")
    place.press("^Continuer")
    place.types("7294")
    place.press("^Garder")
    place.passes(3)
    place.badge(CAMILLE.uid)
    assert place.space.sql(f"SELECT pin IS NULL FROM member WHERE number = {CAMILLE.number}") in ([(0,)], [(False,)])


@pytest.mark.parametrize(
    ("letters", "name", "code", "touched"),
    [("leo", "^Leon", CODE, ("^Mon compte", "^Réglages")), ("ros", "^Rosa", ROSA_CODE, ("^Continuer", "^5 €", "^1$"))],
    ids=["in", "refused"],
)
def test_what_a_code_opened_is_over_90_s_after_it_though_it_is_touched_all_the_time(
    place: Doorway, letters: str, name: str, code: str, touched: tuple[str, ...]
) -> None:
    comes_by_code(place, letters, name, code)
    since = place.now
    while place.now - since < 80:
        assert place.tries(*touched, after=8)
    place.passes(since + 89 - place.now)
    assert not place.page.is_idle
    place.passes(2)
    assert place.page.is_idle


def test_a_member_without_the_badge_comes_in_by_code(place: Doorway) -> None:
    comes_by_code(place, "leo", "^Leon", CODE)
    assert (days(place, LEON), place.space.door.pulses) == (1, 1)
