"""What the entrance may not on a server is refused and noted on a file, too, for whoever tests the screen."""

import pytest

from kiosk.errors import MachineError
from tests.rights import Watched
from tests.store.place import Place

pytestmark = pytest.mark.sqlite  # a server refuses it itself: `postgresql/test_roles.py`


@pytest.mark.promise(3)
@pytest.mark.parametrize(
    ("attempt", "noted"),
    [
        ("INSERT INTO policy (name, valid_from, value) VALUES ('x', '2026-11-25', '1')", "INSERT policy"),
        ("UPDATE plan SET code = code", "UPDATE plan"),
        ("SELECT password FROM desk_user", "SELECT desk_user.password"),
        ("SELECT * FROM desk_passkey", "SELECT desk_passkey"),
    ],
)
def test_what_a_role_may_not_is_refused_and_noted(place: Place, attempt: str, noted: str) -> None:
    watched = Watched(place.store)
    with pytest.raises(MachineError), watched.writing() as connection:
        connection.exec_driver_sql(attempt)
    assert any(each.startswith(noted) for each in watched.broken), watched.broken
    with place.store.reading() as connection:
        connection.exec_driver_sql("SELECT * FROM desk_passkey")  # nobody is watched any more


def test_what_a_role_may_passes(place: Place) -> None:
    watched = Watched(place.store)
    with watched.reading() as connection:
        for query in ("SELECT email, name FROM desk_user", "SELECT * FROM desk_user_role", "SELECT * FROM policy"):
            connection.exec_driver_sql(query)
    assert not watched.broken
