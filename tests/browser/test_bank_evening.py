"""A statement of sixty lines, decided by the keyboard from the list, and one more by thumb on a telephone: every click
and key is counted, and what the ledger holds afterwards is what the bank said.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.books.closing import Closings
from kiosk.domain.days import month_of
from kiosk.domain.money import references
from kiosk.domain.money.cheques import Cheque
from kiosk.messages import outbox
from kiosk.store.books import bank_sheet_facts
from kiosk.store.space.policies import Rules
from tests.messages.test_mailer import mail_server

from .axe import check_axe
from .desk import EVERY_ROLE, RealDesk, laptop, prepare, running, sign_in

MOST_CLICKS, MOST_KEYS = 30, 150
EXPENSES = ("PRLV EDF", "PRLV LOYER")
ALONE = ("VIR INCONNU",)
SENDING = "section[aria-labelledby=send]"
PRESS_TWICE = """(which) => {
  let sent = 0;
  addEventListener("submit", (event) => { sent += Number(!event.defaultPrevented); event.preventDefault(); });
  for (let press = 0; press < 2; press += 1) document.querySelector(which).requestSubmit();
  return sent;
}"""  # the script of the page comes first; nothing leaves


@dataclass
class House:
    """Who is in the house, each owing their membership of 5.00, and the statement that came."""

    desk: RealDesk
    heard: list[str] = field(default_factory=list)  # by the mail server
    lines: list[tuple[str, int]] = field(default_factory=list)
    accounts: list[int] = field(default_factory=list)

    def join(self, name: str) -> int:
        """One more member. Returns their account."""
        number = self.desk.space.join(name, f"04B20000{len(self.accounts):06X}")
        self.accounts.append(self.desk.account(number))
        return self.accounts[-1]

    def take(self, account: int, cents: int, method: str) -> None:
        """Money that was entered by hand."""
        text = Cheque("BNP", str(cents), "").text if method == "cheque" else None
        self.desk.space.till.take({account: cents}, method, key=cents.to_bytes(16, "big"), text=text)

    def statement(self, lines: list[tuple[str, int]], before: int = 500_000, on: date = date(2026, 11, 25)) -> bytes:
        """The lines of a day between its month's two balances, so that the file proves itself."""
        first, last = month_of(on)
        rows = [f"{on:%d/%m/%Y};{label};{sum_of(cents)}" for label, cents in reversed(lines)]
        begins = f"{first - timedelta(days=1):%d/%m/%Y};ANCIEN SOLDE;{sum_of(before)}"
        ends = f"{last:%d/%m/%Y};NOUVEAU SOLDE;{sum_of(before + sum(cents for _, cents in lines))}"
        return "\n".join(["Date;Libellé;Montant", begins, *rows, ends, ""]).encode()


def sum_of(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100},{abs(cents) % 100:02}"


@dataclass
class Hands:
    """One officer's mouse and keys, counted."""

    page: Page
    clicks: int = 0
    keys: int = 0

    def click(self, what: str) -> None:
        self.page.locator(what).filter(visible=True).first.click()
        self.clicks += 1

    def key(self, *keys: str) -> None:
        for each in keys:
            self.page.keyboard.press(each)
            self.keys += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)

    def label(self) -> str:
        """What the line says that the keyboard is in."""
        said = "document.activeElement.closest('[data-line]')?.querySelector('legend').innerText ?? ''"
        return str(self.page.evaluate(said))

    def bring(self, data: bytes, address: str) -> None:
        """A statement that proves itself: the file, and its lines."""
        self.page.goto(f"{address}/books/bank/import")
        self.take(data)

    def take(self, data: bytes) -> None:
        """The same on the page that asks for the file."""
        self.page.locator("#file").set_input_files({"name": "r.csv", "mimeType": "text/csv", "buffer": data})
        self.click("main form button.main")
        self.page.wait_for_url("**/books/bank/import/*")
        self.click("main form button.main")
        self.page.wait_for_url("**/books/bank")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with new_house(tmp_path) as made:
        yield furnished(made)


@contextmanager
def new_house(folder: Path) -> Iterator[House]:
    """A space that opens today, with a server that takes its mail."""
    prepared = prepare(folder / "made", lived=False)
    settings = prepared / "kiosk.toml"
    with mail_server() as (port, heard):
        mail = f'[mail]\nserver = "127.0.0.1:{port}"\nsender = "bureau@exemple.fr"\n'
        settings.write_text(settings.read_text("utf-8").replace("[mail]\n", mail, 1), "utf-8")
        with running(prepared, folder / "home") as desk:
            yield House(desk, heard)


def furnished(made: House) -> House:
    """Let everybody be there who is in the statement's lines."""
    for at in range(24):
        own = made.join(f"Membre {chr(65 + at)}")
        made.lines.append((f"VIR {references.of_account(own)} {at}", 500))
    for at in range(12):
        made.join(f"Nadia Carlier{chr(65 + at)}")
        made.lines.append((f"VIR NADIA CARLIER{chr(65 + at)}", 500))
    for _ in range(2):
        made.join("Inès Moreau")
        made.lines.append(("VIR INES MOREAU", 500))
    for name in ("Paul Vasseur", "Rose Vasseur"):
        made.take(made.join(name), 1200, "transfer") if name[0] == "P" else made.join(name)
    made.lines.append(("VIR PAUL VASSEUR", 1200))
    for name in ("Karim Haddad", "Sarah Haddad"):
        made.join(name)
    made.lines.append(("VIR M OU MME KARIM ET SARAH HADDAD", 1000))
    for name in ("Colin Un", "Colin Deux"):
        made.join(name)
    made.lines.append(("VIR COLOCATION RUE DES LILAS", 1000))
    payer = made.join("Zoé Petit")
    for cents, method in ((1500, "cheque"), (2000, "cheque"), (2100, "card"), (2900, "card")):
        made.take(payer, cents, method)
    made.lines += [("REMISE DE CHEQUES N 7", 3500), ("VIR SUMUP PAIEMENTS CB", 4915)]
    made.lines += [(f"{expense} {100 + at}", -3000 - at) for at in range(7) for expense in EXPENSES]
    made.lines += [("CHEQUE IMPAYE 77", -2000), ("VIR INCONNU", 700), ("VIR ROSE VASSEUR", 500)]
    return made


def decide_all(hands: Hands) -> None:
    """Go down the list by what each line says, as a person who has the papers beside them."""
    homonyms = 0
    for _ in range(60):
        if not hands.page.locator("[data-line]").count():
            return
        label = hands.label()
        assert label, "the keyboard is in the next line"
        expense = next((each for each in (*EXPENSES, *ALONE) if each in label), None)
        if "COLOCATION" in label:
            split(hands)
            continue
        with hands.page.expect_navigation():
            if expense:
                hands.key("r")
                hands.type(expense.split()[1])
                hands.key(*(("Tab", " ", "Enter") if expense in EXPENSES else ("Enter",)))
            else:
                homonyms += "INES MOREAU" in label
                hands.key(*(("ArrowDown",) if homonyms == 2 and "INES MOREAU" in label else ()), " ")
    raise AssertionError("there is no end of lines")


def split(hands: Hands) -> None:
    """Two people's rent in one transfer, by the line's own page."""
    hands.key("s")
    hands.page.wait_for_url(re.compile(r"/books/bank/\d+"))
    for name in ("Un", "Deux"):
        hands.click("#q")
        hands.type(f"colin {name}")
        hands.key("Enter")
        hands.click(f"a:has-text('Colin {name}')")
    hands.click("button:has-text('Enregistrer ce paiement')")
    hands.page.wait_for_url(re.compile(r"/books/bank\?"))


def test_sixty_lines_are_decided_by_the_keyboard_and_nothing_is_wrong(chromium: Browser, house: House) -> None:
    assert len(house.lines) == 60
    desk = house.desk
    with laptop(chromium, desk) as context:
        page = context.new_page()
        sign_in(page, desk, EVERY_ROLE)
        hands = Hands(page)
        hands.bring(house.statement(house.lines), desk.address)
        hands.click("a[href$='/bank/sure']")
        hands.click("main form button.main")
        page.wait_for_url("**/books/bank")
        decide_all(hands)
        assert hands.clicks <= MOST_CLICKS
        assert hands.keys <= MOST_KEYS
        close_and_send(hands, house)
        assert hands.clicks <= MOST_CLICKS
        assert hands.keys <= MOST_KEYS
    assert desk.sql("SELECT state, count(*), sum(cents) FROM bank_line GROUP BY state ORDER BY state") == [
        ("entered", 45, 24 * 500 + 12 * 500 + 2 * 500 + 1200 + 1000 + 1000 + 3500 + 4915 + 500 - 2000),
        ("ignored", 15, sum(cents for label, cents in house.lines if label.startswith((*EXPENSES, *ALONE)))),
    ]
    owes = dict(desk.sql("SELECT id, balance_cents FROM account"))
    others = [owes[account] for account in house.accounts if account not in (house.accounts[38], house.accounts[-1])]
    assert others == [0] * len(others)
    assert owes[house.accounts[38]] == 500 - 1200  # entered by hand, and not once more
    assert owes[house.accounts[-1]] == 500 - (1500 + 2000 + 2100 + 2900) + 2000  # one of two cheques came back
    with desk.space.home.store.reading() as connection:
        sheet = bank_sheet_facts.read(connection, date(2026, 11, 30))
    moved = sum(cents for _, cents in house.lines)
    assert (sheet.start, sheet.balance, sheet.undecided.count) == (500_000, 500_000 + moved, 0)
    assert (sheet.difference, sheet.missing, sheet.awaited.count) == (0, 0, 0)
    assert desk.sql("SELECT method, count(*) FROM remittance GROUP BY method ORDER BY method") == [
        ("card", 1),
        ("cheque", 1),
    ]


def close_and_send(hands: Hands, house: House) -> None:
    """On the second of December: the month closed from its evening, and its files sent, to a server that takes them."""
    desk, page = house.desk, hands.page
    desk.space.clock.advance(days=7)
    home, rules = desk.space.home, Rules(desk.space.home.config.zone)
    Closings(store=home.store, rules=rules, seal=home.seal, clock=desk.space.clock, actor="due").close_days()
    sign_in(page, desk, EVERY_ROLE)
    page.goto(f"{desk.address}/books/month")
    check_axe(page)
    hands.click("[aria-current=step] a")
    page.wait_for_url("**/books/closings/month")
    check_axe(page)
    hands.type(sum_of(desk.sql("SELECT sum(amount_cents) FROM entry WHERE kind = 'charge'")[0][0]))
    hands.key("Enter")
    page.wait_for_url(re.compile(r"/books/closings/\d+$"))
    check_axe(page)
    assert page.evaluate(PRESS_TWICE, f"{SENDING} form") == 1, "what is on its way is not sent again"
    expect(page.locator("#working")).to_contain_text("En cours")
    page.reload()
    hands.click(f"{SENDING} button.main")
    expect(page.locator(f"{SENDING} li .tag")).to_have_text("en attente d’envoi")
    assert desk.sql("SELECT count(*) FROM outbox WHERE about LIKE 'closing:%'") == [(1,)]
    outbox.send_waiting(home, desk.space.clock.now())
    page.reload()
    expect(page.locator(f"{SENDING} li .tag")).to_have_text("envoyé")
    assert "cloture-2026-11.zip" in "".join(house.heard)


def test_lines_are_decided_by_thumb(chromium: Browser, house: House) -> None:
    desk = house.desk
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="fr-FR"
    )
    context.set_default_timeout(30_000)
    page = context.new_page()
    sign_in(page, desk, EVERY_ROLE)
    some = [house.lines[24], house.lines[36], ("PRLV EDF 1", -900)]
    Hands(page).bring(house.statement(some), desk.address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    first, second, third = (page.locator("[data-line]", has_text=words) for words in ("CARLIER", "MOREAU", "EDF"))
    first.locator("button.main").tap()
    expect(first).to_have_count(0)
    second.locator("label.choice").nth(1).tap()
    second.locator("button.main").tap()
    expect(second).to_have_count(0)
    third.locator("summary").tap()
    third.locator("input[name=reason]").fill("électricité")
    third.locator("details button").tap()
    expect(third).to_have_count(0)
    page.locator("[data-undo] button").tap()
    expect(third).to_have_count(1)
    context.close()
    owes = dict(desk.sql("SELECT id, balance_cents FROM account"))
    assert [owes[house.accounts[at]] for at in (24, 36, 37)] == [0, 500, 0]
