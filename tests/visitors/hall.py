"""A space whose public pages are on, and people who ask there: each follows the link of their own mail."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from kiosk.domain.visitors.requests import Kind, Wish
from kiosk.home import Home
from kiosk.store.space.policies import Rules
from kiosk.store.visitors.request_rows import PublicRequest
from kiosk.visitors import asking
from kiosk.visitors.answering import Answering
from kiosk.visitors.asking import Reception
from kiosk.visitors.links import Links
from tests.conftest import Space

T = TypeVar("T")
ADDRESS = "https://membres.example.org"
LINKS = Links(b"k" * 32, ADDRESS)
TODAY, TUESDAY = date(2026, 11, 25), date(2026, 12, 1)
_LINK = re.compile(rf"{re.escape(ADDRESS)}/d/(\S+)")


def wish(**values: object) -> Wish:
    """A request for a day on Tuesday, by Camille, unless said otherwise."""
    usual: dict[str, object] = {
        "kind": Kind.VISIT,
        "name": "Camille Durand",
        "email": "camille@exemple.fr",
        "day_on": TUESDAY,
        "language": "fr",
    }
    return Wish(**{**usual, **values})  # type: ignore[arg-type]


@dataclass
class PublicHall:
    """What the public's pages and the office do with requests."""

    space: Space

    def __post_init__(self) -> None:
        for name in ("public_work", "public_let", "public_agenda"):
            if not self.space.sql(f"SELECT 1 FROM policy WHERE name = '{name}' AND value = 'true'"):
                self.space.rule(name, "true")
        self.rules = Rules(self.space.home.config.zone)
        parts = {"store": self.space.home.store, "rules": self.rules, "seal": self.space.home.seal}
        self.office = Answering(**parts, clock=self.space.clock, actor="cli", links=LINKS)  # type: ignore[arg-type]

    def taken(self, act: Callable[[Reception], T], opened: Home | None = None) -> T:
        """What the desk does with a question of the pages, in one transaction."""
        own = opened or self.space.home
        rules = self.rules if opened is None else Rules(own.config.zone)
        with own.store.writing() as connection:
            policy, moment = rules.at(connection, self.space.clock.now())
            return act(Reception(connection, rules, own.seal, policy, moment, LINKS))

    def ask(self, asked: Wish | None = None) -> None:
        self.taken(lambda reception: asking.ask(reception, asked or wish()))

    def link(self, email: str = "camille@exemple.fr") -> str:
        """The last part of the newest link that was mailed to an address."""
        rows = self.space.sql(f"SELECT body FROM outbox WHERE recipient = '{email}' ORDER BY id DESC")
        found = next(match for (body,) in rows if (match := _LINK.search(str(body))))
        return found[1]

    def prove(self, email: str = "camille@exemple.fr") -> PublicRequest:
        link = self.link(email)
        return self.taken(lambda reception: asking.prove(reception, link))

    def proven(self, asked: Wish | None = None) -> PublicRequest:
        """A request that was asked and proven."""
        given = asked or wish()
        self.ask(given)
        return self.prove(given.email)

    def cancel(self, email: str = "camille@exemple.fr") -> PublicRequest:
        link = self.link(email)
        return self.taken(lambda reception: asking.cancel(reception, link))

    def accept(self, email: str = "camille@exemple.fr") -> PublicRequest:
        link = self.link(email)
        return self.taken(lambda reception: asking.accept(reception, link))

    def mails(self) -> list[str]:
        """Who was written to of requests, and the subject of each mail, in order."""
        rows = self.space.sql("SELECT recipient, subject FROM outbox WHERE about LIKE 'public request%' ORDER BY id")
        return [f"{recipient}: {subject}" for recipient, subject in rows]
