"""Turns of hosting at the screen: taken, given up, swapped, confirmed; nobody is named who is not visible."""

from datetime import date

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.hosting.rota import Shift
from kiosk.errors import RequestError
from kiosk.hosting.rota import Rota
from kiosk.language.texts import spoken
from kiosk.selfservice.house import HouseSheet
from kiosk.store.hosting import rota_rows
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.selfservice.self_service import Visit

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"
WEDNESDAY, THURSDAY = date(2026, 11, 25), date(2026, 11, 26)


class Place:
    """A space with a rota: each Wednesday and Thursday from 9 h to 13 h."""

    def __init__(self, space: Space) -> None:
        self.space = space
        space.rule("hosting", "true")
        self.rota = Rota(store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock, actor="cli")
        self.ines, self.karim = space.join("Inès Moreau", INES), space.join("Karim Benali", KARIM)
        for weekday in (2, 3):
            self.rota.add_slot(weekday, "hosting", 540, 780, 1)

    def shift(self, day: date) -> Shift:
        with self.space.home.store.reading() as connection:
            return rota_rows.turns(connection, day, day)[0].shift

    def page(self, uid: str) -> Visit:
        """A member on their page of hosting."""
        visit = Visit(self.space, uid)
        visit.pick(Act.HOUSE)
        visit.pick(Act.HOSTING)
        return visit

    def says(self, visit: Visit) -> list[str]:
        """All that stands on a page, in French."""
        sheet = visit.card.sheet
        assert isinstance(sheet, HouseSheet)
        said = [*(each.said for each in visit.card.options), *sheet.values, *([sheet.about] if sheet.about else [])]
        return [spoken(each, "fr") for each in said]

    def touches(self, act: Act, value: str) -> str:
        """What stands on the page that asks for the badge, with plain spaces."""
        self.space.touch(act, value)
        card = self.space.card
        assert card.kind is CardKind.BADGE_AGAIN and card.confirms is not None
        return card.confirms.to("fr").replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture
def place(space: Space) -> Place:
    return Place(space)


def test_a_turn_is_taken_in_three_touches_and_given_up_again(place: Place) -> None:
    tomorrow = place.shift(THURSDAY)
    visit = place.page(INES)
    visit.pick(Act.SHIFT, str(tomorrow.id))
    visit.pick(Act.SHIFT_TAKE, str(tomorrow.id))
    assert visit.card.kind is CardKind.HOUSE_DONE
    assert place.shift(THURSDAY).member == place.ines
    visit.pick(Act.HOSTING)
    visit.pick(Act.SHIFT, str(tomorrow.id))
    visit.pick(Act.SHIFT_GIVE_UP, str(tomorrow.id))
    assert place.shift(THURSDAY).member is None


def test_a_turn_that_meets_one_of_theirs_on_another_day_is_not_offered(place: Place) -> None:
    place.rota.add_slot(3, "cleaning", 600, 660, 1)
    with place.space.home.store.reading() as connection:
        hosting, cleaning = [each.shift for each in rota_rows.turns(connection, THURSDAY, THURSDAY)]
    visit = place.page(INES)
    place.rota.take(hosting.id, place.ines)  # at the desk, meanwhile
    visit.pick(Act.SHIFT, str(cleaning.id))
    assert Act.SHIFT_TAKE not in visit.values


@pytest.mark.parametrize(("minutes", "declared"), [(240, 240), (180, 180), (300, 300)])
def test_a_turn_of_today_is_confirmed_by_one_touch_with_thanks(place: Place, minutes: int, declared: int) -> None:
    today = place.rota.take(place.shift(WEDNESDAY).id, place.ines)
    place.space.clock.advance(hours=9)
    visit = place.page(INES)
    visit.pick(Act.SHIFT, str(today.id))
    visit.pick(Act.SHIFT_HELD, f"{today.id} {minutes}")
    assert visit.card.kind is CardKind.HOUSE_THANKS
    assert place.shift(WEDNESDAY).declared_minutes == declared


def test_a_turn_to_confirm_says_once_that_no_time_of_arrival_is_kept(place: Place) -> None:
    """Below each choice stands how long it was, and no more: four of them fit in any language."""
    today = place.rota.take(place.shift(WEDNESDAY).id, place.ines)
    place.space.clock.advance(hours=9)
    visit = place.page(INES)
    visit.pick(Act.SHIFT, str(today.id))
    sheet = visit.card.sheet
    assert isinstance(sheet, HouseSheet)
    assert sheet.about is not None
    assert sheet.about.to("fr").endswith("Aucune heure n’est notée.")
    assert [spoken(each, "fr") for each in sheet.values if each] == ["4\u00a0h", "3\u00a0h", "5\u00a0h", "5\u00a0h"]


def test_turn_is_not_held_before_it_begins_and_as_long_as_it_lasted_before_it_ends(place: Place) -> None:
    today = place.rota.take(place.shift(WEDNESDAY).id, place.ines)  # from 9 to 13 h, and it is not 9 h yet
    visit = place.page(INES)
    visit.pick(Act.SHIFT, str(today.id))
    assert Act.SHIFT_HELD not in visit.values
    visit.touch(Act.SHIFT_HELD, f"{today.id} 300")
    assert visit.card.kind is CardKind.HOUSE_REFUSED
    place.space.clock.advance(hours=2)
    visit = place.page(INES)
    visit.pick(Act.SHIFT, str(today.id))
    held = [int(value.split(" ")[1]) for value in visit.values[Act.SHIFT_HELD]]
    assert held == [held[0], held[0] - 60, held[0] + 60]  # so far; shorter; begun earlier
    assert 110 < held[0] < 140
    visit.pick(Act.SHIFT_HELD, f"{today.id} {held[0]}")
    place.space.clock.advance(hours=4)
    visit = place.page(INES)
    visit.pick(Act.SHIFT, str(today.id))
    visit.pick(Act.SHIFT_HELD, f"{today.id} 240")  # she stayed after she had said so
    assert place.shift(WEDNESDAY).declared_minutes == 240


def test_a_turn_to_come_offers_no_confirmation(place: Place) -> None:
    tomorrow = place.rota.take(place.shift(THURSDAY).id, place.ines)
    visit = place.page(INES)
    visit.pick(Act.SHIFT, str(tomorrow.id))
    assert Act.SHIFT_HELD not in visit.values
    visit.touch(Act.SHIFT_HELD, f"{tomorrow.id} 240")
    assert visit.card.kind is CardKind.HOUSE_REFUSED
    assert not place.shift(THURSDAY).confirmed


def test_a_swap_is_asked_by_one_and_agreed_to_by_the_other(place: Place) -> None:
    mine = place.rota.take(place.shift(THURSDAY).id, place.ines)
    theirs = place.rota.take(place.shift(date(2026, 12, 2)).id, place.karim)
    visit = place.page(INES)
    visit.pick(Act.SHIFT, str(mine.id))
    visit.pick(Act.SHIFT_SWAP, str(mine.id))
    assert "Une personne membre" in place.says(visit)
    assert "Karim" not in " ".join(place.says(visit))
    visit.pick(Act.SWAP_ASK, f"{mine.id} {theirs.id}")
    assert visit.card.kind is CardKind.HOUSE_DONE
    assert place.shift(THURSDAY).member == place.ines  # nothing changes without a yes
    answer = place.page(KARIM)
    (asked,) = answer.values[Act.SWAP_ASKED]
    answer.pick(Act.SWAP_ASKED, asked)
    answer.pick(Act.SWAP_YES, asked)
    assert (place.shift(THURSDAY).member, place.shift(date(2026, 12, 2)).member) == (place.karim, place.ines)


def test_both_turns_of_a_swap_are_named_before_the_badge_asks_or_agrees(place: Place) -> None:
    mine = place.rota.take(place.shift(THURSDAY).id, place.ines)
    theirs = place.rota.take(place.shift(date(2026, 12, 2)).id, place.karim)
    place.page(INES)
    asks = place.touches(Act.SWAP_ASK, f"{mine.id} {theirs.id}")
    assert asks == "jeu. 26 nov., 9 h – 13 h contre mer. 2 déc., 9 h – 13 h · Une personne membre"
    place.space.tap(INES)
    answer = place.page(KARIM)
    (asked,) = answer.values[Act.SWAP_ASKED]
    assert place.touches(Act.SWAP_YES, asked).startswith("mer. 2 déc., 9 h – 13 h contre jeu. 26 nov.")


def test_who_lets_others_see_them_is_named_to_who_wants_to_swap(place: Place) -> None:
    mine = place.rota.take(place.shift(THURSDAY).id, place.ines)
    place.rota.take(place.shift(date(2026, 12, 2)).id, place.karim)
    with place.space.home.store.writing() as connection:
        connection.exec_driver_sql(f"UPDATE member SET visible = 1 WHERE number = {place.karim}")
    visit = place.page(INES)
    visit.pick(Act.SHIFT, str(mine.id))
    visit.pick(Act.SHIFT_SWAP, str(mine.id))
    assert "Karim" in " ".join(place.says(visit))


def test_nobody_does_with_another_s_turn_what_its_holder_may_do(place: Place) -> None:
    theirs = place.rota.take(place.shift(WEDNESDAY).id, place.karim)
    visit = place.page(INES)
    for act, value in (
        (Act.SHIFT_TAKE, str(theirs.id)),
        (Act.SHIFT_GIVE_UP, str(theirs.id)),
        (Act.SHIFT_HELD, f"{theirs.id} 240"),
        (Act.SWAP_ASK, f"{theirs.id} {theirs.id}"),
    ):
        visit.touch(act, value)
        assert visit.card.kind is CardKind.HOUSE_REFUSED
        visit.pick(Act.HOSTING)
    assert (place.shift(WEDNESDAY).member, place.shift(WEDNESDAY).confirmed) == (place.karim, False)


@pytest.mark.parametrize("value", ["", "x", "9" * 40, "-1", "1 1 1", "٣"])
@pytest.mark.parametrize("act", [Act.SHIFT, Act.SHIFT_TAKE, Act.SHIFT_HELD, Act.SWAP_ASK, Act.SWAP_YES, Act.HOST_MAILS])
def test_what_no_page_offers_is_refused_and_changes_nothing(place: Place, act: Act, value: str) -> None:
    visit = place.page(INES)
    before = place.space.sql("SELECT * FROM shift")
    with pytest.raises(RequestError):
        visit.touch(act, value)
    assert place.space.sql("SELECT * FROM shift") == before


def test_mails_are_asked_for_by_a_touch_and_only_where_there_is_an_address(place: Place) -> None:
    assert Act.HOST_MAILS not in place.page(KARIM).values
    with place.space.home.store.writing() as connection:
        connection.exec_driver_sql(f"UPDATE member SET email = 'ines@exemple.fr' WHERE number = {place.ines}")
    visit = place.page(INES)
    pages = 0
    while Act.HOST_MAILS not in visit.values and pages < 9:
        visit.pick(Act.HOSTING, visit.values[Act.HOSTING][-1])
        pages += 1
    visit.pick(Act.HOST_MAILS, "yes")
    assert place.space.sql(f"SELECT asked_to_host FROM member WHERE number = {place.ines}") == [(1,)]


def test_without_a_rota_the_account_is_as_it_was(space: Space) -> None:
    space.join("Inès Moreau", INES)
    visit = Visit(space, INES)
    assert visit.card.acts == (Act.PAY, Act.LINES, Act.SETTINGS, Act.DONE)
    with pytest.raises(RequestError):
        visit.touch(Act.HOSTING)


def test_with_one_the_account_is_as_it_was_and_the_place_stands_first_behind_the_first_card(place: Place) -> None:
    place.space.tap(INES)
    place.space.touch(Act.MORE)
    assert place.space.card.acts[0] is Act.HOUSE
    visit = Visit(place.space, INES)
    assert visit.card.acts == (Act.PAY, Act.LINES, Act.SETTINGS, Act.DONE)
    visit.pick(Act.SETTINGS)
    assert visit.card.kind is CardKind.OWN_SETTINGS
