"""Archives and heads at the desk: made and taken along, noted, checked, and sent to whom the president chose."""

import io
import zipfile
from pathlib import Path

import pytest

from kiosk.domain.members.roles import Role
from kiosk.exports.books import verify_archive
from kiosk.store.marks import claim_rows
from tests.beside import unguarded
from tests.books import closed_year
from tests.conftest import Space
from tests.web.desk.conftest import Desk, Officer, actor_of


@pytest.fixture
def closed(space: Space) -> Space:
    closed_year.live(space)
    return space


# --- archives


def test_without_a_closed_year_the_page_says_what_comes_first(treasurer: Officer) -> None:
    page = treasurer.page("/books/archive")
    assert "Aucun exercice n’est clos" in page
    assert "/books/closings" in page


def test_a_closed_year_is_taken_along_and_holds(closed: Space, treasurer: Officer, tmp_path: Path) -> None:
    assert "Exercice 2026" in treasurer.page("/books/archive")
    answer = treasurer.post("/books/archive/2026", {"key": "k1"}, form_on="/books/archive")
    assert answer.status_code == 200
    assert 'filename="ARCHIVE_732829320_2026.zip"' in answer.headers["Content-Disposition"]
    (tmp_path / "a.zip").write_bytes(answer.data)
    assert verify_archive.verify(str(tmp_path / "a.zip")).fails == []
    assert zipfile.is_zipfile(io.BytesIO(answer.data))
    fingerprint = verify_archive.verify(str(tmp_path / "a.zip")).manifest["public_key"]
    assert fingerprint in treasurer.page("/books/archive")
    assert "prêt" in treasurer.page("/exports/progress?key=k1&total=10")
    assert ("export", "archive 2026") in closed.sql("SELECT act, what FROM desk_log")


def test_an_archive_that_is_stopped_leaves_its_page_and_no_line(closed: Space, treasurer: Officer) -> None:
    gone = {"waitress.client_disconnected": lambda: True}
    answer = treasurer.post("/books/archive/2026", form_on="/books/archive", environ_overrides=gone)
    assert (answer.status_code, answer.data) == (204, b"")
    assert ("export", "archive 2026") not in closed.sql("SELECT act, what FROM desk_log")


def test_a_year_that_is_open_is_not_there(closed: Space, treasurer: Officer) -> None:
    assert treasurer.post("/books/archive/2027", form_on="/books/archive").status_code == 404


def test_books_that_do_not_hold_are_not_signed_and_the_page_names_the_entry(closed: Space, treasurer: Officer) -> None:
    with unguarded(closed.home) as raw:
        raw.execute("UPDATE entry SET actor = 'nobody' WHERE number = 3")
    answer = treasurer.post("/books/archive/2026", form_on="/books/archive")
    assert answer.status_code == 400
    assert "chain-broken" in answer.get_data(as_text=True)
    assert not closed.home.paths.archive_key.exists()


def test_the_secretary_and_the_host_have_no_archive(secretary: Officer, host: Officer) -> None:
    for officer in (secretary, host):
        assert officer.get("/books/archive").status_code == 403
        assert officer.get("/books/heads").status_code == 403


# --- heads


def test_heads_are_shown_to_be_noted_where_nothing_sends_them(closed: Space, treasurer: Officer) -> None:
    page = treasurer.page("/books/heads")
    ((number, mac),) = closed.sql("SELECT number, mac FROM entry WHERE kind = 'closing' ORDER BY number DESC LIMIT 1")
    assert isinstance(mac, bytes)
    assert f"<code>{number}:{mac.hex()[:8]}</code>" in page
    assert "Notez ces codes sur papier" in page
    assert "Personne ne reçoit encore les codes de contrôle" in page


def test_before_the_first_closing_the_page_says_when_it_comes(treasurer: Officer) -> None:
    assert "La première clôture" in treasurer.page("/books/heads")


def test_a_head_that_was_received_is_checked(closed: Space, treasurer: Officer) -> None:
    ((mac,),) = closed.sql("SELECT mac FROM entry WHERE number = 5")
    assert isinstance(mac, bytes)
    assert "C’est bien le code" in treasurer.page(f"/books/heads?head=5:{mac.hex()[:8].upper()}")
    for typed, status, says in (
        (f"5:{'0' * 8}", 200, "n’est pas dans les comptes"),
        ("x", 400, "un code de contrôle comme"),
    ):
        answer = treasurer.get(f"/books/heads?head={typed}")
        page = answer.get_data(as_text=True)
        assert (answer.status_code, says in page, "C’est bien le code" in page) == (status, True, False)


def test_the_president_chooses_two_and_an_entry_says_so(space: Space, desk: Desk, president: Officer) -> None:
    form = "/books/heads/recipients"
    assert "treasurer@exemple.fr" in president.page(form)
    refused = president.post(form, {"user": ["1"]}, form_on=form)
    assert (refused.status_code, "au moins deux personnes différentes" in refused.get_data(as_text=True)) == (400, True)
    assert president.post(form, {"user": ["1", "2"]}, form_on=form).status_code == 303
    assert space.sql("SELECT detail, actor FROM entry WHERE kind = 'notice'") == [
        ('{"about":"head-recipients","users":"1,2"}', actor_of(Role.PRESIDENT))
    ]
    assert president.post(form, {"user": ["2", "1"]}, form_on=form).status_code == 303
    assert space.sql("SELECT count(*) FROM entry WHERE kind = 'notice'") == [(1,)]
    assert "Personne ne reçoit encore les codes de contrôle" not in president.page("/books/heads")


def test_nobody_else_chooses(treasurer: Officer, secretary: Officer, host: Officer) -> None:
    for officer in (treasurer, secretary, host):
        assert officer.get("/books/heads/recipients").status_code == 403


# --- records that went back


def claimed(space: Space, number: int, *, is_far: bool = False) -> None:
    """Door 2 saw an entry that the records lack; far ahead, nothing proves it."""
    number += claim_rows.MOST_LOST if is_far else 0
    with space.home.store.accounting() as connection:
        claim_rows.add(connection, space.home.seal.of_door(2), 2, number, b"m" * 32, space.clock.now())


def test_what_the_records_lack_is_shown_and_written_down_by_the_president(
    space: Space, president: Officer, treasurer: Officer
) -> None:
    space.join("Inès Moreau", "04A2000000E511")
    page, (last,) = "/books/heads", space.sql("SELECT max(number) FROM entry")[0]
    assert "revenus à un état antérieur" not in treasurer.page(page)
    claimed(space, int(str(last)) + 3)
    assert f"<code>{int(str(last)) + 3}:6d6d6d6d</code>" in treasurer.page(page)
    assert "/books/heads/reconcile" not in treasurer.page(page)
    assert treasurer.post("/books/heads/reconcile", {}, form_on="/books/archive").status_code == 403
    assert president.post("/books/heads/reconcile", {}, form_on=page).status_code == 303
    assert "revenus à un état antérieur" not in president.page(page)
    lost = "SELECT count(*) FROM entry WHERE kind = 'notice' AND detail LIKE '%lost-entry%'"
    assert space.sql(lost) == [(3,)]
    assert space.sql("SELECT how, actor FROM head_claim_end") == [("lost", actor_of(Role.PRESIDENT))]


def test_a_claim_that_nothing_proves_is_set_aside_by_the_president(space: Space, president: Officer) -> None:
    claimed(space, 100, is_far=True)
    with space.home.store.accounting() as connection:
        (claim,) = claim_rows.unended(connection)
        claim_rows.end(connection, [claim], claim_rows.End.UNPROVEN, space.clock.now().date(), "reconcile")
    form = f"/books/heads/claims/{claim.id}/aside"
    assert form in president.page("/books/heads")
    assert president.post(form, {}, form_on="/books/heads").status_code == 303
    assert form not in president.page("/books/heads")
    assert president.post(form, {}, form_on="/books/heads/recipients").status_code == 404
