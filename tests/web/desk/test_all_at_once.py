"""Every wrong field of a form is told at once, beside the field: nobody sends a form five times for five mistakes.

KIOSK_ALL_WALKS=1 (`scripts/torture walks`) looks at every page for forms that are not named here; else at some.
"""

import os
import re
from collections.abc import Iterator

import pytest
from lxml import html
from lxml.html import HtmlElement

from kiosk.domain.members.roles import Role
from tests.web.desk import recording, walking
from tests.web.desk.conftest import HTTPS, Desk

ONE_PAGE_IN = 1 if os.environ.get("KIOSK_ALL_WALKS") else 12
NO_DAY, NO_HOUR, NO_SUM, NO_NUMBER = "0001-01-01", "99:99", "x", "x"
_READ = "@type='date' or @type='datetime-local' or @type='time' or @type='number' or @type='email' or @type='tel'"
_TYPED = f"{_READ} or @inputmode='numeric' or @inputmode='decimal'"

TIME = {"day": NO_DAY, "from": NO_HOUR, "until": NO_HOUR}
FORMS: dict[str, dict[str, str]] = {
    "/books/cash/bank": {"amount": NO_SUM, "coin-100": NO_NUMBER},
    "/books/cash/count": {"coin-100": NO_NUMBER, "coin-200": NO_NUMBER},
    "/corrections/new": {"kind": "forgotten", "day": NO_DAY, "member": "personne"},
    "/events/1/open": {"starts": "x", "ends": "x", "deadline": "x", "places": "x", "threshold": "x", "rent": "x"},
    "/hour/prices": {"day": NO_SUM, "half": NO_SUM, "month": NO_SUM, "week": NO_SUM, "carnet": NO_SUM},
    "/members/1/edit": {"insured_until": NO_DAY, "email": "x", "phone": "x", "name": " "},
    "/members/1/reduced": {"from": NO_DAY, "until": NO_DAY},
    "/members/new": {"name": " ", "email": "x", "phone": "x", "badge": "x"},
    "/money/accounts/1/pay": {"amount-1": NO_SUM, "method": "transfer", "sent": NO_DAY},
    "/money/accounts/1/write-off": {"amount": NO_SUM, "reason": ""},
    "/money/sell/1": {"product": "membership", "from": NO_DAY, "method": "transfer", "sent": NO_DAY},
    "/organisations/new": {"name": " ", "siren": "1", "email": "x", "vat_number": "x", "kind": "company"},
    "/premises/draw": {"high": NO_NUMBER, "wide": NO_NUMBER, "x": NO_NUMBER, "y": NO_NUMBER, "kind": "desk"},
    "/premises/offices": {"from": NO_DAY, "until": NO_DAY, "siren": "1", "name": ""},
    "/premises/offices/approvals": {"approval_from": NO_DAY, "approval_until": NO_DAY},
    "/premises/things": {"days": NO_NUMBER, "minutes": NO_NUMBER, "places": NO_NUMBER, "kind": "booth"},
    "/rooms/1/edit": {"closed_on": NO_DAY, "capacity": NO_NUMBER, "setup_minutes": NO_NUMBER, "hours-mon": "x"},
    "/rooms/book": {**TIME, "last": NO_DAY, "but": "x", "every": "week", "organisation": "personne"},
    "/rooms/new": {"valid_from": NO_DAY, "capacity": NO_NUMBER, "setup_minutes": NO_NUMBER, "hours-mon": "x"},
    "/rooms/quotes/new": {**TIME, "valid_until": NO_DAY, "advance": NO_SUM, "caution": NO_SUM, "places": NO_NUMBER},
    "/rules/books/accounts": {"valid_from": NO_DAY, "account-bank": "x", "account-cash": "x"},
    "/rules/days": {"day": NO_DAY, "until": NO_DAY},
    "/rules/opening": {"valid_from": NO_DAY, "mon-0-from": NO_HOUR},
    "/rules/products/new": {
        "cents": NO_SUM,
        "valid_from": NO_DAY,
        "days": NO_NUMBER,
        "valid_days": NO_NUMBER,
        "kind": "carnet",
        "unit": "day",
    },
}
"""By its address, what cannot be in a form. What is right stands there, too, where it says which fields are read."""

RIGHT = {"method", "product", "kind", "every", "unit"}
TOGETHER = {
    "coin-100": "coins",
    "coin-200": "coins",
    "hours-mon": "hours",
    "mon-0-from": "mon",
}
"""Fields with one place for what is wrong in any of them."""

ONE_SENTENCE = {"/hosting/template", "/money/subscriptions/1/pause"}
"""Forms that tell all in one sentence, or each mistake at one place."""


def told(page: str) -> set[str]:
    """The fields beside which something is told; on the pages of rules their names begin with `f-`."""
    return {name.removeprefix("f-") for name in re.findall(r'id="([\w:.-]+)-error"', page)}


@pytest.mark.parametrize("where", FORMS)
def test_each_wrong_field_of_a_form_is_told_at_once(furnished: Desk, where: str) -> None:
    wrong = FORMS[where]
    key = {"key": "0" * 32, "weekday": "1", "what": "part"}
    role = Role.SECRETARY if where.startswith(("/members", "/premises/offices", "/premises/things")) else Role.TREASURER
    answer = furnished.sign_in(role).post(where, key | wrong)
    places = told(answer.get_data(as_text=True))
    assert {TOGETHER.get(name, name) for name in wrong.keys() - RIGHT} <= places, answer.status_code


def test_two_mistakes_with_one_place_are_both_told_there(furnished: Desk) -> None:
    sent = {"key": "0" * 32, "from": NO_DAY, "until": "0001-01-02"}
    page = furnished.sign_in(Role.TREASURER).post("/money/subscriptions/1/pause", sent).get_data(as_text=True)
    assert told(page) == {"pause"}
    assert (NO_DAY in page, "0001-01-02" in page) == (True, True)


@pytest.fixture
def furnished(desk: Desk) -> Desk:
    recording.furnish(desk)
    return desk


def forms(desk: Desk) -> Iterator[str]:
    """The address of every form with two fields that take a day, an hour, a number, a sum or an address."""
    officer = desk.sign_in(Role.PRESIDENT)
    for rule, _ in list(walking.walk(desk.app, {"GET"}))[::ONE_PAGE_IN]:
        where = walking.path(desk.app, rule)
        if rule.endpoint in recording._LEFT:
            continue
        answer = officer.client.get(where, base_url=HTTPS, buffered=True)
        if answer.status_code == 200 and answer.mimetype == "text/html" and answer.data:
            found: list[HtmlElement] = list(html.fromstring(answer.get_data(as_text=True)).forms)
            yield from (
                form.action or where
                for form in found
                if form.method == "POST" and len(form.xpath(f".//input[{_TYPED}]")) > 1
            )


def test_no_form_is_left_out(furnished: Desk) -> None:
    assert set(forms(furnished)) <= FORMS.keys() | ONE_SENTENCE
