"""A member pays online on their telephone: what is owed or another sum, the wait, what came of it; and nothing without
HTTPS, nor of another member.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk import keys
from kiosk.config import MailConfig, OnlineConfig, PagesConfig
from kiosk.home import Home
from kiosk.money.online import calling
from kiosk.offline.clock_trust import Timekeeper
from kiosk.web.member_pages.answers import Answers
from kiosk.web.member_pages.office import PagesOffice
from kiosk.web.pages import speech
from kiosk.web.pages.speech import Refused, View
from kiosk.web.public_pages import answering
from tests import helloasso
from tests.conftest import Space
from tests.helloasso import HelloAsso
from tests.web.pages.conftest import ADDRESS, INES, KARIM, Browser, House


@dataclass
class Paying:
    """The house, its platform, and Inès's telephone."""

    house: House
    home: Home
    platform: HelloAsso
    bearer: str

    @property
    def telephone(self) -> Browser:
        return self.house.telephone(self.bearer)

    def call(self) -> None:
        calling.run(self.home, self.house.space.clock.now())

    def view(self, act: str, value: str = "") -> View:
        return self.house.look(self.bearer, act, value)

    def do(self, act: str, value: str) -> View:
        flow = self.view("online").flow
        shown = self.house.ask(speech.Do(bearer=self.bearer, act=act, value=value, flow=flow))
        assert isinstance(shown, View), shown
        return shown


def made(space: Space, url: str, address: str = ADDRESS) -> tuple[House, Home]:
    """A house whose settings are these."""
    ines, karim = space.join("Inès Moreau", INES), space.join("Karim Haddad", KARIM)
    config = replace(
        space.home.config,
        pages=PagesConfig(address),
        mail=MailConfig("smtp.example.org", "bureau@example.org"),
        online=OnlineConfig(helloasso.SLUG, helloasso.CLIENT, url),
    )
    home = replace(space.home, config=config)
    keys.write_word(home.paths.online_secret, helloasso.SECRET)
    return House(
        space, Answers(PagesOffice(home, Timekeeper(space.clock, lambda: True)), answering.answer), ines, karim
    ), home


@pytest.fixture
def paying(space: Space) -> Iterator[Paying]:
    with helloasso.running() as platform:
        house, home = made(space, platform.url)
        yield Paying(house, home, platform, house.bearer(house.ines))


def texts(view: View) -> str:
    return " ".join([view.lead, view.told, *(cell for block in view.blocks for row in block.rows for cell in row)])


def test_member_pays_what_is_owed_and_is_told(paying: Paying) -> None:
    owed = paying.house.space.owes(paying.house.ines)
    first = paying.view("online")
    assert "Vous devez" in first.lead
    (choice,) = first.choices
    assert (choice.act, choice.value, choice.does) == ("online-owed", str(owed), True)
    waiting = paying.do("online-owed", choice.value)
    assert (waiting.again, waiting.links) == ("online-wait", [])
    paying.call()
    ready = paying.view("online-wait")
    (link,) = ready.links
    assert link.address == f"{paying.platform.url}/checkout/{paying.platform.pages[0]}"
    paying.platform.pay(paying.platform.pages[0])
    back = paying.view("online-back", "1")
    assert (back.links, back.again) == ([], "online-back"), "no second way to pay"
    assert [choice.act for choice in back.choices] == ["online-wait"]
    paying.call()
    told = paying.view("online-wait")
    assert told.told.startswith("Payé")
    assert (told.again, told.links) == ("", [])
    assert paying.house.space.owes(paying.house.ines) == 0


def test_member_types_a_sum_and_a_wrong_one_is_said(paying: Paying) -> None:
    paying.house.space.till.pay(paying.house.ines, 500, "cash")
    first = paying.view("online")
    assert "Vous ne devez rien" in first.lead
    assert first.choices == []
    for typed in ("", "0,10", "beaucoup", "6000", "-5"):
        shown = paying.do("online-sum", typed)
        assert shown.told, typed
        assert shown.typed
    assert "0,50" in paying.do("online-sum", "0,10").told
    shown = paying.do("online-sum", "12,50")
    assert shown.again == "online-wait"
    assert paying.house.space.sql("SELECT cents, state FROM online_payment") == [(1250, "made")]


def test_form_that_is_sent_twice_is_one_payment(paying: Paying) -> None:
    flow = paying.view("online").flow
    for _ in range(3):
        paying.house.ask(speech.Do(bearer=paying.bearer, act="online-sum", value="8", flow=flow))
    assert paying.house.space.sql("SELECT count(*) FROM online_payment") == [(1,)]


def test_way_back_writes_nothing_and_believes_nothing(paying: Paying) -> None:
    paying.do("online-sum", "8")
    paying.call()
    before = paying.house.space.sql("SELECT * FROM online_payment")
    answer = paying.telephone.get("/m/online-back?v=1&code=succeeded&orderId=77&checkoutIntentId=5000")
    assert answer.status_code == 200
    assert "Payé" not in answer.text
    assert paying.house.space.sql("SELECT * FROM online_payment") == before
    assert paying.house.space.sql("SELECT count(*) FROM entry WHERE method = 'online'") == [(0,)]


def test_waiting_page_wakes_what_calls_outwards_and_not_at_each_look(
    paying: Paying, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wake = tmp_path / "wake"
    monkeypatch.setenv("KIOSK_WAKES", str(wake))
    paying.do("online-sum", "8")
    paying.call()
    paying.view("online-back", "1")
    assert wake.exists()
    wake.unlink()
    paying.house.space.clock.advance(seconds=4)
    paying.view("online-wait")
    assert not wake.exists()
    paying.house.space.clock.advance(seconds=7)
    paying.view("online-wait")
    assert wake.exists()


def test_each_end_is_told(paying: Paying) -> None:
    paying.do("online-sum", "8")
    paying.call()
    paying.house.space.clock.advance(minutes=20)
    shown = paying.view("online-wait")
    assert (shown.links, shown.again) == ([], "online-wait")
    assert "expiré" in texts(shown)
    paying.house.space.clock.advance(minutes=30)
    paying.call()
    shown = paying.view("online-wait")
    assert "n’a pas été fait" in shown.told
    assert [choice.act for choice in shown.choices] == ["online"]
    paying.do("online-sum", "9")
    paying.call()
    paying.platform.pay(paying.platform.pages[-1], 500)
    paying.call()
    assert "Le bureau vérifie" in paying.view("online-wait").told


def test_payment_of_another_member_is_not_there(paying: Paying) -> None:
    paying.do("online-sum", "8")
    paying.call()
    karim = paying.house.bearer(paying.house.karim)
    for act in ("online-wait", "online-back"):
        shown = paying.house.look(karim, act, "1")
        assert shown.links == []
        assert "8,00" not in texts(shown)
    flow = paying.view("online").flow
    refused = paying.house.ask(speech.Do(bearer=karim, act="online-sum", value="8", flow=flow))
    assert isinstance(refused, Refused)


def test_telephone_that_is_not_paired_pays_nothing(paying: Paying) -> None:
    for question in (
        speech.Look(bearer="x" * 43, act="online-wait", value="1"),
        speech.Look(bearer="x" * 43, act="online"),
        speech.Do(bearer="x" * 43, act="online-sum", value="8", flow="f"),
    ):
        assert isinstance(paying.house.ask(question), Refused)
    assert paying.house.space.sql("SELECT count(*) FROM online_payment") == [(0,)]


def test_without_https_or_an_account_there_is_no_way_to_pay(space: Space) -> None:
    house, _ = made(space, "https://api.helloasso.com", "http://membres.example.org")
    bearer = house.bearer(house.ines)
    assert "online" not in [choice.act for choice in house.look(bearer, "account").menu]
    assert isinstance(house.ask(speech.Look(bearer=bearer, act="online")), Refused)
    flow = house.look(bearer, "account").flow
    assert isinstance(house.ask(speech.Do(bearer=bearer, act="online-sum", value="8", flow=flow)), Refused)


def test_pages_are_small_well_formed_and_load_themselves_again_without_script(paying: Paying) -> None:
    page = paying.telephone.get("/m/online").text
    assert 'inputmode="decimal"' in page
    flow = re.search(r'name="f" value="([^"]+)"', page)
    assert flow is not None
    answer = paying.telephone.post("/m/online-sum", {"f": flow[1], "v": "12,50"})
    assert 'http-equiv="refresh" content="4; url=/m/online-wait"' in answer.text
    paying.call()
    page = paying.telephone.get("/m/online-wait").text
    assert f'href="{paying.platform.url}/checkout/5000" rel="noreferrer"' in page
    assert "<script" not in page
    assert len(page) < 20_000
