"""The sheet of account 512 over real records: months of drawn acts of the office, held against all postings."""

import random
from datetime import date, timedelta

import pytest

from kiosk.domain.books.posting import postings
from kiosk.domain.books.statements.bank_lines import Source
from kiosk.domain.books.statements.bank_proposals import Kind
from kiosk.errors import RequestError
from kiosk.store.books import bank_rows, bank_sheet_facts, booking_facts
from kiosk.store.space import book_rules
from tests.books.test_bank_statements import INES, account, first, import_, line, office, remitting
from tests.conftest import Space
from tests.domain.books import bank_samples

FIRST = date(2026, 11, 1)
ACTS = ("transfer", "cheque", "slip", "bounce", "confirm", "aside", "reopen", "back")
REASONS = ("loyer", "EDF", "virement interne")


def by_all_postings(space: Space, until: date) -> int:
    """What account 512 holds, from the lines of every entry, as the FEC has them."""
    with space.home.store.reading() as connection:
        book = book_rules.book(connection)
        lines = [each for fact in booking_facts.between(connection, date.min, until) for each in postings(fact, book)]
    return sum(each.debit - each.credit for each in lines if each.account.number == "512")


def draw(space: Space, chance: random.Random, mine: int) -> None:
    """Do one act of an evening, as chance has it; what is refused changes nothing."""
    bank, deposits = office(space), remitting(space)
    with space.home.store.reading() as connection:
        rows = bank_rows.page(connection, limit=100)
    opened = [each for each in rows if each.state == bank_rows.OPEN]
    cents = chance.randrange(100, 90_000)
    try:
        match chance.choice(
            ["paid", "transfer", "cheque", "slip", "bounce", "carry", "confirm", "aside", "reopen", "back"]
        ):
            case "paid" | "transfer":
                space.till.pay(mine, cents, "transfer")
            case "cheque":
                space.till.pay(mine, cents, "cheque")
            case "slip":
                waiting = space.sql("SELECT number FROM entry WHERE method = 'cheque' AND kind = 'payment'")
                deposits.deposit(cheques=[int(str(chance.choice(waiting)[0]))])
            case "bounce":
                paid = space.sql("SELECT number FROM entry WHERE method = 'cheque' AND kind = 'payment'")
                deposits.bounce(int(str(chance.choice(paid)[0])), chance.choice([0, 1250]), "sans provision")
            case "confirm":
                one = chance.choice(opened)
                bank.confirm(one.id, {mine: one.line.cents})
            case "aside":
                bank.ignore(chance.choice(opened).id, chance.choice(REASONS))
            case "reopen":
                bank.reopen(chance.choice([each for each in rows if each.state != bank_rows.OPEN]).id, "erreur")
            case "back":
                standing = space.sql("SELECT number FROM entry WHERE kind = 'payment' AND method = 'transfer'")
                space.till.reverse(int(str(chance.choice(standing)[0])), "erreur")
    except (RequestError, IndexError):
        return


def test_every_cent_of_drawn_months_is_in_one_term(space: Space) -> None:
    space.join("Inès Moreau", INES)
    mine, chance = account(space, 1), random.Random(512)
    for month in range(3):
        days = [FIRST + timedelta(days=chance.randrange(month * 8, month * 8 + 24)) for _ in range(12)]
        lines = [
            line(f"LIGNE {month} {n}", chance.randrange(-50_000, 90_000) or 1, day=day) for n, day in enumerate(days)
        ]
        office(space).import_lines(bank_samples.reading(*lines))
        office(space).import_lines(
            bank_samples.reading(line(f"HA {month}", 700, source=Source.HELLOASSO, bank_id=f"h{month}"))
        )
        for _ in range(25):
            draw(space, chance, mine)
            space.clock.advance(hours=8)
        for until in (FIRST + timedelta(days=10), date(2026, 11, 30), date(2027, 1, 31)):
            with space.home.store.reading() as connection:
                found = bank_sheet_facts.read(connection, until)
            assert (found.difference, found.uneven) == (0, 0)
            assert found.account == by_all_postings(space, until)
    assert found.aside and found.undecided.count and found.awaited.count, "each term was there"


def test_a_cheque_that_came_back_is_proposed_written_and_in_the_sheet(space: Space) -> None:
    space.join("Inès Moreau", INES)
    mine, bank, deposits = account(space, 1), office(space), remitting(space)
    paid = space.till.pay(mine, 4_500, "cheque")
    slip = deposits.deposit(cheques=[paid]).entry
    came, back = import_(space, line("REMISE CHEQUES", 4_500), line("CHEQUE IMPAYE", -5_700))
    bank.match(came, [slip])
    proposal = first(space, back)
    assert proposal is not None
    assert (proposal.kind, proposal.entries, proposal.fee_cents) == (Kind.BOUNCED, (paid,), 1_200)
    written = deposits.bounce(paid, 1_200, "impayé, d’après le relevé").entry
    named = first(space, back)
    assert named is not None and (named.kind, named.entries) == (Kind.RETURNED, (written,))
    with pytest.raises(RequestError):
        bank.match(back, [slip])
    bank.match(back, [written])
    assert space.owes(1) == 500, "its membership is owed again"
    with space.home.store.reading() as connection:
        found = bank_sheet_facts.read(connection, date(2026, 11, 30))
    assert (found.difference, found.undecided.count, found.awaited.count, found.account) == (0, 0, 0, -1_200)
    bank.reopen(back, "erreur")
    assert first(space, back) == named
