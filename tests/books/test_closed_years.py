"""A closed year’s accounting file and papers: byte for byte the same whatever comes later, and in every release."""

import hashlib

import pytest

from kiosk.books import accounting_files
from kiosk.books.accounting_files import ExtractRequest
from kiosk.errors import KioskError
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
