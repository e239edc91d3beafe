"""Homes that live some months by chance, by public acts: money by each means, the bank, closings, requests at the door.

What an act finds impossible at its moment, it leaves; how much of each kind is open in the end is not known beforehand.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from kiosk.domain.duties import TABLE
from kiosk.domain.problems import Problem
from kiosk.duties.putting_off import PuttingOff
from kiosk.errors import RequestError
from kiosk.money.cashbox import Finding
from kiosk.money.reminding import Reminding
from kiosk.store.money.correction_rows import ERROR
from tests.books.test_bank_statements import import_, line, office
from tests.duties import acts_of_books as books
from tests.duties.house import House
from tests.money.giving import Box

Act = Callable[[House], object]
PEOPLE = (1, 2, 3)  # an organisation pays for the first of these
METHODS = ("cheque", "card", "online", "cash", "transfer")


def live(house: House, acts: int = 40) -> None:
    """Let some months go by, with what is left open in each."""
    books.organisation_pays(house)
    for at in range(3):
        house.space.join(f"Autre {chr(65 + at)}", f"04B30000{at:06X}")
    for _ in range(acts):
        with suppress(RequestError, Problem):
            house.chance.choice(ACTS)(house)
        house.wait(house.chance.randrange(7))


def pays(house: House) -> None:
    """Let a member pay a round or a broken sum."""
    cents = house.chance.choice((500, 1250, 2000, 33_333))
    house.space.till.pay(house.chance.choice(PEOPLE), cents, house.chance.choice(METHODS))


def receives(house: House) -> None:
    """A statement of some lines, of which one may be decided."""
    rows = import_(house.space, *(line(f"VIR {house.chance.random()}", house.sum(), day=house.today) for _ in range(3)))
    if house.chance.random() < 0.5:
        office(house.space).ignore(rows[0], "don")


def reports(house: House) -> None:
    """A member says that a charge is wrong."""
    ((entry, number),) = house.space.sql(
        "SELECT number, member_number FROM entry WHERE kind = 'charge' ORDER BY number DESC LIMIT 1"
    )
    house.corrections().ask(ERROR, int(str(number)), entry=int(str(entry)))


def takes_to_the_bank(house: House) -> None:
    """All cheques that wait, on a slip; or some of the box."""
    waiting = house.space.sql(
        "SELECT number FROM entry WHERE kind = 'payment' AND method = 'cheque'"
        " AND number NOT IN (SELECT payment_entry FROM remittance_part)"
    )
    if waiting and house.chance.random() < 0.3:
        books.deposits(house).deposit(cheques=[int(str(number)) for (number,) in waiting])
    else:
        books.deposits(house).deposit(cash_cents=500)


def puts_off(house: House) -> None:
    """An officer lets a kind sleep."""
    kind = house.chance.choice([kind for kind, rule in TABLE.items() if rule.can_wait])
    late = PuttingOff(store=house.home.store, rules=house.rules, clock=house.space.clock, officer=1)
    late.put_off(kind.value, house.chance.choice((7, 30, 60)))


def reminds(house: House) -> None:
    """A member and the organisation are written to."""
    accounts = [house.account(house.chance.choice(PEOPLE)), books.payer(house)]
    Reminding(store=house.home.store, rules=house.rules, clock=house.space.clock).send(accounts)


def insures(house: House) -> None:
    """A certificate of insurance ends soon."""
    house.insure(house.chance.choice(PEOPLE), house.today + timedelta(days=house.chance.randrange(50)))


def counts(house: House) -> None:
    """The box is counted, with more or less in it than the entries say."""
    Box(**house.parts()).count(Finding({500: house.chance.randrange(9)}, reason="rendu"))


def declares(house: House) -> None:
    """A member says that they put money in."""
    Box(**house.parts()).declare(house.account(2), 500)


ACTS: tuple[Act, ...] = (
    *(pays, pays, pays, receives, reports, takes_to_the_bank, puts_off, reminds, insures, counts, declares),
    lambda house: house.space.till.sell(house.chance.choice(PEOPLE), "carnet-10", None),
    books.invoices,
    books.closes_month,
)
