"""On a server each program works by its own account: after a tap, a payment, a booking, an import and an event all is
well by `kiosk verify`, and what is exchanged past the programs is named.
"""

from pathlib import Path

import pytest

from kiosk.domain.checkin.verdicts import Granted
from kiosk.domain.days import Moment
from kiosk.domain.members.roles import Role
from kiosk.store.seals.sealing import Sealing
from kiosk.store.space.policies import Rules
from kiosk.store.telephones import telephone_rows
from tests import homes, postgres
from tests.beside import unguarded
from tests.cli.test_commands import Kiosk
from tests.conftest import Space
from tests.events.happenings import Happenings
from tests.rights import check_account
from tests.rooms.hall import INES, let
from tests.selfservice.test_rooms import at_rooms, chosen
from tests.web.desk.books.test_bank import keep, statement
from tests.web.desk.conftest import Desk, Officer
from tests.web.desk.events.test_events import EVENT, TERMS, make
from tests.web.desk.money.test_money import account, send

pytestmark = pytest.mark.promise(3)


@pytest.fixture
def root(staff: Path, tmp_path: Path) -> Path:
    """A new home of this test's own, on the run's server, with officers in it and an account for each program."""
    if postgres.programs() is None:
        pytest.skip("no PostgreSQL server is installed")
    return homes.on_server(staff / staff.name, tmp_path / "home", has_roles=True)


@pytest.fixture
def kiosk(root: Path, capsys: pytest.CaptureFixture[str]) -> Kiosk:
    return Kiosk(root, capsys)


def is_well(kiosk: Kiosk, after: str) -> None:
    status, said, wrong = kiosk("verify")
    assert (status, "all well" in said) == (0, True), (after, wrong)


@pytest.fixture
def sealed(desk: Desk) -> Space:
    """A space whose first days are sealed: from now on each change is."""
    space = desk.space
    let(space, rooms_at_screen="true")
    space.join("Inès Moreau", INES)
    Happenings(space)
    with space.home.store.writing() as connection:
        Sealing(space.home.seal).seal_state(connection)
    return space


def test_each_program_s_work_is_sealed_by_its_own_account(
    sealed: Space, desk: Desk, treasurer: Officer, kiosk: Kiosk
) -> None:
    space = sealed
    assert space.at_door is not None
    check_account(space.at_door, "entrance")
    check_account(space.home, "desk")
    assert isinstance(space.tap(INES), Granted)
    is_well(kiosk, "a tap")
    path = f"/money/accounts/{account(space, 1)}/pay"
    send(treasurer, path, {f"amount-{account(space, 1)}": "5,00", "method": "cash"})
    is_well(kiosk, "a payment")
    keep(treasurer, statement(("VIR DUPONT", "5,00"), ("EDF", "-7,00")))
    assert space.sql("SELECT count(*) FROM bank_line") == [(2,)]
    is_well(kiosk, "lines of the bank")
    visit = at_rooms(space)
    for words in ("Petite salle", "Maintenant", "1 h"):
        chosen(visit, words)
    assert space.sql("SELECT count(*) FROM booking") == [(1,)]
    is_well(kiosk, "a booking at the screen")
    secretary = desk.sign_in(Role.SECRETARY)
    make(secretary)
    assert secretary.post(f"{EVENT}/open", TERMS, form_on=f"{EVENT}/open").status_code == 303
    assert secretary.post(f"{EVENT}/join", {"member": "1"}, form_on=EVENT).status_code == 303
    is_well(kiosk, "an event")


EXCHANGED = {
    "desk_role 1: name": "UPDATE desk_role SET name = 'x' WHERE id = 1",
    "telephone 1: bearer_hash": "UPDATE telephone SET bearer_hash = zeroblob(32) WHERE id = 1",
    "bank_line 1: cents": "UPDATE bank_line SET cents = 9900 WHERE id = 1",
    "member 1: pin": "UPDATE member SET pin = 'x' WHERE id = 1",
}
"""What each names, and how it is done by who has the owner's password."""


def test_what_the_desk_s_account_wrote_is_named_where_it_is_exchanged(
    sealed: Space, treasurer: Officer, kiosk: Kiosk
) -> None:
    space = sealed
    keep(treasurer, statement(("VIR DUPONT", "5,00")))
    with space.home.store.writing() as connection:
        now: Moment = Rules(space.home.config.zone).at(connection, space.clock.now())[1]
        telephone_rows.add(connection, 1, b"1" * 32, way="badge", kind="android", at=now.at, day=now.day)
    is_well(kiosk, "a telephone")
    with unguarded(space.home) as thief:
        for statement_ in EXCHANGED.values():
            thief.execute(statement_)
    status, _, said = kiosk("verify")
    assert status  # checks of the tables are gone, too
    assert [each for each in EXCHANGED if f"{each} is not what entry" not in said] == [], said
