"""A member's own account at the screen: what it tells, what it changes, and that it is theirs alone."""

import json
from datetime import date
from typing import cast

import pytest
from msgspec.structs import replace

from kiosk.checkin.cards import CardKind
from kiosk.domain import names
from kiosk.domain.checkin.aids import Aids
from kiosk.domain.checkin.choices import Act
from kiosk.domain.names import DoorName
from kiosk.errors import RequestError
from kiosk.language.texts import spoken
from kiosk.members.member_files import Edit, Files
from kiosk.selfservice.account import AccountSheet, LinesSheet
from kiosk.selfservice.own_data import DataSheet
from kiosk.selfservice.settings import ChoicesSheet
from kiosk.store.members import members
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.selfservice.self_service import Visit

INES = "04A2000000E511"
KARIM = "04A1B2C3D4E501"
TODAY = date(2026, 11, 25)


def touch(space: Space, act: Act, value: str = "") -> None:
    offered = space.card.acts + tuple(option.act for option in space.card.options)
    if act not in offered and Act.MORE in space.card.acts:
        touch(space, Act.MORE)
        offered = space.card.acts
    assert act in offered
    assert space.card.ticket is not None
    space.touch(act, value)


def account(space: Space, uid: str = INES) -> AccountSheet:
    """Tap, ask for the account, tap again."""
    space.clock.advance(minutes=5)
    space.tap(uid)
    if Act.ACCOUNT not in space.card.acts and Act.MORE not in space.card.acts:  # a permanent's first glance
        space.clock.advance(minutes=5)
        space.tap(uid)
    touch(space, Act.ACCOUNT)
    space.tap(uid)
    assert space.shows(CardKind.ACCOUNT)
    sheet = space.card.sheet
    assert isinstance(sheet, AccountSheet)
    return sheet


def lines(space: Space) -> LinesSheet:
    sheet = space.card.sheet
    assert isinstance(sheet, LinesSheet)
    return sheet


def choices(space: Space) -> ChoicesSheet:
    sheet = space.card.sheet
    assert isinstance(sheet, ChoicesSheet)
    return sheet


def account_of(space: Space, number: int) -> int:
    with space.home.store.reading() as connection:
        return members.by_number(connection, number).account


def test_the_first_page_tells_what_is_owed_what_there_is_and_the_days_of_the_year(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.till.sell(number, "carnet-10", TODAY)
    sheet = account(space)
    assert sheet.balance_cents == space.owes(number)
    assert sheet.member_until == date(2027, 11, 24)
    assert [days for days, _ in sheet.days_left] == [9]
    assert sheet.came == (TODAY,)
    assert (sheet.plan, sheet.today) == (None, TODAY)
    assert space.card.acts[-2:] == (Act.SETTINGS, Act.DONE)


def test_days_that_can_no_longer_be_used_are_not_told(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.till.sell(number, "carnet-10", TODAY)
    space.till.reverse(space.till.sell(number, "carnet-10", TODAY).entry, "a mistake")
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE carnet SET expires_on = '2026-11-25'")
    assert account(space).days_left == ((9, TODAY),)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE carnet SET expires_on = '2026-11-24'")
    assert account(space).days_left == ()


def test_a_plan_is_told_by_its_name_with_its_end(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, "permanent")
    sheet = account(space, KARIM)
    assert sheet.plan is not None
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(f"UPDATE subscription SET until_on = '2026-11-30' WHERE member_id = {number}")
    assert account(space, KARIM).plan_until == date(2026, 11, 30)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE subscription SET from_on = '2026-11-26', until_on = NULL")
    assert account(space, KARIM).plan is None


def test_the_last_ten_entries_are_told_five_a_page(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    for cents in range(100, 1300, 100):
        space.till.pay(number, cents, "cash")
    account(space)
    touch(space, Act.LINES)
    assert (space.card.acts[0], *space.card.acts[-2:]) == (Act.OLDER, Act.ACCOUNT, Act.DONE)
    assert [one.cents for one in lines(space).lines] == [500, -1200, -1100, -1000, -900]
    touch(space, Act.OLDER)
    assert [one.cents for one in lines(space).lines] == [-800, -700, -600, -500, -400]
    assert (space.card.acts[0], *space.card.acts[-2:]) == (Act.LINES, Act.ACCOUNT, Act.DONE)
    touch(space, Act.ACCOUNT)
    assert space.shows(CardKind.ACCOUNT)


def test_an_entry_that_takes_back_tells_of_what_it_was(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    entry = space.till.deposit(account_of(space, number), 300).entry
    space.till.reverse(entry, "given back")
    sale = space.till.sell(number, "carnet-10", TODAY).entry
    space.till.reverse(sale, "a mistake")
    account(space)
    touch(space, Act.LINES)
    told = lines(space).lines
    assert [(one.kind, one.taken_back) for one in told[1:4]] == [
        ("reversal", "charge"),
        ("charge", None),
        ("reversal", "deposit"),
    ]
    assert told[1].product == told[2].product is not None


def test_a_guest_is_told_as_one(space: Space) -> None:
    space.rule("guests_a_day", "2")
    space.join("Inès Moreau", INES)
    space.tap(INES)
    touch(space, Act.GUEST)
    space.tap(INES)
    account(space)
    touch(space, Act.LINES)
    assert [one.guest for one in lines(space).lines[:2]] == [True, False]


def test_a_guest_who_costs_nothing_stands_in_the_lines_too_and_one_who_was_taken_back_does_not(space: Space) -> None:
    space.rule("guests_a_day", "9")
    space.rule("guest_cents", "0")
    number = space.join("Inès Moreau", INES)
    space.tap(INES)
    for _ in range(7):
        touch(space, Act.GUEST)
        space.tap(INES)
        space.clock.advance(minutes=5)
        space.tap(INES)
    touch(space, Act.GUEST)
    space.tap(INES)
    touch(space, Act.GUEST_UNDO)
    space.clock.advance(days=1)
    space.till.pay(number, 500, "cash")
    account(space)
    touch(space, Act.LINES)
    told = [*lines(space).lines]
    touch(space, Act.OLDER)
    told += lines(space).lines
    assert [(one.guest, one.cents, one.day_on.day) for one in told] == [
        (False, 500, 26),
        (False, -500, 26),
        *[(True, 0, 25)] * 7,
        (False, 500, 25),
    ]
    assert space.card.acts[0] is Act.LINES


def test_settings_are_saved_at_once_can_be_set_back_and_are_logged(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    account(space)
    touch(space, Act.SETTINGS)
    said = [spoken(value, "fr") for value in choices(space).values]
    assert said == ["de l’écran", "non", "Inès", "non", "non", "non", "les voir"]
    for setting in ("language=en", "larger=yes", "visible=yes"):
        touch(space, Act.SET, setting)
        if setting == "visible=yes":  # others are told: the badge says yes
            assert (space.card.kind, space.card.asked) == (CardKind.BADGE_AGAIN, Act.SET)
            space.tap(INES)
        assert choices(space).saved
    said = [spoken(value, "en") for value in choices(space).values]
    assert said == ["English", "yes", "Inès", "yes", "no", "no", "see them"]
    assert (space.card.language, space.card.aids) == ("en", Aids.LARGER)
    assert [option.value for option in space.card.options] == [
        "language=nl",
        "larger=contrast",
        "",
        "visible=no",
        "sums-hidden=yes",
        "",
        "",
    ]
    touch(space, Act.SET, "larger=no")
    touch(space, Act.SET, "larger=no")  # sent twice
    assert space.sql("SELECT language, larger_text, visible FROM member") == [("en", 0, 1)]
    logged = space.sql("SELECT actor, member_number, what FROM desk_log WHERE act = 'own-setting' ORDER BY id")
    assert logged == [
        ("kiosk", number, "language: None -> en"),
        ("kiosk", number, "larger_text: False -> True"),
        ("kiosk", number, "visible: False -> True"),
        ("kiosk", number, "larger_text: True -> False"),
    ]


def test_larger_text_and_language_hold_for_the_cards_to_come(space: Space) -> None:
    space.join("Inès Moreau", INES)
    account(space)
    touch(space, Act.SETTINGS)
    touch(space, Act.SET, "larger=yes")
    touch(space, Act.SET, "language=en")
    touch(space, Act.DONE)
    space.clock.advance(minutes=5)
    space.tap(INES)
    assert (space.card.kind, space.card.aids, space.card.language) == (CardKind.AGAIN, Aids.LARGER, "en")
    touch(space, Act.ACCOUNT)
    assert space.card.aids is Aids.LARGER
    space.tap(INES)
    assert space.card.aids is Aids.LARGER


def test_each_touch_on_larger_text_keeps_a_step_more_and_the_last_gives_all_back(space: Space) -> None:
    space.join("Inès Moreau", INES)
    account(space)
    touch(space, Act.SETTINGS)
    kept = []
    for _ in Aids:
        (ahead,) = [each.value for each in space.card.options if each.value.startswith("larger=")]
        touch(space, Act.SET, ahead)
        kept.append((space.card.aids, spoken(choices(space).values[1], "fr")))
    assert kept == [
        (Aids.LARGER, "oui"),
        (Aids.CONTRAST, "et contraste"),
        (Aids.VOICE, "et la voix"),
        (Aids.NONE, "non"),
    ]
    assert space.sql("SELECT what FROM desk_log WHERE act = 'own-setting' ORDER BY id") == [
        ("larger_text: False -> True",),
        ("more_contrast: False -> True",),
        ("voice: False -> True",),
        ("larger_text: True -> False, more_contrast: True -> False, voice: True -> False",),
    ]


@pytest.mark.parametrize(
    ("choice", "said"), [("full", "Inès Moreau"), ("first", "Inès"), ("initial", "I."), ("shown", "Nène"), ("none", "")]
)
def test_the_door_calls_a_member_as_they_chose(space: Space, choice: str, said: str) -> None:
    space.join("Inès Moreau", INES)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET shown_name = 'Nène'")
    account(space)
    touch(space, Act.SETTINGS)
    touch(space, Act.DOOR_NAME)
    assert [option.value for option in space.card.options] == [
        "name=first",
        "name=full",
        "name=initial",
        "name=shown",
        "name=none",
    ]
    assert choices(space).chosen == "name=shown"
    touch(space, Act.SET, f"name={choice}")
    assert spoken(choices(space).values[2], "fr") == (said or "aucun")
    touch(space, Act.DOOR_NAME)
    assert choices(space).chosen == f"name={choice}"
    space.clock.advance(minutes=5)
    space.tap(INES)
    assert space.card.name == said


def test_a_nickname_is_offered_only_where_there_is_one(space: Space) -> None:
    space.join("Inès", INES)
    account(space)
    touch(space, Act.SETTINGS)
    touch(space, Act.DOOR_NAME)
    assert [option.value for option in space.card.options] == ["name=first", "name=initial", "name=none"]
    assert choices(space).chosen == "name=first"


def test_the_name_that_the_desk_writes_is_seen_again(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    account(space)
    touch(space, Act.SETTINGS)
    touch(space, Act.DOOR_NAME)
    touch(space, Act.SET, "name=none")
    files = Files(store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock, actor="desk:x")
    with space.home.store.reading() as connection:
        found = members.by_number(connection, number)
    wanted = Edit(
        version=found.version,
        name=found.name,
        shown_name="Nène",
        email=None,
        phone=None,
        language=None,
        visible=False,
    )
    assert files.edit(number, wanted) == ["shown_name"]
    space.clock.advance(minutes=5)
    space.tap(INES)
    assert space.card.name == "Nène"


@pytest.mark.parametrize("value", ["", "visible=perhaps", "balance_cents=0", "name=<script>", "visible"])
def test_what_is_no_setting_changes_nothing(space: Space, value: str) -> None:
    space.join("Inès Moreau", INES)
    account(space)
    touch(space, Act.SETTINGS)
    with pytest.raises(RequestError) as refused:
        touch(space, Act.SET, value)
    assert refused.value.code == "touch-over"
    assert space.sql("SELECT version, door_name, larger_text, visible FROM member") == [(1, "shown", 0, 0)]


def test_settings_are_those_of_who_showed_the_badge(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    account(space)
    touch(space, Act.SETTINGS)
    ticket = space.card.ticket
    assert ticket is not None
    account(space, KARIM)
    with pytest.raises(RequestError):
        space.touch(Act.SET, "visible=yes", ticket=ticket)
    touch(space, Act.SETTINGS)
    touch(space, Act.SET, "visible=yes")
    space.tap(KARIM)
    assert space.sql("SELECT visible FROM member ORDER BY number") == [(0,), (1,)]


def test_an_unknown_choice_of_name_is_the_file_s_own() -> None:
    assert names.at_the_door("Inès Moreau", "Nène", "something new") == "Nène"
    assert names.at_the_door("", "", DoorName.INITIAL) == ""


def ask_for_mails(space: Space) -> None:
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET email = 'ines@exemple.fr'")
    account(space)
    touch(space, Act.SETTINGS)
    touch(space, Act.SET, "notify=yes")
    touch(space, Act.DONE)


def test_who_asks_for_it_is_written_to_when_the_desk_puts_something_on_their_account(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    ask_for_mails(space)
    sold = space.till.sell(number, "carnet-10", TODAY)
    space.till.deposit(account_of(space, number), 300)
    assert space.sql("SELECT recipient, subject, about FROM outbox ORDER BY id") == [
        ("ines@exemple.fr", "Une nouvelle ligne sur votre compte", f"entry {sold.entry}"),
        ("ines@exemple.fr", "Une nouvelle ligne sur votre compte", f"entry {sold.entry + 1}"),
    ]
    bodies = [str(body) for (body,) in space.sql("SELECT body FROM outbox ORDER BY id")]
    assert "Bonjour Inès" in bodies[0]
    assert "Carnet" in bodies[0]
    assert "caution de badge, 3,00\u00a0€." in bodies[1]


def test_what_a_member_does_themselves_or_pays_is_not_written_to_them(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    ask_for_mails(space)
    space.clock.advance(days=1)
    space.tap(INES)
    space.till.pay(number, 500, "cash")
    assert space.sql("SELECT count(*) FROM outbox") == [(0,)]


def test_nobody_is_written_to_who_did_not_ask_or_has_no_address(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    account(space)
    touch(space, Act.SETTINGS)
    assert not any(option.value.startswith("notify") for option in space.card.options)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET notify = 1")
    space.till.sell(number, "carnet-10", TODAY)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET notify = 0, email = 'ines@exemple.fr'")
    space.till.sell(number, "carnet-10", TODAY)
    assert space.sql("SELECT count(*) FROM outbox") == [(0,)]


# What is kept of oneself


@pytest.mark.promise(6)
def test_a_member_sees_how_much_is_kept_of_them_and_has_all_of_it_mailed_once_a_day(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    space.tap(KARIM)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET email = 'ines@exemple.fr' WHERE number = 1")
    visit = Visit(space, INES)
    visit.pick(Act.SETTINGS)
    visit.pick(Act.DATA)
    sheet = cast("DataSheet", visit.card.sheet)
    assert (visit.card.kind, sheet.by_mail) == (CardKind.OWN_DATA, True)
    assert {what.fr: count for what, count in sheet.known}["Fiche"] == 1
    assert visit.pick(Act.DATA_SEND).kind is CardKind.HOUSE_DONE
    visit.pick(Act.SETTINGS)
    visit.pick(Act.DATA)
    visit.pick(Act.DATA_SEND)  # on the same day
    mails = space.sql("SELECT recipient, about, attachment_name, attachment FROM outbox ORDER BY id")
    assert [row[:3] for row in mails] == [
        ("ines@exemple.fr", "data of member 1", "20261125-0001.html"),
        ("ines@exemple.fr", "data of member 1", "20261125-0001.json"),
    ]
    page, document = (cast("bytes", row[3]).decode() for row in mails)
    assert json.loads(document)["sections"]["file"][0]["email"] == "ines@exemple.fr"
    assert "Inès Moreau" in page
    assert "Karim" not in page + document
    assert space.sql("SELECT actor, member_number FROM desk_log WHERE act = 'own-data'") == [("kiosk", 1)]


def test_where_no_mail_leaves_the_office_hands_it_over_too(space: Space) -> None:
    space.join("Inès Moreau", INES)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET email = 'ines@exemple.fr' WHERE number = 1")
    space.checkin._turner.flows = replace(space.checkin._turner.flows, has_mail=False)
    visit = Visit(space, INES)
    visit.pick(Act.SETTINGS)
    visit.pick(Act.DATA)
    assert (Act.DATA_SEND in visit.card.acts, cast("DataSheet", visit.card.sheet).by_mail) == (False, False)
    visit.touch(Act.DATA_SEND)  # which is not offered
    assert space.sql("SELECT count(*) FROM outbox") == [(0,)]


def test_without_an_address_the_office_hands_it_over(space: Space) -> None:
    space.join("Inès Moreau", INES)
    visit = Visit(space, INES)
    visit.pick(Act.SETTINGS)
    visit.pick(Act.DATA)
    assert (Act.DATA_SEND in visit.card.acts, cast("DataSheet", visit.card.sheet).by_mail) == (False, False)
    visit.touch(Act.DATA_SEND)  # which is not offered
    assert visit.card.kind is CardKind.OWN_DATA
    assert space.sql("SELECT count(*) FROM outbox") == [(0,)]


@pytest.mark.promise(6)
def test_sums_are_hidden_until_they_are_touched_where_the_rules_have_it(space: Space) -> None:
    space.rule("hide_amounts", "true")
    space.join("Inès Moreau", INES)
    visit = Visit(space, INES)
    assert cast("AccountSheet", visit.card.sheet).hidden
    visit.touch(Act.LINES)  # which is not offered
    assert (visit.card.kind, cast("AccountSheet", visit.card.sheet).hidden) == (CardKind.ACCOUNT, True)
    visit.pick(Act.SHOW)
    assert not cast("AccountSheet", visit.card.sheet).hidden
    visit.pick(Act.LINES)
    assert visit.card.kind is CardKind.OWN_LINES
    visit.pick(Act.ACCOUNT)
    assert not cast("AccountSheet", visit.card.sheet).hidden
    visit.pick(Act.DONE)
    assert cast("AccountSheet", Visit(space, INES).card.sheet).hidden  # the next time, again


@pytest.mark.promise(6)
def test_a_member_s_own_setting_hides_their_sums_from_the_next_visit_on(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    visit = Visit(space, INES)
    assert not cast("AccountSheet", visit.card.sheet).hidden
    visit.pick(Act.SETTINGS)
    visit.pick(Act.SET, "sums-hidden=yes")
    said = [spoken(value, "fr") for value in choices(space).values]
    assert said == ["de l’écran", "non", "Inès", "non", "oui", "non", "les voir"]
    visit.pick(Act.DONE)
    visit = Visit(space, INES)
    assert cast("AccountSheet", visit.card.sheet).hidden
    visit.touch(Act.LINES)  # which is not offered
    assert (visit.card.kind, cast("AccountSheet", visit.card.sheet).hidden) == (CardKind.ACCOUNT, True)
    visit.pick(Act.SHOW)
    assert not cast("AccountSheet", visit.card.sheet).hidden
    visit.pick(Act.DONE)
    assert not cast("AccountSheet", Visit(space, KARIM).card.sheet).hidden  # their own word, for themselves
    visit = Visit(space, INES)
    assert cast("AccountSheet", visit.card.sheet).hidden
    visit.pick(Act.SETTINGS)
    visit.pick(Act.SET, "sums-hidden=no")
    visit.pick(Act.ACCOUNT)
    assert not cast("AccountSheet", visit.card.sheet).hidden
    logged = space.sql("SELECT member_number, what FROM desk_log WHERE act = 'own-setting' ORDER BY id")
    assert logged == [(number, "hides_sums: False -> True"), (number, "hides_sums: True -> False")]


@pytest.mark.parametrize(
    ("rule", "own", "hidden"),
    [(False, False, False), (False, True, True), (True, False, True), (True, True, True)],
)
@pytest.mark.promise(6)
def test_the_rule_or_the_member_s_own_setting_is_enough_to_hide_sums(
    space: Space, rule: bool, own: bool, hidden: bool
) -> None:
    """Where the rule hides everybody's, nothing is left to choose; what was chosen before is kept."""
    space.join("Inès Moreau", INES)
    visit = Visit(space, INES)
    visit.pick(Act.SETTINGS)
    visit.touch(Act.SET, f"sums-hidden={'yes' if own else 'no'}")
    visit.pick(Act.DONE)
    space.rule("hide_amounts", "true" if rule else "false")
    visit = Visit(space, INES)
    assert cast("AccountSheet", visit.card.sheet).hidden is hidden
    visit.pick(Act.SETTINGS)
    offered = [value for value in visit.values[Act.SET] if value.startswith("sums-hidden")]
    assert offered == ([] if rule else [f"sums-hidden={'no' if own else 'yes'}"])
    assert space.sql("SELECT hides_sums FROM member") == [(own,)]
