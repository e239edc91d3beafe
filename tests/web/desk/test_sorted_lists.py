"""Every long list of the desk is paged, looked through, sorted by each of its columns and added up, without a script.

KIOSK_ALL_WALKS=1 (`scripts/torture walks`) sorts by every column; here by one in some of each list.
"""

import os
import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from lxml import html
from lxml.html import HtmlElement

from kiosk import home
from kiosk.domain.members.roles import Role
from kiosk.exports import formats
from kiosk.web.desk.common.paging import A_FEW
from tests.browser import crowd
from tests.browser.page_table import PAGES
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock
from tests.homes import copied
from tests.shared import once
from tests.web.desk.conftest import Desk, Officer

ONE_COLUMN_IN = 1 if os.environ.get("KIOSK_ALL_WALKS") else 4
MANY, LONG, A_PAGE = 54, 50, 30  # rows: a page and some, and the fewest on a page
UNSORTED = {
    "/members/likely": "pairs, the likeliest first",
    "/log": "what was done, in its order",
    "/state": "what there is to do, by urgency",
    "/rules": "rules, by their subject",
    "/books/fec/print": "the books on paper, in their order",
    "/members/papers": "letters to print",
    "/today/evacuation": "who is here, by name, to print",
    "/assembly/sheet": "a sheet to sign, by name",
    "/help": "the manual",
    "/members/badges/list": "a sheet to sign, by number",
}
QUOTES = 120
QUOTE = (
    "INSERT INTO quote (organisation_id, valid_until, lines, advance_cents, made_at, made_by)"
    " VALUES ({organisation}, '2026-12-24', '[]', {cents}, '2026-11-25 08:00:00.000000', 'desk')"
)
ONLINE = (
    "INSERT INTO online_payment (token, account_id, cents, state, made_at, payment)"
    " VALUES (randomblob(16), {account}, {cents}, 'expired', '2026-11-25 08:00:00.000000', 'P{place:04}')"
)
NULLS_LAST = ("/members",)  # a list whose empty cells come last both ways
_SUM = re.compile(r"-?[\d\u202f\xa0 ]+,\d\d[\xa0\u202f ]€")


@pytest.fixture
def root(staff: Path, tmp_path: Path) -> Path:
    """A home with more than a page of everything, made once for all tests of a run."""
    made = once(f"crowd-{staff.name}", lambda folder: _crowded(staff / staff.name, folder / "home"))
    return copied(made / "home", tmp_path / "home")


def _crowded(staffed: Path, root: Path) -> None:
    with home.opened(copied(staffed, root)) as opened:
        space = Space(opened, FakeClock(WEDNESDAY))
        for name in ("things", "registered_offices", "events", "notices", "people", "rooms_on", "gifts", "public_work"):
            space.rule(name, "true")
        crowd.furnish(space, MANY)
        for place in range(QUOTES):
            space.sql_write(QUOTE.format(place=place, organisation=place % MANY + 1, cents=(place * 37) % 101))
        for place in range(MANY):
            space.sql_write(ONLINE.format(place=place, account=place + 1, cents=100 + (place * 37) % 101))
        space.kept.close()


@cache
def days() -> dict[str, date]:
    """Each day as the desk writes it."""
    first = date(2019, 1, 1)
    each = (first + timedelta(days=place) for place in range(4600))
    return {_plain(formats.day(day, "fr", formats.MEDIUM)): day for day in each}


def _plain(text: str) -> str:
    return " ".join(text.replace("\xa0", " ").replace("\u202f", " ").split())


def kind(texts: list[str]) -> list[object] | None:
    """What a column's cells say, where all of them are days, sums or numbers; None for words."""
    if all(text in days() for text in texts):
        return [days()[text] for text in texts]
    if all(_SUM.fullmatch(text) for text in texts):
        return [int(re.sub(r"[^\d-]", "", text)) for text in texts]
    return [int(text) for text in texts] if all(re.fullmatch(r"\d+", text) for text in texts) else None


class List:
    """A long list of a page: its rows on each of its pages, and the ways to sort it."""

    def __init__(self, officer: Officer, where: str, place: int) -> None:
        self.officer, self.where, self.place = officer, where, place

    def element(self, where: str = "") -> HtmlElement:
        return lists(html.fromstring(self.officer.page(where or self.where)), least=1)[self.place]

    def columns(self) -> list[HtmlElement]:
        """The links and buttons by which it is sorted."""
        return _columns(self.element())

    def rows(self, order: str) -> list[tuple[str, ...]]:
        """All rows in an order, a page after the other."""
        found: list[tuple[str, ...]] = []
        where = order
        while where:
            page = html.fromstring(self.officer.page(where))
            element = lists(page, least=1)[self.place]
            found += [_cells(row) for row in element.xpath(".//tbody/tr | self::ul/li")]
            more = element.xpath("following::nav[@class='pages'][1]//a[@rel='next']/@href")
            where = more[0] if more else ""
        return found


def _columns(element: HtmlElement) -> list[HtmlElement]:
    if _is_without_headings(element):
        return _orders(element)
    return list(element.xpath(".//thead//th/a | .//thead//th/button[@name='by']"))


def _is_without_headings(element: HtmlElement) -> bool:
    """Lines, and a table whose headings are for screen readers alone: its orders stand above it."""
    return element.tag == "ul" or bool(element.xpath("./thead[@class='visually-hidden']"))


def _orders(element: HtmlElement) -> list[HtmlElement]:
    near = element.xpath("preceding::ul[@aria-label='Trier par'][1]")
    return near[0].xpath("./li/a | ./li/button") if near else []


def _cells(row: HtmlElement) -> tuple[str, ...]:
    cells = row.xpath("./td | ./th") or [row]
    return tuple(_plain(cell.text_content()) for cell in cells)


def lists(page: HtmlElement, least: int = 0) -> list[HtmlElement]:
    """The lists of a page that have so many rows; without `least` the long ones: by their rows, or by their orders."""
    found = page.xpath("//main//table[.//tbody/tr] | //main//ul[contains(@class, 'lines')]")
    rows = [(each, len(each.xpath(".//tbody/tr | self::ul/li"))) for each in found]
    return [
        each for each, many in rows if many >= (least or A_PAGE) or (not least and many == A_FEW and _columns(each))
    ]


def long_pages(officers: list[Officer]) -> Iterator[tuple[Officer, str, HtmlElement]]:
    for where in sorted({several[0].partition("?")[0] for several in PAGES.values() if "{" not in several[0]}):
        if where in UNSORTED:
            continue
        answers = ((officer, officer.get(where)) for officer in officers)
        seen = next(((officer, answer) for officer, answer in answers if answer.status_code == 200), None)
        if seen is not None and seen[1].mimetype == "text/html":
            page = html.fromstring(seen[1].get_data(as_text=True))
            if lists(page):
                yield seen[0], where, page


def test_each_long_list_sorts_by_each_of_its_columns_both_ways_and_loses_no_row(desk: Desk) -> None:
    officers = [desk.sign_in(role) for role in (Role.TREASURER, Role.SECRETARY, Role.PRESIDENT)]
    walked: dict[str, int] = {}
    wrong: list[str] = []
    for officer, where, page in long_pages(officers):
        every, long = lists(page, least=1), lists(page)
        for place in [place for place, each in enumerate(every) if each in long]:
            one = List(officer, where, place)
            sorted_by = [each for each in one.columns() if each.tag == "a"]
            walked[where] = walked.get(where, 0) + len(one.columns())
            for link in sorted_by[len(walked) % ONE_COLUMN_IN :: ONE_COLUMN_IN]:
                wrong += _compared(one, link)
    assert not wrong, "\n".join(wrong)
    assert len(walked) > 15, walked
    assert {"/", "/money", "/books/cash", "/books/cheques", "/members", "/premises/things"} <= walked.keys()
    assert sorted(where for where, columns in walked.items() if not columns) == []


def _compared(one: List, link: HtmlElement) -> list[str]:
    rising = link.get("href")
    label, name = _plain(link.text_content()), dict(parse_qsl(urlsplit(rising).query))
    order = next(key for key in name if key.startswith(("sort", "done-sort")))
    falling = rising.replace(f"{order}={name[order]}", f"{order}=-{name[order].removeprefix('-')}")
    rising = rising.replace(f"{order}={name[order]}", f"{order}={name[order].removeprefix('-')}")
    up, down = one.rows(rising), one.rows(falling)
    where = f"{one.where} {label}"
    found = [f"{where}: rows differ"] if sorted(up) != sorted(down) or len(up) <= LONG else []
    if one.where not in NULLS_LAST and up != down[::-1]:
        found.append(f"{where}: falling is not rising turned round")
    column = _column(one, link)
    if column is not None:
        cells = kind([row[column] for row in up if len(row) > column])
        if cells is not None and cells != sorted(cells):  # type: ignore[type-var]  # of one kind
            found.append(f"{where}: not in order {cells[:5]}")
    return found


def _column(one: List, link: HtmlElement) -> int | None:
    heading = link.getparent()
    return None if heading.tag != "th" else heading.getparent().xpath("./th | ./td").index(heading)


def test_a_column_that_is_sorted_by_says_so_and_the_other_way_is_its_next(desk: Desk) -> None:
    secretary = desk.sign_in(Role.TREASURER)
    page = html.fromstring(secretary.page("/organisations?sort=name&q=structure"))
    (heading,) = page.xpath("//th[@aria-sort]")
    assert heading.get("aria-sort") == "ascending"
    (link,) = heading.xpath("./a")
    assert dict(parse_qsl(urlsplit(link.get("href")).query)) == {"sort": "-name", "q": "structure"}
    again = html.fromstring(secretary.page(link.get("href")))
    assert again.xpath("//th[@aria-sort]")[0].get("aria-sort") == "descending"


def test_each_column_of_a_long_table_can_be_sorted_by_or_has_no_order(desk: Desk) -> None:
    officers = [desk.sign_in(role) for role in (Role.TREASURER, Role.SECRETARY, Role.PRESIDENT)]
    bare = []
    for _, where, page in long_pages(officers):
        for element in lists(page):
            if _is_without_headings(element):
                bare += [] if _orders(element) else [where]
            for heading in element.xpath("./thead[not(@class)]//th[not(a or button)]"):
                words = _plain(heading.text_content())
                if words and not heading.xpath("./span[@class='visually-hidden']"):
                    bare.append(f"{where}: {words}")
    assert set(bare) == BARE.keys()


BARE = {
    "/books/remittances/1: N°": "a line's place on the slip",
    "/corrections: Décision": "buttons, as long as nothing is decided",
    "/visitors: Réponse": "buttons",
}


@pytest.mark.parametrize(
    ("where", "field"),
    [("/books/cheques", "cheque"), ("/books/payouts", "payment"), ("/money/reminders", "account")],
)
def test_rows_stay_ticked_while_a_list_is_sorted(desk: Desk, where: str, field: str) -> None:
    treasurer = desk.sign_in(Role.TREASURER)
    page = html.fromstring(treasurer.page(where))
    (form,) = [each for each in page.forms if each.xpath(".//button[@name='by']")]
    names = [button.get("value") for button in form.xpath(".//button[@name='by']")]
    first = form.xpath(".//button")[0]
    assert (first.get("aria-hidden"), first.get("name")) == ("true", None), "Enter does the form's act"
    boxes = form.xpath(f".//input[@name='{field}']/@value")
    ticked = [value for name, value in form.form_values() if name == field] or boxes
    assert len(ticked) >= LONG
    for name in names:
        sent: dict[str, list[str]] = {}
        for key, value in form.form_values():
            sent.setdefault(key, []).append(value)
        sent[field] = ticked[3:]
        for way in (name, f"-{name}"):
            answer = treasurer.post(form.get("action") or where, {**sent, "by": way})
            assert answer.status_code == 200
            (shown,) = [
                each
                for each in html.fromstring(answer.get_data(as_text=True)).forms
                if each.xpath(".//button[@name='by']")
            ]
            assert sorted(value for key, value in shown.form_values() if key == field) == sorted(ticked[3:])
            assert (field, ticked[0]) not in shown.form_values()


@pytest.mark.parametrize("where", ["/organisations", "/books/cheques", "/money/reminders", "/books/receipts"])
def test_what_a_list_adds_up_to_is_the_whole_list_s_and_not_a_page_s(desk: Desk, where: str) -> None:
    treasurer = desk.sign_in(Role.TREASURER)
    sums = [
        html.fromstring(treasurer.page(each)).xpath("//p[@class='sum'] | //tfoot//strong")
        for each in (where, f"{where}?page=2")
    ]
    if where == "/books/receipts":
        assert not sums[0], "no receipts"
        return
    first, second = (_plain(each[0].text_content()) for each in sums)
    assert first == second
    assert _SUM.search(first)


def test_every_quote_is_on_some_page(desk: Desk) -> None:
    secretary = desk.sign_in(Role.SECRETARY)
    numbers: list[str] = []
    for page in range(1, 4):
        shown = secretary.page(f"/rooms/quotes?page={page}&sort=number")
        numbers += re.findall(r'href="/rooms/quotes/(\d+)"', shown)
    assert numbers == [str(number) for number in range(1, QUOTES + 1)]
    assert "Structure 0007" in secretary.page("/rooms/quotes?q=structure+0007")
