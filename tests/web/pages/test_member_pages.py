"""What a member sees and does on their own telephone, and that it is theirs alone."""

import re
from datetime import date, timedelta

import pytest

from kiosk.domain.checkin import consent
from kiosk.domain.checkin.choices import Act
from kiosk.exports.books import receipt_pdf
from kiosk.selfservice.pages import pages
from kiosk.web.member_pages import own_views, papers
from kiosk.web.member_pages.answers import OWN_DOES, OWN_VIEWS
from kiosk.web.pages import speech
from kiosk.web.pages.speech import UNPAIRED, File, Refused, View
from tests.selfservice.self_service import is_well

from .conftest import House

ACTS = sorted(consent.TELEPHONE_DOES)
OWN = sorted(OWN_DOES)
READS = sorted({*consent.TELEPHONE_READS, *OWN_VIEWS})


@pytest.fixture
def lived(house: House) -> House:
    """A house where things are done together, and Inès came today."""
    for rule in ("hosting", "events"):
        house.space.rule(rule, "true")
    house.space.rule("association", '{"name": "La Coroutine", "iban": "FR7630006000011234567890189"}')
    house.space.tap("04A2000000E511")
    return house


def test_the_account_says_what_is_owed_and_is_left(lived: House) -> None:
    view = lived.look(lived.bearer(lived.ines), "account")
    read = [row[0] for block in view.blocks for row in block.rows]
    assert any("Vous devez" in line for line in read)
    assert any("Adhésion jusqu’au" in line for line in read)
    assert [each.act for each in view.menu][:4] == ["account", "entries", "papers", "transfer"]


def test_the_lines_are_all_there_a_page_at_a_time(lived: House) -> None:
    bearer = lived.bearer(lived.ines)
    view = lived.look(bearer, "entries")
    (block,) = view.blocks
    assert block.kind == "rows"
    assert len(block.rows) == 2  # membership and day
    assert view.choices == []


def test_a_forgotten_day_is_sent_to_the_office_once_however_often_the_form_is_sent(lived: House) -> None:
    bearer = lived.bearer(lived.ines)
    lived.space.sql_write("UPDATE member SET joined_on = '2026-01-01'")
    view = lived.look(bearer, "forgotten")
    day = next(each for each in view.choices if each.act == "forgot")
    asked = speech.Do(bearer=bearer, act=day.act, value=day.value, flow=view.flow)
    first, again = lived.ask(asked), lived.ask(asked)
    assert isinstance(first, View)
    assert isinstance(again, View)
    assert len(lived.space.sql("SELECT * FROM correction")) == 1


def test_a_setting_is_changed_and_its_line_in_the_log_says_by_what(lived: House) -> None:
    bearer = lived.bearer(lived.ines)
    view = lived.look(bearer, "settings")
    language = next(each for each in view.choices if each.value.startswith("language="))
    changed = lived.ask(speech.Do(bearer=bearer, act=language.act, value=language.value, flow=view.flow))
    assert isinstance(changed, View)
    assert lived.look(bearer, "settings").language == language.value.partition("=")[2]
    ((actor,),) = lived.space.sql("SELECT actor FROM desk_log WHERE act = 'own-setting'")
    assert actor == "telephone"
    is_well(lived.space)


def test_receipts_statements_and_all_data_are_handed_out_to_their_member(
    lived: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipt_pdf, "pdf", lambda shown: f"%PDF {shown.content['kind']}".encode())
    paid = lived.space.till.pay(lived.ines, 500, "cash")
    bearer, other = lived.bearer(lived.ines), lived.bearer(lived.karim)
    view = lived.look(bearer, "papers")
    assert [each.act for each in view.papers] == ["receipt", "statement"]
    handed = [
        lived.ask(speech.Fetch(bearer=bearer, what=each.act, value=each.value, flow=view.flow)) for each in view.papers
    ]
    assert [each.content for each in handed if isinstance(each, File)] == [b"%PDF receipt", b"%PDF statement"]
    theirs = lived.look(other, "papers")
    refused = lived.ask(speech.Fetch(bearer=other, what="receipt", value=str(paid), flow=theirs.flow))
    assert isinstance(refused, Refused)
    data = lived.ask(speech.Fetch(bearer=bearer, what="data-file", value="", flow=view.flow))
    assert isinstance(data, File)
    assert b"In\xc3\xa8s Moreau" in data.content
    assert b"Karim" not in data.content


# --- every page, by whoever asks


@pytest.mark.parametrize("bearer", ["", "x", "0" * 43, "' OR 1=1 --", "é" * 40])
def test_no_page_and_no_act_is_there_for_who_shows_nothing(house: House, bearer: str) -> None:
    asked: list[speech.Question] = [speech.Look(bearer=bearer, act=each) for each in READS]
    asked += [speech.Do(bearer=bearer, act=each, flow="x") for each in [*ACTS, *OWN]]
    asked += [speech.Fetch(bearer=bearer, what=each, flow="x") for each in papers.PAPERS]
    answers = [house.ask(each) for each in asked]
    assert {each.code for each in answers if isinstance(each, Refused)} == {UNPAIRED}
    assert len([each for each in answers if isinstance(each, Refused)]) == len(asked)


def test_each_page_of_a_member_tells_nothing_of_another(lived: House) -> None:
    """Each page that reads, by its own member; then with the flows of another, and of an ended telephone."""
    mine, theirs = lived.bearer(lived.ines), lived.bearer(lived.karim)
    flows = {each: lived.look(theirs, each).flow for each in ("account", "settings", "known")}
    for act in READS:
        found = lived.ask(speech.Look(bearer=mine, act=act, flow=flows["account"]))
        assert "Karim" not in repr(found)
    for act in [*ACTS, *OWN]:
        refused = lived.ask(speech.Do(bearer=mine, act=act, value="1", flow=flows["settings"]))
        assert isinstance(refused, Refused)
        assert refused.code == "page-over"
    for what in papers.PAPERS:
        refused = lived.ask(speech.Fetch(bearer=mine, what=what, value="1", flow=flows["known"]))
        assert isinstance(refused, Refused)
        assert refused.code == "page-over"


def test_an_ended_telephone_has_no_page_with_the_flow_that_it_had(lived: House) -> None:
    bearer = lived.bearer(lived.ines)
    view = lived.look(bearer, "settings")
    lived.space.sql_write("UPDATE telephone SET ended_on = '2026-11-25'")
    for question in (
        speech.Look(bearer=bearer, act="account", flow=view.flow),
        speech.Do(bearer=bearer, act="set", value="visible=yes", flow=view.flow),
        speech.Fetch(bearer=bearer, what="data-file", flow=view.flow),
    ):
        refused = lived.ask(question)
        assert isinstance(refused, Refused)
        assert refused.code == UNPAIRED
    assert lived.space.sql("SELECT visible FROM member WHERE number = 1") != [(1,)]


def test_what_is_not_in_the_closed_list_is_not_there_though_the_screen_has_it(lived: House) -> None:
    """The pages' program taken over: it asks for each act of the screen, with a telephone's session in its hands."""
    bearer = lived.bearer(lived.ines)
    flow = lived.look(bearer, "settings").flow
    before = lived.space.sql("SELECT count(*) FROM entry")
    for act in set(pages()) - consent.TELEPHONE:
        for question in (
            speech.Look(bearer=bearer, act=act.value, flow=flow),
            speech.Do(bearer=bearer, act=act.value, value="1", flow=flow),
        ):
            assert isinstance(lived.ask(question), Refused), act
    for act in consent.TELEPHONE_DOES:  # no act is done by looking
        assert isinstance(lived.ask(speech.Look(bearer=bearer, act=act.value, flow=flow)), Refused)
    assert lived.space.sql("SELECT count(*) FROM entry") == before
    assert Act.PHONE not in consent.TELEPHONE
    assert Act.PHONE_PAIR not in consent.TELEPHONE


def test_a_telephone_that_was_not_used_for_half_a_year_is_asked_to_pair_again(house: House) -> None:
    bearer = house.bearer(house.ines)
    house.look(bearer, "account")
    house.space.clock.advance(days=181)
    found = house.ask(speech.Look(bearer=bearer, act="account"))
    assert isinstance(found, Refused)


def test_each_page_is_small_well_formed_and_without_script_in_each_language(lived: House) -> None:
    bearer = lived.bearer(lived.ines)
    for language in ("fr", "en", "nl"):
        lived.space.sql_write(f"UPDATE member SET language = '{language}'")
        phone = lived.telephone(bearer)
        for path in [
            "/",
            *(f"/m/{each}" for each in OWN_VIEWS if "online" not in each),
            "/m/settings",
            "/m/forgotten",
            "/m/house",
        ]:
            page = phone.get(path)
            assert page.status_code == 200, path
            assert f'<html lang="{language}">' in page.text
            assert len(page.data) < 100_000
            assert "<script" not in page.text
            assert page.text.count("<h1>") == 1
            assert not re.search(r"\bstyle=|\bon[a-z]+=", page.text)
            assert page.headers["Cache-Control"] == "no-store"
            assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_a_font_is_fetched_once_a_day_and_not_with_each_page(house: House) -> None:
    font = house.telephone().get("/fonts/atkinson-latin.woff2")
    assert (font.status_code, "max-age=86400" in font.headers["Cache-Control"]) == (200, True)
    font.close()


def test_months_begin_with_this_one_and_end_with_the_joining() -> None:
    assert own_views.months(date(2026, 3, 15), date(2026, 1, 20)) == [
        date(2026, 3, 1),
        date(2026, 2, 1),
        date(2026, 1, 1),
    ]
    assert len(own_views.months(date(2026, 3, 15), date(2026, 3, 15) - timedelta(days=2000))) == 12
