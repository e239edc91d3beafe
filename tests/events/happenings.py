"""A space with events turned on, a tariff for seats, and members who want to learn something."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kiosk.domain.events.terms import EventKind, Terms
from kiosk.domain.money.tariffs import Price, ProductKind
from kiosk.domain.periods import Unit
from kiosk.events.attending import Attendance
from kiosk.events.deciding import EventsDue, EventsPass
from kiosk.events.planning import Description, Planning
from kiosk.language.names import Names
from kiosk.space.rule_change import NewProduct
from kiosk.space.rules import Rulebook
from kiosk.store.events import event_rows
from kiosk.store.events.event_rows import Event
from kiosk.store.space.policies import Rules
from tests.conftest import WEDNESDAY, Space

PEOPLE = ("Inès Moreau", "Karim Diallo", "Nadia Petit", "Louis Roux", "Maya Blanc", "Tom Garnier", "Zoé Lambert")
# Thursday 10 December 2026, 18 h to 21 h in Lille; the deadline is the Sunday before.
STARTS, ENDS = datetime(2026, 12, 10, 17, tzinfo=UTC), datetime(2026, 12, 10, 20, tzinfo=UTC)
DEADLINE = datetime(2026, 12, 6, 22, tzinfo=UTC)


def uid(place: int) -> str:
    """The badge of one of the people."""
    return f"04A2B3{place:02X}00E511"


@dataclass
class Happenings:
    """What the desk and time do with events, and who is there to sign up."""

    space: Space
    cents: int = 3000

    def __post_init__(self) -> None:
        home = self.space.home
        self.space.rule("events", "true")
        self.rules = Rules(home.config.zone)
        book = Rulebook(store=home.store, rules=self.rules, clock=self.space.clock, actor="cli")
        book.add_product(
            NewProduct(
                code="training",
                kind=ProductKind.EVENT,
                unit=Unit.SEAT,
                names=Names({"fr": "Formation", "en": "Training"}),
                price=Price(self.cents),
                valid_from=WEDNESDAY.date(),
            )
        )
        parts = {"store": home.store, "rules": self.rules, "seal": home.seal, "clock": self.space.clock}
        self.planning = Planning(**parts, actor="desk:sec@lille.example")  # type: ignore[arg-type]
        self.due = EventsDue(**parts)  # type: ignore[arg-type]
        self.attendance = Attendance(
            store=home.store, zone=home.config.zone, clock=self.space.clock, actor="desk:sec@lille.example"
        )

    def people(self, count: int) -> list[int]:
        """So many members, by number, each with a badge and an address."""
        found = []
        for place, name in enumerate(PEOPLE[:count]):
            number = self.space.join(name, uid(place))
            with self.space.home.store.writing() as connection:
                connection.exec_driver_sql(
                    "UPDATE member SET email = ? WHERE number = ?", (f"m{number}@lille.example", number)
                )
            found.append(number)
        return found

    def propose(self, number: int | None = None, kind: EventKind = EventKind.TRAINING, title: str = "La compta") -> int:
        return self.planning.propose(Description(kind=kind, title=title), number=number)

    def open(self, event_id: int, product: str | None = "training", **other: object) -> Event:
        values: dict[str, object] = {
            "starts_at": STARTS,
            "ends_at": ENDS,
            "places": 8,
            "threshold": 6,
            "deadline_at": DEADLINE,
            "rent_percent": 20,
            **other,
        }
        return self.planning.open(event_id, Terms(**values), product)  # type: ignore[arg-type]

    def pass_until(self, at: datetime) -> EventsPass:
        """What `kiosk due` does at a moment."""
        self.space.clock.advance(seconds=(at - self.space.clock.now()) / timedelta(seconds=1))
        return self.due.run()

    def event(self, event_id: int) -> Event:
        with self.space.home.store.reading() as connection:
            return event_rows.by_id(connection, event_id)

    def mails(self) -> list[tuple[str, str]]:
        """To whom, and about what."""
        rows = self.space.sql("SELECT recipient, about FROM outbox ORDER BY id")
        return [(str(recipient), str(about)) for recipient, about in rows]
