"""Enter in a field presses a form's first button: the one that does its act, never one that turns or sorts a list.

KIOSK_ALL_WALKS=1 (`scripts/torture walks`) looks at every page; here at one in some. Forms with ticks:
`test_sorted_lists`, and in a browser `tests/browser/test_long_lists.py`.
"""

import os

from lxml import html
from lxml.html import HtmlElement

from kiosk.domain.members.roles import Role
from tests.web.desk import recording, walking
from tests.web.desk.conftest import HTTPS, Desk

_TYPED = "not(@type) or contains(' text date number email tel password search time month datetime-local url ', @type)"
_BUTTONS = ".//button[not(@type='button')] | .//input[@type='submit']"
ONE_PAGE_IN = 1 if os.environ.get("KIOSK_ALL_WALKS") else 6
FIRST = ("/money/sell/",)  # on the tab, which takes no money: paid at once is the other button


def wrong(form: HtmlElement) -> str:
    """What Enter would press in a form that has another button for its act."""
    buttons = form.xpath(_BUTTONS)
    if not form.xpath(f".//input[{_TYPED}]") or len(buttons) < 2:
        return ""
    main = [each for each in buttons if "main" in (each.get("class") or "").split()]
    first = buttons[0]
    is_for_enter = first.get("aria-hidden") == "true"
    return "" if is_for_enter or not main or first is main[0] else html.tostring(first, encoding="unicode")[:160]


def test_the_first_button_of_each_form_does_its_act(desk: Desk) -> None:
    recording.furnish(desk)
    found = {}
    for role in (Role.TREASURER, Role.SECRETARY):
        officer = desk.sign_in(role)
        for rule, _ in list(walking.walk(desk.app, {"GET"}))[::ONE_PAGE_IN]:
            where = walking.path(desk.app, rule)
            if rule.endpoint in recording._LEFT or where.startswith(FIRST):
                continue
            answer = officer.client.get(where, base_url=HTTPS, buffered=True)
            if answer.status_code == 200 and answer.mimetype == "text/html" and answer.data:
                for form in html.fromstring(answer.get_data(as_text=True)).forms:
                    if wrong(form):
                        found[f"{where} {form.action}"] = wrong(form)
    assert not found, "\n".join(f"{where}: {button}" for where, button in found.items())
