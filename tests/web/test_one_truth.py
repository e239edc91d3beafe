"""One truth: no code, no English on any French page, file, paper or mail, and one value wherever a total’s name stands.

One furnished evening is read once: every page of the desk's table, every file in every form, every paper that the desk
prints, what was put to be mailed.
LibreOffice opens the files, and works their sums out again.
"""

import ast
import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pypdf
import pytest

import kiosk
from kiosk import home
from kiosk.exports.sheets import SHEETS, Kind
from kiosk.money import reminder_texts
from kiosk.setup import demo
from kiosk.store.money import tab_rows
from kiosk.web.desk.app import create_app
from tests.browser import desk, page_table
from tests.conftest import Space
from tests.exports import libreoffice
from tests.fakes import FakeClock
from tests.kept import keep
from tests.web.desk.conftest import Officer

ROOT = Path(kiosk.__file__).parent
FRENCH = {"Accept-Language": "fr"}
YEAR = "&from=2026-01-01&to=2026-11-25"
_HIDDEN = re.compile(r"<(script|style|svg|code|pre|textarea)\b.*?</\1>|<!--.*?-->", re.DOTALL)
_SAID_IN = re.compile(r'\b(?:aria-label|title|placeholder|alt|data-label)="([^"]*)"')
_WORD = re.compile(r"[^\W\d_]+(?:[-_][^\W\d_]+)*")

_TWO = r'\s*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)"'
NIGHT = "2026-11-25T20:00:00.000000Z"

# Pages that hold other languages, and say so: the association’s texts beside each other. Of a file’s reading that
# nobody sent here, only a way back is left.
IN_OTHER_WORDS = {"rules.words", "rules.word_form", "rules.notice"}
# Words of people, of machines and of the law that French readers know by these names.
AS_THEY_ARE = {
    "demo", "secretary", "president", "treasurer", "host",  # addresses of the demo's officers
    "English", "Shelly", "Nuki", "OSDP", "MQTT", "short", "session", "root", "you", "amount", "sell", "shown",
}  # fmt: skip


@dataclass(frozen=True)
class Evening:
    """What was read: pages by their endpoint and address, files by their name, papers' words by theirs, mails."""

    pages: dict[str, dict[str, str]]
    files: dict[str, bytes]
    papers: dict[str, str]
    mails: list[str]

    def page(self, endpoint: str, place: int = 0) -> str:
        """The text of a page without its frame, part by part."""
        main = re.search(r"<main.*?</main>", [*self.pages[endpoint].values()][place], re.DOTALL)
        assert main is not None, endpoint
        return " ~ ".join(texts(main[0]))

    def rows(self, what: str) -> list[dict[str, str]]:
        """The rows of a file for spreadsheets, by its French headings."""
        text = self.files[f"{what}.csv"].decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))

    def report(self, table: str, row: str, column: str) -> str:
        """A cell of the annual report's CSV."""
        text = self.files["rapport.csv"].decode("utf-8-sig")
        for said in csv.reader(io.StringIO(text, newline=""), delimiter=";"):
            if said[:3] == [table, row, column]:
                return said[3]
        raise KeyError((table, row, column))


def texts(html: str) -> list[str]:
    """What a page says, part by part."""
    bare = _HIDDEN.sub(" ", html)
    return [said for each in re.split(r"<[^>]*>", bare) if (said := " ".join(unescape(each).split()))]


def cents(text: str) -> int:
    """`1 098,00 €` in cents."""
    found = re.search(r"(-?)([\d\s\u202f]+),(\d\d)", text)
    assert found is not None, text
    return int(found[1] + re.sub(r"\s", "", found[2]) + found[3])


def after(text: str, *names: str) -> str:
    """The part that follows some others."""
    parts = text.split(" ~ ")
    place = next(at for at in range(len(parts)) if tuple(parts[at : at + len(names)]) == names)
    return parts[place + len(names)]


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    keep()
    root = desk.prepare(tmp_path_factory.mktemp("truth") / "home")
    with home.opened(root) as opened:
        space = Space(opened, FakeClock(desk.EVENING))
        made = desk.RealDesk(space, create_app(opened, space.clock, bytes(32), ["localhost"]), "")
        desk.furnish(made)
        officer = _signed_in(made)
        pages, files, mails = _pages(made, officer), _files(officer), _mails(made)
        yield Evening(pages, files, _papers(made), mails)
        space.kept.close()


def _signed_in(made: desk.RealDesk) -> Officer:
    officer = Officer(made.app.test_client())
    sent = {"email": desk.EVERY_ROLE, "password": demo.DEMO_PASSWORD}
    assert officer.post("/login", sent, form_on="/login").status_code == 302
    return officer


def _numbers(made: desk.RealDesk) -> dict[str, str]:
    found = {name: str(made.sql(query)[0][0]) for name, query in page_table.NUMBERS.items()}
    return found | {"key": "0", "bank_key": "0", "balances_key": "0", "wording": "welcome"}


def _pages(made: desk.RealDesk, officer: Officer) -> dict[str, dict[str, str]]:
    numbers = _numbers(made)
    found: dict[str, dict[str, str]] = {}
    for endpoint, where in page_table.PAGES.items():
        addresses = (each.format(**numbers) for each in where)
        answers = {each: officer.get(each, headers=FRENCH) for each in addresses}
        found[endpoint] = {each: answer.text for each, answer in answers.items() if answer.status_code in (200, 400)}
    return found


def _files(officer: Officer) -> dict[str, bytes]:
    found = {}
    for what in SHEETS:
        for form in ("csv", "xlsx"):
            answer = officer.get(f"/exports/file?what={what}&format={form}{YEAR}", headers=FRENCH)
            assert answer.status_code == 200
            found[f"{what}.{form}"] = answer.data
    for form in ("csv", "xlsx"):
        answer = officer.get(f"/books/report.{form}?year=2026", headers=FRENCH)
        assert answer.status_code == 200
        found[f"rapport.{form}"] = answer.data
    for code in ("visits", "money", "comers", "hours"):
        found[f"figures-{code}.csv"] = officer.get(f"/figures/{code}.csv?period=year", headers=FRENCH).data
    return found


# The desk's papers, by their name and where they are.
PAPERS = {
    "rapport": "/books/report.pdf?year=2026",
    "clôture": "/books/closings/{closing}.pdf",
    "bordereau": "/books/remittances/1.pdf",
    "facture": "/books/invoices/{invoice}.pdf",
    "avoir": "/books/invoices/{credit_note}.pdf",
    "bons": "/organisations/1/vouchers/statement.pdf",
    "porte": "/rules/door-sheet.pdf",
    # handed out by a form
    "reçu": "/money/receipts/{receipt}.pdf",
    "relevé": "/money/receipts/{statement}.pdf",
    # of what this evening has not: somebody who was at an event, an association that collects VAT
    "stage": "/events/2/certificate/3",
    "attestation": "/books/attestation.pdf",
}


def _papers(made: desk.RealDesk) -> dict[str, str]:
    """What each paper says, its lines one after the other. Read last: some want what changes the evening."""
    found, numbers, space, officer = {}, _numbers(made), made.space, _signed_in(made)
    for name, where in PAPERS.items():
        address = where.format(**numbers)
        if name == "stage":
            with space.home.store.writing() as connection:
                connection.exec_driver_sql(
                    "INSERT INTO attended_day VALUES (3, '2026-11-25', 'list', ?, 'x')", (NIGHT,)
                )
            space.rule("vat_status", '"liable"')
            space.clock.advance(hours=4)
            officer = _signed_in(made)  # whoever does nothing for long is signed out
        if "/receipts/" in where:
            page = address.removesuffix(".pdf")
            key = re.search(r'name="key" value="([^"]+)"', officer.page(page))
            assert key is not None
            answer = officer.post(address, {"key": key[1]}, headers=FRENCH)
        else:
            answer = officer.get(address, headers=FRENCH)
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), address
        pages = pypdf.PdfReader(io.BytesIO(answer.data)).pages
        found[name] = "\n".join(" ".join(line.split()) for each in pages for line in each.extract_text().splitlines())
    return found


def _mails(made: desk.RealDesk) -> list[str]:
    """What waits to be sent, and a reminder to everybody who owes."""
    said = [f"{subject}\n{body}" for subject, body in made.sql("SELECT subject, body FROM outbox")]
    with made.space.home.store.reading() as connection:
        for tab in tab_rows.owing(connection, desk.EVENING.date()):
            lines = tab_rows.unpaid(connection, tab.owner)
            letter = reminder_texts.write(tab.owner, lines, desk.EVENING.date(), "fr")
            said.append(f"{letter.subject}\n{letter.text}")
    return said


# --- words ---


def _pairs() -> Iterator[tuple[str, str]]:
    """The French and English of every pair that the program says. Two codes beside each other are none."""
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func).rpartition(".")[2]
            given = [node.args] if called in ("t", "Text") else []
            if called in ("tn", "Plural"):
                given = [each.elts for each in node.args if isinstance(each, ast.Tuple)]
            for args in given:
                said = [each.value for each in args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
                if len(said) >= 2:
                    yield said[0], said[1]
    for path in ROOT.rglob("*.html"):
        text = path.read_text("utf-8")
        yield from re.findall(rf"\bt\({_TWO}", text)
        for several in re.findall(r"\btn\(.*?[}%]}", text, re.DOTALL):
            yield from re.findall(rf"\({_TWO}", several)


def _enum_values() -> set[str]:
    """Every value of every enumeration that codes are made of."""
    return {
        line.value.value
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef) and any("Enum" in ast.unparse(base) for base in node.bases)
        for line in node.body
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant) and isinstance(line.value.value, str)
    }


@pytest.fixture(scope="module")
def foreign() -> set[str]:
    """Words that no French sentence of the program has: of its English, of its codes."""
    french, english = set[str](), set[str]()
    for said, translated in _pairs():
        french |= {word.lower() for word in _WORD.findall(re.sub(r"\{\w*\}", "", said))}
        english |= {word.lower() for word in _WORD.findall(re.sub(r"\{\w*\}", "", translated)) if len(word) > 2}
    seeded = {"itinerant", "permanent", "comfort", "full", "reduced", "free-corner"}
    known = english | {code for code in _enum_values() | seeded if len(code) > 2}
    typed = {"members"}  # in a command that a sentence has
    found = known - (french - typed) - {word.lower() for word in AS_THEY_ARE}
    assert {"full", "comfort", "itinerant", "kept", "members", "cash", "payment", "transfer", "write-off"} <= found
    return found


def wrong_words(said: str, foreign: set[str]) -> set[str]:
    """The foreign words of a text, and what only programs write."""
    said = re.sub(r"\S+@\S+|https?://\S+|/\w[\w/-]*|\b(?=[a-f]*\d)[\da-f]{8,}\b", " ", said)  # nor what is drawn by lot
    return {word for word in _WORD.findall(said) if word.lower() in foreign or "_" in word}


@pytest.mark.promise(7)
def test_no_code_and_no_english_is_on_a_french_page(evening: Evening, foreign: set[str]) -> None:
    assert sum(map(len, evening.pages.values())) > 180
    found = {
        (endpoint, word, said[:60])
        for endpoint, pages in evening.pages.items()
        if endpoint not in IN_OTHER_WORDS
        for html in pages.values()
        for said in [*texts(html), *map(unescape, _SAID_IN.findall(_HIDDEN.sub(" ", html)))]
        for word in wrong_words(said, foreign)
    }
    assert found == set()


@pytest.mark.promise(7)
def test_no_code_and_no_english_is_in_a_french_file_or_mail(evening: Evening, foreign: set[str]) -> None:
    csvs = {name: content.decode("utf-8-sig") for name, content in evening.files.items() if name.endswith(".csv")}
    assert len(csvs) == len(SHEETS) + 5
    assert len(evening.mails) > 15
    said = [*csvs.items(), *(("mail", text) for text in evening.mails)]
    assert {(name, word) for name, text in said for word in wrong_words(text, foreign)} == set()


@pytest.mark.promise(7)
def test_no_code_and_no_english_is_on_a_french_paper(evening: Evening, foreign: set[str]) -> None:
    assert evening.papers.keys() == PAPERS.keys()
    assert all(len(text) > 200 for text in evening.papers.values())
    french = {name: text for name, text in evening.papers.items() if name != "porte"}  # in both languages
    proof = re.compile(r"^tests/.*?(?=^[A-ZÀ-Ý])", re.MULTILINE | re.DOTALL)  # which tests are
    french["attestation"] = proof.sub("", french["attestation"])
    assert {(name, word) for name, text in french.items() for word in wrong_words(text, foreign)} == set()


# --- totals ---

Where = tuple[str, Callable[[Evening], int]]
NOVEMBER = "nov. 2026"


def _column(what: str, heading: str, wanted: Callable[[dict[str, str]], bool] = lambda _row: True) -> Where:
    return (
        f"{what}.csv",
        lambda seen: sum(cents(row[heading]) for row in seen.rows(what) if row[heading] and wanted(row)),
    )


def _count(text: str, pattern: str) -> int:
    found = re.search(pattern, text)
    assert found is not None, (pattern, text[:500])
    return int(re.sub(r"\s", "", found[1]))


def _paper(name: str, said: str) -> Where:
    """The sum after some words on a paper."""
    pattern = re.compile(rf"^{re.escape(said)} :? ?(-?[\d\s\u202f]+,\d\d|\d+)(?: €)?$", re.MULTILINE)

    def read(seen: Evening) -> int:
        found = pattern.findall(seen.papers[name])
        assert found, (name, said, seen.papers[name][:600])
        return cents(found[0]) if "," in found[0] else int(found[0])

    return f"{name}.pdf", read


def _owes(row: dict[str, str]) -> bool:
    return not row["Solde"].startswith("-")


def _of_today(row: dict[str, str]) -> bool:
    return row["Jour"] in ("2026-11-25", "25/11/2026")


# Each name of a total, and everywhere it stands that evening; sums in cents.
TOTALS: dict[str, tuple[Where, ...]] = {
    "ardoises": (
        ("aujourd’hui", lambda seen: cents(after(seen.page("today.page"), "Ardoises"))),
        ("argent", lambda seen: cents(after(seen.page("money.page"), "Ardoises"))),
        ("ardoises", lambda seen: cents(seen.page("money.tab_page").rpartition("Total ~ ")[2].split(" ~ ")[4])),
        ("soirée du mois", lambda seen: cents(re.findall(r"doivent (.*?) en tout", seen.page("books.month_path"))[0])),
        ("rapport", lambda seen: cents(after(seen.page("report.page"), "Dû sur les ardoises à la fin"))),
        ("rapport.csv", lambda seen: cents(seen.report("Ce qui reste ouvert", "Dû sur les ardoises à la fin", "2026"))),
        _column("tabs", "Solde", _owes),
        _paper("rapport", "Dû sur les ardoises à la fin"),
    ),
    "ardoises des membres": (
        _column("tabs", "Solde", lambda row: _owes(row) and bool(row["Membre"])),
        _column("members", "Solde", _owes),
    ),
    "encaissé aujourd’hui": (
        ("aujourd’hui", lambda seen: cents(after(seen.page("today.page"), "Encaissé"))),
        ("argent", lambda seen: cents(after(seen.page("money.page"), "Reçu aujourd’hui"))),
        _column("payments", "Reçu", _of_today),
    ),
    "encaissé de l’exercice": (
        ("rapport", lambda seen: cents(after(seen.page("report.page"), "Encaissé"))),
        ("rapport.csv", lambda seen: cents(seen.report("En un coup d’œil", "Encaissé", "2026"))),
        _column("payments", "Reçu"),
        _paper("rapport", "Encaissé"),
    ),
    "recettes de l’exercice": (
        ("rapport", lambda seen: cents(after(seen.page("report.page"), "Recettes, hors TVA"))),
        ("rapport.csv", lambda seen: cents(seen.report("En un coup d’œil", "Recettes, hors TVA", "2026"))),
        ("par produit", lambda seen: cents(seen.report("Recettes par produit", "En tout", "Recettes"))),
        _paper("rapport", "Recettes, hors TVA"),
    ),
    "débité de l’exercice": (
        ("rapport", lambda seen: cents(seen.report("Recettes par produit", "En tout", "Débité"))),
        ("chiffres", lambda seen: cents(re.findall(r"En tout : ([\d\s\u202f]+,\d\d)", seen.page("figures.page"))[0])),
    ),
    "compté ce mois": (
        ("aujourd’hui", lambda seen: cents(re.findall(r"Compté ce mois : (\S.*?€)", seen.page("today.page"))[0])),
        ("loyer", lambda seen: cents(re.findall(r"Compté à ce jour : (\S.*?€)", seen.page("rent.page"))[0])),
        ("loyer, en tout", lambda seen: cents(after(seen.page("rent.page"), "En tout"))),
    ),
    "dans la caisse": (
        ("caisse", lambda seen: cents(after(seen.page("cash.page"), "Dans la caisse"))),
        ("porter", lambda seen: cents(after(seen.page("cash.bank_form"), "Dans la caisse, d’après les écritures :"))),
        ("soirée", lambda seen: cents(re.findall(r"([\d\s]+,\d\d €) d’après", seen.page("books.month_path"))[0])),
        ("livre.csv", lambda seen: cents(seen.rows("cash")[-1]["En caisse"])),
    ),
    "membres": (
        ("membres", lambda seen: _count(seen.page("members.page"), r"(\d+) ligne")),
        ("rapport", lambda seen: int(after(seen.page("report.page"), "Membres à la fin"))),
        ("assemblée", lambda seen: _count(seen.page("assembly.page"), r"(\d+) membres à jour")),
        ("feuille", lambda seen: _count(seen.page("assembly.sheet"), r"Membres à jour : (\d+)")),
        ("members.csv", lambda seen: sum(not row["Départ"] for row in seen.rows("members") if row["Membre"])),
        _paper("rapport", "Membres à la fin"),
    ),
    "visites de l’exercice": (
        ("rapport", lambda seen: int(after(seen.page("report.page"), "Visites"))),
        ("chiffres", lambda seen: _count(seen.page("figures.page"), r"En tout : (\d+)")),
        ("fréquentation.csv", lambda seen: sum(int(row["Visites"]) for row in seen.rows("occupancy"))),
        ("visits.csv", lambda seen: sum(row["État"] == "conservée" for row in seen.rows("visits"))),
        _paper("rapport", "Visites"),
    ),
    "remise de chèques": (
        ("page", lambda seen: cents(re.findall(r"([\d\s]+,\d\d €) ~ N° ~", seen.page("remittances.one"))[0])),
        _paper("bordereau", "Total"),
    ),
    "facture": (
        ("page", lambda seen: cents(after(seen.page("invoices.one"), "Reste à payer"))),
        _paper("facture", "Total"),
    ),
    "avoir": (
        ("page", lambda seen: cents(re.findall(r"([\d\s]+,\d\d €) ~ Structure", seen.page("invoices.one", 1))[0])),
        _paper("avoir", "Total"),
    ),
    "grand total perpétuel": (
        ("page", lambda seen: cents(after(seen.page("books.one"), "Grand total perpétuel"))),
        _paper("clôture", "Grand total perpétuel : tout ce qui a jamais été débité"),
    ),
    "reçu": (
        ("page", lambda seen: cents(after(seen.page("receipts.one"), "Payé"))),
        _paper("reçu", "Payé, en ligne, le 28 octobre 2026"),
    ),
    "présents": (
        ("aujourd’hui", lambda seen: int(after(seen.page("today.page"), "Présents"))),
        ("évacuation", lambda seen: _count(seen.page("today.evacuation"), r"(\d+) à l’intérieur")),
    ),
}


@pytest.mark.parametrize("name", TOTALS)
def test_a_total_of_one_name_is_the_same_wherever_it_stands(evening: Evening, name: str) -> None:
    found = {where: read(evening) for where, read in TOTALS[name]}
    assert len(set(found.values())) == 1, found
    assert next(iter(found.values())) > 0


def test_what_stands_says_as_of_when(evening: Evening) -> None:
    assert "au 25 nov. 2026" in evening.page("money.tab_page")
    assert "à jour le 25 nov. 2026" in evening.page("assembly.page")
    assert "Du 1er nov. 2026 au 25 nov. 2026" in evening.page("rent.page")
    assert "chiffres jusqu’au 25 novembre 2026" in evening.page("report.page")


# --- files ---


def test_libreoffice_adds_every_file_up_to_what_the_other_form_says(
    evening: Evening, foreign: set[str], tmp_path: Path
) -> None:
    for form in ("csv", "xlsx"):
        (tmp_path / form).mkdir()
        for name, content in evening.files.items():
            if name.endswith(f".{form}"):
                (tmp_path / form / name).write_bytes(content)
    sheets = libreoffice.opened([*(tmp_path / "xlsx").iterdir()], tmp_path / "xlsx")
    plain = libreoffice.opened([*(tmp_path / "csv").iterdir()], tmp_path / "csv")
    kinds_seen = set()
    for what, sheet in SHEETS.items():
        head, *rows, totals = sheets[f"{what}.xlsx"]
        _, *lines = plain[f"{what}.csv"]
        assert len(rows) == len(lines), what
        for place, kind in enumerate(sheet.kinds):
            kinds_seen.add(kind)
            if kind in (Kind.CENTS, Kind.COUNT):
                sums = [
                    round(sum(float(row[place].value or 0) for row in form if place < len(row)), 2)
                    for form in (rows, lines, [totals])
                ]
                assert sums[0] == sums[1] == sums[2], (what, head[place].shown, sums)
            filled = {row[place].kind for row in rows if place < len(row) and row[place].shown}
            assert filled <= MEANT[kind], (what, head[place].shown, filled)
    words = {
        (name, cell.shown) for name, rows in sheets.items() for row in rows for cell in row if cell.kind == "string"
    }
    assert {(name, word) for name, said in words for word in wrong_words(said, foreign)} == set()
    assert kinds_seen == set(Kind)
    assert any("Encaissé" in cell.shown for row in sheets["rapport.xlsx"] for cell in row)


# What LibreOffice takes each kind of column for.
MEANT = {
    Kind.TEXT: {"string"},
    Kind.DAY: {"date"},
    Kind.CENTS: {"currency"},
    Kind.LEVEL: {"currency"},
    Kind.COUNT: {"float"},
    Kind.NUMBER: {"float"},
}
