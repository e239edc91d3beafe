"""The real desk on a free port, over the demo's space on a November evening, and an officer's laptop before it."""

import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from msgspec.structs import replace
from playwright.sync_api import Browser, BrowserContext, Page
from waitress import wasyncore  # type: ignore[import-untyped]  # ships no types

from kiosk import home
from kiosk.books.bank_deposits import BankDeposits
from kiosk.books.bank_statements import BankStatements
from kiosk.books.credit_notes import CreditNotes
from kiosk.books.gifts import Gifts
from kiosk.books.invoicing import Invoicing
from kiosk.books.receipts import Receipts
from kiosk.checkin.desk_requests import Requests
from kiosk.devices.protocols import MachineClock
from kiosk.domain.books.statements import bank_lines
from kiosk.domain.books.statements.bank_lines import Source
from kiosk.domain.members.roles import Role
from kiosk.domain.money import references
from kiosk.domain.money.cheques import Cheque
from kiosk.health import doctor, status_file
from kiosk.health.finding_codes import make_finding
from kiosk.home import Home
from kiosk.members import passwords
from kiosk.members.payers import Payers
from kiosk.money import voucher_acts
from kiosk.money.cashbox import Finding
from kiosk.money.corrections import Corrections
from kiosk.money.voucher_acts import VoucherId
from kiosk.setup import demo, home_creation
from kiosk.setup.home_creation import NewHome
from kiosk.space.scenarios import Scenarios
from kiosk.store.checkin import door_events
from kiosk.store.members import members
from kiosk.store.members.organisations import Facts
from kiosk.store.money import bank_deposit_rows
from kiosk.store.officers import account_file_rows, desk_users
from kiosk.store.space.policies import Rules
from kiosk.web.desk.app import create_app
from kiosk.web.desk.serving import server
from tests import fakes
from tests.conftest import Space
from tests.domain.books import bank_samples
from tests.fakes import FakeClock
from tests.money.giving import Box, stated
from tests.money.test_vouchers import envelopes_for_sale, vouchers
from tests.premises.keeping import acting
from tests.processes import free_port
from tests.shared import once

from . import desk_events, desk_house
from .axe import read_axe_in

MORNING = datetime(2026, 11, 25, 7, 41, tzinfo=UTC)  # a Wednesday, 8 h 41 in Lille
EVENING = datetime(2026, 11, 25, 17, 40, tzinfo=UTC)
EVERY_ROLE = "bureau@demo.invalid"
LAPTOP, TELEPHONE = (1280, 800), (360, 740)
KARIM, INES, HUGO, FATOU = 1, 9, 10, 11
UNKNOWN = "04FFFFFFFFFF01"
# Whose badge is seen today, in the order of their coming.
CAME = ("Karim Benali", "Inès Moreau", "Sophie Delattre", "Fatou Diallo", "Mehdi Carpentier", "Camille Lefèvre")
ASSOCIATION = '{"name": "La Coroutine", "address": "12 rue des Essais\\n59000 Lille", "siren": "732829320", '
ASSOCIATION += '"iban": "FR7630006000011234567890189"}'
HEALTH = replace(fakes.WELL, door_pulses=6, training=True)


@dataclass
class RealDesk:
    """A desk that answers, and the space behind it."""

    space: Space
    app: Flask
    address: str
    link: str = ""  # of a mail about hosting

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        return self.space.sql(query)

    def account(self, number: int) -> int:
        with self.space.home.store.reading() as connection:
            return members.by_number(connection, number).account


def lived_in(root: Path, clock: FakeClock) -> None:
    """The demo's space, with its three months of past."""
    home_creation.create(root, NewHome(training=True), clock, lambda made: demo.fill(made, clock))


def empty(root: Path, clock: FakeClock) -> None:
    """A space that opens today: officers and nobody else."""
    home_creation.create(root, NewHome(training=True), clock)


def prepare(root: Path, *, lived: bool = True) -> Path:
    """A home to be copied: the demo's space in the evening of a day, or one that opens today."""
    made = once("desk-lived" if lived else "desk-unlived", lambda folder: _prepare(folder / "home", lived))
    return Path(shutil.copytree(made / "home", root))


def _prepare(root: Path, lived: bool) -> None:
    root.parent.mkdir()
    clock = FakeClock(MORNING)
    (lived_in if lived else empty)(root, clock)
    (root / "memory").mkdir()
    settings = root / "kiosk.toml"
    settings.write_text(settings.read_text("utf-8").replace('"/dev/shm"', '"memory"'), "utf-8")
    with home.opened(root) as opened:
        space = Space(opened, clock)
        with opened.store.writing() as connection:
            roles = [role.value for role in Role]
            kept = passwords.hashed(demo.DEMO_PASSWORD)
            made = desk_users.add(connection, EVERY_ROLE, "Tout le bureau", roles, clock.now(), kept)
            account_file_rows.declare_outsider(connection, made, clock.now().date(), "cli")
        if lived:
            _a_day(space)
        space.kept.close()


@contextmanager
def running(prepared: Path, root: Path) -> Iterator[RealDesk]:
    """A desk over a copy of a home, in the evening, until the end of the block."""
    shutil.copytree(prepared, root)
    with home.opened(root) as opened:
        space = Space(opened, FakeClock(EVENING))
        try:
            with serving(space) as desk:
                yield desk
        finally:
            space.kept.close()


def _a_day(space: Space) -> None:
    """People come, somebody with a badge that nobody knows too; the entrance says that it is well."""
    of = {person.name: person.uid for person in demo.PEOPLE}
    for name in CAME:
        space.tap(of[name])
        space.lift(of[name])
        space.clock.advance(minutes=11)
    space.tap(UNKNOWN)
    with space.home.store.logging() as connection:
        door_events.add(connection, [*space.events])
    space.clock.set(EVENING)
    status_file.save(space.home.paths.runtime / status_file.NAME, {**HEALTH.facts(), "set_aside": 0}, space.clock)


def furnish(desk: RealDesk) -> None:
    """What some pages are about: somebody who left, an organisation that pays, requests, a change that comes."""
    space, rules = desk.space, Rules(desk.space.home.config.zone)
    store, clock = space.home.store, space.clock
    seen = [
        make_finding("temperature-high", degrees=77.0),
        make_finding("reader-stolen", modules="pn533_usb pn533 nfc"),
    ]
    doctor.note(space.home.paths.root, [*seen, make_finding("gpio", chips="gpiochip0")], clock.now(), whole=False)
    payers = Payers(store=store, rules=rules, clock=clock)
    payers.add(Facts(name="Résonance", kind="cooperative", siren="732829320", address="12 rue des Arts, 59000 Lille"))
    payers.appoint(HUGO, ["day"], 1, date(2026, 11, 25))
    space.rule("remote_opening", "true")
    space.rule("capacity_notice", "20", "2027-01-01")
    asked = Requests(store=store, rules=rules, clock=clock, actor="desk:x")
    asked.open_door()
    asked.wait_for_badge(INES)
    told = Corrections(store=store, rules=rules, seal=space.home.seal, clock=clock, actor="screen")
    told.ask("forgotten", FATOU, date(2026, 11, 20), remark="arrivée avec les mains pleines")
    papers = Receipts(store=store, rules=rules, seal=space.home.seal, clock=clock, actor="desk:x")
    papers.for_payment(int(desk.sql("SELECT max(number) FROM entry WHERE kind = 'payment'")[0][0]))
    papers.hand_out(stated(space, INES, date(2026, 10, 1)).id, "print")
    _invoices(space, payers)
    _bank(space)
    space.join("Marion Leclercq", "04A2000000E599")
    space.enrolment.leave(16)
    _box_and_bank(space)
    _days_ahead(space)
    space.rule("gifts", "true")
    space.rule("gift_receipts", "true")
    given = Gifts(store=store, rules=Rules(space.home.config.zone), seal=space.home.seal, clock=clock, actor="desk:x")
    given.give(1, 5000, "transfer")
    desk_events.furnish(space, (INES, HUGO, FATOU))
    desk.link = desk_house.furnish(space, (INES, HUGO))
    kept = Scenarios(store=store, rules=rules, clock=clock, actor="desk:x")
    kept.save("Journée à 6", {"prices": {"day": {"full": 600}}}, bytes(16))
    paid = {"zones": {"free-corner": ["day", None]}, "more": {"permanent": 2}}
    kept.save("Coin payant, deux de plus", paid, bytes([1] * 16))


def _days_ahead(space: Space) -> None:
    """An envelope of the cooperative's with a voucher, another that has ended, and days banked."""
    envelopes_for_sale(space.home.store)
    kept = vouchers(space)
    kept.sell(1, "bons-10")
    kept.name(1, HUGO, days=3)
    kept.code(1, days=2)
    voucher_acts.end_voucher(acting(space.home, space.clock), VoucherId(kept.name(1, FATOU)))
    kept.bank(INES, 2, "accueil du samedi")


def _invoices(space: Space, payers: Payers) -> None:
    """A town and a cooperative that were invoiced; a credit note, and something that waits to be invoiced."""
    store, rules, seal = space.home.store, Rules(space.home.config.zone), space.home.seal
    space.rule("association", ASSOCIATION, "2026-01-05")
    payers.add(Facts(name="Ville de Lille", kind="funder", siret="21590350100017", is_public=True, address="Lille"))
    invoicing = Invoicing(store=store, rules=rules, seal=seal, clock=space.clock, actor="desk:x")
    made = []
    for payer in (2, 1, 1):
        payers.appoint(HUGO, ["carnet"], payer, date(2026, 11, 25))
        space.till.sell(HUGO, "carnet-10", None)
        made.append(invoicing.issue(payer, key=secrets.token_bytes(16)).id)
    crediting = CreditNotes(store=store, rules=rules, seal=seal, clock=space.clock, actor="desk:x")
    crediting.credit(made[1], "compté deux fois", key=secrets.token_bytes(16))
    space.till.sell(HUGO, "carnet-10", None)


def _bank(space: Space) -> None:
    """A statement with a line of each state: sure, likely, entered, left aside."""
    rules, seal = Rules(space.home.config.zone), space.home.seal
    banking = BankStatements(store=space.home.store, rules=rules, seal=seal, clock=space.clock, actor="desk:x")
    said = (f"VIR {references.of_account(INES)}", "VIR FATOU DIALLO", "VIR HUGO", "PRLV ÉLECTRICITÉ")
    day = date(2026, 11, 24)
    lines = [bank_lines.checked_line(Source.CSV, day, 1200, label, reference="NOVEMBRE") for label in said]
    banking.import_lines(bank_samples.reading(*lines))
    banking.confirm(3, {HUGO: 700, INES: 500})
    banking.ignore(4, "dépense")


def _box_and_bank(space: Space) -> None:
    """A count, three remittances, a cheque that bounced, one that was good after all; something that waits of each."""
    store, rules, seal, clock = space.home.store, Rules(space.home.config.zone), space.home.seal, space.clock
    box = Box(store=store, rules=rules, seal=seal, clock=clock, actor="desk:x")
    bank = BankDeposits(store=store, rules=rules, seal=seal, clock=clock, actor="desk:x")
    with store.reading() as connection:
        accounts = {number: members.by_number(connection, number).account for number in (INES, HUGO, FATOU)}
        old = [piece.entry for piece in bank_deposit_rows.waiting(connection, "cheque")]
    box.count(Finding({2000: 6, 1000: 4, 500: 3, 200: 11, 50: 6}, reason="rendu de monnaie inexact"))
    for number, name in ((INES, "Inès Moreau"), (HUGO, "Hugo Petit"), (FATOU, "Fatou Diallo")):
        text = Cheque("Crédit du Nord", f"70012{number:02}", name).text
        old.append(space.till.take({accounts[number]: 1500}, "cheque", key=bytes([number]) * 16, text=text).entry)
    bank.deposit(cheques=old[:-1], cash_cents=9000, coins={2000: 4, 1000: 1})
    good = bank.bounce(old[-3], 1250, "signature non conforme").entry
    bank.take_back_bounce(good, "la banque s’est trompée")
    bank.bounce(old[-2], 1250, "sans provision")
    paid = [space.till.pay(number, 2000, "online") for number in (INES, HUGO, FATOU)]
    bank.payout("online", paid[:2], 3940)
    box.declare(accounts[INES], 500)
    box.declare(accounts[FATOU], 1000)


@contextmanager
def serving(space: Space) -> Iterator[RealDesk]:
    """The desk's own server in a thread, as `run` has it in a process."""
    with answering(space.home, space.clock) as (app, address):
        yield RealDesk(space, app, address)


@contextmanager
def answering(opened: Home, clock: MachineClock) -> Iterator[tuple[Flask, str]]:
    """The same over a home whose entrance may run elsewhere: the application, and its address."""
    app = create_app(opened, clock, bytes(32), ["localhost"])
    port = free_port()
    web: Any = server(app, port, None)
    going_on = threading.Event()
    going_on.set()

    def turn() -> None:  # as `run` does, which only a signal to the main thread can end
        while going_on.is_set():
            wasyncore.loop(timeout=0.05, count=1, map=web._map)

    thread = threading.Thread(target=turn)
    thread.start()
    try:
        yield app, f"http://localhost:{port}"
    finally:
        going_on.clear()
        thread.join(10)
        wasyncore.close_all(web._map)
        web.task_dispatcher.shutdown()


@contextmanager
def laptop(browser: Browser, desk: RealDesk, language: str = "fr", *, has_axe: bool = True) -> Iterator[BrowserContext]:
    """A browser of its own that speaks a language. What its policy refuses or its script throws fails the test."""
    width, height = LAPTOP
    made = browser.new_context(
        viewport={"width": width, "height": height}, locale={"fr": "fr-FR"}.get(language, language)
    )
    made.set_default_timeout(30_000)
    made.add_init_script("addEventListener('beforeprint', () => { window.printed = true })")
    if has_axe:
        read_axe_in(made)
    complaints: list[str] = []
    made.on("console", lambda message: complaints.append(message.text) if "Policy" in message.text else None)
    made.on("weberror", lambda error: complaints.append(str(error.error)))
    yield made
    made.close()
    assert complaints == []


def sign_in(page: Page, desk: RealDesk, who: str) -> None:
    """Through the page, whatever it speaks: a role of the demo's, or an address."""
    sign_in_at(page, desk.address, who)


def sign_in_at(page: Page, address: str, who: str) -> None:
    """The same, of a desk at this address."""
    page.goto(f"{address}/login")
    page.locator("#email").fill(who if "@" in who else f"{who}@demo.invalid")
    page.locator("#password").fill(demo.DEMO_PASSWORD)
    page.locator("main button.main").click()
    page.wait_for_url(f"{address}/")
