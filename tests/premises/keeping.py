"""The acts about the premises in few words, for stories that need a plan, things or a registered office."""

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.acting import Acting
from kiosk.devices.protocols import Clock
from kiosk.domain.premises import floor
from kiosk.domain.premises import things as kinds
from kiosk.domain.premises.floor import Box
from kiosk.domain.premises.things import Terms
from kiosk.fields import MemberRef
from kiosk.home import Home
from kiosk.premises import lending, offices, spots, things
from kiosk.premises.offices import ApprovalId, NewApproval, NewOffice, OfficeEnd, OfficeId
from kiosk.premises.spots import DeskDay, NewHolder, NewSpot, SpotId, Step, TakenDesk
from kiosk.premises.things import LoanId, NewLoan, NewThing, ThingId
from kiosk.store.space.policies import Rules


def acting(home: Home, clock: Clock, actor: str = "officer:1") -> Acting:
    """What acts on a home work with."""
    return Acting(store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=clock, actor=actor)


@dataclass
class FloorPlan:
    """The plan."""

    of: Acting

    def add(self, kind: str, label: str, box: Box) -> int:
        return spots.add_spot(self.of, NewSpot(floor.kind(kind), label, box.x, box.y, box.wide, box.high)).id

    def move(self, spot: int, step: str) -> None:
        spots.move_spot(self.of, SpotId(spot), Step(step))

    def give(self, spot: int, number: int) -> None:
        spots.give_spot(self.of, SpotId(spot), NewHolder(MemberRef(number)))

    def end(self, spot: int) -> None:
        spots.end_spot(self.of, SpotId(spot))

    def lend(self, number: int, day: date, *, lent: bool = True) -> None:
        (spots.lend_desk if lent else spots.keep_desk)(self.of, DeskDay(MemberRef(number), day))

    def take(self, number: int, spot: int, day: date) -> None:
        spots.take_desk(self.of, TakenDesk(MemberRef(number), SpotId(spot), day))

    def leave(self, number: int, day: date) -> None:
        spots.leave_desk(self.of, DeskDay(MemberRef(number), day))


@dataclass
class ThingDesk:
    """Things."""

    of: Acting

    def add(self, kind: str, label: str, terms: Terms, spot: int | None = None) -> int:
        where = None if spot is None else SpotId(spot)
        wish = NewThing(kinds.kind(kind), label, terms.places, terms.minutes, terms.days, where)
        return things.add_thing(self.of, wish).id

    def remove(self, thing: int) -> None:
        things.remove_thing(self.of, ThingId(thing))

    def lend(self, key: bytes, number: int, thing: int, from_at: datetime | None = None) -> None:
        if from_at is None:
            things.lend_thing(self.of, NewLoan(ThingId(thing), MemberRef(number), key))
            return
        with self.of.store.writing() as connection:  # as a member does at the screen
            moment = self.of.rules.at(connection, self.of.clock.now())[1]
            lending.borrow(connection, moment, key, number, thing, from_at)

    def give_back(self, loan: int) -> None:
        things.thing_back(self.of, LoanId(loan))


@dataclass
class OfficeRegister:
    """Registered offices."""

    of: Acting

    def approve(self, authority: str, number: str, from_on: date, until_on: date) -> int:
        return offices.approve(self.of, NewApproval(authority, number, from_on, until_on)).id

    def withdraw(self, approval: int) -> None:
        offices.withdraw(self.of, ApprovalId(approval))

    def add(self, name: str, siren: str, from_on: date, until_on: date | None = None, number: int = 0) -> int:
        member = MemberRef(number) if number else None
        return offices.add_office(self.of, NewOffice(name, from_on, until_on, siren, member)).id

    def end(self, office: int, until_on: date) -> None:
        offices.end_office(self.of, OfficeId(office), OfficeEnd(until_on))

    def told(self, office: int) -> None:
        offices.told_registry(self.of, OfficeId(office))
