"""What a member does alone, each story from idle to idle: the entrance as a process, badges over udp, a finger.

In French and in English at 800x480, and beside it on a screen that stands upright; KIOSK_ALL_WALKS=1 (`scripts/torture
walks`) has them on the screens, too, on which all is larger in proportion, and every one in English. Sizes are measured
on every card, and the ledger is read back.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kiosk.checkin.cards import CardKind
from kiosk.checkin.specs.lists import CARDS
from kiosk.devices.clock import HostClock
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Denial
from kiosk.language import catalogues
from kiosk.language.catalogues import OURS, Language
from kiosk.store.checkin import inside, presence
from kiosk.store.members import joining_rows
from kiosk.store.money import cash_rows, correction_rows, offers, voucher_rows
from kiosk.store.selfservice import pins
from kiosk.web.screen import formats, texts
from kiosk.web.screen.words import account_words

from .door import CAST, EVACUATION_CODE, NEW_NAMES, PIN, Door, prepare, uid, unknown, watched
from .looks import ALL_WALKS, ENGLISH, FRENCH, TEN_INCHES, UPRIGHT, Window

DAY, FEE, CARNET = ("charge", 500), ("charge", 500), ("charge", 4500)
# What is played in each language, and where it is watched.
PLAYS: dict[Language, tuple[Window, ...]] = {
    "fr": (FRENCH, UPRIGHT, *((TEN_INCHES,) if ALL_WALKS else ())),
    "en": (ENGLISH, *((Window(1024, 600, 1.249, "en"),) if ALL_WALKS else ())),
}


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(tmp_path_factory.mktemp("prepared"))


# What is played in English, too: between them they come by the account, a purchase, typing, another's word.
ENGLISH_TOO = {
    "test_everything_is_paid_and_bought_alone",
    "test_somebody_new_joins_with_a_member_s_badge",
    "test_whoever_is_refused_takes_the_step_and_is_in",
    "test_a_member_with_neither_badge_nor_code_comes_in_on_another_s_word",
    "test_settings_hold_from_the_next_card_on",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "stage" not in metafunc.fixturenames:
        return
    spoken = [each for each in PLAYS if each == "fr" or ALL_WALKS or metafunc.function.__name__ in ENGLISH_TOO]
    metafunc.parametrize("stage", spoken, indirect=True, scope="module")


@pytest.fixture(scope="module")
def stage(
    prepared: Path, tmp_path_factory: pytest.TempPathFactory, chromium: Browser, request: pytest.FixtureRequest
) -> Iterator[Door]:
    language: Language = request.param
    folder = tmp_path_factory.mktemp("stories")
    hurries = language == "fr"  # in English the door's own time passes, by the real command
    with watched(prepared, folder, chromium, language, PLAYS[language], hurries=hurries) as found:
        yield found


@dataclass
class Person:
    """Somebody of the cast, and their badge."""

    name: str
    badge: str

    @property
    def first(self) -> str:
        return self.name.split()[0]


@pytest.fixture
def door(stage: Door) -> Iterator[Door]:
    stage.is_idle(*NEW_NAMES.values(), *(name.split()[0] for names in CAST.values() for name in names))
    yield stage
    stage.is_idle(*NEW_NAMES.values(), *(name.split()[0] for names in CAST.values() for name in names))


def person(door: Door, story: str) -> Person:
    return Person(CAST[story][list(OURS).index(door.language)], uid(story, door.language))


def signs_in(door: Door, who: Person) -> None:
    """In for the day, and on to their own pages."""
    door.tap(who.badge)
    door.sees(CardKind.GRANTED_DAY, who.first)
    door.touch(Act.ACCOUNT)
    door.sees(CardKind.BADGE_AGAIN)
    door.tap(who.badge)
    door.sees(CardKind.ACCOUNT)


def test_who_leaves_last_is_told_what_to_look_after(door: Door) -> None:
    who = person(door, "last")
    door.tap(who.badge)
    door.sees(CardKind.GRANTED_DAY, who.first)
    door.touch(Act.FREE_CORNER)
    door.sees(CardKind.IN_FREE_CORNER)
    door.close()
    door.is_idle(who.first)
    door.tap(who.badge)
    door.sees(CardKind.AGAIN, who.first)
    door.touch(Act.LEAVE)
    door.sees(CardKind.LAST_OUT, who.first)
    door.reads(CARDS[CardKind.LAST_OUT].lines[0].to(door.language))
    door.close()
    assert door.entries(who.name) == [FEE, DAY, ("reversal", -500)]


def test_a_day_is_undone(door: Door) -> None:
    who = person(door, "undo")
    door.tap(who.badge)
    door.sees(CardKind.GRANTED_DAY, who.first)
    door.touch(Act.UNDO)
    door.sees(CardKind.UNDONE)
    door.close()
    assert door.entries(who.name) == [FEE, DAY, ("reversal", -500)]


def test_just_passing_is_free(door: Door) -> None:
    who = person(door, "passing")
    door.tap(who.badge)
    door.sees(CardKind.GRANTED_DAY, who.first)
    door.touch(Act.PASSING)
    door.sees(CardKind.PASSING)
    door.close()
    assert door.entries(who.name) == [FEE, DAY, ("reversal", -500)]


def test_everything_is_paid_and_bought_alone(door: Door) -> None:
    """A transfer's code, cash that is declared, a carnet on the tab with its receipt, a price of one's own."""
    who = person(door, "pays")
    signs_in(door, who)
    door.touch(Act.PAY)
    door.sees(CardKind.PAY)
    door.touch(Act.TRANSFER)
    door.sees(CardKind.TRANSFER)
    assert door.page.locator("#stage .code svg").count() == 1
    door.touch(Act.PAY)
    door.touch(Act.CASH)
    door.sees(CardKind.CASH)
    door.touch(Act.CASH_SUM)
    door.sees(CardKind.CASH_SUM)
    for digit in "750":
        door.touch(Act.CASH_SUM, digit)
    expect(door.page.locator("#stage .entered")).to_have_text(re.compile("7[.,]50"))
    door.tap(who.badge)  # too early: nothing is lost, and it is said
    door.page.wait_for_selector("#stage .reminds")
    door.touch(Act.STAY)
    door.page.wait_for_selector("#stage:not(:has(.reminds))")
    door.touch(Act.DECLARE)
    door.sees(CardKind.CASH_DECLARED)
    door.touch(Act.ACCOUNT)
    door.touch(Act.PAY)
    door.touch(Act.BUY)
    door.sees(CardKind.BUY)
    door.touch(Act.PRICE, "day")
    door.sees(CardKind.PRICE)
    door.touch(Act.CHOOSE, "day 750")
    door.sees(CardKind.PRICE_CHOSEN)
    door.touch(Act.BUY)
    door.touch(Act.TAKE, "carnet-10")
    door.sees(CardKind.CONFIRM)
    door.reads("45")
    door.touch(Act.TAKE_YES)
    door.sees(CardKind.BOUGHT)
    door.touch(Act.RECEIPT)
    door.sees(CardKind.RECEIPT)
    assert door.page.locator("#stage .code svg").count() == 1
    door.close()

    found = door.member(who.name)
    assert [entry for entry in door.entries(who.name) if entry[0] == "charge"] == [FEE, DAY, CARNET]
    assert found.balance_cents == 5500  # cash that is declared lowers nothing until it is counted
    with door.records() as connection:
        assert cash_rows.declared_by(connection, found.account) == 750
        policy, moment = door.rules.at(connection, HostClock().now())
        tomorrow = moment.day + timedelta(days=1)
        assert offers.chosen(connection, found.id, policy.products["day"].id, tomorrow) == 750


def test_from_a_fresh_card_a_carnet_is_four_actions_away_and_a_guest_two(door: Door) -> None:
    """One badge after the tap is enough for all of it."""
    who = person(door, "quick")
    door.tap(who.badge)
    door.sees(CardKind.GRANTED_DAY, who.first)
    door.actions = 0
    door.touch(Act.PAY)
    door.sees(CardKind.BADGE_AGAIN)
    door.tap(who.badge)
    door.sees(CardKind.PAY)
    door.touch(Act.TAKE, "carnet-10")
    door.sees(CardKind.CONFIRM)
    assert [entry for entry in door.entries(who.name) if entry[0] == "charge"] == [FEE, DAY]
    door.touch(Act.TAKE_YES)
    door.sees(CardKind.BOUGHT)
    assert door.actions == 4
    assert [entry for entry in door.entries(who.name) if entry[0] == "charge"] == [FEE, DAY, CARNET]
    door.touch(Act.PAY)  # and in the same session, cash: three more, and the account says so at once
    door.sees(CardKind.PAY)
    door.actions = 0
    door.touch(Act.CASH)
    door.touch(Act.DECLARE, "5000")
    door.sees(CardKind.CASH_DECLARED)
    door.touch(Act.ACCOUNT)
    door.sees(CardKind.ACCOUNT)
    assert door.actions == 3
    door.reads(account_words.DECLARED.to(door.language, amount=formats.amount(5000, door.language)))
    door.reads(account_words.OWED.to(door.language))
    door.close()
    door.is_idle(who.first)

    door.tap(who.badge)
    door.sees(CardKind.AGAIN, who.first)
    door.actions = 0
    door.touch(Act.GUEST)
    door.sees(CardKind.BADGE_AGAIN)
    door.tap(who.badge)
    door.sees(CardKind.GUEST)
    assert door.actions == 2
    door.touch(Act.GUEST_UNDO)
    door.sees(CardKind.GUEST_UNDONE)
    door.close()


def test_a_day_earned_by_hosting_is_kept_for_another_by_choice(door: Door) -> None:
    who = person(door, "banked")
    signs_in(door, who)
    door.touch(Act.PAY)
    door.sees(CardKind.PAY)
    door.touch(Act.DAY)
    door.sees(CardKind.DAY)
    door.touch(Act.DAY_USE, "tab")
    door.sees(CardKind.DAY_CHOSEN)
    door.close()
    assert door.member(who.name).balance_cents == 1000
    with door.records() as connection:
        (kept,) = voucher_rows.banked(connection, door.member(who.name).id)
    assert (kept.days, kept.used) == (2, 0)


def test_somebody_new_joins_with_a_member_s_badge(door: Door) -> None:
    name, sponsor = NEW_NAMES[door.language], person(door, "sponsor")
    door.speaks()
    door.tap(unknown(1, door.language))
    door.sees(Denial.UNKNOWN_BADGE)
    before = door.pulses()
    door.touch(Act.JOIN)
    door.sees(CardKind.JOIN_NAME)
    door.type(name)
    door.sees(CardKind.JOIN_NAME)
    door.touch(Act.JOIN_RULES)
    door.sees(CardKind.JOIN_RULES, name.split()[0])
    door.touch(Act.SPONSOR)
    door.sees(CardKind.SPONSOR)
    assert door.pulses() == before
    door.tap(sponsor.badge)
    door.sees(CardKind.GRANTED_DAY, sponsor.first)  # in, as ever; and only then
    door.touch(Act.WAITS)
    door.sees(CardKind.WELCOME_ASKS, name.split()[0])
    assert door.pulses() == before + 1
    assert door.entries(sponsor.name) == [FEE, DAY]
    door.tap(sponsor.badge)
    door.sees(CardKind.JOINED, name.split()[0])
    door.close()
    assert door.pulses() == before + 2
    assert door.entries(name) == [FEE, DAY]
    assert door.entries(sponsor.name) == [FEE, DAY]
    with door.records() as connection:
        (asked,) = [one for one in joining_rows.waiting(connection) if one.name == name]
    assert asked.sponsor_name == sponsor.name


def test_a_name_announced_on_the_public_page_is_touched_and_comes_in_for_a_first_visit(door: Door) -> None:
    name, greets = "Camille Durand", person(door, "greets")
    door.announces(name)
    before = door.pulses()
    door.tap(unknown(9, door.language))
    door.sees(Denial.UNKNOWN_BADGE)
    door.touch(Act.JOIN)
    door.sees(CardKind.JOIN_WHO)
    door.reads("Camille")
    assert "Durand" not in door.page.content(), "the screen shows first names alone"
    door.touch(Act.JOIN_AS, "1")
    door.sees(CardKind.JOIN_RULES, "Camille")
    door.touch(Act.SPONSOR)
    door.sees(CardKind.SPONSOR)
    assert door.pulses() == before
    door.tap(greets.badge)
    door.sees(CardKind.GRANTED_DAY, greets.first)
    door.touch(Act.WAITS)
    door.sees(CardKind.WELCOME_ASKS, "Camille")
    door.tap(greets.badge)
    door.sees(CardKind.JOINED, "Camille")
    door.close()
    assert door.pulses() == before + 2
    assert door.entries(name) == [FEE, DAY]
    with door.records() as connection:
        (asked,) = [one for one in joining_rows.waiting(connection) if one.name == name]
    assert asked.request == 1


def test_somebody_new_without_a_member_beside_asks_and_the_door_stays_shut(door: Door) -> None:
    name = "Lou Roux"
    door.speaks()
    before = door.pulses()
    door.tap(unknown(2, door.language))
    door.sees(Denial.UNKNOWN_BADGE)
    door.touch(Act.JOIN)
    door.sees(CardKind.JOIN_NAME)
    door.type(name)
    door.touch(Act.JOIN_RULES)
    door.sees(CardKind.JOIN_RULES, "Lou")
    door.touch(Act.SPONSOR)
    door.sees(CardKind.SPONSOR)
    door.touch(Act.JOIN_ALONE)
    door.sees(CardKind.JOIN_ASKED)
    door.reads(CARDS[CardKind.JOIN_ASKED].lines[0].to(door.language))  # whom to ask
    door.close()
    assert door.pulses() == before
    with door.records() as connection:
        (asked,) = [one for one in joining_rows.waiting(connection) if one.name == name]
    assert asked.member_id is None


def test_whoever_is_refused_takes_the_step_and_is_in(door: Door) -> None:
    """From the refusal to the open door: two touches, and no second badge."""
    who = person(door, "renews")
    before = door.pulses()
    door.tap(who.badge)
    door.sees(Denial.MEMBERSHIP_OVER)
    assert who.first not in door.page.content()
    door.touch(Act.STEP)
    door.sees(CardKind.STEP)
    assert door.pulses() == before
    door.touch(Act.RENEW)
    door.sees(CardKind.BADGE_AGAIN)
    door.tap(who.badge)
    door.sees(CardKind.GRANTED_DAY, who.first)
    assert door.pulses() == before + 1
    assert door.entries(who.name) == [FEE, FEE, DAY]


def test_whoever_pays_in_advance_puts_the_day_in_the_box_and_is_in(door: Door) -> None:
    who = person(door, "cash")
    before = door.pulses()
    door.tap(who.badge)
    door.sees(Denial.NO_TAB)
    door.touch(Act.STEP)
    door.sees(CardKind.STEP)
    door.touch(Act.PUT_IN, "1000")
    door.sees(CardKind.BADGE_AGAIN)
    door.tap(who.badge)
    door.sees(CardKind.GRANTED_DAY, who.first)
    assert door.pulses() == before + 1
    assert door.entries(who.name) == [FEE, ("declaration", 0), DAY]
    with door.records() as connection:
        assert cash_rows.declared_by(connection, door.member(who.name).account) == 1000


def test_or_a_carnet_whose_first_day_is_this_one(door: Door) -> None:
    who = person(door, "carnet")
    before = door.pulses()
    door.tap(who.badge)
    door.sees(Denial.NO_TAB)
    door.touch(Act.STEP)
    door.sees(CardKind.STEP)
    door.touch(Act.BUY_DAYS, "carnet-10")
    door.sees(CardKind.BADGE_AGAIN)
    door.tap(who.badge)
    door.sees(CardKind.GRANTED_DAY, who.first)
    assert door.pulses() == before + 1
    assert door.entries(who.name) == [FEE, ("declaration", 0), CARNET, ("use", 0)]


def test_a_member_with_neither_badge_nor_code_comes_in_on_another_s_word(door: Door) -> None:
    """The one who vouches is served first; then says yes; and each has their own day."""
    who, vouches = person(door, "forgot"), person(door, "vouches")
    door.speaks()
    before = door.pulses()
    door.touch(Act.BADGE_FORGOTTEN)
    door.sees(CardKind.PIN_NAME)
    door.touch(Act.IS_MEMBER)
    door.sees(CardKind.MEMBER_NAME)
    door.type(who.name)
    door.touch(Act.VOUCH)
    door.sees(CardKind.VOUCH)
    door.tap(vouches.badge)
    door.sees(CardKind.GRANTED_DAY, vouches.first)
    assert door.pulses() == before + 1
    door.touch(Act.WAITS)
    door.sees(CardKind.VOUCH_ASKS, who.name)
    door.tap(vouches.badge)
    door.sees(CardKind.VOUCHED, who.first)
    assert door.pulses() == before + 2
    door.close()
    assert door.entries(who.name) == door.entries(vouches.name) == [FEE, DAY]


@pytest.mark.promise(6)
def test_who_knows_the_house_s_code_sees_how_many_are_inside(door: Door) -> None:
    door.speaks()
    door.touch(Act.HELP)
    door.sees(CardKind.RUNG)
    door.touch(Act.EVACUATION)
    door.sees(CardKind.EVACUATION_CODE)
    door.digits(EVACUATION_CODE, Act.PIN_KEY)
    door.touch(Act.EVACUATION_LIST)
    door.page.wait_for_selector('#stage .face[data-state="evacuation"]')  # its title is how many are inside
    with door.records() as connection:
        day = door.rules.at(connection, HostClock().now())[1].day
        door.reads(str(len(inside.everyone(connection, day))))
    assert not any(one in door.page.content() for names in CAST.values() for one in names)  # nobody chose to be seen
    door.close()


def test_help_is_on_the_idle_screen_and_in_the_place_of_a_card(door: Door) -> None:
    door.speaks()
    door.touch(Act.HELP)
    door.sees(CardKind.RUNG)
    door.close()
    door.is_idle()
    door.tap(unknown(90, door.language))
    door.page.wait_for_selector(f'#stage .face[data-state="{Denial.UNKNOWN_BADGE.value}"]')
    door.touch(Act.HELP)
    door.sees(CardKind.RUNG)
    door.close()


def test_a_first_visit_rings_and_says_whom_to_call(door: Door) -> None:
    clock = HostClock()
    began = clock.now()
    door.speaks()
    before = door.pulses()
    door.touch(Act.VISIT)
    door.sees(CardKind.VISIT)
    door.touch(Act.APPOINTMENT)
    door.sees(CardKind.RUNG)
    door.reads(CARDS[CardKind.RUNG].lines[0].to(door.language))
    door.close()
    assert door.pulses() == before
    with door.records() as connection:
        events, _ = presence.events(connection, began, clock.now(), 50)
    assert ("rang", "appointment") in [(one.kind, one.reason) for one in events]


def test_a_guest_comes_in_with_two_badges_of_the_host_and_a_touch(door: Door) -> None:
    host = person(door, "host")
    door.speaks()
    before = door.pulses()
    door.tap(host.badge)
    door.sees(CardKind.GRANTED_DAY, host.first)
    door.touch(Act.GUEST)
    door.sees(CardKind.BADGE_AGAIN)
    door.tap(host.badge)
    door.sees(CardKind.GUEST)
    door.close()
    assert door.pulses() == before + 1
    assert door.entries(host.name) == [FEE, DAY, DAY]


def test_somebody_new_whom_a_stranger_made_up_is_welcomed_by_nobody(door: Door) -> None:
    who, name = person(door, "asked"), "Max Faux"
    door.speaks()
    door.tap(unknown(3, door.language))
    door.sees(Denial.UNKNOWN_BADGE)
    door.touch(Act.JOIN)
    door.sees(CardKind.JOIN_NAME)
    door.type(name)
    door.touch(Act.JOIN_RULES)
    door.touch(Act.SPONSOR)
    door.sees(CardKind.SPONSOR)
    before = door.pulses()
    door.tap(who.badge)
    door.sees(CardKind.GRANTED_DAY, who.first)
    door.sees(CardKind.SPONSOR)  # who waits, after the member's card
    door.is_idle(who.first, "Max")
    assert door.pulses() == before + 1
    assert door.entries(who.name) == [FEE, DAY]
    with door.records() as connection:
        assert name not in {one.name for one in joining_rows.waiting(connection)}


def test_a_badge_left_at_home_then_lost_then_found(door: Door) -> None:
    who = person(door, "code")
    signs_in(door, who)  # on a day with the badge, a code is chosen
    door.touch(Act.SETTINGS)
    door.sees(CardKind.OWN_SETTINGS)
    door.touch(Act.PIN_NEW)
    door.sees(CardKind.PIN_NEW)
    door.digits(PIN, Act.PIN_KEY)
    door.touch(Act.PIN_AGAIN)
    door.sees(CardKind.PIN_AGAIN)
    door.digits(PIN, Act.PIN_KEY)
    door.touch(Act.PIN_SAVE)
    door.sees(CardKind.BADGE_AGAIN)
    door.tap(who.badge)
    door.sees(CardKind.OWN_SETTINGS)
    door.close()

    door.speaks()  # and without the badge: in by name and code
    before = door.pulses()
    door.touch(Act.BADGE_FORGOTTEN)
    door.sees(CardKind.PIN_NAME)
    door.type(who.first[:3])
    door.touch(Act.PIN_NAMES)
    door.sees(CardKind.PIN_WHO)
    door.touch(Act.PIN_WHO)
    door.sees(CardKind.PIN_CODE)
    door.digits(PIN, Act.PIN_KEY)
    door.touch(Act.PIN_ENTER)
    door.sees(CardKind.CAME_BY_PIN, who.first)
    assert door.pulses() == before + 1
    door.touch(Act.LOST)
    door.sees(CardKind.LOSE_BADGE)
    door.touch(Act.LOSE)
    door.sees(CardKind.BADGE_STOPPED)
    door.close()
    door.is_idle(who.first)

    door.tap(who.badge)  # found
    door.sees(Denial.BADGE_LOST)
    assert who.first not in door.page.content()
    door.close()
    assert door.pulses() == before + 1
    assert door.entries(who.name) == [FEE, DAY]


def test_three_wrong_codes_and_the_code_waits(door: Door) -> None:
    who = person(door, "wrong")
    door.speaks()
    before = door.pulses()
    door.touch(Act.BADGE_FORGOTTEN)
    door.sees(CardKind.PIN_NAME)
    door.type(who.first[:3])
    door.touch(Act.PIN_NAMES)
    door.touch(Act.PIN_WHO)
    for count in range(3):
        door.sees(CardKind.PIN_CODE)
        if count:
            door.reads(texts.PIN_SAYS["wrong"].to(door.language))
        door.digits("1793", Act.PIN_KEY)
        door.touch(Act.PIN_ENTER)
    door.sees(CardKind.PIN_REFUSED)
    door.close()
    assert door.pulses() == before
    with door.records() as connection:
        code = pins.of_member(connection, door.member(who.name).number)
    assert code is not None and code.tries == 3


def test_what_is_wrong_is_said(door: Door) -> None:
    """A day without a tap and a wrong line go to the desk; nothing changes until it decides."""
    who = person(door, "reports")
    signs_in(door, who)
    door.touch(Act.LINES)
    door.sees(CardKind.OWN_LINES)
    door.touch(Act.REPORT)
    door.sees(CardKind.WRONG)
    door.touch(Act.FORGOTTEN)
    door.sees(CardKind.FORGOTTEN)
    door.touch(Act.FORGOT)
    door.sees(CardKind.REPORTED)
    door.touch(Act.REPORT)
    door.sees(CardKind.WRONG)
    door.touch(Act.WRONG_LINE)
    door.sees(CardKind.REPORTED)
    door.close()
    assert door.entries(who.name) == [FEE, DAY]
    with door.records() as connection:
        asked, _ = correction_rows.page(connection, correction_rows.OPEN, 50, 0)
    number = door.member(who.name).number
    assert sorted(one.kind for one in asked if one.member == number) == sorted(
        [correction_rows.FORGOTTEN, correction_rows.ERROR]
    )


def test_settings_hold_from_the_next_card_on(door: Door) -> None:
    who = person(door, "settings")
    offered = catalogues.offered()
    here = offered.index(door.language)
    signs_in(door, who)
    door.touch(Act.SETTINGS)
    door.sees(CardKind.OWN_SETTINGS)
    for each in (*offered[here + 1 :], *offered[: here + 1]):  # once round
        door.touch(Act.SET, f"language={each}")
        door.language = each
        door.sees(CardKind.OWN_SETTINGS)
    door.touch(Act.SET, "larger=yes")
    door.page.wait_for_selector("#stage .face.larger")
    door.sees(CardKind.OWN_SETTINGS)
    before = door.page.get_attribute("#stage", "data-number")
    door.touch(Act.SET, "sums-hidden=yes")
    door.page.wait_for_selector(f'#stage:not([data-number="{before}"])')  # else the card that was touched is seen again
    door.sees(CardKind.OWN_SETTINGS)
    door.touch(Act.DOOR_NAME)
    door.sees(CardKind.OWN_NAME)
    door.touch(Act.SET, "name=initial")
    door.sees(CardKind.OWN_SETTINGS)
    door.close()
    door.is_idle(who.first)

    door.tap(who.badge)
    door.sees(CardKind.AGAIN, f"{who.first[0]}.")
    assert door.page.locator("#stage .face.larger").count() == 1
    door.touch(Act.LEAVE)
    door.page.wait_for_selector("#stage :is([data-state=left-now], [data-state=last-out])")
    door.close()
    found = door.member(who.name)
    assert (found.larger_text, found.language, found.door_name) == (True, door.language, "initial")
    assert found.hides_sums
