"""Many of everything that the desk lists: so many members, and of each what waits for somebody at the desk."""

from datetime import date, timedelta

from kiosk.books.bank_deposits import BankDeposits
from kiosk.domain.events.terms import EventKind
from kiosk.domain.members.roles import Role
from kiosk.domain.money.cheques import Cheque
from kiosk.domain.premises.things import Terms
from kiosk.domain.visitors.requests import Kind
from kiosk.events.planning import Description, Planning
from kiosk.fields import MemberRef
from kiosk.members.payers import Payers
from kiosk.money.cashbox import Finding
from kiosk.money.corrections import Corrections
from kiosk.people import register
from kiosk.people.register import NewNotice, NewProject
from kiosk.store.members import members
from kiosk.store.members.organisations import Facts
from kiosk.store.officers import desk_users
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.money.giving import Box
from tests.premises.keeping import OfficeRegister, ThingDesk, acting
from tests.visitors.hall import PublicHall, wish

MANY = 80


def furnish(space: Space, many: int = MANY) -> None:
    """Fill the lists of a home."""
    rules = Rules(space.home.config.zone)
    numbers = [space.join(f"Membre {place:04}", f"04A20001{place:06X}") for place in range(many)]
    with space.home.store.reading() as connection:
        accounts = [members.by_number(connection, number).account for number in numbers]
    told = Corrections(store=space.home.store, rules=rules, seal=space.home.seal, clock=space.clock, actor="screen")
    for place, account in enumerate(accounts):
        text = Cheque("Crédit du Nord", f"{place:07}", f"Membre {place:04}").text
        space.till.take({account: 1000}, "cheque", key=place.to_bytes(16), text=text)
        paid = [space.till.pay(numbers[place], 500, way) for way in ("online", "card")]
        told.ask("error", numbers[place], entry=paid[0])
        space.till.sell(numbers[place], "carnet-10", None)
    _house(space, numbers)
    _people(space, numbers)
    _money_of_the_day(space, accounts)


def _house(space: Space, numbers: list[int]) -> None:
    of = acting(space.home, space.clock)
    things, offices, planning = ThingDesk(of), OfficeRegister(of), Planning.of(of)
    offices.approve("Lille", "2026-1", date(2026, 1, 1), date(2031, 12, 31))
    for place, _ in enumerate(numbers):
        things.add("key", f"Clé {place:04}", Terms(days=3))
        offices.add(f"Entreprise {place:04}", "", date(2026, 11, 1))
        planning.propose(Description(kind=EventKind.TRAINING, title=f"Formation {place:04}", about="Un atelier."))


def _people(space: Space, numbers: list[int]) -> None:
    of, hall = acting(space.home, space.clock), PublicHall(space)
    payers = Payers(store=space.home.store, rules=of.rules, clock=space.clock)
    until = space.clock.now().date() + timedelta(days=20)
    for place, number in enumerate(numbers):
        payers.add(Facts(name=f"Structure {place:04}", kind="company"))
        register.put_up(of, NewNotice(MemberRef(number), "offers", f"Une chaise, n° {place}", until))
        register.add_project(of, NewProject(f"Projet {place:04}", "Un jardin."))
        if place % 50 == 0:
            space.clock.advance(minutes=61)  # so many requests an hour
        hall.proven(wish(kind=Kind.JOIN, name=f"Camille {place:04}", email=f"c{place}@exemple.fr"))
    with space.home.store.writing() as connection:
        for place in range(len(numbers)):
            desk_users.add(connection, f"b{place}@exemple.fr", "", [Role.HOST.value], space.clock.now(), None)


def _money_of_the_day(space: Space, accounts: list[int]) -> None:
    """A visit of each member; as many counts, declarations, cheques that bounced and sums carried to the bank."""
    of = acting(space.home, space.clock)
    box, bank = Box(**of.sealing), BankDeposits(**of.sealing)
    cheques = [
        space.till.take({account: 300 + place}, "cheque", key=(1000 + place).to_bytes(16), text="Banque").entry
        for place, account in enumerate(accounts)
    ]
    bank.deposit(cheques=cheques)
    for place, (account, cheque) in enumerate(zip(accounts, cheques, strict=True)):
        bank.bounce(cheque, place * 7 % 40, f"sans provision {place}")
        box.declare(account, 100 + place)
        box.count(Finding({1000: 1 + place * 7 % 40}, reason=f"essai {place}"))
        bank.deposit(cash_cents=100 + place)
        space.tap(f"04A20001{place:06X}")
