"""Members from a spreadsheet at the desk: a file, its columns, what would change, done."""

import csv
import io
import re

import pytest
from werkzeug.test import TestResponse

from kiosk.domain.members.roles import Role
from kiosk.web.desk.common.uploads import Uploads
from tests.web.desk.conftest import HTTPS, Desk, Officer, actor_of

LIST = """Nom;Prénom;Courriel;Formule;Adhésion jusqu'au;Remarque
Moreau;Inès;ines@exemple.fr;Itinérante;04/01/2027;=1+1
Haddad;Karim;karim@exemple.fr;Permanent;31/08/2027;
"""
WRONG = LIST + "Durand;Paul;paul@;;;\n"
FR = {"Accept-Language": "fr"}


def send(officer: Officer, text: str | bytes) -> str:
    """Send a file. Returns the address of its columns."""
    data = text if isinstance(text, bytes) else text.encode("cp1252")
    answer = upload(officer, data)
    assert answer.status_code == 303, answer.get_data(as_text=True)[-2000:]
    return answer.headers["Location"]


def upload(officer: Officer, data: bytes) -> TestResponse:
    """A form with a file, written by hand: the test client's own leaves a large one open."""
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{officer.token_for("/imports")}\r\n'.encode(),
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="liste.csv"\r\n\r\n' + data + b"\r\n--x--\r\n",
    ]
    return officer.client.post(
        "/imports", base_url=HTTPS, data=b"".join(parts), content_type="multipart/form-data; boundary=x"
    )


def form(page: str) -> dict[str, str]:
    """What a form of the columns or of the preview would send."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    chosen = re.findall(r'<select[^>]* name="([^"]+)".*?</select>', page, re.DOTALL)
    selects = {}
    for name in chosen:
        block = re.search(rf'<select[^>]* name="{name}".*?</select>', page, re.DOTALL)
        assert block is not None
        found = re.search(r'value="([^"]*)" selected', block[0]) or re.search(r'value="([^"]*)"', block[0])
        assert found is not None
        selects[name] = found[1]
    return {**dict(hidden), **selects}


def preview(officer: Officer, text: str, **more: str) -> tuple[str, str]:
    """The preview's address and its page, with the columns as they were guessed."""
    address = send(officer, text)
    query = {**form(officer.page(address)), **more}
    query.pop("csrf_token", None)
    path = f"{address}/preview?" + "&".join(f"{name}={value}" for name, value in query.items())
    return path, officer.page(path, headers=FR)


def apply(officer: Officer, path: str) -> str:
    """Press the button of a preview. Returns where it leads."""
    page = officer.page(path)
    answer = officer.post(path.partition("/preview")[0], form(page), form_on=path)
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_a_list_becomes_members_in_four_steps(desk: Desk, secretary: Officer) -> None:
    path, page = preview(secretary, LIST)
    assert "nouvelles fiches\xa0: 2" in page
    assert "<ins>4\u00a0janv.\u00a02027</ins>" in page
    assert "<ins>Itinérant</ins>" in page
    assert desk.space.sql("SELECT count(*) FROM member") == [(0,)]
    assert apply(secretary, path) == "/members"
    assert "Inès Moreau" in secretary.page("/members")
    assert desk.space.sql("SELECT count(*) FROM entry") == [(0,)]
    assert desk.space.sql("SELECT actor FROM desk_log WHERE act = 'import' LIMIT 1") == [(actor_of(Role.SECRETARY),)]


def test_the_columns_are_recognised_and_can_be_chosen(secretary: Officer) -> None:
    address = send(secretary, LIST)
    page = secretary.page(address, headers=FR)
    chosen = form(page)
    assert [chosen[f"c{index}"] for index in range(6)] == [
        "last-name", "first-name", "email", "plan", "membership-until", "",
    ]  # fmt: skip
    assert "=1+1" in page
    answer = secretary.get(f"{address}/preview?c0=name&c1=name&plan=itinerant")
    assert answer.status_code == 400
    assert "Deux colonnes" in answer.get_data(as_text=True) or "Two columns" in answer.get_data(as_text=True)
    assert secretary.get(f"{address}/preview?c0=&plan=itinerant").status_code == 400
    assert secretary.get(f"{address}/preview?c0=name&plan=castle").status_code == 400


def test_the_same_file_twice_has_nothing_to_change(secretary: Officer) -> None:
    path, _ = preview(secretary, LIST)
    apply(secretary, path)
    _, page = preview(secretary, LIST)
    assert "il n’y a rien à changer" in page
    assert "fiches inchangées\xa0: 2" in page
    assert '<button class="main"' not in page


def test_a_difference_is_shown_old_and_new(secretary: Officer) -> None:
    path, _ = preview(secretary, LIST)
    apply(secretary, path)
    path, page = preview(secretary, "Numéro;Courriel\n1;ines@neuf.fr\n")
    assert "<del>ines@exemple.fr</del> <ins>ines@neuf.fr</ins>" in page
    apply(secretary, path)
    assert "ines@neuf.fr" in secretary.page("/members/1")


def test_refused_lines_are_numbered_told_and_downloaded_and_stop_all(desk: Desk, secretary: Officer) -> None:
    path, page = preview(secretary, WRONG)
    assert "Lignes refusées\xa0: 1" in page
    assert "n’est pas une adresse e-mail" in page
    assert "digest" not in page
    answer = secretary.get(path.replace("/preview?", "/refused.csv?"), headers=FR)
    head, row = csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""), delimiter=";")
    assert head == ["Nom", "Prénom", "Courriel", "Formule", "Adhésion jusqu'au", "Remarque", "ligne", "raison"]
    assert row[:3] == ["Durand", "Paul", "paul@"]
    assert row[6] == "4"
    data = dict(re.findall(r"(c\d+|plan)=([^&]*)", path.partition("?")[2]))
    answer = secretary.post(path.partition("/preview")[0], {**data, "digest": "x"}, form_on=path)
    assert answer.status_code == 303
    assert desk.space.sql("SELECT count(*) FROM member") == [(0,)]


def test_formulas_in_refused_lines_are_guarded(secretary: Officer) -> None:
    path, _ = preview(secretary, "Nom;Courriel;x\n=1+1;paul@;@x\n")
    text = secretary.get(path.replace("/preview?", "/refused.csv?")).data.decode("utf-8-sig")
    assert text.splitlines()[1].startswith("'=1+1;paul@;'@x;2;")


def test_what_changed_since_the_preview_is_shown_again(desk: Desk, secretary: Officer) -> None:
    path, page = preview(secretary, LIST)
    desk.space.join("Zoé Petit", "04A2000000E533")
    desk.space.enrolment.leave(1)
    with desk.space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET email = 'ines@exemple.fr', name = 'Inès Moreau', left_on = NULL")
    answer = secretary.post(path.partition("/preview")[0], form(page), form_on=path)
    assert answer.headers["Location"].startswith(path.partition("?")[0])
    assert desk.space.sql("SELECT count(*) FROM member") == [(1,)]


def test_a_button_pressed_twice_imports_once(desk: Desk, secretary: Officer) -> None:
    path, page = preview(secretary, LIST)
    for _ in range(2):
        assert secretary.post(path.partition("/preview")[0], form(page), form_on="/imports").status_code == 303
    assert desk.space.sql("SELECT count(*) FROM member") == [(2,)]


def test_with_the_fee_it_is_on_the_tab(desk: Desk, secretary: Officer) -> None:
    path, _ = preview(secretary, "Nom\nZoé Petit\n", fee="1")
    apply(secretary, path)
    assert desk.space.owes(1) == 500


@pytest.mark.parametrize("data", [b"", b"\0\1", b"x" * 1_600_000, b'nom\n"x', b"n\n" * 10_003, b"a;" * 80])
def test_what_is_no_list_is_told_beside_the_field(secretary: Officer, data: bytes) -> None:
    answer = upload(secretary, data)
    assert answer.status_code == 400
    assert 'id="file-error"' in answer.get_data(as_text=True)


def test_no_file_at_all_is_told_too_and_a_huge_one_is_cut_off(secretary: Officer) -> None:
    assert secretary.post("/imports", {}, form_on="/imports").status_code == 400
    assert upload(secretary, b"x" * 3_000_000).status_code == 413


def test_a_file_waits_for_its_own_officer_and_not_for_ever(desk: Desk, secretary: Officer, president: Officer) -> None:
    address = send(secretary, LIST)
    for path in (address, f"{address}/preview", f"{address}/refused.csv"):
        answer = president.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/imports")
    assert secretary.get(address).status_code == 200
    desk.space.clock.advance(minutes=31)
    answer = secretary.get(address)
    assert answer.status_code in (302, 303)


def test_few_files_wait_at_once(desk: Desk, secretary: Officer) -> None:
    addresses = [send(secretary, LIST) for _ in range(10)]
    assert secretary.get(addresses[0]).status_code == 303
    assert secretary.get(addresses[-1]).status_code == 200
    assert len(Uploads.of(desk.app)._kept) == 8


def test_only_who_edits_files_imports(treasurer: Officer, host: Officer) -> None:
    for officer in (treasurer, host):
        for path in ("/imports", "/imports/x", "/imports/x/preview", "/imports/x/refused.csv", "/imports/model.csv"):
            assert officer.get(path).status_code == 403
        assert officer.post("/imports").status_code == 403
        assert officer.post("/imports/x").status_code == 403


def test_the_template_is_a_file_whose_columns_are_known(secretary: Officer) -> None:
    for language in ("fr", "en"):
        answer = secretary.get("/imports/model.csv", headers={"Accept-Language": language})
        head = answer.data.decode("utf-8-sig")
        chosen = form(secretary.page(send(secretary, f"{head}".encode())))
        names = [value for name, value in chosen.items() if re.fullmatch(r"c\d", name)]
        assert names == ["number", "name", "email", "phone", "plan", "joined", "membership-until"]


def test_long_files_are_paged(secretary: Officer) -> None:
    lines = "".join(f"Person {number};p{number}@exemple.fr\n" for number in range(120))
    path, page = preview(secretary, f"Nom;Courriel\n{lines}")
    assert page.count("<ins>itin") + page.count("<ins>Itin") == 50
    assert "Person 119" in secretary.page(f"{path}&page=3")


def test_names_with_markup_are_text(secretary: Officer) -> None:
    _, page = preview(secretary, "Nom\n<script>alert(1)</script>\n")
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_homonyms_without_an_address_come_in_by_a_choice_on_the_preview(desk: Desk, secretary: Officer) -> None:
    desk.space.join("Jean Martin", "04A2000000E511")
    path, page = preview(secretary, "Nom;Téléphone\nJean Martin;0611111111\nJean Martin;0622222222\n")
    assert page.count("une autre personne, du même nom") == 2
    assert "la fiche 0001" in page
    chosen = f"{path}&who-2=1&who-3=new"
    assert "<ins>06" in secretary.page(f"{chosen}&show=new")
    assert apply(secretary, chosen) == "/members"
    found = desk.space.sql("SELECT number, name, phone FROM member ORDER BY number")
    assert [(number, name) for number, name, _ in found] == [(1, "Jean Martin"), (2, "Jean Martin")]
    assert len({phone for _, _, phone in found}) == 2
