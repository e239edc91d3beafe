"""Files from the desk: which, of which days, by whom; streamed, named and logged."""

import csv
import http.client
import io
import zipfile
from collections.abc import Iterator
from contextlib import closing
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, Response
from msgspec.structs import replace

from kiosk import slow_work
from kiosk.books import exports as written
from kiosk.domain.members.roles import Role
from kiosk.exports import labels, xlsx_files
from kiosk.exports.sheets import SHEETS, Kind
from kiosk.web.desk.books import exports
from kiosk.web.desk.common.office import EXTENSION
from kiosk.web.desk.common.progress import Left, Progress, Run
from tests.beside import unguarded
from tests.conftest import Space
from tests.held import hold
from tests.money.test_cashbox import bank_of
from tests.web.desk.conftest import Desk, Officer, actor_of
from tests.web.desk.test_stalled import Turning

INES, KARIM = "04A2000000E511", "04A2000000E522"
NAMES = {
    "day-passes": "journees",
    "visits": "visites",
    "occupancy": "frequentation",
    "payments": "paiements",
    "cash": "livre-de-caisse",
    "remittances": "remises-en-banque",
    "tabs": "ardoises",
    "entries": "ecritures",
    "members": "membres-et-soldes",
    "bookings": "reservations",
    "events": "evenements",
    "member-files": "fiches-des-membres",
}
MONTH = "&from=2026-11-01&to=2026-11-30"


@pytest.fixture
def busy(space: Space) -> Space:
    """A member comes twice and pays once; some of it is carried to the bank."""
    space.join("Inès Moreau", INES)
    space.tap(INES)
    space.clock.advance(days=1)
    space.tap(INES)
    space.till.pay(1, 700, "cash")
    bank_of(space).deposit(cash_cents=200)
    hold(space.home.store)
    return space


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("what", SHEETS)
def test_every_file_has_a_page_with_its_first_rows_in_both_languages(treasurer: Officer, what: str) -> None:
    for language in ("fr", "en"):
        page = treasurer.page(f"/exports?what={what}&period=year", headers={"Accept-Language": language})
        assert "/exports/file" in page
    assert "Inès Moreau" in treasurer.page("/exports?what=day-passes")
    assert "5,00\xa0€" in treasurer.page("/exports?what=day-passes", headers={"Accept-Language": "fr"})


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("what", SHEETS)
def test_every_file_comes_in_every_form(treasurer: Officer, what: str) -> None:
    for form in ("csv", "raw", "xlsx"):
        answer = treasurer.get(f"/exports/file?what={what}&format={form}{MONTH}", headers={"Accept-Language": "fr"})
        assert answer.status_code == 200
        end = "xlsx" if form == "xlsx" else "csv"
        name = what if form == "raw" else NAMES[what]
        last = "2026-11-26" if what == "tabs" else "2026-11-30"  # what stands is told of no day to come
        wanted = f'attachment; filename="{name}_2026-11-01_{last}.{end}"'
        assert answer.headers["Content-Disposition"] == wanted
        assert answer.headers["Cache-Control"] == "no-store"
        if form == "xlsx":
            assert zipfile.ZipFile(io.BytesIO(answer.data)).testzip() is None
        else:
            text = answer.data.decode("utf-8-sig" if form == "csv" else "utf-8")
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if form == "csv" else ","))
            known = SHEETS[what].columns
            assert rows[0] == (list(known) if form == "raw" else [labels.heading(each, "fr") for each in known])
            assert len(rows) > 1


def test_the_raw_file_is_the_command_line_s_own(busy: Space, treasurer: Officer) -> None:
    answer = treasurer.get(f"/exports/file?what=day-passes&format=raw{MONTH}")
    assert answer.data.decode().splitlines()[1:] == [
        "2026-11-25,1,Inès Moreau,itinerant,comfort,full,full,5.00,2,",
        "2026-11-26,1,Inès Moreau,itinerant,comfort,full,full,5.00,3,",
    ]


def test_an_export_is_in_the_log(busy: Space, treasurer: Officer) -> None:
    treasurer.page("/exports?what=entries")
    assert busy.sql("SELECT count(*) FROM desk_log WHERE act = 'export'") == [(0,)]
    treasurer.get(f"/exports/file?what=entries&format=csv{MONTH}")
    (row,) = busy.sql("SELECT actor, what FROM desk_log WHERE act = 'export'")
    assert row == (actor_of(Role.TREASURER), "entries 2026-11-01 2026-11-30 csv")


def test_who_sees_no_money_gets_no_file_with_sums(desk: Desk, secretary: Officer, host: Officer) -> None:
    page = secretary.page("/exports")
    offered = {name for name in SHEETS if f"what={name}" in page}
    assert offered == {name for name, sheet in SHEETS.items() if not sheet.has_money}
    for name, sheet in SHEETS.items():
        for path in (f"/exports?what={name}", f"/exports/file?what={name}&format=raw{MONTH}"):
            assert secretary.get(path).status_code == (403 if sheet.has_money else 200), path
    assert host.get("/exports").status_code == 403


def test_periods_have_names_and_a_wrong_day_is_told_beside_its_field(treasurer: Officer) -> None:
    page = treasurer.page("/exports?period=school-year")
    assert 'value="2026-09-01"' in page
    assert 'value="2027-08-31"' in page
    for query in ("from=2026-13-01&to=2026-11-01", "from=2026-11-02&to=2026-11-01", "from=2026-11-01"):
        answer = treasurer.get(f"/exports?what=visits&{query}")
        assert answer.status_code == 400
        assert 'aria-invalid="true"' in answer.get_data(as_text=True)
        assert treasurer.get(f"/exports/file?what=visits&format=csv&{query}").status_code == 400


def test_what_does_not_exist_is_not_found(treasurer: Officer) -> None:
    assert treasurer.get("/exports?what=castles").status_code == 404
    assert treasurer.get(f"/exports/file?what=visits&format=pdf{MONTH}").status_code == 400
    assert treasurer.get("/exports/file").status_code == 404


def test_an_empty_period_says_so(treasurer: Officer) -> None:
    assert "Aucune donnée sur cette" in treasurer.page("/exports?what=visits", headers={"Accept-Language": "fr"})


def test_a_workbook_is_not_made_of_too_many_rows(
    busy: Space, treasurer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "LONGEST_WORKBOOK", 1)
    page = treasurer.page("/exports?what=visits")
    assert "format=xlsx" not in page
    assert "format=csv" in page
    monkeypatch.setattr(xlsx_files, "write", None)
    answer = treasurer.get(f"/exports/file?what=visits&format=xlsx{MONTH}")
    assert answer.status_code == 400
    assert "too-many-rows" in answer.get_data(as_text=True)


def test_a_file_in_training_says_so_in_its_name(desk: Desk, treasurer: Officer) -> None:
    home, clock = desk.app.extensions[EXTENSION]
    desk.app.extensions[EXTENSION] = replace(home, training=True), clock
    answer = treasurer.get(f"/exports/file?what=visits&format=csv{MONTH}", headers={"Accept-Language": "fr"})
    assert 'filename="ECOLE_visites_2026-11-01_2026-11-30.csv"' in answer.headers["Content-Disposition"]


@pytest.mark.usefixtures("busy")
def test_the_page_can_ask_how_far_a_file_is(treasurer: Officer) -> None:
    key = "a" * 32
    assert "<progress" in treasurer.page(f"/exports/progress?key={key}&total=2")
    treasurer.get(f"/exports/file?what=visits&format=csv&key={key}{MONTH}")
    page = treasurer.page(f"/exports/progress?key={key}&total=2")
    assert "<progress" not in page
    assert "2" in page


def test_a_page_that_waits_for_nothing_stops_asking(treasurer: Officer) -> None:
    assert treasurer.page("/exports/progress?key=nothing&asked=9").strip() == ""


@pytest.mark.usefixtures("busy")
def test_a_download_begins_before_its_workbook_is_made(
    treasurer: Officer, monkeypatch: pytest.MonkeyPatch, queue: slow_work._Queue
) -> None:
    """Until then browsers wait for an answer, and give it up where the page is left."""
    made: list[object] = []
    monkeypatch.setattr(written, "write_xlsx", lambda *_with: made.append(_with))
    answer = treasurer.get(f"/exports/file?what=visits&format=xlsx{MONTH}")
    pieces = answer.iter_encoded()
    assert next(pieces) == b"PK\x03\x04"
    assert not made
    assert queue._turn.locked()
    answer.close()
    assert not queue._turn.locked()


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_file_that_is_stopped_is_made_no_further(treasurer: Officer, form: str, queue: slow_work._Queue) -> None:
    key = "b" * 32
    answer = treasurer.get(f"/exports/file?what=visits&format={form}&key={key}{MONTH}")
    assert 'hx-post="/exports/stop"' in treasurer.page(f"/exports/progress?key={key}&total=2")
    said = treasurer.post("/exports/stop", {"key": key}, headers={"Accept-Language": "fr"}).get_data(as_text=True)
    assert "Export arrêté" in said
    if form == "xlsx":  # a short CSV is sent whole before
        with pytest.raises(Left):
            answer.get_data()
    assert "<progress" not in treasurer.page(f"/exports/progress?key={key}&total=2")
    assert not queue._turn.locked()


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_file_whose_download_was_ended_is_made_no_further(
    treasurer: Officer, form: str, queue: slow_work._Queue
) -> None:
    gone = {"waitress.client_disconnected": lambda: True}
    with pytest.raises(Left):
        treasurer.get(f"/exports/file?what=visits&format={form}{MONTH}", environ_overrides=gone).get_data()
    assert not queue._turn.locked()


def test_a_file_that_is_ready_is_not_stopped_any_more() -> None:
    run = Run()
    list(run.watched(piece for piece in [b"all"]))
    run.stop()
    assert (run.is_over, run.is_stopped) == (True, False)


def _breaks(amid: Exception) -> Iterator[bytes]:
    """A file that cannot be made to its end, as of rows that were changed past the program."""
    yield b"first"
    raise amid


def test_a_file_that_breaks_off_amid_is_said_not_to_be_whole(treasurer: Officer, desk: Desk) -> None:
    key = "c" * 32
    with desk.app.test_request_context():
        run = Progress.of(desk.app).begin(key)
    with pytest.raises(ValueError, match="tampered"):
        list(run.watched(_breaks(ValueError("tampered"))))
    page = treasurer.page(f"/exports/progress?key={key}&total=2", headers={"Accept-Language": "fr"})
    assert "Le fichier est prêt" not in page
    assert "kiosk verify" in page


@pytest.mark.parametrize("form", ["csv", "raw"])
def test_rows_that_cannot_be_read_are_a_page_in_words_in_a_file_s_place(
    busy: Space, treasurer: Officer, form: str
) -> None:
    with unguarded(busy.home) as hands:
        hands.execute("UPDATE entry SET detail = 'x' WHERE kind = 'charge'")
    answer = treasurer.get(f"/exports/file?what=day-passes&format={form}{MONTH}", headers={"Accept-Language": "fr"})
    assert answer.status_code == 503
    assert "Content-Disposition" not in answer.headers
    assert "kiosk check" in answer.get_data(as_text=True)


def test_a_browser_is_told_that_a_download_broke_off_amid() -> None:
    app = Flask("breaks")
    app.add_url_rule("/", "file", lambda: Response(Run().watched(_breaks(ValueError("tampered")))))
    server = Turning(app)
    try:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        connection.request("GET", "/")
        with closing(connection.getresponse()) as answer, pytest.raises(http.client.IncompleteRead):
            answer.read()
        connection.close()
    finally:
        server.end()


def test_the_cash_book_says_euros_in_every_column_of_money(busy: Space, treasurer: Officer) -> None:
    page = treasurer.page("/exports?what=cash&period=month", headers={"Accept-Language": "fr"})
    assert "7,00\xa0€" in page
    assert "5,00\xa0€" in page  # what is left in the box
    assert ">700<" not in page
    assert ">500<" not in page


def test_every_kind_of_column_is_written_for_people() -> None:
    given = {Kind.DAY: "2026-11-02", Kind.MOMENT: "2026-11-01T23:30:00Z"}
    said = {kind: labels.shown(given.get(kind, 10500), kind, "fr", ZoneInfo("Europe/Paris")) for kind in Kind}
    assert said == {
        Kind.TEXT: "10500",
        Kind.DAY: "2 nov. 2026",
        Kind.MOMENT: "2 nov. 2026 0\xa0h\xa030",
        Kind.CENTS: "105,00\xa0€",
        Kind.LEVEL: "105,00\xa0€",
        Kind.COUNT: "10\u202f500",
        Kind.NUMBER: "10500",
    }
    assert {labels.shown(None, kind, "fr") for kind in Kind} == {""}


def test_debts_are_not_aged_on_a_day_to_come(busy: Space, treasurer: Officer) -> None:
    page = treasurer.page("/exports?what=tabs&period=year", headers={"Accept-Language": "fr"})
    assert "au 26\u00a0nov.\u00a02026" in page
    answer = treasurer.get("/exports/file?what=tabs&format=csv&period=year", headers={"Accept-Language": "fr"})
    assert 'filename="ardoises_2026-01-01_2026-11-26.csv"' in answer.headers["Content-Disposition"]
    head, row = csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""), delimiter=";")
    assert dict(zip(head, row, strict=True))["Jusqu’à 30 jours"] == "8,00"
    assert treasurer.get("/exports?what=tabs&from=2027-01-01&to=2027-02-01").status_code == 200


def test_no_code_is_shown_where_people_read(busy: Space, treasurer: Officer) -> None:
    for what in ("visits", "day-passes", "entries"):
        page = treasurer.page(f"/exports?what={what}", headers={"Accept-Language": "fr"})
        assert not any(f">{code}<" in page for code in ("itinerant", "comfort", "full", "kept", "kiosk", "day"))
        answer = treasurer.get(f"/exports/file?what={what}&format=csv{MONTH}", headers={"Accept-Language": "fr"})
        assert not {"itinerant", "comfort", "full", "kept", "kiosk", "day"} & set(
            answer.data.decode("utf-8-sig").replace("\r\n", ";").split(";")
        )


@pytest.mark.usefixtures("busy")
def test_moments_are_the_wall_clock_s_for_people_and_utc_for_programs(treasurer: Officer) -> None:
    people = treasurer.get(f"/exports/file?what=bookings&format=csv{MONTH}", headers={"Accept-Language": "fr"})
    assert ";2026-11-01 00:30;2026-11-01 01:30;réservée;réservation;1;Inès Moreau;" in people.data.decode()
    programs = treasurer.get(f"/exports/file?what=bookings&format=raw{MONTH}")
    assert ",big,2026-10-31T23:30:00Z,2026-11-01T00:30:00Z,booked,booking,1,Inès Moreau," in programs.data.decode()
    page = treasurer.page("/exports?what=events&from=2026-11-01&to=2026-11-30", headers={"Accept-Language": "fr"})
    assert "1er nov. 2026 0\xa0h\xa030" in page.replace("&nbsp;", "\xa0")
