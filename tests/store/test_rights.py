"""What a program may not on a server is refused and noted on a file, too: for tests of the screen and of the desk."""

import pytest

from kiosk.errors import MachineError
from kiosk.store.engine import Store
from tests.rights import Watched
from tests.store.place import Place

pytestmark = pytest.mark.sqlite  # a server refuses it itself: `postgresql/test_roles.py`


@pytest.mark.promise(3)
@pytest.mark.parametrize(
    ("program", "attempt", "noted"),
    [
        ("entrance", "INSERT INTO policy (name, valid_from, value) VALUES ('x', '2026-11-25', '1')", "INSERT policy"),
        ("entrance", "UPDATE plan SET code = code", "UPDATE plan"),
        ("entrance", "UPDATE member SET merged_into = id", "UPDATE member.merged_into"),
        ("entrance", "SELECT password FROM desk_user", "SELECT desk_user.password"),
        ("entrance", "SELECT * FROM desk_passkey", "SELECT desk_passkey"),
        ("desk", "DELETE FROM asked_act", "DELETE asked_act"),
        ("desk", "INSERT INTO door_event (at, kind) VALUES ('x', 'opened')", "INSERT door_event"),
    ],
)
def test_what_a_role_may_not_is_refused_and_noted(place: Place, program: str, attempt: str, noted: str) -> None:
    watched = Watched(place.store, program)
    with pytest.raises(MachineError), watched.writing() as connection:
        connection.exec_driver_sql(attempt)
    assert any(each.startswith(noted) for each in watched.broken), watched.broken
    with place.store.reading() as connection:
        connection.exec_driver_sql("SELECT * FROM desk_passkey")  # nobody is watched any more


def test_what_a_role_may_passes(place: Place) -> None:
    watched = Watched(place.store, "entrance")
    with watched.reading() as connection:
        for query in ("SELECT email, name FROM desk_user", "SELECT * FROM desk_user_role", "SELECT * FROM policy"):
            connection.exec_driver_sql(query)
    assert not watched.broken


@pytest.mark.parametrize("first", ["nobody", "desk"])
def test_what_another_has_prepared_on_a_connection_is_refused_there_all_the_same(place: Place, first: str) -> None:
    """SQLite asks once, where a statement is prepared; the driver keeps it for the next."""
    attempt, watched = "SELECT password FROM desk_user", Watched(place.store, "entrance")
    other: Store | Watched = place.store if first == "nobody" else Watched(place.store, first)
    with watched.reading() as connection:
        connection.exec_driver_sql("SELECT name FROM desk_user")
    for _ in range(2):
        with other.reading() as connection:
            connection.exec_driver_sql(attempt)
        with pytest.raises(MachineError), watched.reading() as connection:
            connection.exec_driver_sql(attempt)
        assert watched.broken == {"SELECT desk_user.password"}
        watched.broken.clear()
