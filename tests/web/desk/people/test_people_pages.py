"""People at the desk: who is here and who knows what, of those who chose to be seen; notices and projects."""

import pytest

from kiosk.language import problems
from tests.people.test_finding import KARIM, Club
from tests.web.desk.conftest import Desk, Officer

FRENCH = {"Accept-Language": "fr"}


@pytest.fixture
def club(desk: Desk) -> Club:
    desk.space.rule("people", "true")
    return Club(desk.space)


def test_who_knows_is_found_and_who_is_not_visible_is_on_no_page(club: Club, host: Officer) -> None:
    club.space.tap(KARIM)
    club.register.put_up(club.karim, "seeks", "Un tournevis")
    found = host.page("/people/?q=coutúre", headers=FRENCH)
    assert "Karim" in found and "Inès" in found and "ici aujourd’hui" in found
    assert "Zoé" not in found
    assert "Un tournevis" in host.page("/people/notices")
    assert "@" not in found.partition("<main")[2]


@pytest.mark.parametrize(
    ("path", "fields", "code"),
    [
        ("/people/members/1", {"text": "x" * 10_000}, "skill"),
        ("/people/members/1", {}, "skill"),
        ("/people/notices", {"member": "99", "kind": "seeks", "text": "Un vélo"}, "no-such-member"),
        ("/people/notices", {"member": "1", "kind": "party", "text": "Un vélo"}, "notice-kind"),
        ("/people/notices", {"member": "1", "kind": "seeks", "text": "x" * 201}, "notice-text"),
        ("/people/projects", {"name": "", "told": ""}, "project"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    club: Club, president: Officer, path: str, fields: dict[str, str], code: str
) -> None:
    answer = president.post(path, fields, form_on=path, headers=FRENCH)
    assert answer.status_code == 400
    page = answer.get_data(as_text=True).replace("&#39;", "'")
    assert all(part in page for part in problems.told(code, "fr").split("…"))  # between its values


def test_skills_notices_and_projects_come_and_go(club: Club, president: Officer) -> None:
    path = "/people/members/1"
    assert president.post(path, {"text": "Vélo"}, form_on=path).status_code == 303
    skill = club.space.sql("SELECT id FROM skill WHERE search = 'velo'")[0][0]
    assert president.post(f"{path}/skills/{skill}/drop", {}, form_on=path).status_code == 303
    assert president.post(f"{path}/skills/{skill}/drop", {}, form_on=path).status_code == 404
    put_up = {"member": "1", "kind": "seeks", "text": "Un vélo"}
    for _ in range(2):
        assert president.post("/people/notices", put_up, form_on="/people/notices").status_code == 303
    ((notice,),) = club.space.sql("SELECT id FROM notice")  # sent twice, it is one
    assert president.post(f"/people/notices/{notice}/down", {}, form_on="/people/notices").status_code == 303
    born = {"name": "Le jardin", "told": "Des tomates.", "born": "2024-05-01"}
    assert president.post("/people/projects", born, form_on="/people/projects").status_code == 303
    assert "Le jardin" in president.page("/people/projects")
    ((project,),) = club.space.sql("SELECT id FROM project")
    assert president.post(f"/people/projects/{project}/drop", {}, form_on="/people/projects").status_code == 303


def test_a_form_that_is_shown_again_stands_where_its_page_does(club: Club, president: Officer) -> None:
    here = "Personnes · Annonces"
    assert here in " ".join(president.page("/people/notices", headers=FRENCH).replace("\xa0", " ").split())
    again = president.post("/people/notices", {"member": "1"}, form_on="/people/notices", headers=FRENCH)
    assert here in " ".join(again.get_data(as_text=True).replace("\xa0", " ").split())
