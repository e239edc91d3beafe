"""What a restore lost is said by the ledger, and everybody who checks it believes exactly that."""

from datetime import date
from pathlib import Path

import pytest

from kiosk.books import archive_check
from kiosk.books.recovery import ledger_recovery
from kiosk.books.recovery.ledger_recovery import Outside
from kiosk.domain.books.closings import Period
from kiosk.errors import AnswerIsNo, RequestError
from kiosk.store import audit, ledger, lost_numbers
from kiosk.store.books import closing_audit
from kiosk.store.space.policies import Rules
from tests.beside import unguarded
from tests.books import closed_year
from tests.books.closed_year import AFTER, INES
from tests.books.test_archiving import rewrite, write
from tests.conftest import WEDNESDAY, Space
from tests.money.test_cashbox import account, bank_of

pytestmark = pytest.mark.promise(3)


def resume(space: Space, outside: Outside) -> int:
    with space.home.store.writing() as connection:
        moment = Rules(space.home.config.zone).at(connection, space.clock.now())[1]
        return ledger_recovery.resume(connection, space.home.seal, moment, copy_made_at=WEDNESDAY, outside=outside)


@pytest.fixture
def lived(space: Space) -> Space:
    """A receipt from before a restore that lost eight of them and three entries, and one from after; a closed year."""
    space.rule("association", closed_year.ASSOCIATION)
    ines = space.join("Inès Moreau", INES)
    receipts = closed_year.receipts(space)
    receipts.for_payment(space.till.pay(ines, 500, "cash"))
    last = int(str(space.sql("SELECT max(number) FROM entry")[0][0]))
    assert resume(space, Outside({"entry": last + 3, "receipt": 9})) == last + 4
    receipts.for_payment(space.till.pay(ines, 300, "cash"))
    space.clock.set(AFTER)
    closed_year.close_days(space)
    for kind, day in (
        (Period.MONTH, date(2026, 11, 1)),
        (Period.MONTH, date(2026, 12, 1)),
        (Period.YEAR, date(2026, 1, 1)),
    ):
        closed_year.closings(space).close(kind, day)
    return space


def test_the_books_agree_over_what_is_lost(lived: Space) -> None:
    assert lived.sql("SELECT number FROM document ORDER BY id") == [(1,), (10,)]
    with lived.home.store.reading() as connection:
        audit.check_chain(connection, lived.home.seal)
        closing_audit.check(connection)
        audit.check_documents(connection)
        audit.check_sums(connection)
        assert lost_numbers.last(connection, "receipt") == 9
        assert lost_numbers.last(connection, "invoice") == 0


def test_an_archive_of_that_year_holds_and_skips_no_other_number(lived: Space, tmp_path: Path) -> None:
    path = tmp_path / "2026.zip"
    lived.clock.advance(days=1)
    closed_year.close_days(lived)
    write(lived, path)
    assert archive_check.check(path, (), None, lived.home).fails == []

    def shorten(files: dict[str, bytes]) -> None:
        said = files["entries.jsonl"]
        files["entries.jsonl"] = said.replace(rb"\"receipt\":[2,9]", rb"\"receipt\":[2,8]")
        assert files["entries.jsonl"] != said

    rewrite(path, shorten)
    assert "receipt 10 ne suit pas" in " ".join(archive_check.check(path, (), None).fails)


def test_slips_go_on_above_what_is_lost_and_one_that_is_missing_is_found(space: Space) -> None:
    bank = bank_of(space)
    ines = account(space, space.join("Inès Moreau", INES))

    def deposit(key: bytes) -> int:
        entry = bank.deposit(cheques=[space.till.take({ines: 100}, "cheque", key=key).entry]).entry
        return int(str(space.sql(f"SELECT number FROM remittance WHERE entry_number = {entry}")[0][0]))

    assert deposit(b"a" * 16) == 1
    resume(space, Outside({"slip-cheque": 4}))
    assert [deposit(b"b" * 16), deposit(b"c" * 16)] == [5, 6]
    with space.home.store.reading() as connection:
        audit.check_sums(connection)
    with unguarded(space.home) as raw:
        raw.execute("UPDATE remittance SET number = number + 1 WHERE number > 5")
        raw.execute(
            "UPDATE entry SET detail = json_set(detail, '$.number', json_extract(detail, '$.number') + 1)"
            " WHERE kind = 'remittance' AND json_extract(detail, '$.number') > 5"
        )
    with space.home.store.reading() as connection, pytest.raises(AnswerIsNo, match="does not follow"):
        audit.check_sums(connection)


def test_a_second_restore_goes_on_above_the_first(space: Space) -> None:
    resume(space, Outside({"receipt": 9, "member": 5}))
    with space.home.store.reading() as connection:
        assert ledger_recovery.gaps(connection, Outside({"receipt": 9, "member": 5})) == {}
        assert ledger_recovery.gaps(connection, Outside({"receipt": 12})) == {"receipt": (10, 12)}
    assert space.join("Inès Moreau", INES) == 6


def test_nothing_known_outside_is_nothing_lost(space: Space) -> None:
    with space.home.store.reading() as connection:
        before = ledger.head(connection).number
    assert resume(space, Outside({})) == before + 1
    assert resume(space, Outside({"entry": 1, "receipt": 0})) == before + 2


def test_more_than_a_year_s_entries_are_a_typing_mistake(space: Space) -> None:
    with space.home.store.reading() as connection:
        gap = ledger_recovery.gaps(connection, Outside({"entry": ledger_recovery.MOST_LOST}))
        assert gap["entry"][1] == ledger_recovery.MOST_LOST
        with pytest.raises(RequestError, match="entry 50001 is more"):
            ledger_recovery.gaps(connection, Outside({"entry": ledger_recovery.MOST_LOST + 1}))
