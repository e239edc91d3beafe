"""Results and balances at the desk: the vote on a closed year, another program's balances read and taken over."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from kiosk import home
from kiosk.domain.members.roles import Role
from tests.books import closed_year
from tests.conftest import Space
from tests.fakes import FakeClock
from tests.web.desk.books.test_bank import send_file
from tests.web.desk.conftest import HTTPS, Desk, Officer
from tests.web.desk.money.test_money import key_on

PAGE, FRENCH = "/books/results", {"Accept-Language": "fr"}
BALANCE = (
    b"Compte;Libell\xc3\xa9;D\xc3\xa9bit;Cr\xc3\xa9dit\n530;Caisse;80,00;\n512;Banque;20,00;\n110;Report;;100,00\n"
)


@pytest.fixture
def space(template: Path, tmp_path: Path) -> Iterator[Space]:
    """2026 is closed; it is January."""
    with home.opened(Path(shutil.copytree(closed_year.made(template), tmp_path / "home"))) as opened:
        made = Space(opened, FakeClock(closed_year.AFTER + timedelta(days=1)))
        yield made
        made.kept.close()


def post(officer: Officer, path: str, form: dict[str, str], to: str = "") -> TestResponse:
    return officer.post(to or path, {**form, "key": key_on(officer.page(path))}, form_on=path)


def test_a_vote_is_entered_and_said(desk: Desk) -> None:
    officer = desk.sign_in(Role.TREASURER)
    page = officer.page(PAGE, headers=FRENCH)
    assert "57,50" in page
    assert "attend le vote" in page
    form = {"year": "2026", "brought-forward": "50", "voted": "2027-01-11"}
    short = post(officer, PAGE, form)
    assert short.status_code == 400
    assert "total des parts doit être égal au résultat" in short.get_data(as_text=True)
    assert 'value="50"' in short.get_data(as_text=True)
    assert post(officer, PAGE, {**form, "reserves": "7,50"}).status_code == 303
    page = officer.page(PAGE, headers=FRENCH)
    assert "Report à nouveau (110)" in page
    assert "attend le vote" not in page
    assert desk.space.sql("SELECT count(*) FROM entry WHERE kind = 'appropriation'") == [(1,)]
    assert desk.space.sql("SELECT count(*) FROM desk_log WHERE act = 'result-vote' AND what LIKE '2026, entry %'") == [
        (1,)
    ]


def test_balances_are_read_before_they_are_taken_over_once(desk: Desk) -> None:
    officer = desk.sign_in(Role.TREASURER)
    wrong = send_file(officer, PAGE, f"{PAGE}/balances", BALANCE.replace(b"100,00", b"90,00"))
    assert wrong.status_code == 400
    assert "Somme\u00a0: 10,00" in wrong.get_data(as_text=True)
    sent = send_file(officer, PAGE, f"{PAGE}/balances", BALANCE)
    assert sent.status_code == 303
    address = sent.headers["Location"]
    assert "Caisse" in officer.page(address, headers=FRENCH)
    assert post(officer, address, {"balance": "2030-01-01"}).status_code == 400
    assert post(officer, address, {"balance": "2026-11-24"}).status_code == 303
    assert "comptes\u00a0: 3" in officer.page(PAGE, headers=FRENCH)
    assert officer.client.get(address, base_url=HTTPS).status_code == 303
    assert desk.space.sql("SELECT count(*) FROM entry WHERE kind = 'opening'") == [(1,)]


def test_members_balances_are_read_by_name_and_written_where_they_make_the_account(desk: Desk) -> None:
    officer = desk.sign_in(Role.TREASURER)
    ines, karim = desk.space.join("Inès Moreau", "04A2000000E5B1"), desk.space.join("Karim Benali", "04A2000000E5B2")
    balance = BALANCE.replace(b"512;Banque;20,00;", b"411;Membres;20,00;")
    address = send_file(officer, PAGE, f"{PAGE}/balances", balance).headers["Location"]
    assert post(officer, address, {"balance": "2026-11-24"}).status_code == 303

    short = send_file(officer, PAGE, f"{PAGE}/members", f"membre;solde\n{ines};15,00\n".encode())
    page = officer.page(short.headers["Location"], headers=FRENCH).replace("\xa0", " ")
    assert "est de 20,00 € : le total des membres en diffère de 5,00 €" in page
    assert "Reprendre ces soldes" not in page
    unknown = send_file(officer, PAGE, f"{PAGE}/members", b"membre;solde\n99;20,00\n")
    answer = officer.client.get(unknown.headers["Location"], base_url=HTTPS)
    assert answer.status_code == 400
    assert "99" in answer.get_data(as_text=True)

    text = f"membre;solde;depuis\n{ines};25,00;2026-06-01\n{karim};-5,00;\n"
    address = send_file(officer, PAGE, f"{PAGE}/members", text.encode()).headers["Location"]
    page = officer.page(address, headers=FRENCH).replace("\xa0", " ")
    assert "Dû : 25,00 €. En avance : 5,00 €." in page
    assert ("Inès Moreau" in page, "Karim Benali" in page) == (True, True)
    assert post(officer, address, {"balance": "2030-01-01"}).status_code == 400
    assert post(officer, address, {"balance": "2026-11-24"}).status_code == 303
    rows = desk.space.sql("SELECT amount_cents FROM entry WHERE kind = 'opening' AND account_id IS NOT NULL")
    assert rows == [(2500,), (-500,)]
    assert desk.space.sql("SELECT what FROM desk_log WHERE act = 'members-taken-over'") != []
    again = send_file(officer, PAGE, f"{PAGE}/members", text.encode()).headers["Location"]
    assert "déjà repris" in officer.client.get(again, base_url=HTTPS, headers=FRENCH).get_data(as_text=True)
