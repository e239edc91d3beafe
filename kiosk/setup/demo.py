"""Fills a home with La Coroutine as in its dossier of 2011 and with invented people, for trying everything.

The home is a training home. Its past is made by the same code as its present, with a clock that is handed in.
"""

import random
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from msgspec import Struct

from kiosk.books import closing, due
from kiosk.checkin import entering
from kiosk.devices.protocols import Clock
from kiosk.domain.checkin import badges
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.home import Home
from kiosk.members import enrolment, passwords
from kiosk.members.enrolment import Application
from kiosk.members.officers import DEMO
from kiosk.money import till
from kiosk.space import answer_reading, first_answers
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.officers import desk_users
from kiosk.store.space import rule_rows
from kiosk.store.space.policies import Rules

MONTHS_OF_PAST = 3  # of invented visits and payments
# Invented, with check digits that are right.
ASSOCIATION = {
    "name": "La Coroutine, espace d’essai",
    "address": "1 rue de l’Exemple\n59000 Lille",
    "siren": "123456782",
    "rna": "W599999999",
    "iban": "FR7630006000011234567890189",
    "bic": "AGRIFRPPXXX",
    "email": "bureau@exemple.fr",
}
REDUCED = "reduced"


class Person(Struct, frozen=True):
    """An invented person; `presence` is the probability that they come on a working day, `remark` that they have a
    carnet or the reduced tariff.
    """

    name: str
    plan: str
    uid: str
    presence: float
    remark: str = ""
    language: str | None = None

    @property
    def read(self) -> BadgeRead:
        """Return this person's badge as a reader reads it."""
        return badges.parse(self.uid)


PEOPLE = (
    Person("Karim Benali", "permanent", "04A1B2C3D4E501", 0.9),
    Person("Nadia Lemaire", "permanent", "04A1B2C3D4E502", 0.9),
    Person("Thomas Vasseur", "permanent", "04A1B2C3D4E503", 0.8),
    Person("Léa Dubois", "permanent", "04A1B2C3D4E504", 0.8),
    Person("Mehdi Carpentier", "permanent", "04A1B2C3D4E505", 0.9),
    Person("Sophie Delattre", "permanent", "04A1B2C3D4E506", 0.7),
    Person("Paul Wattiez", "permanent", "04A1B2C3D4E507", 0.8),
    Person("Emily Carter", "permanent", "04A1B2C3D4E508", 0.8, language="en"),
    Person("Inès Moreau", "itinerant", "04A2000000E511", 0.4),
    Person("Hugo Petit", "itinerant", "04A2000000E512", 0.2),
    Person("Fatou Diallo", "itinerant", "04A2000000E513", 0.3, "carnet"),
    Person("Julien Roussel", "itinerant", "DEADBEEF", 0.2),
    Person("Oliver Smith", "itinerant", "04A2000000E515", 0.1, language="en"),
    Person("Camille Lefèvre", "itinerant", "04A2000000E516", 0.4, REDUCED),
    Person("Yanis Haddad", "free", "04A2000000E517", 0.3),
)


# The demo's officers: marked accounts, which only a training home accepts.
OFFICERS = {
    "president": "Karim Benali",
    "treasurer": "Nadia Lemaire",
    "secretary": "Thomas Vasseur",
    "host": "Léa Dubois",
}
DEMO_PASSWORD = "journees-claires"  # noqa: S105  # printed for everyone to see


def fill(home: Home, clock: Clock) -> None:
    """Put the people and some months of their past into a new home, up to yesterday."""
    rules = Rules(home.config.zone)
    chance = random.Random(2011)  # noqa: S311  # the same past in every demo
    with home.store.writing() as connection:
        today = rules.at(connection, clock.now())[1].day
        start = today - timedelta(days=31 * MONTHS_OF_PAST)
        opening = _at(start, 9, 0, home)
        rule_rows.add_rule(connection, "association", ASSOCIATION, start, "invention")
        coroutine = answer_reading.read(answer_reading.profile())
        first_answers.write_profile(connection, rules, opening, coroutine, "La Coroutine, 2011")
        for person in PEOPLE:
            enrol = Application(name=person.name, plan=person.plan, badge=person.read, language=person.language)
            number = enrolment.add(connection, rules, home.seal, home.badge_key, enrol, opening, "kiosk").number
            joined = members.by_number(connection, number)
            _open_the_desk(connection, person.name, joined.id, opening)
            if person.remark == REDUCED:
                members.grant_reduced(connection, joined, REDUCED, start, today + timedelta(days=365))
            if person.remark == "carnet":
                _sell(connection, home, rules, joined, "carnet-10", opening)
        for offset in range((today - start).days):
            day = start + timedelta(days=offset)
            if offset:  # the first day has none before it to close
                _, moment = rules.at(connection, _at(day, 5, 0, home))
                closing.close_day(connection, home.seal, day - timedelta(days=1), moment, "due")
            due.charge_everybody(connection, rules, home.seal, _at(day, 8, 0, home), "kiosk")
            _live_a_day(connection, home, rules, day, chance)


def _open_the_desk(connection: sa.Connection, name: str, member_id: int, at: datetime) -> None:
    """Add a desk account for the person of this name, if they are an officer."""
    for role in (role for role, whose in OFFICERS.items() if whose == name):
        hashed = passwords.hashed(DEMO_PASSWORD)
        user_id = desk_users.add(connection, f"{role}{DEMO}", name, [role], at, hashed)
        desk_users.change(connection, user_id, member_id=member_id)


def _live_a_day(connection: sa.Connection, home: Home, rules: Rules, day: date, chance: random.Random) -> None:
    """Let the demo's members come on a day, and settle their tabs on the 28th; none come at the weekend."""
    if day.weekday() >= 5:
        return
    coming = [person for person in PEOPLE if chance.random() < person.presence]
    times = sorted(chance.randrange(8 * 60, 11 * 60) for _ in coming)
    for minute, person in zip(times, coming, strict=True):
        at = _at(day, minute // 60, minute % 60, home)
        entering.enter(connection, rules, home.seal, person.read.fingerprint(home.badge_key), at, "kiosk")
    if day.day == 28:
        _settle(connection, home, rules, _at(day, 18, 0, home))


def _sell(connection: sa.Connection, home: Home, rules: Rules, person: Member, code: str, at: datetime) -> None:
    """Sell a person a product at a moment of the invented past."""
    policy, moment = rules.at(connection, at)
    day = moment.day
    till.sell(connection, home.seal, policy, person, code, today=day, day=day, at=at, actor="kiosk")


def _settle(connection: sa.Connection, home: Home, rules: Rules, at: datetime) -> None:
    """Pay what each member owes, by a method that depends on their number."""
    for member in members.everyone(connection):
        if member.balance_cents > 0:
            method = till.METHODS[member.number % len(till.METHODS)]
            till.pay(connection, rules, home.seal, member.number, member.balance_cents, method, at, "kiosk")


def _at(day: date, hour: int, minute: int, home: Home) -> datetime:
    """Return a moment of the home's wall clock, in UTC."""
    return datetime.combine(day, time(hour, minute), tzinfo=home.config.zone).astimezone(UTC)


def table() -> str:
    """Return the demo's badges as a table, and the accounts for signing in at the desk."""
    rows = [f"{'badge':<16}{'name':<20}{'plan':<12}", "-" * 56]
    rows += [f"{p.uid:<16}{p.name:<20}{p.plan:<12}{p.remark}".rstrip() for p in PEOPLE]
    rows += ["", f"the desk's password for each of them, here only: {DEMO_PASSWORD}"]
    rows += [f"{role + DEMO:<32}{name}" for role, name in OFFICERS.items()]
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())
