"""Every page of the desk, in both languages: it is there, axe finds nothing, it fits a telephone, a thumb hits what it
aims at. A new route without an address here fails a test.

Axe looks at each page once, since no rule of its own hangs on the language; KIOSK_ALL_WALKS=1 (`scripts/torture
walks`) has it look in each.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from .axe import found_by_axe
from .desk import EVERY_ROLE, FATOU, HUGO, INES, LAPTOP, TELEPHONE, RealDesk, furnish, laptop, running, sign_in

MEASURES = (Path(__file__).parent / "desk_measures.js").read_text("utf-8")
TWO = "Nom;Formule;Courriel\nÉlodie Martin;Itinérant;elodie@exemple.fr\nPaul;;paul@\n".encode()
BALANCES = "Compte;Libellé;Débit;Crédit\n530;Caisse;80,00;\n110;Report à nouveau;;80,00\n".encode()
STATEMENT = "Date;Libellé;Montant\n24/11/2026;VIR HUGO NOVEMBRE;12,00\n25/11/2026;VIR PAUL;7,00\n".encode()

# Where each page is, with something to see on it; several where one page has several faces.
PAGES: dict[str, tuple[str, ...]] = {
    "today.page": ("/",),
    "today.evacuation": ("/today/evacuation",),
    "state.page": ("/state",),
    "account.page": ("/account",),
    "assembly.page": ("/assembly/",),
    "assembly.sheet": ("/assembly/sheet",),
    "assembly.categories": ("/assembly/categories",),
    "assembly.declare": (f"/members/{INES}/category",),
    "archive.page": ("/books/archive",),
    "heads.page": ("/books/heads", "/books/heads?head=1:00000000"),
    "heads.choose": ("/books/heads/recipients",),
    "bank.page": ("/books/bank", "/books/bank?state=all&sort=sum&q=vir", "/books/bank?state=ignored&q=rien"),
    "bank.sure": ("/books/bank/sure",),
    "bank.one": (
        "/books/bank/1",
        f"/books/bank/2?with={INES}&with={FATOU}&q=a",
        "/books/bank/3",
        "/books/bank/4",
    ),
    "bank.start": ("/books/bank/import",),
    "bank.preview": ("/books/bank/import/{bank_key}",),
    "bank.columns": ("/books/bank/import/{bank_key}/columns",),
    "books.page": ("/books",),
    "books.closed": ("/books/closings", "/books/closings?kind=year", "/books/closings?from=2026-11-01&sort=day"),
    "books.one": ("/books/closings/{closing}",),
    "books.gift_list": ("/books/gifts", "/books/gifts?year=2020"),
    "books.gift_form": ("/books/gifts/of/1",),
    "books.receipt_form": ("/books/gifts/{gift}/receipt",),
    "books.result_list": ("/books/results",),
    "books.balances": ("/books/results/balances/{balances_key}",),
    "books.month_form": ("/books/closings/month",),
    "books.year_form": ("/books/closings/year",),
    "cash.page": ("/books/cash",),
    "cash.count_form": ("/books/cash/count",),
    "cash.declare_form": ("/books/cash/declare",),
    "cash.bank_form": ("/books/cash/bank", "/books/cash/bank?keep=20"),
    "remittances.cheques": ("/books/cheques",),
    "remittances.payouts": ("/books/payouts", "/books/payouts?method=card", "/books/payouts?until=2026-11-01"),
    "remittances.one": ("/books/remittances/1", "/books/remittances/3"),
    "remittances.bounce_form": ("/books/cheques/{cheque}/bounce",),
    "remittances.good_form": ("/books/bounces/{bounced}/back",),
    "calendar.page": ("/calendar", "/calendar?day=2026-11-26", "/calendar?day=2026-11-26&view=week"),
    "corrections.listing": ("/corrections",),
    "corrections.new": ("/corrections/new", f"/corrections/new?member={INES}"),
    "doorway.ask_open": ("/door/open",),
    "doorway.opening": ("/door/open/1",),
    "doorway.badge": (f"/members/{INES}/badges/wait/2",),
    "events.page": ("/events",),
    "events.new": ("/events/new",),
    "events.edit": ("/events/1/edit",),
    "events.open_": ("/events/1/open", "/events/3/open"),
    "events.one": ("/events/1", "/events/2", "/events/3", "/events/4", "/events/5"),
    "events.sheet": ("/events/2/list",),
    "exports.page": ("/exports", "/exports?what=payments&period=last-month", "/exports?from=2026-13-01&to=x"),
    "feeds.page": ("/calendar/feeds",),
    "figures.page": ("/figures/",),
    "rent.page": ("/figures/rent",),
    "simulator.page": ("/figures/simulator/", "/figures/simulator/?with=1&with=2&from=2026-09&until=2026-11"),
    "vouchers.claim": (f"/members/{HUGO}/voucher-code",),
    "imports.page": ("/imports",),
    "imports.columns": ("/imports/{key}",),
    "imports.preview": ("/imports/{key}/preview?c0=name&c1=plan&c2=email&plan=itinerant",),
    "log.page": ("/log", "/log?member=9999"),
    "members.page": ("/members", "/members?owes=1&sort=name", "/members?q=personne"),
    "joining.listing": ("/members/joining",),
    "members.new": ("/members/new",),
    "member.page": (f"/members/{INES}", f"/members/{HUGO}", "/members/16"),
    "member.edit": (f"/members/{INES}/edit",),
    "member.plan": (f"/members/{INES}/plan",),
    "member.leave": (f"/members/{INES}/leave",),
    "member.come_back": ("/members/16/back",),
    "member.merge": (f"/members/{INES}/merge", f"/members/{INES}/merge?other={HUGO}"),
    "member.give_badge": (f"/members/{INES}/badges",),
    "member.reduced": (f"/members/{INES}/reduced",),
    "member.appoint": (f"/members/{HUGO}/payers",),
    "money.page": ("/money", "/money?q=a"),
    "money.pay_account": (f"/money/accounts/{INES}/pay", f"/money/accounts/{INES}/pay?with={FATOU}&q=a"),
    "money.amend": tuple(f"/money/accounts/{INES}/{kind}" for kind in ("refund", "write-off", "deposit")),
    "money.act": ("/money/acts/{payment}", "/money/acts/{charge}"),
    "money.reverse": ("/money/entries/{payment}/reverse",),
    "money.payments": ("/money/payments", "/money/payments?from=2026-10-01&to=2026-10-31"),
    "money.sell": (f"/money/sell/{INES}", f"/money/sell/{HUGO}"),
    "money.running": ("/money/subscriptions",),
    "money.subscription": ("/money/subscriptions/1",),
    "money.tab_page": ("/money/tabs", "/money/tabs?advance=1", "/money/tabs?older=60"),
    "money.reminder": ("/money/tabs/{owing}/reminder",),
    "money.transfer": (f"/money/accounts/{INES}/transfer?amount=12,50", f"/money/accounts/{FATOU}/transfer"),
    "premises.page": ("/premises/", "/premises/?day=2026-11-26"),
    "premises.draw": ("/premises/draw", "/premises/draw?spot=1", "/premises/draw?spot=3"),
    "premises.things": ("/premises/things",),
    "premises.offices": ("/premises/offices",),
    "people.page": ("/people/", "/people/?q=couture", "/people/?q=rien"),
    "people.of_member": (f"/people/members/{INES}", f"/people/members/{HUGO}"),
    "people.notices": ("/people/notices",),
    "people.projects": ("/people/projects",),
    "personal.page": (f"/members/{INES}/data",),
    "receipts.one": ("/money/receipts/{receipt}", "/money/receipts/{statement}"),
    "receipts.listing": ("/books/receipts", "/books/receipts?kind=note&from=2026-01-01"),
    "receipts.statement": (
        f"/money/accounts/{INES}/statement",
        f"/money/accounts/{INES}/statement?month=2026-10",
        f"/money/accounts/{INES}/statement?month=2020-01",
    ),
    "invoices.page": ("/books/invoices", "/books/invoices?state=overdue&organisation=1"),
    "invoices.one": ("/books/invoices/{invoice}", "/books/invoices/{credit_note}"),
    "invoices.of": ("/books/invoices/to/1", "/books/invoices/to/1?from=2026-01-01&to=2026-01-31"),
    "invoices.month": ("/books/invoices/month", "/books/invoices/month?month=2026-11"),
    "invoices.credit": ("/books/invoices/{invoice}/credit",),
    "report.page": ("/books/report", "/books/report?year=2026"),
    "organisations.page": ("/organisations",),
    "accounting.page": ("/books/fec",),
    "accounting.printed": ("/books/fec/print", "/books/fec/print?what=ledger", "/books/fec/print?what=journal"),
    "organisations.one": ("/organisations/1",),
    "organisations.new": ("/organisations/new",),
    "organisations.edit": ("/organisations/1/edit",),
    "rooms.listing": ("/rooms",),
    "rooms.new": ("/rooms/new",),
    "rooms.edit": ("/rooms/1/edit",),
    "rooms.book": ("/rooms/book", "/rooms/book?room=1&day=2026-11-26&from=14:00"),
    "rooms.booking": ("/rooms/bookings/1",),
    "quotes.listing": ("/rooms/quotes",),
    "quotes.new": ("/rooms/quotes/new?what=room", "/rooms/quotes/new?what=part"),
    "quotes.one": ("/rooms/quotes/1", "/rooms/quotes/2"),
    "rota.page": ("/hosting/", "/hosting/?week=2026-12-01"),
    "rota.one": ("/hosting/shifts/1", "/hosting/shifts/{shift}"),
    "rota.of_member": (f"/hosting/members/{INES}",),
    "rota.template": ("/hosting/template",),
    "rota.reward": ("/hosting/reward",),
    "rota.year": ("/hosting/year",),
    "rules.overview": ("/rules",),
    "rules.closed_days": ("/rules/days",),
    "books.month_path": ("/books/month",),
    "money.ask_reminders": ("/money/reminders",),
    "help.page": ("/help", "/help?q=carnet"),
    "help.section": ("/help/read/tresorerie/3-vendre", "/help/read/bureau/le-bureau"),
    "help.whole": ("/help/whole/accueil",),
    "help.error": ("/help/error/amount",),
    "member.paper": ("/members/1/paper", "/members/1/paper?paper=attestation"),
    "members.papers": ("/members/papers",),
    "members.likely": ("/members/twins",),
    "rules.confirm_form": ("/rules/confirm",),
    "rules.notice": ("/rules/notice",),
    "rules.hours_form": ("/rules/opening",),
    "rules.rule_form": (
        "/rules/policy/tab_limit_cents",
        "/rules/policy/membership_year",
        "/rules/policy/pro_rata",
        "/rules/policy/fiscal_year_month",
    ),
    "rules.sheet_form": ("/rules/books/association", "/rules/books/vat_rates", "/rules/books/accounts"),
    "rules.call_off_form": ("/rules/call-off/policy/{coming}",),
    "rules.names_form": ("/rules/products/day",),
    "rules.product_form": ("/rules/products/new",),
    "rules.tariff_form": ("/rules/tariffs/day/full",),
    "rules.words": ("/rules/wording",),
    "rules.word_form": ("/rules/wording/{wording}",),
    "rules.zone_form": ("/rules/zones/comfort", "/rules/zones/new"),
    "rules.zone_limits_form": ("/rules/zones/comfort/limits",),
    "two.page": ("/two",),
    "users.everybody": ("/users",),
    "vouchers.page": ("/organisations/1/vouchers", "/organisations/2/vouchers"),
    "vouchers.banked": (f"/members/{INES}/banked", f"/members/{FATOU}/banked"),
    "users.add": ("/users/new",),
    "users.change": ("/users/2",),
    "security.change_password": ("/change",),
    "security.two_factor_setup": ("/tf-setup",),
    "security.mf_recovery_codes": ("/mf-recovery-codes",),
    "security.wan_register": ("/wan-register",),
}
# Seen without signing in.
OUTSIDE: dict[str, tuple[str, ...]] = {
    "agenda.page": ("/agenda",),
    "hosting_link.page": ("{link}",),
    "security.login": ("/login",),
    "security.forgot_password": ("/reset",),
    "security.reset_password": ("/reset/x.y.z",),
    "security.wan_signin": ("/wan-signin",),
}
NO_PAGES = {
    "a file": {
        "books.sheet",
        "accounting.file",
        "accounting.paheko_file",
        "agenda.calendar",
        "agenda.rss",
        "events.certificate",
        "exports.file",
        "feeds.feed",
        "frame.colour",
        "frame.manifest",
        "figures.picture",
        "help.picture",
        "figures.table",
        "imports.model",
        "imports.refused_lines",
        "invoices.pdf",
        "invoices.xml",
        "remittances.paper",
        "report.file",
        "report.attestation_pdf",
        "personal.download",
        "rooms.sheet",
        "rules.sheet",
        "simulator.file",
        "vouchers.statement",
    },
    "what pages are made of": {"static", "font", "healthz"},
    "a part of a page that is walked": {
        "today.now",
        "members.search",
        "money.find",
        "exports.progress",
        "doorway.badge_now",
        "doorway.opening_now",
    },
    "leads on to another page": {"help.go", "help.of_page", "money.pay", "security.two_factor_rescue"},
    "asked halfway through signing in, or again after a while": {
        "security.two_factor_token_validation",
        "security.tf_select",
        "security.mf_recovery",
        "security.verify",
        "security.wan_verify",
    },
}
WALKED = [(endpoint, each) for endpoint, where in PAGES.items() for each in where]


WIDTHS = (390, 1920)  # beside the telephone's and the laptop's
LANGUAGES = ("fr", "en", "nl")
LOOKED_AT_BY_AXE = LANGUAGES if os.environ.get("KIOSK_ALL_WALKS") else ("fr",)
_HEAD = "() => [document.documentElement.lang, document.querySelectorAll('h1').length]"
_WIDTH = "Math.max(innerWidth, document.documentElement.scrollWidth)"


@pytest.fixture(scope="module")
def desk(lived: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealDesk]:
    with running(lived, tmp_path_factory.mktemp("pages") / "home") as desk:
        furnish(desk)
        yield desk


def _window(chromium: Browser, desk: RealDesk, language: str) -> AbstractContextManager[BrowserContext]:
    return laptop(chromium, desk, language, axe=language in LOOKED_AT_BY_AXE)


@pytest.fixture(scope="module")
def officers(chromium: Browser, desk: RealDesk) -> Iterator[dict[str, Page]]:
    """Somebody with every role, signed in, in each language."""
    with ExitStack() as stack:
        pages = {each: stack.enter_context(_window(chromium, desk, each)).new_page() for each in LANGUAGES}
        for page in pages.values():
            sign_in(page, desk, EVERY_ROLE)
        yield pages


@pytest.fixture(scope="module")
def officer(officers: dict[str, Page]) -> Page:
    return officers["fr"]


@pytest.fixture(scope="module")
def strangers(chromium: Browser, desk: RealDesk) -> Iterator[dict[str, Page]]:
    with ExitStack() as stack:
        yield {each: stack.enter_context(_window(chromium, desk, each)).new_page() for each in LANGUAGES}


@pytest.fixture(scope="module")
def numbers(desk: RealDesk, officer: Page) -> dict[str, str]:
    """What addresses are filled in with: numbers that the home has given, and a file that waits."""
    one = {
        "payment": "SELECT max(number) FROM entry WHERE kind = 'payment'",
        "charge": "SELECT max(number) FROM entry WHERE kind = 'charge'",
        "owing": "SELECT id FROM account WHERE balance_cents > 0 AND member_id IS NOT NULL LIMIT 1",
        "coming": "SELECT max(id) FROM policy",
        "shift": "SELECT max(id) FROM shift",
        "closing": "SELECT max(entry_number) FROM closing",
        "cheque": "SELECT max(payment_entry) FROM remittance_part WHERE remittance_id = 1",
        "bounced": "SELECT max(number) FROM entry WHERE kind = 'bounce'",
        "gift": "SELECT max(number) FROM entry WHERE kind = 'gift'",
        "receipt": "SELECT max(id) FROM document WHERE kind = 'receipt'",
        "statement": "SELECT max(id) FROM document WHERE kind = 'statement'",
        "invoice": "SELECT min(id) FROM document WHERE kind = 'invoice'",
        "credit_note": "SELECT max(id) FROM document WHERE kind = 'credit-note'",
    }
    found = {name: str(desk.sql(query)[0][0]) for name, query in one.items()}
    officer.goto(f"{desk.address}/imports")
    officer.locator("#file").set_input_files({"name": "liste.csv", "mimeType": "text/csv", "buffer": TWO})
    officer.locator("main button.main").click()
    officer.wait_for_url("**/imports/*")
    found["key"] = officer.url.rpartition("/")[2]
    officer.goto(f"{desk.address}/books/bank/import")
    officer.locator("#file").set_input_files({"name": "r.csv", "mimeType": "text/csv", "buffer": STATEMENT})
    officer.locator("main button.main").click()
    officer.wait_for_url("**/books/bank/import/*")
    found["bank_key"] = officer.url.rpartition("/")[2]
    officer.goto(f"{desk.address}/books/results")
    officer.locator("#file").set_input_files({"name": "b.csv", "mimeType": "text/csv", "buffer": BALANCES})
    officer.locator("form[enctype] button").click()
    officer.wait_for_url("**/books/results/balances/*")
    found["balances_key"] = officer.url.rpartition("/")[2]
    officer.goto(f"{desk.address}/rules/wording")
    link = officer.locator("main a[href*='/rules/wording/']").first.get_attribute("href")
    return {**found, "link": desk.link, "wording": str(link).rpartition("/")[2]}


def _resize(page: Page, width: int, height: int = LAPTOP[1]) -> None:
    page.set_viewport_size({"width": width, "height": height})


def _width_at(page: Page, width: int) -> int:
    """How wide a page becomes in a window of some width."""
    _resize(page, width)
    return int(page.evaluate(_WIDTH))


def wrong(page: Page, address: str, language: str) -> list[str]:
    """All that is wrong with a page as a laptop and as a telephone show it."""
    answer = page.goto(address)
    assert answer is not None
    lang, headings = page.evaluate(_HEAD)
    seen: dict[str, Any] = {"status": answer.status, "language": lang, "headings": headings, "axe": []}
    if language in LOOKED_AT_BY_AXE:  # on a laptop; the colours are the same in every language
        seen["axe"] = found_by_axe(page, contrast=language == "fr")
        _resize(page, *TELEPHONE)
    seen |= page.evaluate(MEASURES)
    # How wide a page is does not hang on its language once it fits the narrowest.
    widths = WIDTHS if language == "fr" else ()
    seen["widths"] = [_width_at(page, width) for width in widths]
    if language in LOOKED_AT_BY_AXE:
        _resize(page, *LAPTOP)
    meant: dict[str, Any] = {
        "status": 400 if "2026-13" in address else 200,
        "language": language,
        "headings": 1,
        "axe": [],
        "width": TELEPHONE[0],
        "outside": [],
        "small": [],
        "tiny": [],
        "cut": [],
        "missed": [],
        "widths": list(widths),
    }
    assert seen.keys() == meant.keys()
    return [f"{language}: {name}: {seen[name]}" for name in meant if seen[name] != meant[name]]


@pytest.mark.parametrize(("endpoint", "where"), WALKED, ids=[where for _, where in WALKED])
def test_a_page_is_for_everybody(
    desk: RealDesk, officers: dict[str, Page], numbers: dict[str, str], endpoint: str, where: str
) -> None:
    address = desk.address + where.format(**numbers)
    bad = [each for language, page in officers.items() for each in wrong(page, address, language)]
    assert "\n".join(bad) == "", endpoint


@pytest.mark.parametrize("where", [each for where in OUTSIDE.values() for each in where])
def test_a_page_outside_is_for_everybody(desk: RealDesk, strangers: dict[str, Page], where: str) -> None:
    address = desk.address + where.format(link=desk.link)
    assert [each for language, page in strangers.items() for each in wrong(page, address, language)] == []


def test_every_route_that_shows_a_page_is_walked(desk: RealDesk) -> None:
    routes = {rule.endpoint for rule in desk.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    known = {*PAGES, *OUTSIDE, *(endpoint for endpoints in NO_PAGES.values() for endpoint in endpoints)}
    assert (routes - known, known - routes) == (set(), set())


def test_an_address_leads_to_the_page_that_it_stands_for(desk: RealDesk, numbers: dict[str, str]) -> None:
    urls = desk.app.url_map.bind("localhost")
    for endpoint, where in {**PAGES, **OUTSIDE}.items():
        for each in where:
            assert urls.match(each.format(**numbers).partition("?")[0])[0] == endpoint
