"""A right that a door's account lacks on a server is an alarm of its own: the queue stops, and nothing is set aside."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import psycopg
import pytest
from psycopg import sql

from kiosk import home
from kiosk.entrance_parts import Parts
from kiosk.health import entrance_checks
from kiosk.home import Home
from kiosk.offline import unreplayed_taps
from kiosk.store.postgresql import address
from tests import homes, postgres
from tests.conftest import WEDNESDAY, Space, patient
from tests.fakes import FakeClock

pytestmark = pytest.mark.promise(3)
INES, KARIM = "04A1B2C3D4E501", "04A1B2C3D4E502"
USED = "SELECT count(*) FROM visit"
GROUP = (
    "SELECT g.rolname FROM pg_auth_members AS m JOIN pg_roles AS g ON g.oid = m.roleid"
    " JOIN pg_roles AS u ON u.oid = m.member WHERE u.rolname = %s"
)


@pytest.fixture
def space(server: postgres.Server, template: Path, tmp_path: Path) -> Iterator[Space]:
    """A home on a server, each program by its own account."""
    root = homes.on_server(template, tmp_path / "home", has_roles=True)
    with patient(), home.opened(root, program="desk") as opened, home.opened(root, program="entrance") as at_door:
        made = Space(opened, FakeClock(WEDNESDAY), at_door=at_door)
        yield made
        made.kept.close()


@contextmanager
def without(space: Space, right: str) -> Iterator[None]:
    """Take a right from the entrance's account, as an owner who restored or granted by hand may."""
    url = space.home.config.database.url
    account = address.parsed(home.own_server(space.home.paths, "entrance")).username
    with psycopg.connect(url, autocommit=True, options=f"-c search_path={address.SCHEMA}") as owner:
        ((group,),) = owner.execute(GROUP, [account]).fetchall()
        act, on = (sql.SQL(each) for each in right.split(" ON "))
        owner.execute(sql.SQL("REVOKE {} ON {} FROM {}").format(act, on, sql.Identifier(group)))
        yield
        owner.execute(sql.SQL("GRANT {} ON {} TO {}").format(act, on, sql.Identifier(group)))


def state(space: Space) -> str:
    """How the entrance says that the records are."""
    parts = SimpleNamespace(opened=space.at_door, keeping=space.kept, checkin=space.checkin)
    return Parts._database(cast("Any", parts))


def told(space: Space) -> list[str]:
    """What `kiosk check` and the desk make of it."""
    facts = {"database": state(space), "spooled": len(space.kept.spool), "spool": space.kept.spool.medium.value}
    return [each.kind.code for each in entrance_checks._records(facts, on_server=True)]


def aside(opened: Home) -> bool:
    return (opened.paths.root / "spool" / unreplayed_taps.NAME).exists()


@pytest.mark.parametrize("right", ["INSERT ON visit", "UPDATE (used) ON carnet"])
def test_a_missing_right_is_an_alarm_stops_the_queue_and_sets_nothing_aside(space: Space, right: str) -> None:
    """Also where one tap alone needs it: its member pays by a carnet, and the next one does not."""
    for name, uid in (("Inès Moreau", INES), ("Karim Benali", KARIM)):
        space.join(name, uid)
    space.till.sell(1, "carnet-10", None)
    space.kept.follower.follow()
    with without(space, right):
        for uid in (INES, KARIM):
            space.tap(uid)
        assert space.door.pulses == 2, "the door opens"
        for _ in range(3):
            space.kept.replay.turn()
        assert (len(space.kept.spool), aside(space.home), space.sql(USED)) == (2, False, [(0,)])
        assert told(space) == ["server-right"]
    space.kept.replay.turn()
    assert (len(space.kept.spool), aside(space.home), space.sql(USED)) == (0, False, [(2,)])
    assert space.sql("SELECT used FROM carnet") == [(1,)]
