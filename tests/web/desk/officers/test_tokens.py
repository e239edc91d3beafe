"""The page of tokens: made and shown once, ended; one's own, and for the president all; what a site pastes."""

import re
from html import unescape

import pytest
from msgspec.structs import replace

from kiosk.config import PagesConfig
from kiosk.domain.members.roles import Role
from kiosk.exports.sheets import SHEETS
from kiosk.members.api_tokens import hashed, readable
from kiosk.web.desk.common.office import EXTENSION
from tests.web.desk.conftest import Desk, Officer

FORM = {"label": "Tableur", "lists": ["visits", "bookings"], "until": "2026-12-31"}
FRENCH = {"Accept-Language": "fr"}


def test_a_token_is_shown_once_and_its_hash_is_kept(desk: Desk, treasurer: Officer) -> None:
    answer = treasurer.post("/tokens/new", FORM, headers=FRENCH)
    found = re.search(r"<code>(kiosk_[A-Za-z0-9_-]{43})</code>", answer.text)
    assert found is not None
    assert answer.headers["Cache-Control"] == "no-store"
    ((digest, scopes, user),) = desk.space.sql("SELECT digest, scopes, user_id FROM api_token")
    assert (digest, scopes) == (hashed(found[1]), "visits bookings")
    page = treasurer.page("/tokens", headers=FRENCH)
    assert found[1] not in page
    assert "Tableur" in page
    assert "Visites, Réservations" in page
    assert "n’a pas servi" in page
    assert desk.space.sql("SELECT act, actor FROM desk_log WHERE act = 'token-made'") == [
        ("token-made", f"officer:{user}")
    ]


def test_only_lists_that_one_may_export_are_offered(desk: Desk, secretary: Officer, host: Officer) -> None:
    page = secretary.page("/tokens/new")
    offered = set(re.findall(r'name="lists" value="([a-z-]+)"', page))
    assert offered == set(readable([Role.SECRETARY])) == {name for name, sheet in SHEETS.items() if not sheet.has_money}
    refused = secretary.post("/tokens/new", {**FORM, "lists": ["payments"]}, headers=FRENCH)
    assert refused.status_code == 400
    assert "Ce compte ne peut pas lire ces listes." in refused.text
    assert host.get("/tokens").status_code == 403
    assert host.get("/tokens/new").status_code == 403


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"label": ""}, "label-error"),
        ({"lists": []}, "scopes-error"),
        ({"until": "demain"}, "until-error"),
        ({"until": "2029-01-01"}, "until-error"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    desk: Desk, treasurer: Officer, change: dict[str, object], says: str
) -> None:
    answer = treasurer.post("/tokens/new", {**FORM, **change})
    assert answer.status_code == 400
    assert f'id="{says}"' in answer.text
    assert desk.space.sql("SELECT count(*) FROM api_token") == [(0,)]
    if "lists" not in change:
        assert re.search(r'value="visits" checked', answer.text)


def test_each_ends_their_own_and_the_president_everybody_s(
    desk: Desk, treasurer: Officer, secretary: Officer, president: Officer
) -> None:
    for label in ("Tableur", "Affiche"):
        treasurer.post("/tokens/new", {**FORM, "label": label})
    assert "Affiche" not in secretary.page("/tokens")
    secretary.post("/tokens/1/end")
    assert desk.space.sql("SELECT count(*) FROM api_token WHERE ended_at IS NOT NULL") == [(0,)]
    treasurer.post("/tokens/1/end")
    assert "Treasurer" in president.page("/tokens")
    president.post("/tokens/2/end")
    assert desk.space.sql("SELECT count(*) FROM api_token WHERE ended_at IS NOT NULL") == [(2,)]
    assert "Aucun jeton." in treasurer.page("/tokens", headers=FRENCH)


def test_the_line_to_paste_names_the_address_of_members_pages(
    desk: Desk, president: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.space.rule("api_prices", "true")
    home, clock = desk.app.extensions[EXTENSION]
    settings = replace(home.config, pages=PagesConfig("https://membres.example.org"))
    monkeypatch.setitem(desk.app.extensions, EXTENSION, (replace(home, config=settings), clock))
    page = unescape(president.page("/tokens", headers=FRENCH))
    assert page.count("<iframe ") == 1
    assert '<iframe src="https://membres.example.org/api/v1/public/prices.html" title="Les prix"' in page
    assert "pages.address" not in page


def test_the_line_for_a_site_is_there_once_its_rule_is_on(desk: Desk, president: Officer) -> None:
    page = president.page("/tokens", headers=FRENCH)
    assert page.count("pas publié") == 4
    assert "pages.address" in page
    desk.space.rule("api_prices", "true")
    assert president.page("/tokens", headers=FRENCH).count("pas publié") == 3
