"""What a closed year leaves is the same whether it is read anew or as its closing keeps it, for any entries."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Any

import pytest

from kiosk.domain import chain
from kiosk.domain.books.accounts import Account, Chart
from kiosk.domain.books.carry_over import CarryOver
from kiosk.domain.books.posting import Book, Fact
from kiosk.domain.money.tariffs import ProductKind

# Two names share the number 487 for a while, and 120 is one that another program calls otherwise.
CHARTS = [Chart(), Chart({"prepaid": "487"}), Chart({"deferred": "4871", "product:day": "7061", "cash": "5301"})]
KINDS = {"annual": ProductKind.SUBSCRIPTION, "day": ProductKind.DAY, "permanent": ProductKind.SUBSCRIPTION}
BOOK = Book(lambda day: CHARTS[day.toordinal() // 200 % 3], KINDS)
TO = Account("120", "Résultat"), Account("129", "Déficit")
FIRST = 2026


def facts(chance: Random, year: int, numbers: Iterator[int], before: list[Fact]) -> Iterator[Fact]:
    """What may happen in a year, day by day; some of it takes back what was before."""
    for day in sorted(date(year, 1, 1) + timedelta(days=chance.randrange(365)) for _ in range(40)):
        made = _fact(chance, day, next(numbers))
        if before and chance.random() < 0.2:
            taken = before.pop(chance.randrange(len(before)))
            made = Fact(made.number, day, "reversal", -taken.cents, taken.party, None, None, {}, taken)
        else:
            before.append(made)
        yield made


def _fact(chance: Random, day: date, number: int) -> Fact:
    cents, party = chance.choice((500, 1301, 99999)), chance.choice(("1", "2", "S1"))
    span = {"from": f"{day}", "until": f"{day + timedelta(days=chance.randrange(800))}"}
    lines = [["120", "Report du résultat", -cents], ["487", "Avances", cents]]
    kind, cents, method, detail = chance.choice(
        (
            ("charge", cents, None, {"product": "day", "vat": 2000}),
            (
                "charge",
                cents,
                None,
                {"product": chance.choice(("annual", "permanent")), **span},
            ),
            ("payment", -cents, "cash", {}),
            ("charge", cents, None, {"product": "carnet", "carnet_days": 2, "day_cents": cents // 4}),
            ("use", 0, None, {"product": "day", "unit_cents": 450}),
            ("opening", 0, None, {"lines": lines}),
        )
    )
    said: Any = detail
    return Fact(number, day, str(kind), int(str(cents)), party, None, None if method is None else str(method), said)


def end(carried: CarryOver, year: int) -> None:
    for due in sorted(due for due in carried.due if due.year <= year):
        carried.count(carried.recognised(due))


@pytest.mark.parametrize("seed", range(60))
def test_what_a_closing_keeps_is_what_reading_all_of_it_gives(seed: int) -> None:
    chance, numbers, before = Random(seed), count(1), list[Fact]()
    read, kept = CarryOver(BOOK), CarryOver(BOOK)
    for year in range(FIRST, FIRST + 4):
        for each in facts(chance, year, numbers, before):
            read.add(each)
            kept.add(each)
        end(read, year)
        end(kept, year)
        said = json.loads(chain.detail_text({"carried": kept.kept}))["carried"]
        kept = CarryOver.of_kept(BOOK, said)
        read.end_year(*TO)
        kept.end_year(*TO)
        assert kept.opening() == read.opening()
        assert kept.due == read.due
        assert sum(line.debit - line.credit for line in kept.opening()) == 0
        assert set(said) == {"accounts", "held", "balances", "made", "due"}
