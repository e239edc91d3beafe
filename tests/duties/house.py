"""A house in which each kind of duty is lived by public ways: who is in it, and what its officers may do."""

import random
import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from kiosk.config import MailConfig
from kiosk.domain.duties import Duty, Kind
from kiosk.duties import reading
from kiosk.duties.reading import Occasion
from kiosk.health import status_file
from kiosk.home import Home
from kiosk.members.member_files import Edit, Files
from kiosk.messages.officers_notice import Watch
from kiosk.money.corrections import Corrections
from kiosk.money.second_officer import SecondOfficer
from kiosk.store.members import members
from kiosk.store.officers import account_file_rows, desk_users
from kiosk.store.space.policies import Rules
from tests.conftest import Space
from tests.fakes import WELL

MAIL = MailConfig(server="smtp.example.org:587", sender="bureau@exemple.fr")


@dataclass
class House:
    """A space, chance, and what is there of the kind that it is about: `count` and `cents` are what a line must say."""

    space: Space
    chance: random.Random
    count: int = 1
    cents: int = 0
    kept: list[int] = field(default_factory=list)  # entries or rows that its acts are about
    badge: Any = None  # one whose keys are written

    def __post_init__(self) -> None:
        self.home: Home = replace(self.space.home, config=msgspec.structs.replace(self.space.home.config, mail=MAIL))
        self.rules = Rules(self.home.config.zone)

    @property
    def today(self) -> date:
        """The day by the house's clock."""
        return self.space.clock.now().astimezone(self.home.config.zone).date()

    def of(self, kind: Kind, until: date | None = None) -> Duty:
        """Return a kind's duty now, of what was there on a last day."""
        with self.home.store.reading() as connection:
            policy, moment = self.rules.at(connection, self.space.clock.now())
            occasion = Occasion(self.home, policy, moment, self.space.clock, until=until)
            return reading.read(connection, occasion, {kind}).of(kind)

    def wait(self, days: int) -> None:
        """Let days go by."""
        self.space.clock.advance(days=days)

    def sum(self) -> int:
        """Draw a sum of some euros, in cents."""
        return self.chance.randrange(100, 40_000)

    def parts(self, **more: Any) -> Any:
        """Return what the use-cases of the office are made with."""
        own = {"store": self.home.store, "rules": self.rules, "seal": self.home.seal, "clock": self.space.clock}
        return {**own, "actor": "cli", **more}

    def unsealed(self, **more: Any) -> Any:
        """Return the same for those that write no entry; no `actor` where an officer is named by number."""
        left = {"seal", *({"actor"} if "officer" in more else ())}
        return {name: part for name, part in self.parts(**more).items() if name not in left}

    def people(self, count: int = 1) -> list[int]:
        """Let some people join who can be written to. Returns their numbers."""
        numbers = [self.space.join(f"Membre {chr(65 + at)}", f"04B20000{at:06X}") for at in range(count)]
        with self.home.store.writing() as connection:
            for number in numbers:
                email = f"m{number}@exemple.fr"
                connection.exec_driver_sql("UPDATE member SET email = ? WHERE number = ?", (email, number))
        return numbers

    def account(self, number: int) -> int:
        """Return a member's account."""
        with self.home.store.reading() as connection:
            return members.by_number(connection, number).account

    def insure(self, number: int, until_on: date) -> None:
        """Write until when a member is insured."""
        with self.home.store.reading() as connection:
            own = members.by_number(connection, number)
        kept = {name: getattr(own, name) for name in Edit.__struct_fields__ if name != "insured_until"}
        Files(**self.unsealed()).edit(number, Edit(**kept, insured_until=until_on))

    def corrections(self) -> Corrections:
        """Return what members say is wrong, as the desk decides on it."""
        return Corrections(**self.parts())

    def officers(self, *names: str) -> None:
        """Give accounts to some officers, who are no members."""
        with self.home.store.writing() as connection:
            for name in names:
                now = self.space.clock.now()
                made = desk_users.add(connection, f"{name}@exemple.fr", name, ["president", "treasurer"], now, "x")
                account_file_rows.declare_outsider(connection, made, now.date(), "cli")

    def correcting(self, actor: str) -> SecondOfficer:
        """Return corrections above the sum, as an officer asks for them."""
        return SecondOfficer(**self.parts(actor=actor), watch=Watch.of(self.home, actor))

    def say(self, **facts: object) -> None:
        """Let the entrance say how it is."""
        said = {**replace(WELL, door_pulses=1).facts(), "set_aside": 0, **facts}
        status_file.save(self.home.paths.status, said, self.space.clock)


def key() -> bytes:
    """Return a form's key."""
    return secrets.token_bytes(16)


def first_of_next_month(day: date) -> date:
    """Return the first day of the month after."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
