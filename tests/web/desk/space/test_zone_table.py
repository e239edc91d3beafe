"""The zones in one readable table, counted apart, and what a touch at the door changes in it."""

import re

from kiosk.domain.checkin.choices import Act
from kiosk.domain.members.roles import Role
from tests.checkin.test_touch import touch
from tests.web.desk.conftest import Desk


def row(desk: Desk, role: Role, name: str) -> list[str]:
    page = desk.sign_in(role).page("/rules").replace("\u00a0", " ").replace("\u202f", " ")
    found = re.search(rf'<tr><th scope="row">{name}</th>(.*?)</tr>', page, re.DOTALL)
    assert found is not None
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", found[1], re.DOTALL)]


def test_each_zone_has_its_price_its_plans_and_who_is_there(desk: Desk) -> None:
    desk.space.join("Inès Moreau", "04A2000000E511")
    desk.space.tap("04A2000000E511")
    assert row(desk, Role.TREASURER, "Espace confort")[:5] == [
        "5,00 €, réduit 2,50 €",
        "pas vendue",
        "Itinérant, Permanent",
        "1",
        "1",
    ]
    assert row(desk, Role.HOST, "Espace confort")[0] == "5,00 €"  # who pays less is not the host's business
    assert row(desk, Role.HOST, "Coin gratuit")[:5] == ["gratuite", "", "Coin gratuit", "0", "0"]
    touch(desk.space, Act.FREE_CORNER)
    assert row(desk, Role.HOST, "Espace confort")[3:5] == ["0", "0"]
    assert row(desk, Role.HOST, "Coin gratuit")[3:5] == ["1", "1"]
