"""Who may do what, cell by cell; and every route says which cell it stands in."""

import pytest

from kiosk.web.desk.common.permissions import MAY, May, Role, permission_name
from tests.web.desk.conftest import Desk

P, T, S, H = Role.PRESIDENT, Role.TREASURER, Role.SECRETARY, Role.HOST
# As the association was told: president, treasurer, secretary, host.
TABLE = """
see-today         x x x x
find-members      x x x x
see-money         x x . .
see-reduced       x x x .
edit-members      x . x .
take-money        x x . x
correct-money     x x . .
export            x x x .
see-rules         x x x x
edit-rules        x x . .
see-figures       x x x .
run-events        x x x .
open-door         x . x x
see-log           x . . .
keep-own-account  x x x x
manage-users      x . . .
keep-rota         x x x x
give-rewards      x . . .
book-rooms        x x x x
confirm           x x x .
personal-data     x . . .
"""
ROWS = {name: cells for name, *cells in (line.split() for line in TABLE.strip().splitlines())}
CELLS = [(May(name), role, cell == "x") for name, cells in ROWS.items() for role, cell in zip(Role, cells, strict=True)]


@pytest.mark.parametrize(("permission", "role", "allowed"), CELLS, ids=[f"{p.value}-{r.value}" for p, r, _ in CELLS])
def test_a_cell_of_the_table(permission: May, role: Role, allowed: bool) -> None:
    assert (role in MAY[permission]) is allowed


def test_the_table_is_whole_and_every_permission_has_its_words(desk: Desk) -> None:
    assert set(ROWS) == {permission.value for permission in May} == {permission.value for permission in MAY}
    assert list(Role) == [P, T, S, H]
    with desk.app.test_request_context():
        assert all(permission_name(permission) != permission.value for permission in May)


def test_hosts_see_neither_money_nor_who_pays_less() -> None:
    assert not {May.SEE_MONEY, May.SEE_REDUCED, May.EXPORT} & {p for p, roles in MAY.items() if H in roles}
