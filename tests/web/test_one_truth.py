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
from kiosk.domain.spreadsheet import FORMULA_STARTS
from kiosk.exports.sheets import SHEETS, Kind
from kiosk.language.names import Names
from kiosk.money import reminder_texts
from kiosk.setup import demo
from kiosk.store import name_rows
from kiosk.store.money import tab_rows
from kiosk.web.desk.app import create_app
from tests.beside import unguarded
from tests.browser import desk, page_table
from tests.conftest import Space
from tests.exports import libreoffice
from tests.exports.libreoffice import Cell
from tests.fakes import FakeClock
from tests.kept import keep
from tests.web import statements
from tests.web.desk.conftest import Officer

ROOT = Path(kiosk.__file__).parent
FRENCH = {"Accept-Language": "fr"}
YEAR = "&from=2026-01-01&to=2026-11-25"
AHEAD = {"bookings": "&from=2026-01-01&to=2026-12-31", "events": "&from=2026-01-01&to=2027-12-31"}  # what is to come
_HIDDEN = re.compile(r"<(script|style|svg|code|pre|textarea)\b.*?</\1>|<!--.*?-->", re.DOTALL)
_SAID_IN = re.compile(r'\b(?:aria-label|title|placeholder|alt|data-label)="([^"]*)"')
_WORD = re.compile(r"[^\W\d_]+(?:[-_][^\W\d_]+)*")

_TWO = r'\s*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)"'
_NUMBER = re.compile(r"-?\d+(,\d+)?")
NIGHT = "2026-11-25T20:00:00.000000Z"

# Pages that hold other languages, and say so: the association’s texts beside each other. Of a file’s reading that
# nobody sent here, only a way back is left.
IN_OTHER_WORDS = {"rules.words", "rules.word_form", "rules.notice"}
# Words of people, of machines and of the law that French readers know by these names.
AS_THEY_ARE = {
    "demo", "secretary", "president", "treasurer", "host",  # addresses of the demo's officers
    "contact",  # of the manual, in French too
    "English", "Shelly", "Nuki", "OSDP", "MQTT", "short", "session", "root", "you", "amount", "sell", "shown",
}  # fmt: skip


@dataclass(frozen=True)
class Evening:
    """What was read: pages by their endpoint and address, files by their name, papers' words by theirs, mails."""

    pages: dict[str, dict[str, str]]
    files: dict[str, bytes]
    papers: dict[str, str]
    mails: list[str]
    sheets: dict[str, list[list[Cell]]]  # what LibreOffice opened of each table, its totals worked out again
    armed: dict[str, bytes]  # the tables once more, where all that people named is called by a formula
    asked: dict[str, tuple[str, int]]  # by address, whose page it is and how many statements its first look took

    def page(self, endpoint: str, place: int = 0) -> str:
        """The text of a page without its frame, part by part."""
        main = re.search(r"<main.*?</main>", [*self.pages[endpoint].values()][place], re.DOTALL)
        assert main is not None, endpoint
        return " ~ ".join(texts(main[0]))

    def rows(self, file: str) -> list[dict[str, Cell]]:
        """The rows of a table by their French headings; without the totals at its end."""
        head, *rows = self.sheets[file]
        names = [cell.shown for cell in head]
        empty = [Cell("", "", "")] * len(names)
        return [dict(zip(names, [*row, *empty], strict=False)) for row in rows if row[0].shown != "Total"]

    def told(self, file: str, *names: str) -> Cell:
        """The first cell after some names that begin a row, as a file of several tables has it."""
        for row in self.sheets[file]:
            if tuple(cell.shown for cell in row[: len(names)]) == names:
                return row[len(names)]
        raise KeyError((file, *names))


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
        asked: dict[str, tuple[str, int]] = {}
        pages, files, mails = _pages(made, officer, asked), _files(officer), _mails(made)
        papers, sheets = _papers(made), _opened(files, tmp_path_factory)
        yield Evening(pages, files, papers, mails, sheets, _armed(made), asked)
        space.kept.close()


def _signed_in(made: desk.RealDesk) -> Officer:
    officer = Officer(made.app.test_client())
    sent = {"email": desk.EVERY_ROLE, "password": demo.DEMO_PASSWORD}
    assert officer.post("/login", sent, form_on="/login").status_code == 302
    return officer


def _numbers(made: desk.RealDesk) -> dict[str, str]:
    found = {name: str(made.sql(query)[0][0]) for name, query in page_table.NUMBERS.items()}
    return found | {"key": "0", "bank_key": "0", "balances_key": "0", "members_key": "0", "wording": "welcome"}


def _pages(made: desk.RealDesk, officer: Officer, asked: dict[str, tuple[str, int]]) -> dict[str, dict[str, str]]:
    """Each page's faces, by its endpoint and address; `asked` is told what each of them asked of the database."""
    numbers = _numbers(made)
    found: dict[str, dict[str, str]] = {}
    for endpoint, where in page_table.PAGES.items():
        answers = {}
        for address in (each.format(**numbers) for each in where):
            with statements.heard() as sent:
                answers[address] = officer.get(address, headers=FRENCH)
            asked[address] = endpoint, len(sent)
        found[endpoint] = {each: answer.text for each, answer in answers.items() if answer.status_code in (200, 400)}
    return found


# Files that are no export of a list: where each is. The law’s and Paheko’s have their own form.
OTHER_FILES = {
    "rapport.csv": "/books/report.csv?year=2026",
    "rapport.xlsx": "/books/report.xlsx?year=2026",
    "scénarios.csv": "/figures/simulator/comparison.csv?with=1&with=2&from=2026-09&until=2026-11",
    "scénarios.xlsx": "/figures/simulator/comparison.xlsx?with=1&with=2&from=2026-09&until=2026-11",
    "bons.csv": "/organisations/1/vouchers/statement.csv?month=2026-11",
    **{f"figures-{code}.csv": f"/figures/{code}.csv?period=year" for code in ("visits", "money", "comers", "hours")},
    "paheko.csv": "/books/fec/paheko?year=2026",
    "fec.txt": "/books/fec/file?year=2026",
}
LAWS = {"paheko.csv", "fec.txt"}


def _files(officer: Officer) -> dict[str, bytes]:
    found = {}
    for what in SHEETS:
        for form in ("csv", "xlsx"):
            answer = officer.get(f"/exports/file?what={what}&format={form}{AHEAD.get(what, YEAR)}", headers=FRENCH)
            assert answer.status_code == 200
            found[f"{what}.{form}"] = answer.data
    for name, where in OTHER_FILES.items():
        answer = officer.get(where, headers=FRENCH)
        assert answer.status_code == 200, where
        found[name] = answer.data
    return found


def _opened(files: dict[str, bytes], made: pytest.TempPathFactory) -> dict[str, list[list[Cell]]]:
    """Every table, opened by LibreOffice, which starts once for each form."""
    found: dict[str, list[list[Cell]]] = {}
    for form in ("csv", "xlsx"):
        folder = made.mktemp(form)
        for name in (each for each in files if each.endswith(form)):
            (folder / name).write_bytes(files[name])
        found |= libreoffice.opened([*folder.iterdir()], folder)
    return found


# What people name; a product's name is dated, since what is closed keeps the one that it had.
NAMED = ("member.name", "organisation.name", "room.place", "event.place", "event.title")
FORMULA = "=HYPERLINK(1)&"


def _armed(made: desk.RealDesk) -> dict[str, bytes]:
    """Every table of a space where all names are formulas."""
    store, day = made.space.home.store, made.space.clock.now().date()
    with store.writing() as connection:
        for product, names in name_rows.products(connection).items():
            name_rows.put(connection, "product", product, Names({"fr": FORMULA + names.to("fr")}), day)
    with unguarded(made.space.home) as raw:
        for each in NAMED:
            table, column = each.split(".")
            raw.execute(f"UPDATE {table} SET {column} = '{FORMULA}' || {column}")
    return {name: content for name, content in _files(_signed_in(made)).items() if name.endswith(".csv")}


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
    csvs = {
        name: content.decode("utf-8-sig")
        for name, content in evening.files.items()
        if name.endswith(".csv") and name not in LAWS
    }
    assert len(csvs) == len(SHEETS) + 7
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


Wanted = Callable[[dict[str, Cell]], bool]


def _worth(cell: Cell, unit: int) -> int:
    return round(float(cell.value or 0) * unit)


def _column(what: str, heading: str, wanted: Wanted = lambda _row: True, unit: int = 100) -> tuple[Where, ...]:
    """The sum of a file's column in both forms, as LibreOffice reads its cells."""

    def read(form: str) -> Callable[[Evening], int]:
        return lambda seen: sum(_worth(row[heading], unit) for row in seen.rows(f"{what}.{form}") if wanted(row))

    return tuple((f"{what}.{form}", read(form)) for form in ("csv", "xlsx"))


def _lines(what: str, wanted: Wanted) -> tuple[Where, ...]:
    """How many rows of a file are so, in both forms."""

    def read(form: str) -> Callable[[Evening], int]:
        return lambda seen: sum(map(wanted, seen.rows(f"{what}.{form}")))

    return tuple((f"{what}.{form}", read(form)) for form in ("csv", "xlsx"))


def _all_of(name: str, unit: int) -> Where:
    """All that stands in the table of a chart."""
    return name, lambda seen: sum(_worth(cell, unit) for row in seen.sheets[name][1:] for cell in row[1:])


def _told(name: str, *names: str, unit: int = 100) -> Where:
    return f"{name}, {names[-1]}", lambda seen: _worth(seen.told(name, *names), unit)


def _of_report(table: str, row: str, unit: int = 100) -> tuple[Where, ...]:
    return _told("rapport.csv", table, row, "2026", unit=unit), _told("rapport.xlsx", row, unit=unit)


def _both(first: tuple[Where, ...], second: tuple[Where, ...]) -> tuple[Where, ...]:
    """What two rows of the same places come to together."""
    return tuple(
        (name, lambda seen, one=one, other=other: one(seen) + other(seen))
        for (name, one), (_, other) in zip(first, second, strict=True)
    )


def _of_fec(side: str) -> Where:
    def read(seen: Evening) -> int:
        lines = csv.DictReader(io.StringIO(seen.files["fec.txt"].decode("iso-8859-15"), newline=""), delimiter="\t")
        return sum(cents(line[side]) for line in lines)

    return f"fec.txt, {side}", read


def _of_chart(title: str) -> Where:
    """What stands below a chart's title: all in all."""
    pattern = rf"{title} ~ PNG ~ · ~ CSV ~ En tout : ([\d\s\u202f]+(?:,\d\d)?)"
    return "chiffres", lambda seen: int(re.sub(r"\D", "", re.findall(pattern, seen.page("figures.page"))[0]))


def _count(text: str, pattern: str) -> int:
    found = re.search(pattern, text)
    assert found is not None, (pattern, text[:500])
    return int(re.sub(r"\s", "", found[1]))


def _amounts_of_today(seen: Evening) -> list[str]:
    """What each day of today costs, as the first page lists who came."""
    people = seen.page("today.page").partition("Ici maintenant")[2].partition("Encaissé aujourd’hui")[0]
    return re.findall(r"\d[\d\s]*,\d\d €", people)


def _paper(name: str, said: str) -> Where:
    """The sum after some words on a paper."""
    pattern = re.compile(rf"^{re.escape(said)} :? ?(-?[\d\s\u202f]+,\d\d|\d+)(?: €)?$", re.MULTILINE)

    def read(seen: Evening) -> int:
        found = pattern.findall(seen.papers[name])
        assert found, (name, said, seen.papers[name][:600])
        return cents(found[0]) if "," in found[0] else int(found[0])

    return f"{name}.pdf", read


def _owes(row: dict[str, Cell]) -> bool:
    return not row["Solde"].value.startswith("-")


def _of_today(row: dict[str, Cell]) -> bool:
    return row["Jour"].value == "2026-11-25"


def _of_slip(number: str) -> Wanted:
    return lambda row: (row["Moyen"].shown, row["Bordereau"].value) == (number, "1")


_ASIDE = "Encaissé hors ventes : cautions et dons"
_ASIDE_TOLD = _ASIDE.replace(" :", "\u00a0:")
# Each name of a total, and everywhere it stands that evening; sums in cents.
TOTALS: dict[str, tuple[Where, ...]] = {
    "ardoises": (
        ("argent", lambda seen: cents(after(seen.page("money.page"), "Ardoises"))),
        ("ardoises", lambda seen: cents(seen.page("money.tab_page").rpartition("Total ~ ")[2].split(" ~ ")[4])),
        ("rapport", lambda seen: cents(after(seen.page("report.page"), "Dû sur les ardoises à la fin de l’exercice"))),
        *_of_report("Soldes encore ouverts", "Dû sur les ardoises à la fin de l’exercice"),
        *_column("tabs", "Solde", _owes),
        _paper("rapport", "Dû sur les ardoises à la fin de l’exercice"),
    ),
    "ardoises des membres": (
        *_column("tabs", "Solde", lambda row: _owes(row) and bool(row["Membre"].shown)),
        *_column("members", "Solde", _owes),
    ),
    "encaissé aujourd’hui": (
        ("aujourd’hui", lambda seen: cents(re.findall(r"Encaissé aujourd’hui : (\S.*?€)", seen.page("today.page"))[0])),
        ("argent", lambda seen: cents(after(seen.page("money.page"), "Reçu aujourd’hui"))),
        *_column("payments", "Reçu", _of_today),
    ),
    "encaissé de l’exercice": (
        *_both(
            (
                ("rapport", lambda seen: cents(after(seen.page("report.page"), "Encaissé"))),
                _paper("rapport", "Encaissé"),
            ),
            (("rapport", lambda seen: cents(after(seen.page("report.page"), _ASIDE))), _paper("rapport", _ASIDE)),
        ),
        *_both(
            _of_report("En un coup d’œil", "Encaissé"), _of_report("En un coup d’œil", _ASIDE.replace(" :", "\u00a0:"))
        ),
        *_column("payments", "Reçu"),
    ),
    "recettes de l’exercice": (
        ("rapport", lambda seen: cents(after(seen.page("report.page"), "Recettes, hors TVA"))),
        *_of_report("En un coup d’œil", "Recettes, hors TVA"),
        _told("rapport.csv", "Recettes par produit", "En tout", "Recettes"),
        _paper("rapport", "Recettes, hors TVA"),
    ),
    "débité de l’exercice": (
        _told("rapport.csv", "Recettes par produit", "En tout", "Débité"),
        _of_chart("Sommes débitées par produit, et loyer"),
        _all_of("figures-money.csv", 100),
    ),
    "compté ce mois": (
        ("aujourd’hui", lambda seen: cents(re.findall(r"Compté (\S.*?€) · réglé", seen.page("today.page"))[0])),
        ("loyer", lambda seen: cents(re.findall(r"(\d[^~]*?€) débités, dont", seen.page("rent.page"))[0])),
        ("loyer, en tout", lambda seen: cents(after(seen.page("rent.page"), "En tout"))),
    ),
    "dans la caisse": (
        ("caisse", lambda seen: cents(after(seen.page("cash.page"), "Dans la caisse"))),
        ("porter", lambda seen: cents(after(seen.page("cash.bank_form"), "Dans la caisse, d’après les écritures :"))),
        ("soirée", lambda seen: cents(re.findall(r"([\d\s]+,\d\d €) d’après", seen.page("books.month_path"))[0])),
        ("cash.csv", lambda seen: _worth(seen.rows("cash.csv")[-1]["En caisse"], 100)),
        ("cash.xlsx", lambda seen: _worth(seen.rows("cash.xlsx")[-1]["En caisse"], 100)),
    ),
    "membres": (
        ("membres", lambda seen: _count(seen.page("members.page"), r"(\d+) ligne")),
        ("rapport", lambda seen: int(after(seen.page("report.page"), "Membres à la fin de l’exercice"))),
        ("assemblée", lambda seen: _count(seen.page("assembly.page"), r"(\d+) membres à jour")),
        ("feuille", lambda seen: _count(seen.page("assembly.sheet"), r"Membres à jour : (\d+)")),
        *_lines("members", lambda row: bool(row["Membre"].shown) and not row["Départ"].shown),
        *_lines("member-files", lambda row: bool(row["Membre"].shown) and not row["Départ"].shown),
        *_of_report("En un coup d’œil", "Membres à la fin de l’exercice", unit=1),
        _paper("rapport", "Membres à la fin de l’exercice"),
    ),
    "visites de l’exercice": (
        ("rapport", lambda seen: int(after(seen.page("report.page"), "Visites"))),
        _of_chart("Visites : permanents et itinérants"),
        _all_of("figures-visits.csv", 1),
        *_column("occupancy", "Visites", unit=1),
        *_lines("visits", lambda row: row["État"].shown == "conservée"),
        *_of_report("En un coup d’œil", "Visites", unit=1),
        _paper("rapport", "Visites"),
    ),
    "encaissé ce mois": (
        ("paiements", lambda seen: cents(after(seen.page("money.payments"), "Tout"))),
        *_column("payments", "Reçu", lambda row: row["Jour"].value.startswith("2026-11")),
    ),
    "débité des journées d’aujourd’hui": (
        ("aujourd’hui", lambda seen: sum(map(cents, _amounts_of_today(seen)))),
        *_column("day-passes", "Montant", lambda row: _of_today(row) and not row["Contre-écriture"].shown),
    ),
    "journées d’aujourd’hui": (
        ("aujourd’hui", lambda seen: len(_amounts_of_today(seen))),
        *_lines("day-passes", lambda row: _of_today(row) and not row["Contre-écriture"].shown),
    ),
    "ardoises moins avances": (
        (
            "argent",
            lambda seen: (
                cents(after(seen.page("money.page"), "Ardoises")) - cents(after(seen.page("money.page"), "Avances"))
            ),
        ),
        *_column("tabs", "Solde"),
        *_column("entries", "Montant", lambda row: bool(row["Compte"].shown)),
    ),
    "arrivées de 90 jours": (
        _of_chart("Arrivées par jour et heure, 90 derniers jours"),
        _all_of("figures-hours.csv", 1),
    ),
    "scénarios": (
        ("page", lambda seen: cents(after(seen.page("simulator.page", 1), "En tout"))),
        _told("scénarios.csv", "Compté, par produit", "En tout", "Chiffres réels"),
        _told("scénarios.xlsx", "En tout"),
    ),
    "mouvements de l’exercice": (
        ("balance", lambda seen: cents(seen.page("accounting.printed").rpartition("Total ~ ")[2].split(" ~ ")[1])),
        _of_fec("Debit"),
        _of_fec("Credit"),
        ("paheko.csv", lambda seen: sum(_worth(row["Débit"], 100) for row in seen.rows("paheko.csv"))),
    ),
    "versement": (
        ("page", lambda seen: cents(re.findall(r"Reçu ([\d\s]+,\d\d €)", seen.page("remittances.one", 1))[0])),
        *_column("remittances", "Reçu", _of_slip("en ligne")),
    ),
    "remise de chèques": (
        *_column("remittances", "Montant", _of_slip("chèque")),
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
        _paper("clôture", "Grand total perpétuel : tout ce qui a été débité depuis le début"),
    ),
    "reçu": (
        ("page", lambda seen: cents(after(seen.page("receipts.one"), "Payé"))),
        _paper("reçu", "Payé, en ligne, le 28 octobre 2026"),
    ),
    "présents": (
        ("aujourd’hui", lambda seen: int(after(seen.page("today.page"), "Ici maintenant"))),
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
    assert "déjà membres ~ PNG ~ · ~ CSV ~ Chaque personne compte une fois par mois." in evening.page("figures.page")


# --- files ---


def test_each_file_adds_up_alike_in_both_forms_and_each_column_is_what_it_is_meant_for(
    evening: Evening, foreign: set[str]
) -> None:
    kinds_seen = set()
    for what, sheet in SHEETS.items():
        head, *rows, totals = evening.sheets[f"{what}.xlsx"]
        _, *lines = evening.sheets[f"{what}.csv"]
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
        (name, cell.shown)
        for name, rows in evening.sheets.items()
        for row in rows
        for cell in row
        if cell.kind == "string" and name.endswith("xlsx")
    }
    assert {(name, word) for name, said in words for word in wrong_words(said, foreign)} == set()
    assert kinds_seen == set(Kind)


def test_no_cell_of_any_table_begins_as_a_formula_whatever_people_name_things(evening: Evening) -> None:
    running, guarded = [], set()
    for name, content in evening.armed.items():
        for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"):
            guarded |= {name for cell in row if cell.startswith("'=")}
            running += [(name, cell) for cell in row if cell.startswith(FORMULA_STARTS) and not _NUMBER.fullmatch(cell)]
    assert running == []
    assert guarded > {"members.csv", "figures-money.csv", "rapport.csv"}


def test_every_file_that_the_desk_gives_stands_among_the_totals(evening: Evening) -> None:
    counted = {where.partition(",")[0] for everywhere in TOTALS.values() for where, _ in everywhere}
    said_without_sums = {"figures-comers.csv", "bons.csv"}  # a person once a month; used by whom, on the paper alike
    said_without_sums |= {f"{what}.{form}" for what in ("bookings", "events") for form in ("csv", "xlsx")}
    assert set(evening.files) - counted == said_without_sums
    without = {"porte", "relevé", "bons", "stage", "attestation"}  # prices, words, days
    assert {f"{name}.pdf" for name in PAPERS} - counted == {f"{name}.pdf" for name in without}


# What LibreOffice takes each kind of column for.
MEANT = {
    Kind.TEXT: {"string"},
    Kind.DAY: {"date"},
    Kind.MOMENT: {"date"},
    Kind.CENTS: {"currency"},
    Kind.LEVEL: {"currency"},
    Kind.COUNT: {"float"},
    Kind.NUMBER: {"float"},
}


def test_no_page_asks_more_of_the_database_than_its_budget(evening: Evening) -> None:
    """A page that grows is seen here: mend it, or write down beside its number what for."""
    over = {
        address: (count, statements.allowed(endpoint))
        for address, (endpoint, count) in evening.asked.items()
        if count > statements.allowed(endpoint)
    }
    assert over == {}


def test_the_frame_asks_four_things_of_the_database(evening: Evening) -> None:
    help_pages = [count for endpoint, count in evening.asked.values() if endpoint == "help.section"]
    assert help_pages
    assert set(help_pages) == {statements.FRAME}  # the manual is in no database


def test_a_page_with_a_budget_of_its_own_needs_it(evening: Evening) -> None:
    most: dict[str, int] = {}
    for endpoint, count in evening.asked.values():
        most[endpoint] = max(most.get(endpoint, 0), count)
    assert {name for name in statements.LISTS if most[name] <= statements.PAGE} == set()
    assert {name for name in statements.MORE if most[name] <= statements.LIST} == set()
