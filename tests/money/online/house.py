"""A house whose members pay online: its records, its platform, and each program's pass."""

from dataclasses import dataclass
from datetime import date

from msgspec.structs import replace

from kiosk import home, keys
from kiosk.books.bank_statements import BankStatements
from kiosk.domain.books.statements.bank_lines import BankLine, Source, checked_line
from kiosk.domain.days import Moment
from kiosk.home import Home
from kiosk.money.online import asking, calling, entering
from kiosk.money.online.calling import CallResult
from kiosk.money.online.entering import Booking
from kiosk.setup import settings_lines
from kiosk.store import audit
from kiosk.store.books import bank_rows
from kiosk.store.members import members
from kiosk.store.money import online_rows
from kiosk.store.money.online_rows import OnlinePayment
from kiosk.store.space.policies import Rules
from tests import helloasso
from tests.conftest import Space
from tests.domain.books import bank_samples
from tests.helloasso import HelloAsso

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"
ADDRESS = "https://membres.example.org"
CENTS = 1200


@dataclass
class PayingHouse:
    """The house, one member's number, and the platform."""

    space: Space
    platform: HelloAsso
    ines: int

    @property
    def home(self) -> Home:
        """The home as its programs open it, with the settings of its file."""
        return replace(self.space.home, config=home.settings(self.space.home.paths))

    def moment(self) -> Moment:
        with self.space.home.store.reading() as connection:
            return Rules(self.space.home.config.zone).at(connection, self.space.clock.now())[1]

    def account(self, number: int = 0) -> int:
        with self.space.home.store.reading() as connection:
            return members.by_number(connection, number or self.ines).account

    def ask(self, cents: int = CENTS, number: int = 0) -> int:
        """A member asks to pay. Returns the payment's id."""
        account, now = self.account(number), self.moment()
        with self.space.home.store.writing() as connection:
            return asking.ask(connection, account, cents, now)

    def call(self) -> CallResult:
        """What calls outwards makes a pass."""
        return calling.run(self.home, self.space.clock.now())

    def enter(self) -> None:
        """The desk enters what was heard."""
        now = self.moment()
        with self.space.home.store.writing() as connection:
            entering.enter_heard(Booking(connection, self.space.home.seal, now))

    def decide(self, id_: int, *, is_here: bool) -> None:
        """An officer decides."""
        now = self.moment()
        with self.space.home.store.writing() as connection:
            entering.decide(Booking(connection, self.space.home.seal, now, "desk:7"), id_, is_here=is_here)

    def paid(self, cents: int = CENTS) -> tuple[int, int, int]:
        """A member asks, pays at once, and it is entered. Returns the payment's id, page and number there."""
        id_ = self.ask(cents)
        self.call()
        page = self.platform.pages[-1]
        number = self.platform.pay(page)
        self.call()
        self.enter()
        return id_, page, number

    def row(self, id_: int) -> OnlinePayment:
        with self.space.home.store.reading() as connection:
            return online_rows.by_id(connection, id_)

    def state(self, id_: int) -> str:
        return self.row(id_).state.value

    def night(self, days: int = 1) -> None:
        """Another morning, after the platform's list is due."""
        self.space.clock.advance(days=days)

    @property
    def bank(self) -> BankStatements:
        """What the treasurer does with the platform's file."""
        home_ = self.space.home
        rules = Rules(home_.config.zone)
        return BankStatements(store=home_.store, rules=rules, seal=home_.seal, clock=self.space.clock, actor="desk:7")

    def import_file(self) -> None:
        """The treasurer reads in the platform's file, with all that stands there."""
        lines = [
            file_line(paid["id"], paid["amount"] - paid["amountTip"])
            for order in self.platform.orders.values()
            for paid in order["payments"]
            if paid["state"] == "Authorized"
        ]
        if lines:
            self.bank.import_lines(bank_samples.reading(*lines))

    def open_lines(self) -> list[int]:
        with self.space.home.store.reading() as connection:
            return [each.id for each in bank_rows.opened(connection)]

    def standing(self) -> list[int]:
        """The sums of online payments that stand in the ledger."""
        rows = self.space.sql(
            "SELECT -e.amount_cents FROM entry AS e WHERE e.kind = 'payment' AND e.method = 'online'"
            " AND NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = e.number) ORDER BY e.number"
        )
        return [int(str(cents)) for (cents,) in rows]

    def check(self) -> None:
        """The records agree with each other."""
        with self.space.home.store.reading() as connection:
            audit.check_chain(connection, self.space.home.seal)
            audit.check_sums(connection)


def file_line(payment: int, cents: int, name: str = "Inès Moreau", day: date = date(2026, 11, 25)) -> BankLine:
    """A line of HelloAsso's file."""
    label = f"Paiement en ligne {name}"
    return checked_line(Source.HELLOASSO, day, cents, label, party=name, bank_id=str(payment))


def turn_on(space: Space, url: str) -> None:
    """Let members pay online: the settings of kiosk.toml, and the secret."""
    path = space.home.paths.config
    text = settings_lines.with_line(path.read_text("utf-8"), "pages", "address", f'address = "{ADDRESS}"')
    for name, said in (("organisation", helloasso.SLUG), ("client", helloasso.CLIENT), ("server", url)):
        text = settings_lines.with_line(text, "online", name, f'{name} = "{said}"')
    path.write_text(text, "utf-8")
    keys.write_word(space.home.paths.online_secret, helloasso.SECRET)
