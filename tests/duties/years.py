"""A year without an evening: money comes in by each means of payment, and is left where it is."""

import random
from dataclasses import dataclass, field
from datetime import date

from tests.books.test_bank_statements import import_, line
from tests.conftest import Space

BADGES = ("04A2000000E511", "04A1B2C3D4E501")
WAYS = ("cheque", "card", "cash")


@dataclass
class Year:
    """What came in by each means of payment, on which day, in a year without an evening."""

    space: Space
    came: list[tuple[date, str, int]] = field(default_factory=list)

    def pass_by(self) -> None:
        """Let Inès pay and Karim owe for a year; one statement is read in at its beginning, and left."""
        chance = random.Random(43)
        for name, uid in zip(("Inès Moreau", "Karim Benali"), BADGES, strict=True):
            self.space.join(name, uid)
        import_(self.space, line("VIR INCONNU", 700, day=self.today()), line("PRLV EDF", -4_000, day=self.today()))
        for at in range(20):
            self.space.till.sell(2, "carnet-10", None)
            way, cents = WAYS[at % 3], 500 * chance.randrange(1, 20)
            self.space.till.pay(1, cents, way)
            self.came.append((self.today(), way, cents))
            self.space.clock.advance(days=chance.randrange(15, 21))

    def today(self) -> date:
        """The day by the space's clock."""
        return self.space.clock.now().date()

    def until(self, day: date, way: str) -> int:
        """Sum what came in one way up to a day, and went nowhere."""
        return sum(cents for on, by, cents in self.came if by == way and on <= day)
