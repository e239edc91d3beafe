"""What a member wishes on their telephone: each kind of mail by itself, and to be erased, with the office's answer."""

import pytest

from kiosk.domain.members.mails import COLUMNS, Mail
from kiosk.store.officers import desk_users
from kiosk.web.pages import speech
from kiosk.web.pages.speech import Choice, Refused, View

from .conftest import INES, House

FEATURES = ("hosting", "events", "people", "notices")


@pytest.fixture
def lived(house: House) -> House:
    """A house that sends every kind of mail."""
    for rule in FEATURES:
        house.space.rule(rule, "true")
    house.space.tap(INES)
    return house


def touch(house: House, bearer: str, choice: Choice, flow: str) -> View:
    done = house.ask(speech.Do(bearer=bearer, act=choice.act, value=choice.value, flow=flow))
    assert isinstance(done, View), done
    return done


def states(view: View) -> dict[str, bool | None]:
    return {each.value.partition("=")[0]: each.chosen for each in view.choices if each.act == "mail"}


def test_the_settings_lead_to_the_mails_and_have_none_of_them(lived: House) -> None:
    view = lived.look(lived.bearer(lived.ines), "settings")
    assert [(each.act, each.label) for each in view.choices if "notify" in each.value or each.act == "mails"] == [
        ("mails", "Mes e-mails")
    ]


@pytest.mark.parametrize("mail", Mail)
def test_each_kind_of_mail_is_turned_by_itself_and_back(lived: House, mail: Mail) -> None:
    bearer = lived.bearer(lived.ines)
    view = lived.look(bearer, "mails")
    before = states(view)
    assert list(before) == list(Mail)
    (choice,) = [each for each in view.choices if each.value.startswith(f"{mail}=")]
    turned = touch(lived, bearer, choice, view.flow)
    assert states(turned) == {**before, mail.value: not before[mail]}
    column = COLUMNS[mail]
    assert lived.space.sql(f"SELECT {column} FROM member ORDER BY number") == [
        (int(not before[mail]),),
        (int(bool(before[mail])),),
    ]
    (back,) = [each for each in turned.choices if each.value.startswith(f"{mail}=")]
    assert states(touch(lived, bearer, back, turned.flow)) == before
    assert lived.space.sql("SELECT actor, what FROM desk_log WHERE act = 'own-mails' ORDER BY id") == [
        ("telephone", choice.value.replace("=", ": ")),
        ("telephone", back.value.replace("=", ": ")),
    ]


def test_a_house_offers_the_mails_that_it_sends(house: House) -> None:
    bearer = house.bearer(house.ines)
    assert list(states(house.look(bearer, "mails"))) == ["account"]
    house.space.rule("events", "true")
    assert list(states(house.look(bearer, "mails"))) == ["account", "events"]
    refused = house.ask(speech.Do(bearer=bearer, act="mail", value="swaps=no", flow=house.look(bearer, "mails").flow))
    assert isinstance(refused, Refused)


def test_a_file_without_an_address_says_so_and_offers_nothing(lived: House) -> None:
    view = lived.look(lived.bearer(lived.karim), "mails")
    assert view.choices == []
    assert "donnez-la au bureau" in view.blocks[0].rows[0][0]


@pytest.mark.parametrize("value", ["", "account", "account=maybe", "code=no", "name=no", "=yes", "account=no=no"])
def test_what_is_no_kind_of_mail_changes_nothing(lived: House, value: str) -> None:
    bearer = lived.bearer(lived.ines)
    before = lived.space.sql("SELECT * FROM member")
    refused = lived.ask(speech.Do(bearer=bearer, act="mail", value=value, flow=lived.look(bearer, "mails").flow))
    assert isinstance(refused, Refused)
    assert lived.space.sql("SELECT * FROM member") == before


# --- to be erased


def requested(house: House) -> str | None:
    ((day,),) = house.space.sql(f"SELECT erasure_asked_on FROM member WHERE number = {house.ines}")
    return None if day is None else str(day)


def test_being_erased_is_asked_once_whatever_is_touched_and_the_officers_are_told(lived: House) -> None:
    with lived.space.home.store.writing() as connection:
        desk_users.add(connection, "treasurer@example.org", "Le trésor", ["president"], lived.space.clock.now(), None)
    bearer = lived.bearer(lived.ines)
    view = lived.look(bearer, "known")
    (erase,) = view.choices
    assert erase.act == "erase"
    first = touch(lived, bearer, erase, view.flow)
    lived.space.clock.advance(days=1)
    again = touch(lived, bearer, erase, view.flow)
    for done in (first, again):
        assert [each.act for each in done.choices] == ["erase-not"]
        assert "demandé le 25 novembre" in done.told
        assert "avant le 24 décembre" in done.told
    assert requested(lived) == "2026-11-25", "the first request counts"
    assert len(lived.space.sql("SELECT * FROM desk_log WHERE act = 'erasure-asked'")) == 1
    assert lived.space.sql("SELECT recipient FROM outbox WHERE about LIKE 'erasure%'") == [("treasurer@example.org",)]


def test_a_request_is_taken_back_and_asked_anew(lived: House) -> None:
    bearer = lived.bearer(lived.ines)
    view = lived.look(bearer, "known")
    asked = touch(lived, bearer, view.choices[0], view.flow)
    for _ in range(2):  # sent twice, it is taken back once
        back = touch(lived, bearer, asked.choices[0], asked.flow)
    assert [each.act for each in back.choices] == ["erase"]
    assert requested(lived) is None
    acts = [act for (act,) in lived.space.sql("SELECT act FROM desk_log WHERE act LIKE 'erasure%' ORDER BY id")]
    assert acts == ["erasure-asked", "erasure-withdrawn"]
    touch(lived, bearer, back.choices[0], back.flow)
    assert requested(lived) == "2026-11-25"


def test_it_can_be_asked_without_a_mail_server(house: House) -> None:
    house.without_mail()
    bearer = house.bearer(house.ines)
    view = house.look(bearer, "known")
    touch(house, bearer, view.choices[0], view.flow)
    assert requested(house) == "2026-11-25"
    assert house.space.sql("SELECT * FROM outbox WHERE about LIKE 'erasure%'") == []


def test_a_kind_that_is_off_says_so(lived: House) -> None:
    bearer = lived.bearer(lived.ines)
    off = {each.value: each.below for each in lived.look(bearer, "mails").choices if each.chosen is False}
    assert off
    assert all(below.startswith("désactivé · ") for below in off.values())
    page = lived.telephone(bearer).get("/m/mails").text
    assert page.count('class="second"') == len(off), "drawn unlike those that are on"
