"""What receipts, invoices and credit notes share: numbers, words that stay, and how they are handed out."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from kiosk import home
from kiosk.books import documents
from kiosk.books.documents import Issued, Kind, Series
from kiosk.domain.books.documents import canonical, digest, reference
from kiosk.errors import AnswerIsNo, RequestError
from kiosk.home import Home
from kiosk.store import audit, ledger
from kiosk.store.books import booking_facts, document_rows
from kiosk.store.members import erasure, members
from kiosk.store.space.policies import Rules
from tests.beside import unguarded
from tests.conftest import Space

INES = "04A2000000E511"


@pytest.fixture
def ines(space: Space) -> int:
    return space.join("Inès Moreau", INES)


def issue(space: Space, number: int = 1, *, office: Home | None = None, **more: Any) -> Issued:
    """A receipt that says little."""
    given: dict[str, Any] = {
        "series": Series.RECEIPT,
        "kind": Kind.RECEIPT,
        "language": "fr",
        "content": {"total_cents": 500},
        "lines": [1],
        **more,
    }
    with (office or space.home).store.writing() as connection:
        _, moment = Rules(space.home.config.zone).at(connection, space.clock.now())
        account = members.by_number(connection, number).account
        return documents.issue(connection, space.home.seal, moment, "cli", account=account, **given)


def test_each_series_is_numbered_without_gaps(space: Space, ines: int) -> None:
    first, second, invoice = issue(space), issue(space), issue(space, series=Series.INVOICE, kind=Kind.INVOICE)
    credit = issue(space, series=Series.CREDIT_NOTE, kind=Kind.CREDIT_NOTE, credits=invoice.id)
    found = [(each.document.series, each.document.number) for each in (first, second, invoice, credit)]
    assert found == [("receipt", 1), ("receipt", 2), ("invoice", 1), ("credit-note", 1)]
    assert reference("receipt", 12) == "R-000012"


def test_threads_that_issue_at_once_leave_no_gap_and_take_no_number_twice(space: Space, ines: int) -> None:
    with home.opened(space.home.paths.root, is_patient=True) as office, ThreadPoolExecutor(4) as threads:
        numbers = list(threads.map(lambda _: issue(space, office=office).document.number, range(24)))
    assert sorted(numbers) == list(range(1, 25))
    with space.home.store.reading() as connection:
        audit.check_documents(connection)
        audit.check_chain(connection, space.home.seal)


def test_what_goes_wrong_on_the_way_takes_no_number(space: Space, ines: int) -> None:
    with pytest.raises(RequestError, match="no-such-account"), space.home.store.writing() as connection:
        _, moment = Rules(space.home.config.zone).at(connection, space.clock.now())
        given: dict[str, Any] = {"language": "fr", "content": {}, "lines": []}
        wish: dict[str, Any] = {"series": Series.RECEIPT, "kind": Kind.RECEIPT, **given}
        documents.issue(connection, space.home.seal, moment, "cli", account=1, **wish)
        documents.issue(connection, space.home.seal, moment, "cli", account=99, **wish)
    assert issue(space).document.number == 1


def test_the_same_form_sent_twice_issues_one_document(space: Space, ines: int) -> None:
    key = bytes(range(16))
    first, second = issue(space, id_=key), issue(space, id_=key)
    assert (first.again, second.again, first.id) == (False, True, second.id)
    assert space.sql("SELECT count(*) FROM entry WHERE kind = 'document'") == [(1,)]


def test_a_document_shows_the_head_of_the_chain_before_it(space: Space, ines: int) -> None:
    with space.home.store.reading() as connection:
        head = ledger.head(connection)
    found = issue(space).document
    assert found.content["head"] == {"entry": head.number, "mac": head.mac.hex()[:8]}
    assert found.entry == head.number + 1


def test_the_entry_holds_the_digest_and_owes_nothing(space: Space, ines: int) -> None:
    found, before = issue(space).document, space.owes(ines)
    [(kind, cents, account, text)] = space.sql(
        f"SELECT kind, amount_cents, account_id, detail FROM entry WHERE number = {found.entry}"
    )
    assert (kind, cents, account) == ("document", 0, found.account)
    assert json.loads(str(text)) == {"series": "receipt", "number": 1, "digest": digest(found.text)}
    assert canonical(found.content) == found.text
    assert space.owes(ines) == before


def test_a_document_names_nobody_but_by_number(space: Space, ines: int) -> None:
    found = issue(space).document
    assert "Inès" not in found.text and "Moreau" not in found.text
    assert found.content["member"] == ines
    with space.home.store.reading() as connection:
        assert documents.view(connection, found).payer == "Inès Moreau"


def test_after_erasure_only_the_number_is_left(space: Space, ines: int) -> None:
    space.till.pay(ines, space.owes(ines), "cash")
    found = issue(space).document
    with space.home.store.writing() as connection:
        _, moment = Rules(space.home.config.zone).at(connection, space.clock.now())
        person = members.by_number(connection, ines)
        members.leave(connection, person, moment.day)
        erasure.erase(connection, person.id, moment.day)
    with space.home.store.reading() as connection:
        view = documents.view(connection, document_rows.by_id(connection, found.id))
        assert (view.payer, view.names) == (None, {})
        assert booking_facts.parties(connection)(str(ines), moment.day) is None
        audit.check_documents(connection)


def test_the_association_stays_as_it_was(space: Space, ines: int) -> None:
    space.rule("association", '{"name": "La Coroutine", "siren": "732829320"}')
    space.rule("vat_status", '"franchise"')
    old = issue(space).document
    space.rule("association", '{"name": "Le Fil"}', "2026-11-25")
    new = issue(space).document
    assert old.content["association"] == {"name": "La Coroutine", "siren": "732829320"}
    assert (old.content["vat_status"], new.content["association"]) == ("franchise", {"name": "Le Fil"})


def test_the_first_copy_is_the_original_and_all_others_are_duplicates(space: Space, ines: int) -> None:
    found, keys = issue(space), [bytes(15) + bytes([n]) for n in range(3)]
    with space.home.store.writing() as connection:
        copies = [
            document_rows.hand_out(connection, found.id, space.clock.now(), "cli", way, key)
            for way, key in zip(documents.WAYS, keys, strict=True)
        ]
        again = document_rows.hand_out(connection, found.id, space.clock.now(), "cli", "print", keys[0])
        without = document_rows.hand_out(connection, found.id, space.clock.now(), "cli", "print")
    assert [copy.is_duplicate for copy in copies] == [False, True, True]
    assert (again, without.ordinal) == (copies[0], 4)
    with space.home.store.reading() as connection:
        assert document_rows.copies(connection, found.id) == [*copies, without]


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("UPDATE document SET content = replace(content, '500', '600') WHERE number = 2", "receipt 2 does not say"),
        ("UPDATE document SET series = 'invoice' WHERE number = 3", "receipt 3 does not say"),
        ("DELETE FROM document WHERE number = 2", "receipt 2 is missing"),
        (
            "INSERT INTO document SELECT 9, series, 4, kind, account_id, issued_on, due_on, language, content, credits,"
            " 1 FROM document WHERE number = 1",
            "there are 4 documents",
        ),
    ],
)
def test_a_document_that_was_altered_is_found(space: Space, ines: int, harm: str, said: str) -> None:
    for _ in range(3):
        issue(space)
    with unguarded(space.home) as raw:
        raw.execute("DELETE FROM document_line")
        raw.execute(harm)
    with space.home.store.reading() as connection, pytest.raises(AnswerIsNo, match=said) as refused:
        audit.check_documents(connection)
    assert refused.value.code == "document-altered"
