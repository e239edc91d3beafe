"""A form sent after the session has ended leads to signing in and back: what was typed stands in it again, unsent, for
the same account, for a quarter of an hour.

KIOSK_ALL_WALKS=1 (`scripts/torture walks`) tries every form of the desk; here one in some.
"""

import os
import re
from html import escape, unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import TestResponse

from kiosk.domain.members.roles import Role
from kiosk.web.desk.officers import refilling, unsent
from tests.conftest import WEDNESDAY
from tests.fakes import FakeClock
from tests.web.desk import recording, walking
from tests.web.desk.conftest import HTTPS, PASSWORD, Desk, Officer
from tests.web.desk.recording import Form, Forms

NEW = "/organisations/new"
TYPED = {"name": "Tilleul & fils", "kind": "association", "email": "tilleul@exemple.fr"}
AGAIN = "Here is what you typed"
ENGLISH = {"Accept-Language": "en"}
ONE_FORM_IN = 1 if os.environ.get("KIOSK_ALL_WALKS") else 15
_FIELD = re.compile(r"<input[^>]*>")


def send(officer: Officer, token: str, where: str = NEW, **more: Any) -> TestResponse:
    """Send the form of a page that was drawn while there was a session."""
    data = {**TYPED, **more, "csrf_token": token}
    headers = {**ENGLISH, "Referer": HTTPS + NEW}
    return officer.client.post(where, base_url=HTTPS, data=data, headers=headers)


def sign_in(officer: Officer, role: Role, answer: TestResponse) -> str:
    """Sign in as the page asks. Returns the page that follows."""
    assert (answer.status_code, urlsplit(answer.headers["Location"]).path) == (302, "/login")
    where = parse_qs(urlsplit(answer.headers["Location"]).query)["next"][0]
    sent = {"email": f"{role.value}@exemple.fr", "password": PASSWORD, "next": where}
    followed = officer.post("/login", sent, form_on="/login")
    assert followed.headers["Location"] == where
    return followed.headers["Location"]


def organisations(desk: Desk) -> int:
    return int(str(desk.space.sql("SELECT count(*) FROM organisation")[0][0]))


def test_what_was_typed_is_shown_again_unsent_and_goes_once_it_was_sent(desk: Desk, treasurer: Officer) -> None:
    token = treasurer.token_for(NEW)
    desk.space.clock.advance(hours=2)
    answer = send(treasurer, token)
    says = treasurer.page(answer.headers["Location"], headers=ENGLISH)
    assert "Nothing was sent. Once you have signed in" in unescape(says)
    where = sign_in(treasurer, Role.TREASURER, answer)
    page = unescape(treasurer.page(where, headers=ENGLISH))
    assert AGAIN in page
    assert 'value="Tilleul & fils"' in page
    assert organisations(desk) == 0
    assert treasurer.post(NEW, TYPED).status_code == 303
    assert organisations(desk) == 1
    assert AGAIN not in treasurer.page(where, headers=ENGLISH)


def test_another_account_sees_nothing_of_it_and_its_owner_still_does(desk: Desk, treasurer: Officer) -> None:
    token = treasurer.token_for(NEW)
    desk.space.clock.advance(hours=2)
    where = sign_in(treasurer, Role.PRESIDENT, send(treasurer, token))
    assert "Tilleul" not in treasurer.page(where)
    treasurer.post("/logout")
    treasurer.post("/login", {"email": "treasurer@exemple.fr", "password": PASSWORD}, form_on="/login")
    assert "Tilleul" in treasurer.page(where)


def test_another_browser_of_the_same_account_sees_nothing_of_it(desk: Desk, treasurer: Officer) -> None:
    token = treasurer.token_for(NEW)
    desk.space.clock.advance(hours=2)
    send(treasurer, token)
    assert "Tilleul" not in desk.sign_in(Role.TREASURER).page(NEW)


@pytest.mark.parametrize(("minutes", "is_there"), [(14, True), (15, False)])
def test_it_is_kept_for_a_quarter_of_an_hour(desk: Desk, treasurer: Officer, minutes: int, is_there: bool) -> None:
    token = treasurer.token_for(NEW)
    desk.space.clock.advance(hours=2)
    answer = send(treasurer, token)
    desk.space.clock.advance(minutes=minutes)
    assert (AGAIN in treasurer.page(sign_in(treasurer, Role.TREASURER, answer), headers=ENGLISH)) == is_there


def test_a_browser_that_lost_its_session_proves_by_the_form_whose_it_was(desk: Desk, treasurer: Officer) -> None:
    token = treasurer.token_for(NEW)
    browser = desk.stranger()
    where = sign_in(browser, Role.TREASURER, send(browser, token))
    assert "Tilleul" in browser.page(where)


def test_a_page_of_an_earlier_session_is_shown_again_at_once(desk: Desk, treasurer: Officer) -> None:
    token = treasurer.token_for(NEW)
    treasurer.post("/logout")
    treasurer.post("/login", {"email": "treasurer@exemple.fr", "password": PASSWORD}, form_on="/login")
    answer = send(treasurer, token)
    assert (answer.status_code, answer.headers["Location"]) == (303, NEW)
    assert "Tilleul" in treasurer.page(NEW)
    assert organisations(desk) == 0


@pytest.mark.parametrize("token", ["", "x", "a stranger's", "another account's"])
def test_no_one_puts_words_before_an_officer(desk: Desk, treasurer: Officer, token: str) -> None:
    drawn = {"a stranger's": desk.stranger().token("/login"), "another account's": desk.sign_in(Role.HOST).token()}
    answer = send(treasurer, drawn.get(token, token))
    assert answer.status_code == 400
    browser = desk.stranger()
    answer = send(browser, drawn.get(token, token) if token != "another account's" else "x")
    assert answer.status_code == 400
    browser.post("/login", {"email": "treasurer@exemple.fr", "password": PASSWORD}, form_on="/login")
    assert "Tilleul" not in treasurer.page(NEW) + browser.page(NEW)


def test_a_token_that_was_changed_proves_nothing(desk: Desk, treasurer: Officer) -> None:
    token = treasurer.token_for(NEW)
    with desk.app.test_request_context(method="POST", data={"csrf_token": token}):
        assert unsent.drawn_for() == list(Role).index(Role.TREASURER) + 1
    with desk.app.test_request_context(method="POST", data={"csrf_token": token[:-1]}):
        assert unsent.drawn_for() is None


def test_a_form_that_wants_the_password_again_keeps_what_was_typed(desk: Desk, president: Officer) -> None:

    where = "/users/new"
    with president.client.session_transaction(base_url=HTTPS) as session:
        session.pop("fs_paa")
    answer = president.post(where, {"email": "hugo@exemple.fr", "name": "Hugo"}, headers={"Referer": HTTPS + where})
    assert urlsplit(answer.headers["Location"]).path == "/verify"
    president.post(answer.headers["Location"], {"password": PASSWORD})
    assert 'value="hugo@exemple.fr"' in president.page(where)


def test_forms_are_few_and_short_and_the_oldest_goes_first() -> None:
    waiting = unsent.Waiting(FakeClock(WEDNESDAY))
    tickets = {account: waiting.keep(account, "/", "/", ()) for account in range(unsent.MOST + 1)}
    assert waiting.of(0, tickets[0]) is None
    assert all(waiting.of(account, tickets[account]) for account in range(1, unsent.MOST + 1))
    assert waiting.of(1, "another") is None


def test_a_form_that_is_too_long_is_not_kept_and_leads_back_all_the_same(desk: Desk, treasurer: Officer) -> None:
    token = treasurer.token_for(NEW)
    desk.space.clock.advance(hours=2)
    answer = send(treasurer, token, address="a" * unsent.LONGEST)
    assert AGAIN not in treasurer.page(sign_in(treasurer, Role.TREASURER, answer), headers=ENGLISH)


PAGE = """<details class="x"><summary>a</summary><form method="post" action="/act">
<input type="hidden" name="key" value="1"><input type="hidden" name="row" value="7">
<input name="who" value=""><textarea name="why">
old</textarea><select name="way"><option value="a" selected>A<option value="b">B</select>
<input type="checkbox" name="sure" checked>
<input type="checkbox" name="of" value="1"><input type="checkbox" name="of" value="2">
<input type="radio" name="kind" value="x" checked><input type="radio" name="kind" value="y">
<input type="password" name="word"><input name="who" value="second"></form></details>
<input form="act" name="far"><form method="post" action="/other"></form>"""


def test_each_kind_of_field_takes_what_was_typed_and_nothing_else_changes() -> None:
    typed = [("key", "9"), ("row", "8"), ("who", '<b>"'), ("who", "b"), ("why", "</textarea>"), ("way", "b")]
    filled = refilling.refill(PAGE, "/page", "/act", [*typed, ("of", "2"), ("kind", "y"), ("word", "secret")])
    assert filled.is_filled
    for part in (
        '<details class="x" open>',
        'name="key" value="9"',
        'name="row" value="7"',
        '<input name="who" value="&lt;b&gt;&quot;">',
        '<input name="who" value="b">',
        '<textarea name="why">&lt;/textarea&gt;</textarea>',
        '<option value="a">A<option value="b" selected>B',
        '<input type="checkbox" name="sure">',
        '<input type="checkbox" name="of" value="1"><input type="checkbox" name="of" value="2" checked>',
        '<input type="radio" name="kind" value="x"><input type="radio" name="kind" value="y" checked>',
        '<input type="password" name="word">',
        '<form method="post" action="/other"></form>',
    ):
        assert part in filled.page
    assert "secret" not in filled.page


def test_of_forms_alike_the_one_of_the_same_line_is_filled_and_what_finds_none_is_told() -> None:
    line = '<form method="post" action="/act"><input type="hidden" name="row" value="{}"><input name="why"></form>'
    page = line.format(1) + line.format(2)
    filled = refilling.refill(page, "/page", "/act", [("row", "2"), ("why", "so")])
    assert filled.page == line.format(1) + line.format(2).replace('name="why"', 'name="why" value="so"')
    left = refilling.refill(page, "/page", "/act", [("row", "2"), ("amount", "5,00")])
    assert (left.page, left.is_filled, left.values) == (page, False, ("5,00",))


def test_no_form_of_the_desk_loses_what_was_typed_and_none_keeps_a_secret(desk: Desk, president: Officer) -> None:
    recording.furnish(desk)
    forms = list(_forms(desk, president))
    assert len(forms) > 90
    lost = list[tuple[str, str, object]]()
    for where, form in forms[::ONE_FORM_IN]:
        typed = dict(list(form.sent())[1][1])
        open_ = {name: text for name, text in typed.items() if name not in form.hidden}
        token = president.token()
        president.client.delete_cookie(desk.app.config["SESSION_COOKIE_NAME"])
        answer = president.client.post(
            form.action, base_url=HTTPS, data={**typed, "csrf_token": token}, headers={"Referer": HTTPS + where}
        )
        if urlsplit(answer.headers.get("Location", "")).path != "/login":
            lost.append((where, form.action, answer.status_code))
            continue
        president.post("/login", {"email": "president@exemple.fr", "password": PASSWORD}, form_on="/login")
        back = parse_qs(urlsplit(answer.headers["Location"]).query)["next"][0]
        page = president.page(back, headers=ENGLISH)
        missing = [name for name, text in open_.items() if unsent.is_kept(name) and not _stands(page, name, text)]
        if missing or ("Nothing is sent yet" not in page and any(map(unsent.is_kept, open_))):
            lost.append((where, form.action, missing))
    assert not lost


def _stands(page: str, name: str, text: str) -> bool:
    """Tell whether a page has a text in a field; what a select does not offer has no place."""
    if re.search(rf'<select[^>]* name="{name}"', page) and f'<option value="{text}"' not in page:
        return True
    filled = Forms("/")
    filled.feed(page)
    return any(form.drawn.get(name) == text for form in filled.forms) or f">{escape(text)}</textarea>" in page


def _forms(desk: Desk, officer: Officer) -> "list[tuple[str, Form]]":
    """Every form of every page, once."""
    known: dict[tuple[str, tuple[str, ...]], tuple[str, Form]] = {}
    for rule, _ in walking.walk(desk.app, {"GET"}):
        where = walking.path(desk.app, rule)
        if walking.permission(desk.app, rule) is None:
            continue
        answer = officer.get(where, buffered=True)
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        page = answer.get_data(as_text=True)
        for tag in _FIELD.findall(page):
            if 'type="password"' in tag or "one-time-code" in tag or "data-keys" in tag:
                name = re.search(r'name="([\w-]+)"', tag)
                assert name is not None and not unsent.is_kept(name[1]), tag
        found = Forms(where)
        found.feed(page)
        for form in found.forms:
            if not form.action.startswith(("/logout", "/login", "/verify", "/change", "/tf-", "/wan-", "/mf-")):
                known.setdefault((form.action, tuple(sorted(form.drawn))), (where, form))
    return list(known.values())
