"""A language that nobody speaks in what leaves the house: mails, papers, files for spreadsheets, answers of commands.

All that is said there is a text that can be translated, and comes in the language of its reader.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from msgspec.structs import astuple, replace

from kiosk import __version__, home
from kiosk.books import annual_report, attestation, chain_heads, invoicing
from kiosk.books.chain_heads import Heads
from kiosk.books.closing import Closings
from kiosk.books.documents import Series, view
from kiosk.books.exports import ExportRequest, spoken, write_xlsx
from kiosk.books.receipts import Receipts
from kiosk.cli import main
from kiosk.devices.clock import HostClock
from kiosk.domain.books import invoices
from kiosk.domain.books.closings import Period
from kiosk.domain.money import vat
from kiosk.exports import door_sheet_pdf, keys_sheet, labels, pages, pdf
from kiosk.exports.books import annual_tables, attestation_text, invoice_pdf, invoice_words, receipt_pdf, receipt_texts
from kiosk.exports.sheets import SHEETS
from kiosk.exports.xlsx_files import Cover
from kiosk.language import catalogues
from kiosk.language.texts import french
from kiosk.messages import badge_digest, charge_notice, code_notice, joining_digest, joining_notice, vouching_notice
from kiosk.money import reminder_texts
from kiosk.setup import demo
from kiosk.space import door_sheet
from kiosk.store.books import closing_rows, document_rows
from kiosk.store.books.closing_rows import Closing, ClosingFilter
from kiosk.store.members import joining_rows
from kiosk.store.members.joining_rows import NewJoining
from kiosk.store.money import tab_rows
from kiosk.store.space.policies import Rules
from kiosk.web.desk.app import create_app
from tests import pseudo
from tests.browser import desk
from tests.browser.desk import RealDesk
from tests.conftest import Space
from tests.fakes import FakeClock
from tests.kept import keep
from tests.messages.test_outbox import with_mail
from tests.web.desk.conftest import Officer

pytestmark = pytest.mark.promise(7)


@pytest.fixture(scope="module")
def code() -> Iterator[str]:
    with pseudo.spoken() as spoken:
        yield spoken


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, code: str) -> Iterator[RealDesk]:
    """The demo's space with all that it can have, in a house that speaks the language, with people who do."""
    keep()
    root: Path = desk.prepare(tmp_path_factory.mktemp("papers") / "home")
    settings = root / "kiosk.toml"
    settings.write_text(settings.read_text("utf-8").replace('language = "fr"', f'language = "{code}"'), "utf-8")
    before = catalogues.settled()
    with home.opened(root) as opened:
        space = Space(opened, FakeClock(desk.EVENING))
        made = RealDesk(space, create_app(opened, space.clock, bytes(32), ["localhost"]), "")
        desk.furnish(made)
        with opened.store.writing() as connection:
            connection.exec_driver_sql("UPDATE member SET email = 'm@demo.invalid', notify = 1")
        yield made
        space.kept.close()
    catalogues.settle(before)


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Pages as they are handed to what makes PDF of them."""
    found: list[str] = []

    def make(html: str, css: str, **more: object) -> bytes:
        found.append(html)
        return b"%PDF-1.7 test"

    monkeypatch.setattr(pdf, "make", make)
    return found


# What is said to be the same in each language: numbers of documents and members, what people wrote, files' names.
OWN = re.compile(
    r"^([\s·:,;()|€%\d./=–-]|(Novembr|Oktobr|Septembr|Decembr)o|Jan|Feb|Mar|Apr|Maj|Jun|Jul|Aŭg|Sep|Okt|Nov|Dec|a de"
    r"|Résonance|Ville de Lille|[\w.]+@[\w.]+|desk:x|12 rue des \w+|59000|Lille|(ECOLE-)?[A-Z]+-\d+|EUR|IBAN|SIREN"
    r"|SIRET|Espace confort|Coin gratuit|Permanent|Itinérant|bons-10|age1q|BIC|RNA|W599999999|Formation|espace d’essai"
    r"|compté deux fois|Crédit du Nord|Mois de permanent|Journée|Adhésion|Carnet de 10 journées|La Coroutine|x"
    r"|[0-9a-f]{8,64}|DUPLICATA)*$"
)


LAWFUL = {note.text for is_public in (False, True) for note in invoices.mentions("fr", is_public=is_public)}
LAWFUL |= {vat.wording(status, "fr") for status in vat.VatStatus}


def left(texts: set[str]) -> set[str]:
    """What of it is neither said in the language, nor the French that the law wants before it, nor the same in each."""
    said = {text for text in texts if french(text.removesuffix(" /")) not in LAWFUL}
    return {text for text in said if not pseudo.DATA.match(text) and not OWN.match(text)}


def test_every_mail_is_in_its_reader_s_language(place: RealDesk, code: str, printed: list[str]) -> None:
    space, rules, now = place.space, Rules(place.space.home.config.zone), place.space.clock.now()
    mailed, store = with_mail(space, 1), space.home.store
    with store.writing() as connection:
        charge = int(
            place.sql("SELECT max(number) FROM entry WHERE kind = 'charge' AND member_number IS NOT NULL")[0][0]
        )
        charge_notice.put_in_outbox(connection, charge, now)
        joining_notice.put_in_outbox(connection, desk.HUGO, desk.INES, now)
        vouching_notice.put_in_outbox(connection, desk.HUGO, desk.INES, now)
        code_notice.put_in_outbox(connection, desk.HUGO, now)
        asked = NewJoining(day_on=now.date(), made_at=now, fingerprint=bytes(32), tail="0011", name="Zoé Petit")
        joining_rows.add(connection, asked)
    joining_digest.put_in_outbox(mailed, rules, now)
    badge_digest.put_in_outbox(mailed, rules, now + timedelta(days=1))
    users = [int(row[0]) for row in place.sql("SELECT id FROM desk_user WHERE active LIMIT 3")]
    heads = Heads(home=mailed, rules=rules, clock=space.clock, actor="desk:x")
    heads.choose(users[:2])
    heads.choose(users[1:])
    Closings(store=store, rules=rules, seal=space.home.seal, clock=space.clock, actor="desk:x").close_days()
    chain_heads.put_in_outbox(mailed, now)
    papers = Receipts(store=store, rules=rules, seal=space.home.seal, clock=space.clock, actor="desk:x")
    paid = int(place.sql("SELECT max(number) FROM entry WHERE kind = 'payment' AND amount_cents <> 0")[0][0])
    papers.mail(papers.for_payment(paid)[0].id, "m@demo.invalid")
    told = place.sql("SELECT about, subject, body FROM outbox")
    assert len({about.split()[0] for about, _, _ in told}) >= 7
    assert {(about, text) for about, *said in told for text in left(pseudo.unspoken_in_text("\n".join(said)))} == set()


def test_every_paper_of_a_member_is_in_its_reader_s_language(place: RealDesk, code: str) -> None:
    said, kinds = set(), set()
    with place.space.home.store.reading() as connection:
        for (id_,) in place.sql("SELECT id FROM document"):
            document = document_rows.by_id(connection, int(id_))
            kinds.add(document.content["kind"])
            if document.series in (Series.INVOICE, Series.CREDIT_NOTE):
                invoice = replace(invoicing.view(connection, int(id_))[0], language=code)
                found = invoice_pdf.page_values(invoice, "compté deux fois")
                said |= pseudo.unspoken(pages.html("invoice.html", code, **found))
                said |= pseudo.unspoken_in_text("\n".join(invoice_words.letter(invoice)))
                said |= pseudo.unspoken_in_text("\n".join(invoice_words.reminder(invoice, 500, desk.EVENING.date())))
                continue
            shown = view(connection, document)
            shown = replace(shown, content={**shown.content, "language": code, "training": True}, void=77)
            said |= pseudo.unspoken(receipt_pdf.html(shown))
            said |= pseudo.unspoken_in_text(receipt_texts.as_text(shown))
            cut = re.sub(r"(?m)⟦[^⟧\n]*$", "", receipt_texts.as_qr_text(shown))  # a code holds the beginning of a label
            said |= pseudo.unspoken_in_text(cut)
    assert kinds >= {"receipt", "statement", "invoice", "credit-note"}
    assert left(said) == set()


def test_a_reminder_is_in_its_reader_s_language(place: RealDesk, code: str) -> None:
    with place.space.home.store.reading() as connection:
        account = int(place.sql("SELECT id FROM account WHERE balance_cents > 0 LIMIT 1")[0][0])
        owner = tab_rows.owner(connection, account)
        lines = tab_rows.unpaid(connection, owner)
    found = reminder_texts.write(owner, lines, desk.EVENING.date(), code)
    assert left(pseudo.unspoken_in_text(f"{found.subject}\n{found.text}")) == set()


def test_the_annual_report_is_in_the_house_s_language_in_each_of_its_forms(place: RealDesk, code: str) -> None:
    space, rules = place.space, Rules(place.space.home.config.zone)
    with space.home.store.reading() as connection:
        _, moment = rules.at(connection, space.clock.now())
        found = annual_report.report(connection, rules, annual_report.named(connection, "2026", moment.day), moment)
    said = pseudo.unspoken(annual_tables.html(found, code, {}, training=True))
    said |= pseudo.unspoken_in_text(annual_tables.file(found, "csv", code, {}, training=True).decode())
    said |= workbook(annual_tables.file(found, "xlsx", code, {}, training=True))
    assert left(said) == set()


def workbook(content: bytes) -> set[str]:
    """What a workbook says outside of brackets: its cells, its sheets' names, what is printed around them."""
    found: set[str] = set()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/") and name.endswith(".xml"):
                text = archive.read(name).decode()
                parts = re.findall(r"<t\b[^>]*>(.*?)</t>|<oddHeader>&amp;L(.*?)&amp;R", text, re.DOTALL)
                parts += re.findall(r'<sheet name="([^"⟦]*)⟦()[^"]*"', text)  # cut to what a name may be long
                found |= {unescape(cell or header) for cell, header in parts}
    return set().union(*map(pseudo.unspoken_in_text, found))


@pytest.mark.parametrize("what", SHEETS)
def test_a_workbook_has_no_code_where_people_read(what: str, place: RealDesk, code: str) -> None:
    made = io.BytesIO()
    wish = ExportRequest(what, date(2026, 9, 1), date(2027, 12, 31))
    assert write_xlsx(
        place.space.home.store,
        wish,
        Cover(spoken(place.space.home.store, code), wish.from_on, wish.until_on, True),
        made,
        id,
    )
    columns, codes = set(SHEETS[what].columns), set().union(*labels.CODES.values())
    own = place.sql("SELECT code FROM name WHERE kind IN ('product', 'zone', 'plan')")
    codes |= {str(row[0]) for row in own}
    assert workbook(made.getvalue()) & ({"Total", "ECOLE", "MODE ÉCOLE ·"} | columns | codes) == set()


def strings(of: object) -> Iterator[str]:
    """The texts that a page is made of, but its language."""
    if isinstance(of, str):
        yield of
    elif isinstance(of, tuple):
        for each in of:
            yield from strings(each)


def test_what_hangs_on_the_wall_and_lies_in_the_safe_has_a_page_in_the_house_s_language(
    place: RealDesk, code: str
) -> None:
    with place.space.home.store.reading() as connection:
        rules = Rules(place.space.home.config.zone)
        sheet = door_sheet.read(connection, rules, place.space.clock.now(), training=True)
    keys = keys_sheet.KeysSheet(
        association="La Coroutine",
        identity=f"AGE-SECRET-KEY-1{'Q' * 58}",
        recipient="age1q",
        made_on=desk.EVENING.date(),
        training=True,
    )
    assert code in pages.languages()
    door, safe = door_sheet_pdf.page(sheet, code), replace(keys_sheet.page(keys, code), typed=())
    door = replace(door, signs=tuple(("", words) for _, words in door.signs))  # beside the name of a drawing
    said = set().union(*map(pseudo.unspoken_in_text, [*strings(astuple(door)[1:]), *strings(astuple(safe)[1:])]))
    assert left(said) == set()


def in_both(page: str, code: str) -> str:
    """What follows the French of a paper that the law wants in French: a part in the language."""
    french, cut, translated = page.partition(f'<section class="next-page" lang="{code}">')
    assert cut and '<html lang="fr">' in french
    assert "⟦" not in french
    return translated


def test_the_closing_sheet_is_in_french_with_a_translation_behind_it(
    place: RealDesk, code: str, printed: list[str]
) -> None:
    space = place.space
    with space.home.store.reading() as connection:
        found = closing_rows.page(connection, ClosingFilter(Period.DAY), 1)
    [day] = found or closing_of(space)
    officer = Officer(place.app.test_client())
    officer.client.set_cookie("language", code, domain="localhost", secure=True)
    officer.post("/login", {"email": desk.EVERY_ROLE, "password": demo.DEMO_PASSWORD}, form_on="/login")
    assert officer.get(f"/books/closings/{day.entry}.pdf").status_code == 200
    translated = in_both(printed[0], code)
    assert day.mac.hex() in translated
    assert left(pseudo.unspoken(translated)) <= {f"(kiosk {__version__})"}


def closing_of(space: Space) -> list[Closing]:
    """The days that are over, closed now; the last one."""
    rules = Rules(space.home.config.zone)
    books = Closings(store=space.home.store, rules=rules, seal=space.home.seal, clock=space.clock, actor="desk:x")
    return books.close_days()[-1:]


def test_the_attestation_is_in_french_with_a_translation_behind_it(place: RealDesk, code: str) -> None:
    with place.space.home.store.reading() as connection:
        rules = Rules(place.space.home.config.zone)
        _, moment = rules.at(connection, place.space.clock.now())
        found = attestation.attestation(connection, rules, moment, training=True, anyway=True)
    assert attestation_text.html(found, "fr").count("<h1>") == 1
    said = pseudo.unspoken(in_both(attestation_text.html(found, code), code))
    french, cut, plain = attestation_text.text(found, code).partition(pages.TRANSLATION.to(code))
    assert cut and "VOLET 1" in french and "⟦" not in french
    said |= pseudo.unspoken_in_text(plain)
    tests = {test for condition in attestation_text.CONDITIONS for test in condition.tests}
    assert {text for text in left(said) if text.removeprefix("- ") not in tests} == set()


def test_errors_of_the_desk_are_in_the_language(place: RealDesk, code: str) -> None:
    officer = Officer(place.app.test_client())
    officer.client.set_cookie("language", code, domain="localhost", secure=True)
    said = pseudo.unspoken(officer.get("/nowhere").get_data(as_text=True))
    wrong = {"email": desk.EVERY_ROLE, "password": "x"}
    said |= pseudo.unspoken(officer.post("/login", wrong, form_on="/login").get_data(as_text=True))
    officer.post("/login", {**wrong, "password": demo.DEMO_PASSWORD}, form_on="/login")
    for path in ("/books/closings/999999", "/members/999999", "/members/new"):
        said |= pseudo.unspoken(officer.get(path).get_data(as_text=True))
    said |= pseudo.unspoken(officer.post("/members/new", {}, form_on="/members/new").get_data(as_text=True))
    said |= pseudo.unspoken(officer.client.post("/members/new", base_url="https://localhost").get_data(as_text=True))
    assert left(said) <= {"Français", "English", "Ŝajna"}


def test_the_doctor_on_the_command_line_speaks_the_house_s_language(
    place: RealDesk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HostClock, "now", lambda _: place.space.clock.now())
    capsys.readouterr()
    with pytest.raises(SystemExit):
        main.main(["--home", str(place.space.home.paths.root), "check"])
    told = capsys.readouterr().out
    assert "⟦" in told
    bare = {re.sub(r"^(ok|\?\?|!!|->)\s*|\[[\w-]+\]", "", text).strip() for text in pseudo.unspoken_in_text(told)}
    assert left({text for text in bare if text}) == set()


def test_papers_that_a_command_shows_are_in_their_reader_s_language(
    place: RealDesk, code: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest of what a command answers is English, by decision."""
    monkeypatch.setattr(HostClock, "now", lambda _: place.space.clock.now())
    with place.space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET language = ?", (code,))
    paid, member = place.sql(
        "SELECT number, member_number FROM entry WHERE kind = 'payment' AND amount_cents <> 0 AND member_number > 0"
        " AND number NOT IN (SELECT entry_number FROM document_line) ORDER BY number LIMIT 1"
    )[0]
    for command in (["receipt", str(paid)], ["statement", str(member), "--month", "2026-10"]):
        capsys.readouterr()
        main.main(["--home", str(place.space.home.paths.root), *command])
        told = capsys.readouterr()
        assert "⟦" in told.out
        assert left(pseudo.unspoken_in_text(told.out)) == set()
