"""The lists: the same rows as the export's and the page's, in windows, each answer as its document says."""

import csv
import io
import re
from html import unescape

import msgspec
import pytest

from kiosk.books import exports
from kiosk.domain import amounts
from kiosk.exports import labels
from kiosk.exports.sheets import SHEETS, SUMS
from kiosk.fields import dec_hook
from kiosk.web.pages.api import shapes
from kiosk.web.pages.speech import Pairing
from tests.web.desk.conftest import Officer

from .conftest import YEAR, House, problem


@pytest.mark.parametrize("what", SHEETS)
@pytest.mark.parametrize("limit", [1, 2, 1000])
def test_a_list_has_the_rows_of_its_export_whatever_the_window(
    house: House, president: Officer, what: str, limit: int
) -> None:
    rows = house.script(house.token()).rows(what, limit=limit)
    raw = president.get(f"/exports/file?what={what}&format=raw&{YEAR}")
    file = list(csv.DictReader(io.StringIO(raw.data.decode(), newline="")))
    assert len(rows) > 1
    assert [{name: "" if cell is None else str(cell) for name, cell in row.items()} for row in rows] == file
    assert [tuple(row) for row in rows] == [SHEETS[what].columns] * len(rows)


@pytest.mark.parametrize("what", SHEETS)
def test_a_list_has_the_rows_of_the_desk_s_page(house: House, president: Officer, what: str) -> None:
    rows = house.script(house.token()).rows(what)
    page = president.page(f"/exports?what={what}&{YEAR}", headers={"Accept-Language": "fr"})
    body = page[page.rindex("<tbody") :]
    shown = [
        [
            " ".join(unescape(re.sub(r"<[^>]*>", "", cell)).split())
            for cell in re.findall(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", line, re.S)
        ]
        for line in re.findall(r"<tr\b.*?</tr>", body, re.S)
    ]
    assert shown == [_on_the_page(house, what, row) for row in rows[:10]]


def _on_the_page(house: House, what: str, row: dict[str, object]) -> list[str]:
    """A row of the API as the desk's page words it."""
    sheet, zone = SHEETS[what], house.space.home.config.zone
    words = exports.spoken(house.space.home.store, "fr", zone).codes(sheet)
    cells = []
    for place, (kind, value) in enumerate(zip(sheet.kinds, row.values(), strict=True)):
        plain = (
            amounts.parse(str(value).lstrip("-")) * (-1 if str(value)[0] == "-" else 1)
            if kind in SUMS and value
            else value
        )
        worded = words.get(place, {}).get(str(plain), plain) if isinstance(plain, str) else plain
        cells.append(" ".join(labels.shown(worded, kind, "fr", zone).split()))
    return cells


@pytest.mark.parametrize("what", SHEETS)
def test_a_list_is_as_the_document_says(house: House, what: str) -> None:
    answer = house.script(house.token()).get(f"/api/v1/lists/{what}?{YEAR}")
    assert answer.content_type == "application/json"
    assert msgspec.json.decode(answer.data, type=shapes.LISTS[what], dec_hook=dec_hook)


def test_without_days_a_list_is_of_this_month_until_today(house: House) -> None:
    script = house.script(house.token())
    body = script.get("/api/v1/lists/visits").get_json()
    assert (body["from"], body["to"]) == ("2026-11-01", "2026-11-26")
    assert script.get("/api/v1/lists/visits?from=2027-02-03").get_json()["to"] == "2027-02-03"
    assert script.get("/api/v1/lists/visits?to=2026-09-15").get_json()["from"] == "2026-09-01"
    body = script.get("/api/v1/lists/tabs?from=2026-11-01&to=2027-12-31").get_json()
    assert body["to"] == "2026-11-26"  # what stands is told of no day to come


def test_the_first_and_the_last_day_of_all_are_days(house: House) -> None:
    script = house.script(house.token())
    for what in SHEETS:
        assert script.get(f"/api/v1/lists/{what}?from=0001-01-01&to=9999-12-31").status_code == 200, what


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("from=2026-02-30", (400, "api-query")),
        ("from=20261101", (400, "api-query")),
        ("to=", (400, "api-query")),
        ("limit=0", (400, "api-query")),
        ("limit=1001", (400, "api-query")),
        ("limit=²", (400, "api-query")),
        ("limit=1&limit=2", (400, "api-query")),
        ("after=1;DROP", (400, "api-query")),
        ("form=2026-11-01", (400, "api-query")),
        ("from=2026-11-02&to=2026-11-01", (422, "period")),
    ],
)
def test_what_is_asked_wrongly_is_told(house: House, query: str, wanted: tuple[int, str]) -> None:
    assert problem(house.script(house.token()).get(f"/api/v1/lists/visits?{query}")) == wanted


def test_what_has_not_changed_is_not_sent_again(house: House) -> None:
    script = house.script(house.token())
    first = script.get("/api/v1/lists/visits")
    again = script.get("/api/v1/lists/visits", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    house.space.clock.advance(days=1)
    house.space.tap("04A2000000E522")
    later = script.get("/api/v1/lists/visits?to=2026-11-27", **{"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200
    assert "private" in first.headers["Cache-Control"]
    head = script.get("/api/v1/lists/visits", method="HEAD")
    assert (head.status_code, head.data) == (200, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_the_api_only_reads(house: House, method: str) -> None:
    answer = house.script(house.token()).get("/api/v1/lists/visits", method=method)
    assert problem(answer) == (405, "api-method")
    assert answer.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v1", "/api/v1/lists/castles", "/api/v2/lists/visits", "/api/v1/public/x"]
)
def test_what_is_not_there_is_told_so(house: House, path: str) -> None:
    assert problem(house.script(house.token()).get(path)) == (404, "no-such-list")


def test_another_host_s_name_is_refused_and_a_desk_that_is_away_is_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = house.script(house.token())
    answer = script.client.get("/api/v1/lists/visits", base_url="https://ailleurs.example.org")
    assert problem(answer) == (421, "bad-host")
    monkeypatch.setattr(house.answers, "answer", nonsense)
    assert problem(script.get("/api/v1/lists/visits")) == (503, "desk-away")


def nonsense(_question: object) -> Pairing:
    """What no script asked for."""
    return Pairing(state="over")
