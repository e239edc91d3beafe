"""Receipts at the desk: who may, what is handed out, what the pages say and do not say."""

import re
from io import BytesIO

import msgspec
import pypdf
import pytest
from msgspec.structs import replace

from kiosk.config import MailConfig
from kiosk.domain.members.roles import Role
from kiosk.store import audit
from kiosk.store.members import members
from kiosk.store.messages import outbox_rows
from kiosk.web.desk.common.office import EXTENSION
from tests.conftest import Space
from tests.web.desk.conftest import Desk, Officer

INES, HUGO = "04A2000000E511", "DEADBEEF"
ASSOCIATION = '{"name": "La Coroutine", "address": "1 rue de la Paix\\n59000 Lille", "siren": "732829320"}'


@pytest.fixture
def ines(space: Space) -> int:
    space.rule("association", ASSOCIATION)
    return space.join("Inès Moreau", INES)


def account(space: Space, number: int) -> int:
    with space.home.store.reading() as connection:
        return members.by_number(connection, number).account


def send(officer: Officer, form_on: str, action: str, data: dict[str, str] | None = None, status: int = 303) -> str:
    """Send a page's form. Returns where it leads, or the page that comes back."""
    answer = officer.post(action, {"key": key_on(officer.page(form_on)), **(data or {})}, form_on=form_on)
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return answer.headers["Location"] if status == 303 else answer.get_data(as_text=True)


def key_on(page: str) -> str:
    found = re.search(r'name="key" value="([0-9a-f]{32})"', page)
    assert found is not None
    return found[1]


def pay(space: Space, officer: Officer, number: int, euros: str = "5,00", method: str = "cash") -> str:
    """A payment taken at the desk. Returns the page of its act."""
    mine = account(space, number)
    path = f"/money/accounts/{mine}/pay"
    return send(officer, path, path, {f"amount-{mine}": euros, "method": method})


def receipt(space: Space, officer: Officer, number: int) -> str:
    """The page of a new payment's receipt."""
    act = pay(space, officer, number)
    return send(officer, act, f"{act}/receipt")


def pdf(officer: Officer, where: str, key: str | None = None) -> tuple[str, str]:
    """What a PDF says, and how its file is called."""
    data = {"key": key or key_on(officer.page(where))}
    answer = officer.post(f"{where}.pdf", data, form_on=where)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    reader = pypdf.PdfReader(BytesIO(answer.get_data()))
    text = "\n".join(page.extract_text() for page in reader.pages).replace("\xa0", " ").replace("\u202f", " ")
    return text, answer.headers["Content-Disposition"]


def test_a_receipt_is_one_click_from_a_payment(space: Space, treasurer: Officer, ines: int) -> None:
    where = receipt(space, treasurer, ines)
    page = treasurer.page(where)
    assert "R-000001" in page and "Adhésion" in page and "SIREN 732829320" in page
    written = "SELECT act, member_number, what FROM desk_log WHERE act <> 'read-file' ORDER BY id DESC LIMIT 1"
    assert space.sql(written) == [("receipt", ines, "document 1")]
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_documents(connection)


def test_asking_again_shows_the_same_receipt(space: Space, treasurer: Officer, ines: int) -> None:
    act = pay(space, treasurer, ines)
    assert send(treasurer, act, f"{act}/receipt") == send(treasurer, act, f"{act}/receipt")
    assert space.sql("SELECT count(*) FROM document") == [(1,)]


def test_the_first_sheet_is_the_original_and_the_second_a_duplicate(
    space: Space, treasurer: Officer, ines: int
) -> None:
    where = receipt(space, treasurer, ines)
    key = key_on(treasurer.page(where))
    text, name = pdf(treasurer, where, key)
    for said in ("Reçu R-000001", "Inès Moreau", "membre n° 0001", "5,00 €", "261-7-1°", "SIREN 732829320", "espèces"):
        assert said in text
    [(head,)] = space.sql("SELECT json_extract(content, '$.head.mac') FROM document")
    assert str(head) in text and len(str(head)) == 8
    assert "DUPLICATA" not in text + name
    assert "DUPLICATA" not in pdf(treasurer, where, key)[0]  # a double click is one sheet
    text, name = pdf(treasurer, where)
    assert "DUPLICATA" in text and "R-000001-DUPLICATA.pdf" in name
    assert "portera « DUPLICATA »" in treasurer.page(where).replace("\xa0", " ")


def test_looking_hands_nothing_out(space: Space, treasurer: Officer, ines: int) -> None:
    where = receipt(space, treasurer, ines)
    treasurer.page(where)
    assert space.sql("SELECT count(*) FROM document_copy") == [(0,)]


def test_the_qr_page_names_nobody(space: Space, treasurer: Officer, ines: int) -> None:
    where = receipt(space, treasurer, ines)
    page = send(treasurer, where, f"{where}/show", status=200)
    assert "<svg" in page and "Payé 5,00 EUR espèces" in page
    assert "Inès" not in page and "Moreau" not in page
    assert space.sql("SELECT way FROM document_copy") == [("screen",)]


def test_without_a_mail_server_a_receipt_s_page_says_so_and_sends_nothing(
    space: Space, treasurer: Officer, ines: int
) -> None:
    where = receipt(space, treasurer, ines)
    page = treasurer.page(where)
    assert "rien ne part d’ici" in page
    assert 'name="address"' not in page
    form = {"key": "0" * 32, "address": "ines@exemple.fr"}
    assert treasurer.post(f"{where}/mail", form, form_on=where).status_code == 303
    assert "Rien n’est parti" in treasurer.page(where)
    assert space.sql("SELECT count(*) FROM outbox") == space.sql("SELECT count(*) FROM document_copy") == [(0,)]


def test_a_receipt_goes_by_mail_through_the_outbox_once_while_it_waits(desk: Desk, space: Space, ines: int) -> None:
    mail = MailConfig(server="smtp.example.org:587", sender="bureau@exemple.fr")
    config = msgspec.structs.replace(space.home.config, mail=mail)
    desk.app.extensions[EXTENSION] = replace(space.home, config=config), space.clock
    treasurer = desk.sign_in(Role.TREASURER)
    where = receipt(space, treasurer, ines)
    assert 'id="address-error"' in send(treasurer, where, f"{where}/mail", {"address": "ines"}, status=400)
    assert space.sql("SELECT count(*) FROM document_copy") == [(0,)]
    assert send(treasurer, where, f"{where}/mail", {"address": "ines@exemple.fr"}) == where
    assert space.sql("SELECT recipient, state FROM outbox") == [("ines@exemple.fr", "waiting")]
    page = treasurer.page(where)
    assert "attend de partir" in page
    assert "en attente d’envoi</span>" in page[page.index('id="mails"') :]
    send(treasurer, where, f"{where}/mail", {"address": "ines@exemple.fr"})
    assert space.sql("SELECT count(*) FROM outbox") == space.sql("SELECT count(*) FROM document_copy") == [(1,)]
    with space.home.store.writing() as connection:
        outbox_rows.sent(connection, 1, space.clock.now())
    page = treasurer.page(where)
    assert "envoyé</span>" in page[page.index('id="mails"') :]
    assert all(
        "exemple" not in str(what) for (what,) in space.sql("SELECT what FROM desk_log WHERE act = 'receipt-out'")
    )


def test_a_host_gives_receipts_of_their_own_acts_and_sees_no_lines(
    desk: Desk, space: Space, host: Officer, treasurer: Officer, ines: int
) -> None:
    where = receipt(space, host, ines)
    page = host.page(where)
    assert "R-000001" in page and "Adhésion" not in page
    assert "Reçu R-000001" in pdf(host, where)[0]
    other = pay(space, treasurer, ines, "1,00")
    assert host.post(f"{other}/receipt", {"key": "0" * 32}).status_code == 403
    theirs = send(treasurer, other, f"{other}/receipt")
    assert host.get(theirs).status_code == 403
    for way in (".pdf", "/show", "/mail"):
        assert host.post(f"{theirs}{way}", {"key": "0" * 32}).status_code == 403
    assert host.get("/books/receipts").status_code == 403
    assert desk.sign_in(Role.SECRETARY).get(where).status_code == 403


def test_what_was_taken_back_says_so_on_its_receipt(space: Space, treasurer: Officer, ines: int) -> None:
    where = receipt(space, treasurer, ines)
    [(entry,)] = space.sql("SELECT number FROM entry WHERE kind = 'payment'")
    by = space.till.reverse(int(str(entry)), "mauvaise personne")
    assert "a été corrigé" in treasurer.page(where)
    assert f"Annulé par l’écriture {by}" in pdf(treasurer, where)[0]
    assert '/receipt"' not in treasurer.page(f"/money/acts/{entry}")


def test_a_note_is_given_for_a_sale(space: Space, treasurer: Officer, ines: int) -> None:
    sold = space.till.sell(ines, "permanent", None).entry
    where = send(treasurer, f"/money/acts/{sold}", f"/money/acts/{sold}/note")
    text = pdf(treasurer, where)[0]
    assert "Note R-000001" in text and "100,00 €" in text and "ne prouve pas le paiement" in text


def test_a_month_s_statement_is_read_then_issued(space: Space, treasurer: Officer, ines: int) -> None:
    space.tap(INES)
    pay(space, treasurer, ines, "7,00", "card")
    path = f"/money/accounts/{account(space, ines)}/statement"
    page = treasurer.page(f"{path}?month=2026-11").replace("\xa0", " ")
    assert "Journée" in page and "3,00 €" in page
    for wrong in ("", "?month=2026-13", "?month=x", "?month=2031-01", "?month=2020-01"):
        treasurer.page(f"{path}{wrong}")
    where = send(treasurer, path, path, {"month": "2026-11"})
    text = pdf(treasurer, where)[0]
    assert "Relevé R-000001" in text and "Reste à régler" in text and "mois en cours" in text
    assert send(treasurer, path, path, {"month": "2026-11"}) == where
    assert treasurer.post(path, {"key": "0" * 32, "month": "x"}).status_code == 400


def test_the_list_finds_by_days_kind_and_account(space: Space, treasurer: Officer, ines: int) -> None:
    receipt(space, treasurer, ines)
    hugo = space.join("Hugo Petit", HUGO)
    receipt(space, treasurer, hugo)
    page = treasurer.page("/books/receipts")
    assert "R-000001" in page and "R-000002" in page and "2 lignes" in page
    page = treasurer.page(f"/books/receipts?account={account(space, hugo)}&sort=-total")
    assert "R-000001" not in page and "R-000002" in page
    assert "Aucun reçu" in treasurer.page("/books/receipts?from=2026-01-01&to=2026-02-01")
    assert "Aucun reçu" in treasurer.page("/books/receipts?kind=note")
    for odd in ("?from=x", "?sort=drop", "?kind=zzz", "?account=999", "?from=2026-12-01&to=2026-01-01", "?page=99"):
        treasurer.page(f"/books/receipts{odd}")


@pytest.mark.parametrize("path", ["/money/receipts/99", "/money/accounts/99/statement"])
def test_what_is_not_there_is_not_found(treasurer: Officer, ines: int, path: str) -> None:
    assert treasurer.get(path).status_code == 404


def test_a_form_without_its_key_is_none_of_ours(space: Space, treasurer: Officer, ines: int) -> None:
    act = pay(space, treasurer, ines)
    assert treasurer.post(f"{act}/receipt", {}).status_code == 400
    assert treasurer.post("/money/acts/99/receipt", {"key": "0" * 32}).status_code == 404
