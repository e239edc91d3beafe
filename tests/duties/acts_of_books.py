"""Acts of the treasurer by which duties begin, end and come back: the bank, money on its way, the books."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from kiosk.books.bank_deposits import BankDeposits
from kiosk.books.closing import Closings
from kiosk.books.closing_mail import ClosingMail
from kiosk.books.closing_mail import Letter as Covering
from kiosk.books.credit_notes import CreditNotes
from kiosk.books.invoicing import Invoicing
from kiosk.domain.books.closings import Period
from kiosk.domain.days import Moment
from kiosk.domain.money.checkout import Heard
from kiosk.domain.money.online import Event, Why
from kiosk.members.payers import Payers
from kiosk.messages import mailer, outbox
from kiosk.money.cashbox import CashBox, Finding
from kiosk.money.online import entering
from kiosk.money.online.entering import Booking
from kiosk.money.reminding import Reminding
from kiosk.store.members import members
from kiosk.store.members.organisations import Facts as Payer
from kiosk.store.money import online_rows
from tests.books.test_bank_statements import import_, line, office
from tests.duties.house import House, first_of_next_month, key

Step = Callable[[House], object]

# The bank, and money on its way.


def receives(house: House) -> None:
    house.count = house.chance.randrange(1, 4)
    house.kept = import_(house.space, *(line(f"VIR {at}", house.sum(), day=house.today) for at in range(house.count)))


def decides(house: House) -> None:
    for each in house.kept:
        office(house.space).ignore(each, "don")


def takes_decisions_back(house: House) -> None:
    for each in house.kept:
        office(house.space).reopen(each, "erreur")


def imports(house: House) -> None:
    day = house.today - timedelta(days=house.chance.randrange(3))
    import_(house.space, line(f"VIR {house.chance.random()}", house.sum(), day=day))
    house.kept.append((house.today - day).days)


def deposits(house: House) -> BankDeposits:
    return BankDeposits(**house.parts())


def _moment(house: House, connection: sa.Connection) -> Moment:
    return house.rules.at(connection, house.space.clock.now())[1]


def is_contested(house: House) -> None:
    """Members pay online, and HelloAsso says that their banks take it back."""
    if not house.kept:
        house.people()
    sums = [house.sum() for _ in range(house.chance.randrange(1, 4))]
    house.count, house.cents, space, first = len(sums), sum(sums), house.space, house.chance.randrange(10**9)
    with space.home.store.writing() as connection:
        moment = _moment(house, connection)
        account = members.by_number(connection, 1).account
        house.kept = []
        for number, cents in enumerate(sums, first):
            payment = online_rows.begin(connection, house.chance.randbytes(16), account, cents, moment.at)
            online_rows.give_page(connection, payment, str(number), "https://www.helloasso.com/")
            for event, why in ((Event.PAID, None), (Event.CONTESTED, Why.CONTESTED)):
                heard = Heard(event, number, number, cents, why)
                online_rows.hear(connection, payment, heard, moment.at)
                entering.enter_heard(Booking(connection, space.home.seal, moment))
            house.kept.append(payment)


def says_that_it_counts(house: House) -> None:
    with house.space.home.store.writing() as connection:
        for payment in house.kept:
            booking = Booking(connection, house.space.home.seal, _moment(house, connection), "desk:7")
            entering.decide(booking, payment, is_here=True)


def pays_by(method: str) -> Step:
    def pays(house: House) -> None:
        house.people()
        sums = [house.sum() for _ in range(house.chance.randrange(1, 4))]
        house.count, house.cents = len(sums), sum(sums)
        house.kept = [house.space.till.pay(1, cents, method) for cents in sums]

    return pays


def makes_the_slip(house: House) -> None:
    house.kept = [deposits(house).deposit(cheques=house.kept).entry]


def ticks_off_the_payout(house: House) -> None:
    house.kept = [deposits(house).payout("card", house.kept, house.cents - 20).entry]


def carries_cash(house: House) -> None:
    house.people()
    house.cents = 500 * house.chance.randrange(1, 9)
    house.space.till.pay(1, house.cents, "cash")
    house.kept = [deposits(house).deposit(cash_cents=house.cents).entry]


def sees_it_on_a_statement(house: House) -> None:
    (row,) = import_(house.space, line("VERSEMENT ESPECES", house.cents, day=house.today))
    office(house.space).match(row, house.kept)
    house.kept = [row]


def fills_the_box(house: House) -> None:
    house.people()
    house.cents = 500 * house.chance.randrange(1, 9)
    house.space.till.pay(1, house.cents, "cash")


def counts(house: House) -> None:
    house.kept = [CashBox(**house.parts()).count(Finding({500: house.cents // 500})).entry]


# The books.


def begins_books(house: House) -> None:
    house.people()
    house.wait(house.chance.randrange(5))


def to_the_fifth(house: House) -> int:
    return (first_of_next_month(house.today).replace(day=5) - house.today).days


def closes_month(house: House) -> int:
    books = Closings(**house.parts())
    books.close_days()
    return books.close(Period.MONTH, house.today.replace(day=1) - timedelta(days=1)).entry


def sends(house: House, entry: int) -> None:
    """Put a closing's files and let the server take them."""
    ClosingMail(store=house.home.store, clock=house.space.clock).send(
        entry, "compta@exemple.fr", Covering("Les comptes", "Voici."), "mois.zip", {"mois.csv": b"x"}
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(mailer, "send", lambda *_: True)
        outbox.send_waiting(house.home, house.space.clock.now())


def closes_a_second_month(house: House) -> None:
    """The files of one month left: those of the next are expected as well."""
    house.people()
    house.wait(to_the_fifth(house))
    sends(house, closes_month(house))
    closes_another(house)


def closes_another(house: House) -> None:
    house.wait(to_the_fifth(house))
    house.kept = [closes_month(house)]


def puts_files(house: House) -> None:
    ClosingMail(store=house.home.store, clock=house.space.clock).send(
        house.kept[0], "compta@exemple.fr", Covering("Les comptes", "Voici."), "mois.zip", {"mois.csv": b"x"}
    )


def week_after_the_month(house: House) -> int:
    """Days until the files of the last month are due: seven after its last day."""
    return max(0, (house.today.replace(day=1) - timedelta(days=1) + timedelta(days=7) - house.today).days)


def organisation_pays(house: House) -> None:
    """Members come whose days an organisation pays, on days of this month."""
    house.space.rule(
        "association",
        '{"name": "La Coroutine", "address": "12 rue des Essais\\n59000 Lille", "siren": "732829320",'
        ' "iban": "FR7630006000011234567890189", "bic": "AGRIFRPP"}',
    )
    numbers = house.people(house.chance.randrange(1, 4))
    payers = Payers(store=house.home.store, rules=house.rules, clock=house.space.clock)
    resonance = Payer(
        name="Résonance", kind="company", siren="356000000", address="3 rue Haute\n59000 Lille", email="r@exemple.fr"
    )
    payers.add(resonance)
    for at, number in enumerate(numbers):
        payers.appoint(number, ["day"], 1, house.today)
        house.space.tap(f"04B20000{at:06X}")
    house.count, house.cents = len(numbers), 500 * len(numbers)


def to_next_month(house: House) -> int:
    return (first_of_next_month(house.today) - house.today).days


def invoices(house: House) -> None:
    house.kept = [Invoicing(**house.parts()).issue(1, key=key()).id]


def credits_anew(house: House) -> None:
    CreditNotes(**house.parts()).credit(house.kept[0], "mauvaise référence", key=key(), anew=True)


def is_invoiced(house: House) -> None:
    organisation_pays(house)
    invoices(house)
    house.count = 1


def late(house: House) -> int:
    """Thirty days to pay, and a week of grace."""
    ((due_on,),) = house.space.sql("SELECT due_on FROM document WHERE series = 'invoice'")
    return (date.fromisoformat(str(due_on)) + timedelta(days=7) - house.today).days


def payer(house: House) -> int:
    ((account,),) = house.space.sql("SELECT id FROM account WHERE organisation_id = 1")
    return int(str(account))


def reminds_the_payer(house: House) -> None:
    Reminding(store=house.home.store, rules=house.rules, clock=house.space.clock).send([payer(house)])


def payer_pays(house: House) -> None:
    house.kept = [house.space.till.take({payer(house): house.cents}, "transfer", key=key()).entry]


def keeps_a_short_year(house: House) -> None:
    """A house's first year, which ends with its month."""
    house.people()
    house.space.rule("fiscal_year_month", str(first_of_next_month(house.today).month), house.today.isoformat())


def closes_the_year(house: House) -> None:
    last_on = house.today.replace(day=1) - timedelta(days=1)
    closes_month(house)
    Closings(**house.parts()).close(Period.YEAR, last_on)


def ends_another_year(house: House) -> None:
    """The rule says a month later: the next year is a short one."""
    first_on = first_of_next_month(house.today)
    house.space.rule("fiscal_year_month", str(first_on.month), house.today.isoformat())
