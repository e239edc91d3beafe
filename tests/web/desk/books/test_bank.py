"""The bank at the desk: a statement comes in, lines are decided, transfers are shown as QR and words."""

import html
import json
import re
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from kiosk.books.bank_statements import BankStatements
from kiosk.domain.members.roles import Role
from kiosk.domain.money import references
from kiosk.domain.money.cheques import Cheque
from kiosk.domain.problems import Problem
from kiosk.store import audit
from kiosk.store.members import members
from kiosk.store.officers import desk_users
from tests.conftest import Space
from tests.domain.books import bank_samples, statement_shapes
from tests.members.test_workbooks import workbook
from tests.web.desk.conftest import HTTPS, Desk, Officer, actor_of
from tests.web.desk.money.test_money import key_on

INES, KARIM = "04A2000000E511", "04A2000000E522"
FR = {"Accept-Language": "fr"}


@pytest.fixture
def ines(space: Space) -> int:
    return space.join("Inès Moreau", INES)


def account(space: Space, number: int) -> int:
    with space.home.store.reading() as connection:
        return members.by_number(connection, number).account


def upload(officer: Officer, data: bytes, name: str = "releve.csv") -> TestResponse:
    return send_file(officer, "/books/bank/import", "/books/bank/import", data, name)


def send_file(officer: Officer, form_on: str, to: str, data: bytes, name: str = "a.csv") -> TestResponse:
    """A form with a file, written by hand: the test client's own leaves a large one open."""
    token = officer.token_for(form_on)
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'.encode(),
        f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        + data
        + b"\r\n--x--\r\n",
    ]
    return officer.client.post(to, base_url=HTTPS, data=b"".join(parts), content_type="multipart/form-data; boundary=x")


def send(officer: Officer, data: bytes | str) -> str:
    """Send a file. Returns the address of its preview."""
    answer = upload(officer, data if isinstance(data, bytes) else data.encode())
    assert answer.status_code == 303, answer.get_data(as_text=True)[-3000:]
    return answer.headers["Location"]


def keep(officer: Officer, data: bytes | str, **columns: str) -> str:
    """Send a file and keep its new lines. Returns the preview that was shown."""
    address = send(officer, data)
    columns = columns or shown(officer.page(address))
    page = officer.page(f"{address}?{urlencode(columns)}", headers=FR)
    answer = officer.post(address, {**columns, "unproved": "1"}, form_on=f"{address}?{urlencode(columns)}")
    assert answer.status_code == 303, answer.get_data(as_text=True)[:3000]
    return html.unescape(page)


def shown(page: str) -> dict[str, str]:
    """The columns as a page proposes them; nothing where it asks for none."""
    selects = re.findall(r'<select id="(c[0-9]+)".*?</select>', page, re.DOTALL)
    said = {name: re.search(rf'<select id="{name}".*?</select>', page, re.DOTALL) for name in selects}
    chosen = {name: re.search(r'value="([^"]*)" selected', found[0]) for name, found in said.items() if found}
    return {name: match[1] if match else "" for name, match in chosen.items()}


def statement(*lines: tuple[str, str]) -> str:
    rows = "".join(f"25/11/2026;{label};{sum_}\n" for label, sum_ in lines)
    return f"Date;Libellé;Montant\n{rows}"


def say(space: Space, **identity: str) -> None:
    space.rule("association", json.dumps(identity))


def reference(space: Space, number: int) -> str:
    return references.spaced(references.of_account(account(space, number)))


def test_a_statement_becomes_lines_and_no_entry(space: Space, treasurer: Officer) -> None:
    page = keep(treasurer, bank_samples.ALL["Crédit Mutuel"])
    assert "Nouvelles lignes\xa0: 4" in page
    assert "déjà importées, de ce fichier ou d’un autre\xa0: 0" in page
    assert "Soldes vérifiés et justes\xa0: 3." in page
    assert "probable à 100" in page
    listed = treasurer.page("/books/bank", headers=FR)
    assert "REMISE DE CHEQUES N 12" in listed
    assert "à décider\xa0: 4" in listed or "à décider : 4" in listed
    assert space.sql("SELECT count(*) FROM entry") == [(0,)]
    assert "Nouvelles lignes\xa0: 0" in keep(treasurer, bank_samples.ALL["OFX 1"])
    assert "Nouvelles lignes\xa0: 0" in keep(treasurer, bank_samples.ALL["CAMT.053.001.08"])
    assert space.sql("SELECT count(*) FROM bank_line") == [(4,)]
    assert space.sql("SELECT what FROM desk_log WHERE act = 'bank-import' ORDER BY id LIMIT 1") == [("4 new, 0 known",)]


def test_columns_are_mapped_once_and_remembered(space: Space, treasurer: Officer) -> None:
    text = "Quand;Objet;Plus;Moins\nhier;;;\n25/11/2026;VIR DUPONT;5,00;\n25/11/2026;EDF;;7,00\n"
    columns = {"c0": "day", "c1": "label", "c2": "credit", "c3": "debit"}
    address = send(treasurer, text)
    asked = treasurer.get(f"{address}?c0=label&c1=label", headers=FR)
    assert asked.status_code == 400
    assert "Choisissez une colonne pour le jour" in asked.get_data(as_text=True)
    assert "VIR DUPONT" in treasurer.page(f"{address}/columns")
    assert "-7,00" in keep(treasurer, text, **columns)
    assert space.sql("SELECT cents FROM bank_line ORDER BY id") == [(500,), (-700,)]
    again = treasurer.page(send(treasurer, text + "26/11/2026;VIR MARTIN;9,00;\n"), headers=FR)
    assert "Nouvelles lignes\xa0: 1" in again


@pytest.mark.parametrize("kind", [kind for kind in bank_samples.EVIL if kind != "a hundred megabytes"])
def test_an_evil_file_is_answered_in_words(space: Space, treasurer: Officer, kind: str) -> None:
    answer = upload(treasurer, bank_samples.EVIL[kind])
    if answer.status_code == 303:  # what only its lines show
        address = answer.headers["Location"]
        said = shown(treasurer.get(address).get_data(as_text=True))
        answer = treasurer.post(address, said, form_on="/books/bank/import")
    assert answer.status_code == 400
    assert "<h1>" in answer.get_data(as_text=True)
    assert space.sql("SELECT count(*) FROM bank_line") == [(0,)]


TRAP = "Date;Libellé;Montant;Sens\n25/02/2025;EDF;800,00;Débit\n31/02/2025;VIR X;25,00;Crédit\nTotal;;;\n"


def test_columns_that_are_guessed_are_confirmed_before_anything_is_kept(space: Space, treasurer: Officer) -> None:
    address = send(treasurer, TRAP)
    asked = treasurer.page(address, headers=FR)
    assert "Ce que veut dire chaque colonne" in asked
    assert shown(asked) == {"c0": "day", "c1": "label", "c2": "sum", "c3": "direction"}
    answer = treasurer.post(address, {}, form_on="/books/bank/import")
    assert answer.headers["Location"].endswith("/columns")
    assert space.sql("SELECT count(*) FROM bank_layout") == [(0,)]


def test_a_doubt_is_said_beside_the_columns(treasurer: Officer) -> None:
    asked = treasurer.page(send(treasurer, "Date;Libellé;Montant\n25/02/2025;EDF;800,00\n"), headers=FR)
    assert "Aucune sortie d’argent dans ce fichier" in html.unescape(asked)


def test_every_line_is_shown_and_one_with_money_is_left_out_knowingly(space: Space, treasurer: Officer) -> None:
    address = send(treasurer, TRAP)
    columns = shown(treasurer.page(address))
    page = html.unescape(treasurer.page(f"{address}?{urlencode(columns)}", headers=FR))
    assert "-800,00" in page
    assert "Une date est illisible" in page
    assert "31/02/2025" in page
    assert "pas une opération" in page
    assert re.search(r"Le fichier</th><td[^>]*>2</td><td[^>]*>25,00[^<]*</td><td[^>]*>800,00", page)
    assert re.search(r"Nouvelles lignes</th><td[^>]*>1</td><td[^>]*>0,00[^<]*</td><td[^>]*>800,00", page)
    assert re.search(r"Lignes refusées, avec une somme</th><td[^>]*>1</td><td[^>]*>25,00", page)
    refused = treasurer.post(address, columns, form_on="/books/bank/import", headers=FR)
    assert refused.status_code == 400
    assert "cochez la case pour confirmer que vous l’avez vu" in html.unescape(refused.get_data(as_text=True))
    assert space.sql("SELECT count(*) FROM bank_line") == [(0,)]
    assert treasurer.post(address, {**columns, "without": "1"}, form_on="/books/bank/import").status_code == 303
    assert space.sql("SELECT cents FROM bank_line") == [(-80000,)]
    assert space.sql("SELECT what FROM desk_log WHERE act = 'bank-import'") == [("1 new, 0 known, 1 refused",)]


def test_a_balance_that_does_not_add_up_keeps_nothing(space: Space, treasurer: Officer) -> None:
    address = send(treasurer, "Date;Libellé;Montant;Solde\n25/11/2026;A;5,00;105,00\n26/11/2026;B;8,00;97,00\n")
    columns = shown(treasurer.page(address))
    answer = treasurer.post(address, columns, form_on="/books/bank/import")
    assert answer.status_code == 400
    page = answer.get_data(as_text=True)
    assert all(part in page for part in ("Ligne 3.", "97,00", "Total des lignes", "113,00"))
    assert space.sql("SELECT count(*) FROM bank_line") == [(0,)]


def test_the_letters_are_a_person_s_to_choose(space: Space, treasurer: Officer) -> None:
    text = "Date;Libellé;Montant\n25/11/2026;REÇU DE INÈS;-5,00\n".encode("mac_roman")
    address = send(treasurer, text)
    assert "REÇU DE INÈS" in treasurer.page(address)
    assert "REÇU DE INÈS" not in treasurer.page(f"{address}/columns?letters=windows-1252")


def test_a_hundred_megabytes_are_refused(treasurer: Officer) -> None:
    answer = treasurer.client.post(
        "/books/bank/import", base_url=HTTPS, data={"csrf_token": "x"}, headers={"Content-Length": "100000000"}
    )
    assert answer.status_code in (400, 413)


def test_what_a_label_says_is_shown_as_text(treasurer: Officer) -> None:
    keep(treasurer, statement(("<script>alert(1)</script> {{7*7}} =1+1", "5,00")))
    page = treasurer.page("/books/bank")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_sure_lines_are_confirmed_together_in_two_steps(space: Space, treasurer: Officer, ines: int) -> None:
    karim = space.join("Karim Haddad", KARIM)
    lines = [(f"VIR {reference(space, ines)}", "5,00"), (f"VIR {reference(space, karim)}", "6,00"), ("VIR X", "7,00")]
    keep(treasurer, statement(*lines))
    page = treasurer.page("/books/bank/sure", headers=FR)
    ticked = re.findall(r'name="line" value="([^"]+)" checked', page)
    assert len(ticked) == 2
    assert space.sql("SELECT count(*) FROM entry WHERE kind = 'payment'") == [(0,)]
    answer = treasurer.post("/books/bank/sure", {"line": ticked[:1]}, form_on="/books/bank/sure")
    assert answer.status_code == 303
    assert (space.owes(ines), space.owes(karim)) == (0, 500)
    answer = treasurer.post("/books/bank/sure", {"line": ticked}, form_on="/books/bank/sure")
    page = treasurer.page("/books/bank", headers=FR)
    assert "Lignes confirmées\xa0: 1. Lignes qui restent à décider\xa0: 1. Cette ligne a déjà été traitée." in page
    assert space.sql("SELECT amount_cents, method, actor FROM entry WHERE kind = 'payment'") == [
        (-500, "transfer", actor_of(Role.TREASURER)),
        (-600, "transfer", actor_of(Role.TREASURER)),
    ]
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)


def decided(officer: Officer, line: int, act: str = "decide", **values: str) -> TestResponse:
    """Send one form of a line in the list, as the page has it."""
    page = officer.page("/books/bank")
    form = re.search(rf'action="/books/bank/{line}/{act}".*?</form>', page, re.DOTALL)
    assert form, page
    hidden = dict(re.findall(r'name="(key|next|state|sort|page)" value="([^"]*)"', form[0]))
    said = re.search(r'name="said" value="([^"]*)" checked', form[0])
    chosen = {"said": html.unescape(said[1])} if said else {}
    return officer.post(f"/books/bank/{line}/{act}", {**hidden, **chosen, **values}, form_on="/books/bank")


def test_the_list_decides_the_best_proposal_and_goes_to_the_next_line(
    space: Space, treasurer: Officer, ines: int
) -> None:
    keep(treasurer, statement((f"VIR {reference(space, ines)}", "5,00"), ("PRLV EDF 1", "-32,00"), ("VIR X", "7,00")))
    answer = decided(treasurer, 1)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("done=1#line-2")
    assert space.owes(ines) == 0
    page = treasurer.page("/books/bank?done=1", headers=FR)
    assert "Annuler la décision" in page
    treasurer.post("/books/bank/1/back", {"key": "0" * 32}, form_on="/books/bank?done=1")
    assert space.owes(ines) == 500
    answer = decided(treasurer, 2, "aside", reason="EDF", always="1")
    assert answer.headers["Location"].endswith("done=2#line-1")
    assert "Toujours de côté" in treasurer.page("/books/bank", headers=FR)
    keep(treasurer, statement(("PRLV EDF 2", "-33,00")))
    assert space.sql("SELECT state, reason FROM bank_line WHERE cents < 0") == [("ignored", "EDF")] * 2
    treasurer.post("/books/bank/aside/1/drop", {}, form_on="/books/bank")
    assert space.sql("SELECT count(*) FROM bank_aside") == [(0,)]


def test_what_was_not_shown_is_not_done(space: Space, treasurer: Officer, ines: int) -> None:
    keep(treasurer, statement((f"VIR {reference(space, ines)}", "5,00")))
    decided(treasurer, 1, said="payment:1=400")
    assert space.sql("SELECT state FROM bank_line") == [("open",)]
    assert "Une nouvelle proposition" in treasurer.page("/books/bank", headers=FR)


def test_a_line_of_cheques_makes_its_slip_from_the_list(space: Space, treasurer: Officer, ines: int) -> None:
    space.till.take({account(space, ines): 500}, "cheque", key=b"1" * 16, text=Cheque("BNP", "1", "").text)
    keep(treasurer, statement(("REMISE DE CHEQUES", "5,00")))
    assert "Nouveau bordereau" in treasurer.page("/books/bank", headers=FR)
    decided(treasurer, 1)
    assert space.sql("SELECT state FROM bank_line") == [("entered",)]
    assert space.sql("SELECT method, number FROM remittance") == [("cheque", 1)]


def test_a_cheque_that_came_back_is_owed_again_from_the_list(space: Space, treasurer: Officer, ines: int) -> None:
    space.till.take({account(space, ines): 500}, "cheque", key=b"1" * 16, text=Cheque("BNP", "1", "").text)
    keep(treasurer, statement(("REMISE DE CHEQUES", "5,00"), ("CHEQUE IMPAYE BNP", "-17,50")))
    decided(treasurer, 1)
    assert space.owes(ines) == 0
    page = treasurer.page("/books/bank", headers=FR).replace("\xa0", " ").replace("\u202f", " ")
    assert "Chèque impayé d’Inès" in page
    assert "frais de la banque : 12,50 €" in page
    decided(treasurer, 2)
    assert space.owes(ines) == 500
    assert space.sql("SELECT state FROM bank_line") == [("entered",)] * 2
    assert space.sql("SELECT count(*) FROM entry WHERE kind = 'bounce'") == [(1,)]


def test_likely_lines_are_looked_at_and_confirmed_together(space: Space, treasurer: Officer, ines: int) -> None:
    keep(treasurer, statement(("VIR INES MOREAU", "5,00")))
    page = treasurer.page("/books/bank/sure?worth=likely", headers=FR)
    ticked = re.findall(r'name="line" value="([^"]+)" checked', page)
    assert len(ticked) == 1
    form = {"line": ticked, "worth": "likely"}
    treasurer.post("/books/bank/sure", form, form_on="/books/bank/sure?worth=likely")
    assert space.owes(ines) == 0


def test_a_file_that_proves_itself_is_shown_at_once_and_another_is_confirmed_once(
    space: Space, treasurer: Officer
) -> None:
    page = treasurer.page(send(treasurer, statement_shapes.CFONB), headers=FR)
    assert "Sommes vérifiées" in html.unescape(page)
    assert "Aucun solde ne permet" not in page
    address = send(treasurer, bank_samples.ALL["OFX 2"])
    assert "Aucun solde ne permet de vérifier ces sommes" in treasurer.page(address, headers=FR)
    assert treasurer.post(address, {}, form_on=address).status_code == 400
    assert space.sql("SELECT count(*) FROM bank_line") == [(0,)]
    assert treasurer.post(address, {"unproved": "1"}, form_on=address).status_code == 303
    assert "Aucun solde ne permet" not in treasurer.page(send(treasurer, bank_samples.ALL["OFX 2"]), headers=FR)


def test_a_file_of_the_bank_s_own_format_that_is_refused_at_the_end_leads_to_the_first_step(
    space: Space, treasurer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = send(treasurer, statement_shapes.CFONB)

    def refuse(*_: object, **__: object) -> None:
        raise Problem("bank-changed")

    monkeypatch.setattr(BankStatements, "import_lines", refuse)
    page = treasurer.post(address, {}, form_on=address)
    assert page.status_code == 400
    assert 'name="file"' in page.get_data(as_text=True)


def test_a_workbook_comes_in_as_a_csv_does(space: Space, treasurer: Officer) -> None:
    data = workbook([["Date", "Libellé", "Montant"], ["25/11/2026", "VIR X", 25.1], ["26/11/2026", "EDF", -1234.56]])
    keep(treasurer, data)
    assert space.sql("SELECT cents FROM bank_line ORDER BY id") == [(2510,), (-123456,)]


def test_a_missing_week_is_named(treasurer: Officer) -> None:
    keep(treasurer, statement_shapes.CFONB)
    later = statement_shapes.csv(
        "Date;Libellé;Montant",
        "07/12/2026;ANCIEN SOLDE;1 000,00",
        "08/12/2026;A;5,00",
        "09/12/2026;SOLDE AU 09/12/2026;1 005,00",
    )
    keep(treasurer, later)
    page = html.unescape(treasurer.page("/books/bank", headers=FR))
    said = re.search(r"Il manque un relevé.*", page)
    assert said is not None
    assert re.search(r"entre le .*30.* et le .*7.*, le solde a varié de -15,00", said[0])


def test_nonsense_among_the_ticked_lines_changes_nothing(space: Space, treasurer: Officer, ines: int) -> None:
    keep(treasurer, statement(("VIR X", "5,00")))
    for value in ("", "x", "1", "1 payment:1=500", "99999999999 x", "-1 x", "٣ x"):
        answer = treasurer.post("/books/bank/sure", {"line": [value]}, form_on="/books/bank")
        assert answer.status_code == 303
    assert space.sql("SELECT count(*) FROM entry WHERE kind = 'payment'") == [(0,)]


def test_one_line_is_paid_to_two_accounts_and_taken_back(space: Space, treasurer: Officer, ines: int) -> None:
    karim = space.join("Karim Haddad", KARIM)
    own, other = account(space, ines), account(space, karim)
    keep(treasurer, statement(("VIR COUPLE", "12,00")))
    assert "Inès Moreau" in treasurer.page("/books/bank/1?q=moreau")
    path = f"/books/bank/1?with={own}&with={other}"
    page = treasurer.page(path)
    assert 'value="5,00"' in page
    assert 'value="7,00"' in page
    data = {"key": key_on(page), "with": [own, other], f"amount-{own}": "5", f"amount-{other}": "6"}
    answer = treasurer.post("/books/bank/1/pay", data, form_on=path)
    assert answer.status_code == 400
    assert 'id="amount-error"' in answer.get_data(as_text=True)
    assert 'value="6"' in answer.get_data(as_text=True)
    data[f"amount-{other}"] = "7,00"
    for _ in range(2):  # the second time it is the same act
        answer = treasurer.post("/books/bank/1/pay", data, form_on=path)
        assert answer.status_code == 303
    assert (space.owes(ines), space.owes(karim)) == (0, -200)
    answer = treasurer.post("/books/bank/1/reopen", {"reason": ""}, form_on="/books/bank/1")
    assert answer.status_code == 400
    treasurer.post("/books/bank/1/reopen", {"reason": "pas eux"}, form_on="/books/bank/1")
    assert (space.owes(ines), space.owes(karim)) == (500, 500)
    assert space.sql("SELECT state FROM bank_line") == [("open",)]


def test_a_transfer_entered_by_hand_is_matched_by_one_button(space: Space, treasurer: Officer, ines: int) -> None:
    entry = space.till.pay(ines, 500, "transfer")
    keep(treasurer, statement(("VIR INES MOREAU", "5,00")))
    page = treasurer.page("/books/bank/1", headers=FR)
    assert f"Déjà encaissé\xa0: Inès Moreau (0001), écriture {entry}" in page
    wrong = treasurer.post("/books/bank/1/match", {"key": key_on(page), "entry": "9999"}, form_on="/books/bank/1")
    assert wrong.status_code == 400
    assert 'id="entry-error"' in wrong.get_data(as_text=True)
    answer = treasurer.post("/books/bank/1/match", {"key": key_on(page), "entry": str(entry)}, form_on="/books/bank/1")
    assert answer.status_code == 303
    assert space.sql("SELECT count(*) FROM entry WHERE kind = 'payment'") == [(1,)]
    assert "déjà importée" in treasurer.page("/books/bank/1", headers=FR)


def test_an_expense_is_left_aside_with_a_reason(space: Space, treasurer: Officer) -> None:
    keep(treasurer, statement(("PRLV EDF", "-32,00")))
    assert treasurer.post("/books/bank/1/ignore", {"reason": " "}, form_on="/books/bank/1").status_code == 400
    assert treasurer.post("/books/bank/1/ignore", {"reason": "dépense"}, form_on="/books/bank/1").status_code == 303
    assert "laissée de côté\xa0: dépense" in treasurer.page("/books/bank?state=ignored", headers=FR)
    assert "PRLV" not in treasurer.page("/books/bank")


def test_an_officer_never_enters_money_on_their_own_account(desk: Desk, space: Space, treasurer: Officer) -> None:
    number = space.join("Inès Moreau", INES)
    with space.home.store.writing() as connection:
        member = members.by_number(connection, number)
        connection.exec_driver_sql(
            "UPDATE desk_user SET member_id = ? WHERE email = 'treasurer@exemple.fr'", (member.id,)
        )
        assert desk_users.numbers_of(connection, member.id)
    own = member.account
    keep(treasurer, statement((f"VIR {reference(space, number)}", "5,00")))
    page = treasurer.page("/books/bank/1")
    data = {"key": key_on(page), "with": [own], f"amount-{own}": "5"}
    answer = treasurer.post("/books/bank/1/pay", data, form_on="/books/bank/1")
    assert answer.status_code == 400
    assert 'id="form-error"' in answer.get_data(as_text=True)
    ticked = re.findall(r'name="line" value="([^"]+)"', treasurer.page("/books/bank/sure"))
    treasurer.post("/books/bank/sure", {"line": ticked}, form_on="/books/bank/sure")
    assert "votre propre compte" in treasurer.page("/books/bank", headers=FR)
    assert space.owes(number) == 500


def test_lines_are_searched_sorted_and_paged_by_the_address(treasurer: Officer) -> None:
    keep(treasurer, statement(*((f"VIR PERSONNE{number:03}", f"{number + 1},00") for number in range(60))))
    assert "page 1 sur 2" in treasurer.page("/books/bank", headers=FR)
    assert "PERSONNE007" in treasurer.page("/books/bank?q=personne007")
    assert "PERSONNE008" not in treasurer.page("/books/bank?q=personne007")
    page = treasurer.page("/books/bank?sort=sum")
    assert page.index("PERSONNE000") < page.index("PERSONNE001")
    assert re.search(r'href="[^"]*sort=-sum[^"]*" aria-current="true"', page)
    assert 'aria-sort="ascending"' in treasurer.page("/books/bank?sort=sum&state=all")
    for nonsense in ("sort=x", "state=x", "page=999", "page=x", "q=%25", "q=" + "a" * 500):
        treasurer.page(f"/books/bank?{nonsense}")


def test_a_line_that_is_not_there_is_not_found(treasurer: Officer) -> None:
    for number in ("77", "0", "9" * 30):
        assert treasurer.get(f"/books/bank/{number}").status_code == 404
    assert treasurer.post("/books/bank/77/pay", {"key": "0" * 32}).status_code == 404


def test_a_file_that_waits_no_more_is_sent_again(treasurer: Officer, president: Officer) -> None:
    address = send(treasurer, statement(("VIR", "5,00")))
    assert president.get(address).status_code == 303
    assert treasurer.get("/books/bank/import/nothing").headers["Location"].endswith("/books/bank/import")


def test_who_sees_no_money_sees_no_bank(host: Officer, secretary: Officer) -> None:
    for officer in (host, secretary):
        assert officer.get("/books/bank").status_code == 403
        assert officer.get("/books/bank/import").status_code == 403


def test_a_transfer_is_shown_as_a_code_and_in_words(space: Space, treasurer: Officer, ines: int) -> None:
    say(space, name="La Coroutine", iban="FR76 3000 6000 0112 3456 7890 189")
    path = f"/money/accounts/{account(space, ines)}/transfer"
    page = treasurer.page(path, headers=FR)
    assert "<svg" in page
    assert "FR76 3000 6000 0112 3456 7890 189" in page
    assert reference(space, ines) in page
    assert "5,00\xa0€" in page
    assert "style=" not in page.partition("<main")[2]
    assert "12,34\xa0€" in treasurer.page(f"{path}?amount=12,34", headers=FR)
    assert treasurer.get(f"{path}?amount=x").status_code == 400
    assert treasurer.get(f"{path}?amount=0").status_code == 400
    assert path in treasurer.page(f"/members/{ines}")


def test_without_an_iban_the_page_says_where_to_write_it(space: Space, treasurer: Officer, ines: int) -> None:
    page = treasurer.page(f"/money/accounts/{account(space, ines)}/transfer", headers=FR)
    assert "L’IBAN de l’association manque" in page or "Le nom de l’association manque" in page
    assert "<svg width" not in page
    assert treasurer.get("/money/accounts/999/transfer").status_code == 404
