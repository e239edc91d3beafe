"""The trial balance, the ledger and the journal are the same lines, and add up."""

from kiosk.domain.books.accounts import Account
from kiosk.domain.books.listings import Listing, Wish
from kiosk.domain.books.posting import Posting

MEMBERS, SERVICES, BOX = Account("411", "Membres"), Account("706", "Services"), Account("530", "Caisse")
SOLD = (Posting(MEMBERS, debit=500, party="1"), Posting(SERVICES, credit=500))
PAID = (Posting(BOX, debit=500), Posting(MEMBERS, credit=500, party="1"))


def test_what_is_opened_with_and_what_moved_stand_apart_and_what_was_before_the_wanted_days_is_said() -> None:
    found = Listing()
    found.add((Posting(BOX, debit=700), Posting(Account("110", "Report"), credit=700)), opens=True)
    found.add(SOLD, 2)
    found.begin()
    found.add(PAID, is_chosen=True)
    assert [(each.account.number, each.opened, each.debit, each.credit, each.balance) for each in found.by_number] == [
        ("110", -700, 0, 0, -700),
        ("411", 0, 1000, 500, 500),
        ("530", 700, 500, 0, 1200),
        ("706", 0, 0, 1000, -1000),
    ]
    assert (found.totals.opened, found.totals.debit, found.totals.credit, found.totals.balance) == (0, 1500, 1500, 0)
    assert [(each.before, each.count) for each in found.by_number] == [(-700, 0), (1000, 1), (700, 1), (-1000, 0)]


def test_places_are_lines_or_whole_ecritures() -> None:
    assert [Wish().counts(SOLD), Wish(account="706").counts(SOLD), Wish(account="530").counts(SOLD)] == [2, 1, 0]
    assert Wish(whole=True).counts(SOLD) == 1
    wish = Wish(first=3, most=2)
    assert [place for place in range(8) if wish.has(place)] == [3, 4]
