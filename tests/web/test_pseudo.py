"""A language that nobody speaks walks every state of the screen and every page of the desk: all that is said is a text
that can be translated, and comes in the language that was chosen.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from msgspec.structs import replace
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from kiosk import home
from kiosk.checkin.cards import Card, CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.verdicts import Denial, NextStep
from kiosk.language import catalogues
from kiosk.setup import demo
from kiosk.web.desk.app import create_app
from tests import pseudo
from tests.browser import desk
from tests.browser.page_table import NO_PAGES
from tests.browser.screens import CARDS
from tests.conftest import Space
from tests.fakes import FakeClock
from tests.kept import keep
from tests.web.desk.conftest import Officer
from tests.web.screen.screens import SHEETS, Screen

pytestmark = pytest.mark.promise(7)


@pytest.fixture(scope="module")
def code() -> Iterator[str]:
    with pseudo.spoken() as spoken:
        yield spoken


# What states are drawn with: names of people, an IBAN, sums and days, a receipt that was written in French, what people
# wrote of events, of skills and on notices.
DRAWN = re.compile(
    r"\d|^(Essai|Prénom .*|Inès|Karim|Toinette|Éloïse|Marie-Antoi.*|…?(Wil)?helmina.*|Zoé.*|La Coroutine.*"
    r"|English|éàç|KQ2.*|Journée, prix libre|Jan|Feb|Mar|Apr|Maj|Jun|Jul|Aŭg|Sep|Okt|Nov|Dec"
    r"|Adhésion|Journée|Coin gratuit|Permanent|Avance|Coutu.*|Un tournevis.*|[· ]*Le bilan.*|La compta"
    r"|Comprendre sa comptabil(…|ité.*)|…tion sans peur.*"
    r"|Ab|Le bruit|Grande salle du haut|Cabine.*|Salle bleue|Cuisine|Porte)$"
)


@pytest.mark.parametrize("state", CARDS)
def test_every_state_of_the_screen_can_be_said_in_another_language(state: str, code: str) -> None:
    screen = Screen()
    screen.board.show(replace(CARDS[state], language=code))
    html = screen.card(code)
    assert f'lang="{code}"' in html
    assert "⟦" in html
    assert {text for text in pseudo.unspoken(html) if not DRAWN.search(text)} == set()


@pytest.mark.parametrize("kind", CardKind)
def test_every_card_can_be_said_in_another_language(kind: CardKind, code: str) -> None:
    screen = Screen()
    screen.board.show(Card(kind, "Inès", language=code, ticket="t", acts=(Act.DONE,), sheet=SHEETS.get(kind)))
    assert {text for text in pseudo.unspoken(screen.card(code)) if not DRAWN.search(text)} == set()


@pytest.mark.parametrize("denial", Denial)
def test_every_refusal_can_be_said_in_another_language(denial: Denial, code: str) -> None:
    for step in NextStep:
        screen = Screen()
        screen.board.show(Card(CardKind.DENIED, language=code, denial=denial, next_step=step))
        assert {text for text in pseudo.unspoken(screen.card(code)) if not DRAWN.search(text)} == set()


def test_the_idle_screen_goes_through_all_languages(code: str) -> None:
    screen = Screen()
    found = []
    for language in catalogues.offered():
        html = screen.card(language)
        found.append(re.findall(r'data-language="(\w+)" lang="(\w+)" aria-label="(\w+)">', html))
    assert found == [[("en", "en", "English")], [(code, code, "Ŝajna")], [("fr", "fr", "Français")]]
    assert {text for text in pseudo.unspoken(screen.card(code)) if not DRAWN.search(text)} <= {
        "Français",
        "fr",
        "merkredo 25 Novembro",
    }


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo's desk in the evening of a day, with three months of past."""
    keep()
    root: Path = desk.prepare(tmp_path_factory.mktemp("desk") / "home")
    with home.opened(root) as opened:
        space = Space(opened, FakeClock(desk.EVENING))
        yield create_app(space.home, space.clock, bytes(32), ["localhost"])
        space.kept.close()


@pytest.fixture(scope="module")
def walked(app: Flask, code: str) -> dict[str, set[str]]:
    """What pages say outside of brackets, by the page's name: two pages of each kind, by their links."""
    officer = Officer(app.test_client())
    officer.client.set_cookie("language", code, domain="localhost", secure=True)
    sent = {"email": desk.EVERY_ROLE, "password": demo.DEMO_PASSWORD}
    left = {"login": pseudo.unspoken(officer.page("/login"))}
    assert officer.post("/login", sent, form_on="/login").status_code == 302
    return left | _walk(app, officer)


def _walk(app: Flask, officer: Officer) -> dict[str, set[str]]:
    left: defaultdict[str, set[str]] = defaultdict(set)
    seen, times = set[str](), Counter[str]()
    waiting, known = ["/"], app.url_map.bind("localhost")
    while waiting:
        path = waiting.pop(0)
        try:
            name, _ = known.match(urlsplit(path).path, "GET")
        except (HTTPException, RequestRedirect):
            continue
        if path in seen or times[name] == 2 or name in {"security.logout", "static", *FILES}:
            continue
        seen.add(path)
        times[name] += 1
        answer = officer.get(path)
        if answer.status_code in (302, 303):
            waiting.append(urlsplit(answer.location).path)
        elif answer.status_code == 200 and answer.mimetype == "text/html":
            html = answer.get_data(as_text=True)
            left[name] |= pseudo.unspoken(html)
            waiting += [unescape(each) for each in re.findall(r'href="(/[^"#]*)"', html)]
    return dict(left)


FILES = NO_PAGES["a file"]
IN_THEIR_OWN = {"money.reminder", "personal.page", "personal.download"}  # in the member’s language, or as it is kept
# The guides, which are written in French, and accounts as the law of accounts names them.
IN_FRENCH = {"help.page", "help.whole", "help.section", "help.error", "accounting.printed"}
IN_ALL = {"rules.words", "rules.word_form", "rules.notice"}  # the association's texts, each language beside the other


def test_every_page_of_the_desk_can_be_said_in_another_language(walked: dict[str, set[str]]) -> None:
    assert len(walked) > 75
    said = {
        (page, text)
        for page, texts in walked.items()
        if page not in IN_THEIR_OWN | IN_ALL | IN_FRENCH
        for text in texts
    }
    assert {(page, text) for page, text in said if not pseudo.is_data(text)} == set()
