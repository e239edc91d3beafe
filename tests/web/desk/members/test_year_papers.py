"""A member's year on paper: a statement and an attestation, alone and for all."""

import re

from kiosk.domain.members.roles import Role
from tests.conftest import Space
from tests.web import statements
from tests.web.desk.conftest import Desk

INES, HUGO = "04A2000000E511", "DEADBEEF"


def plain(page: str) -> str:
    return page.replace("\xa0", " ").replace("\u202f", " ")


def test_a_year_is_stated_line_by_line_and_attested_in_a_sentence(desk: Desk, space: Space) -> None:
    number = space.join("Inès Moreau", INES)  # 5 euros of membership
    space.tap(INES)  # and 5 of a day
    space.till.pay(number, 700, "cash")
    mistake = space.till.pay(number, 100, "card")
    space.till.reverse(mistake, "tapé deux fois")
    treasurer = desk.sign_in(Role.TREASURER)
    said = plain(treasurer.page("/members/1/paper"))
    assert "Solde à la fin" in said
    assert "<strong>3,00 €</strong>" in said
    assert "Réglé : 7,00 €. Journées de présence : 1." in said
    attested = plain(treasurer.page("/members/1/paper?paper=attestation"))
    assert "Inès Moreau, membre n° 0001" in attested
    assert "et a réglé 7,00 € pendant cette période" in attested
    assert "Reste à régler au 25 nov. 2026 : 3,00 €" in attested
    assert treasurer.get("/members/1/paper?year=1990").status_code == 404


def test_papers_for_all_are_those_with_something_to_say(desk: Desk, space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.clock.advance(days=68)
    space.join("Hugo Petit", HUGO)
    treasurer = desk.sign_in(Role.TREASURER)
    this = treasurer.page("/members/papers?year=2027&paper=attestation")
    assert "Hugo Petit" in this
    assert "Inès Moreau" not in this
    assert "Inès Moreau" in treasurer.page("/members/papers?year=2026")
    assert treasurer.get("/members/papers?year=2025").status_code == 404  # before the books begin
    assert set(re.findall(r"[?;]year=(\d+)", this)) == {"2027", "2026"}
    assert desk.sign_in(Role.SECRETARY).get("/members/papers").status_code == 403


def test_papers_for_many_ask_no_more_of_the_database_than_for_two(desk: Desk, space: Space) -> None:
    treasurer, counts = desk.sign_in(Role.TREASURER), list[int]()
    for until in (2, 8):
        for number in range(len(counts) * 2, until):
            space.join(f"Membre {number}", f"04A20000000{number:03}")
        treasurer.page("/members/papers")
        with statements.heard() as sent:
            page = treasurer.page("/members/papers")
        counts.append(len(sent))
        assert all(f"Membre {number}" in page for number in range(until))
    assert counts[0] == counts[1]


def test_days_of_a_file_that_was_merged_count_with_those_of_the_one_that_was_kept(desk: Desk, space: Space) -> None:
    kept, other = space.join("Inès Moreau", INES), space.join("Ines Moreau", HUGO)
    space.tap(INES)
    space.clock.advance(days=1)
    space.tap(INES)
    space.tap(HUGO)  # with both on one day: it is one
    space.clock.advance(days=1)
    space.tap(HUGO)
    secretary = desk.sign_in(Role.SECRETARY)
    assert (
        secretary.post(f"/members/{kept}/merge", {"other": str(other)}, form_on=f"/members/{kept}").status_code == 303
    )
    assert "Journées de présence : 3." in plain(desk.sign_in(Role.TREASURER).page(f"/members/{kept}/paper"))
