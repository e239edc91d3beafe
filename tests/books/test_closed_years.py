"""A closed year’s accounting file and papers: byte for byte the same whatever comes later, and in every release."""

import hashlib

import pytest

from kiosk.books import accounting_files
from kiosk.books.accounting_files import ExtractRequest
from kiosk.errors import KioskError
from kiosk.money.till import Paid
from tests import beside
from tests.books import closed_year
from tests.conftest import Space

# Another digest is another file of a year that is closed: the commit says what differs, and why.
FEC = "31c95c1f1b8911da665bfe236b6076125bb1e5e2cfa6baa1552652ee38ed8073"


def fec(space: Space) -> bytes:
    with space.home.store.reading() as connection:
        extract = accounting_files.find(connection, ExtractRequest(year=2026))
    return b"".join(accounting_files.stream(space.home.store, extract, training=False))


def papers(space: Space) -> list[tuple[object, ...]]:
    """What each paper of the year says, and the digest of it that its entry seals."""
    return space.sql(
        "SELECT d.number, d.content, json_extract(e.detail, '$.digest') FROM document AS d"
        " JOIN entry AS e ON e.number = d.entry_number WHERE d.issued_on < '2027-01-01' ORDER BY d.id"
    )


def test_what_comes_after_a_closed_year_changes_no_byte_of_its_file_and_papers(space: Space) -> None:
    closed_year.live(space)
    file, paper = fec(space), papers(space)
    assert (hashlib.sha256(file).hexdigest(), len(paper)) == (FEC, 1)
    charges = space.sql("SELECT number, account_id FROM entry WHERE kind = 'charge' AND day_on < '2027-01-01'")
    payments = space.sql("SELECT number FROM entry WHERE kind = 'payment' AND day_on < '2027-01-01'")
    for number, account in charges[-3:]:  # paid in words, against the order of days
        key = int(str(number)).to_bytes(16, "big")
        space.till.take({int(str(account)): 500}, "transfer", key=key, word=[int(str(number))])
    for (number,) in (*payments[-2:], *[charge[:1] for charge in charges[:3]]):
        try:
            space.till.reverse(int(str(number)), "erreur de l’an passé")
        except KioskError as refused:
            assert refused.code in ("reversed-already", "carnet-in-use")
    assert fec(space) == file
    assert papers(space) == paper


@pytest.mark.parametrize("line", [0, -1])
def test_its_first_and_last_line_are_of_the_year(space: Space, line: int) -> None:
    closed_year.live(space)
    rows = [row.split("\t") for row in fec(space).decode("iso8859-15").splitlines()[1:]]
    assert rows[line][3].startswith("2026")


def letters(space: Space) -> dict[int, str]:
    """The letter of each entry's line of a member, by the entry's number."""
    rows = [line.split("\t") for line in fec(space).decode("iso8859-15").splitlines()[1:]]
    return {int(row[8].rpartition(" ")[2]): row[13] for row in rows if row[6] and row[8].rpartition(" ")[2].isdigit()}


@pytest.mark.parametrize("is_old", [False, True])
def test_carnet_that_was_sold_and_paid_has_its_payments_letter_and_old_days_have_none(
    space: Space, is_old: bool
) -> None:
    """Entries of before the rule keep the letters of their time: the oldest first."""
    number = space.join("Inès Moreau", "04A2000000E511")
    for _ in range(2):
        space.tap("04A2000000E511")
        space.lift("04A2000000E511")
        space.clock.advance(days=1)
    sold = space.till.sell(number, "carnet-10", None, paid=Paid("transfer")).entry
    if is_old:
        with beside.unguarded(space.home) as raw:
            raw.execute("UPDATE home SET oldest_first_until = (SELECT max(number) FROM entry)")
    space.clock.set(closed_year.AFTER)
    closed_year.close_days(space)
    (fee, first, second), paid = (
        [
            int(str(row[0]))
            for row in space.sql("SELECT number FROM entry WHERE kind = 'charge' ORDER BY number LIMIT 3")
        ],
        sold + 1,
    )
    found = letters(space)
    if is_old:
        assert (found[fee], found[paid]) == ("", "")  # a part of the carnet is open with it
    else:
        assert [found[each] for each in (fee, first, second, sold, paid)] == ["", "", "", "A", "A"]
