"""A day that no calendar reaches is told: beside its field where a form is sent, on the page where an address asks.

KIOSK_ALL_WALKS=1 (`scripts/torture walks`) tries every form with a day; here those of one page in some.
"""

import os
from collections.abc import Iterator

from lxml import html
from lxml.html import HtmlElement

from kiosk.domain.members.roles import Role
from tests.web.desk import recording, walking
from tests.web.desk.conftest import HTTPS, Desk, Officer
from tests.web.desk.test_never_500 import plausible

ONE_PAGE_IN = 1 if os.environ.get("KIOSK_ALL_WALKS") else 6
TOO_EARLY = "0001-01-01"
TOLD = ("Choisissez un jour", "Écrivez une date", "Écrivez un jour", "Une date valide")
_DAYS = "@type='date' or @type='datetime-local'"


def forms(officer: Officer, desk: Desk, seen: set[tuple[object, ...]]) -> Iterator[tuple[str, HtmlElement]]:
    """Every form of the desk that has a day and was not seen yet, with the page that it stands on."""
    for rule, _ in list(walking.walk(desk.app, {"GET"}))[::ONE_PAGE_IN]:
        where = walking.path(desk.app, rule)
        if rule.endpoint in recording._LEFT:
            continue
        answer = officer.client.get(where, base_url=HTTPS, buffered=True)
        if answer.status_code != 200 or answer.mimetype != "text/html" or not answer.data:
            continue
        for form in html.fromstring(answer.get_data(as_text=True)).forms:
            names = tuple(each.get("name") for each in form.xpath(f".//input[{_DAYS}]"))
            place = (form.method, form.action or where, names)
            if names and place not in seen:
                seen.add(place)
                yield where, form


def untold(officer: Officer, where: str, form: HtmlElement) -> Iterator[str]:
    """The days of a form that are taken for none, or as they are."""
    drawn = {name: text or ("" if name.startswith("hours-") else plausible(name)) for name, text in form.form_values()}
    for choice in form.xpath(".//input[@type='radio']"):
        drawn.setdefault(choice.get("name"), choice.get("value"))
    drawn |= {each.get("name"): "2026-11-26" for each in form.xpath(f".//input[{_DAYS}]") if not each.get("value")}
    for field in form.xpath(f".//input[{_DAYS}][not(@name='sent')]"):  # read for a transfer alone: see below
        name = field.get("name")
        sent = drawn | {name: TOO_EARLY if field.get("type") == "date" else f"{TOO_EARLY}T10:00"}
        target = form.action or where
        if form.method == "POST":
            answer = officer.post(target, sent, buffered=True)
        else:
            answer = officer.get(target, query_string=sent, buffered=True, follow_redirects=True)
        page = answer.get_data(as_text=True).replace("\xa0", " ")
        is_beside = answer.status_code < 500 and f'id="{name}-error"' in page
        if not is_beside and not any(words in page for words in TOLD):
            yield f"{form.method} {target} {name}: {answer.status_code} {answer.headers.get('Location', '')}"


def test_each_day_of_the_desk_that_cannot_be_is_told(desk: Desk) -> None:
    recording.furnish(desk)
    seen: set[tuple[object, ...]] = set()
    wrong: list[str] = []
    for role in (Role.TREASURER, Role.SECRETARY):
        officer = desk.sign_in(role)
        wrong += [each for where, form in list(forms(officer, desk, seen)) for each in untold(officer, where, form)]
    assert len(seen) > 40 // ONE_PAGE_IN
    assert not wrong, "\n".join(wrong)


def test_the_day_of_a_transfer_that_cannot_be_is_told(desk: Desk, treasurer: Officer) -> None:
    number = desk.space.join("Inès Moreau", "04A2000000E511")
    sent = {f"amount-{number}": "1,00", "method": "transfer", "sent": TOO_EARLY, "key": "0" * 32}
    page = treasurer.post(f"/money/accounts/{number}/pay", sent).get_data(as_text=True)
    assert TOLD[0] in page
