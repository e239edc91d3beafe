"""The trial balance, the ledger and the journal are the same lines, and add up."""

from datetime import date

from kiosk.domain.books import listings
from kiosk.domain.books.accounts import Account
from kiosk.domain.books.ecritures import CASH, OPENING, SALES, Ecriture, Journal
from kiosk.domain.books.posting import Posting

MEMBERS, SERVICES, BOX = Account("411", "Membres"), Account("706", "Services"), Account("530", "Caisse")
FIRST, THEN = date(2026, 1, 1), date(2026, 2, 3)


def written(number: int, day: date, journal: Journal, *lines: Posting) -> Ecriture:
    return Ecriture(number, journal, day, str(number), day, "x", day, lines)


def test_what_is_opened_with_and_what_moved_stand_apart_and_lines_are_of_the_wanted_days() -> None:
    year = [
        written(1, FIRST, OPENING, Posting(BOX, debit=700), Posting(Account("110", "Report"), credit=700)),
        written(2, FIRST, SALES, Posting(MEMBERS, debit=500, party="1"), Posting(SERVICES, credit=500)),
        written(3, THEN, CASH, Posting(BOX, debit=500), Posting(MEMBERS, credit=500, party="1")),
    ]
    letters = [("A", THEN), ("A", THEN)]
    wanted = range(THEN.toordinal(), THEN.toordinal() + 28)
    found = listings.listing(year, iter(letters), wanted, 10, OPENING.code)
    assert [(each.account.number, each.opened, each.debit, each.credit, each.balance) for each in found.by_number] == [
        ("110", -700, 0, 0, -700),
        ("411", 0, 500, 500, 0),
        ("530", 700, 500, 0, 1200),
        ("706", 0, 0, 500, -500),
    ]
    assert (found.totals.opened, found.totals.debit, found.totals.credit, found.totals.balance) == (0, 1000, 1000, 0)
    assert [(row.line.account.number, row.letter, row.balance) for row in found.lines] == [
        ("530", "", 1200),
        ("411", "A", 0),
    ]
    cut = listings.listing(year, iter(letters), range(FIRST.toordinal(), THEN.toordinal() + 1), 3, OPENING.code)
    assert (len(cut.lines), cut.is_cut, cut.totals.balance) == (3, True, 0)
