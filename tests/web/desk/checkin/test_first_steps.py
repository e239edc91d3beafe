"""What a new space is asked to see to, and that nothing is shown as a fact that nobody entered."""

import re

from msgspec.structs import replace

from kiosk.domain.health.upkeep import Care
from kiosk.domain.members.roles import Role
from kiosk.store.health import upkeep_rows
from kiosk.web.desk.common.office import EXTENSION
from tests.conftest import Space
from tests.web.desk.conftest import Desk, Officer

INES = "04A2000000E511"


def steps(page: str) -> list[str]:
    """The title of each step that is left, in order."""
    start = page.find('id="first-steps"')
    part = page[start : page.index("</section>", start)] if start >= 0 else ""
    return [re.sub("<[^>]+>", "", line.replace("\xa0", " ")).strip() for line in re.findall(r"</svg>\s(.*?)<br>", part)]


def test_a_new_space_is_asked_for_what_only_its_people_know(treasurer: Officer) -> None:
    assert steps(treasurer.page("/")) == [
        "Le nom et le SIREN de l’association",
        "Les tarifs, relus et confirmés",
        "Le loyer du mois",
        "Une première sauvegarde vérifiée",
        "Le courrier : par où partent les messages",
        "Une deuxième preuve pour votre compte",
        "La copie papier des clés",
    ]


def test_a_step_that_is_done_leaves_the_list(desk: Desk, space: Space, treasurer: Officer) -> None:
    space.rule("association", '{"name": "La Coroutine", "siren": "123456782"}')
    space.rule("rent_cents", "90000")
    with space.home.store.writing() as connection:
        upkeep_rows.note(connection, Care.BACKUP, space.clock.now(), ok=True, says="")
    treasurer.post("/rules/confirm", {"decided_by": "assemblée du 3 novembre"}, form_on="/rules/confirm")
    found = " ".join(steps(treasurer.page("/")))
    for done in ("SIREN", "tarifs", "loyer", "sauvegarde"):
        assert done not in found
    assert "deuxième preuve" in found


def test_those_who_change_no_rule_and_a_training_home_have_no_list(desk: Desk, space: Space, host: Officer) -> None:
    assert 'id="first-steps"' not in host.page("/")
    desk.app.extensions[EXTENSION] = replace(space.home, training=True), space.clock
    assert 'id="first-steps"' not in desk.sign_in(Role.TREASURER).page("/")


def test_tariffs_are_confirmed_once_and_stay_what_they_were(space: Space, treasurer: Officer) -> None:
    before = space.sql("SELECT product_id, level, cents, floor_cents FROM tariff ORDER BY product_id, level")
    assert "à confirmer" in treasurer.page("/rules")
    space.join("Inès", INES)
    space.tap(INES)  # a day is counted: the same prices hold by somebody's decision from tomorrow on
    for _ in range(2):
        treasurer.post("/rules/confirm", {"decided_by": "bureau"}, form_on="/rules/confirm")
    added = "SELECT product_id, level, cents, floor_cents FROM tariff WHERE decided_by = 'bureau' ORDER BY 1, 2"
    assert space.sql(added) == before
    assert space.sql("SELECT DISTINCT valid_from FROM tariff WHERE decided_by = 'bureau'") == [("2026-11-26",)]
    assert "/rules/confirm" not in treasurer.page("/rules")


def test_no_page_speaks_of_a_rent_that_nobody_wrote(desk: Desk, space: Space, treasurer: Officer) -> None:
    space.join("Inès", INES)
    space.tap(INES)
    for path in ("/", "/figures/", "/figures/rent", "/assembly/", "/money"):
        assert "800,00" not in treasurer.page(path), path
    assert "Personne n’a encore écrit le loyer" in treasurer.page("/figures/rent")
    space.rule("rent_cents", "91200")
    desk.space.clock.advance(seconds=1)
    assert "loyer 912,00" in desk.sign_in(Role.TREASURER).page("/").replace("\xa0", " ")
