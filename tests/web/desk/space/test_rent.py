"""The month against the rent, as officers read it, and as the assembly does."""

import re

from kiosk.books.gifts import Gifts
from kiosk.domain.members.roles import Role
from kiosk.store.members import members
from kiosk.store.space.policies import Rules
from tests.web.desk.conftest import Desk
from tests.web.desk.space.test_figures import lived


def page(desk: Desk, path: str = "/figures/rent", role: Role = Role.TREASURER) -> str:
    return desk.sign_in(role).page(path).replace("\u00a0", " ").replace("\u202f", " ")


def test_income_by_product_stands_against_rent_and_charges(desk: Desk) -> None:
    desk.space.rule("rent_cents", "80000")
    lived(desk)  # 15 euros of days, two memberships, and a permanent's month from the 25th on: it is December's
    desk.space.rule("charges_cents", "20000")
    said = page(desk)
    assert "10 permanents couvrent le loyer et les charges ; il manque 10 permanents ou 195 journées." in said
    assert "125,00 € débités, dont 0,00 € réglés" in said
    assert "125,00 € restent à régler" in said
    assert "Les recettes du mois sont de 25,00 €" in said
    assert "Loyer : 800,00 €. Charges : 200,00 €." in said
    assert "Mois de permanent" in said
    assert 'role="img"' in said


def test_deposits_and_gifts_are_told_beside_what_was_received_for_the_rent(desk: Desk) -> None:
    space = desk.space
    space.rule("gifts", "true")
    numbers = [space.join(f"Membre {place}", f"04A2000000E5{place:02X}") for place in range(8)]
    with space.home.store.reading() as connection:
        accounts = [members.by_number(connection, number).account for number in numbers]
    for number, account in zip(numbers, accounts, strict=True):
        deposit = space.till.deposit(account, 2000)
        space.till.pay(number, 2000, "transfer", word=[deposit.entry])
    home = space.home
    giving = Gifts(store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=space.clock, actor="cli")
    giving.give(accounts[0], 50000, "transfer")
    said = page(desk)
    assert "0,00 € et 660,00 € encaissés hors ventes : cautions et dons" in re.sub(r"<[^>]+>", " ", said).replace(
        "  ", " "
    )


def test_three_weeks_of_entries_foresee_the_months_end(desk: Desk) -> None:
    assert "il faut trois semaines" in page(desk)
    lived(desk)
    desk.space.clock.advance(days=21)
    assert "Estimation" in page(desk)


def test_the_same_month_a_year_before_stands_beside(desk: Desk) -> None:
    lived(desk)
    assert "un an plus tôt" not in page(desk)
    desk.space.clock.advance(days=365)
    said = page(desk)
    assert re.search(r"à ce jour · un an plus tôt : (?!0,00)", said)


def test_the_assembly_reads_it_unless_an_officer_may_see_no_money(desk: Desk) -> None:
    desk.space.rule("rent_cents", "80000")
    assert "8 permanents couvrent le loyer" in page(desk, "/assembly/")
    assert "couvrent" not in page(desk, "/assembly/", Role.SECRETARY)
    assert desk.sign_in(Role.SECRETARY).get("/figures/rent").status_code == 403


def test_without_a_rent_it_says_where_to_write_one(desk: Desk) -> None:
    assert "Le loyer n’est pas encore renseigné" in page(desk)


def test_before_anything_was_charged_its_scale_is_in_euros(desk: Desk) -> None:
    page = desk.sign_in(Role.TREASURER).page("/figures/rent", headers={"Accept-Language": "fr"})
    assert "0,01" not in page
    assert "3\xa0€" in page


def test_running_plans_that_the_month_still_charges_are_foreseen(desk: Desk) -> None:
    number = desk.space.join("Inès Moreau", "04A2000000E511")
    desk.space.till.sell(number, "permanent", None, runs=True)
    desk.space.clock.advance(days=25)  # 20 December: the next period begins on the 25th
    assert "Cette somme comprend 100,00 € de formules en cours" in page(desk)
