"""Days without the server, on a real one: two doors whose cable is out go on by their rosters, while a third and the
desk go on beside it, and what they do there changes what the two would have to know.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk import config_file, home
from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin import badges
from kiosk.domain.checkin.verdicts import Denial, Denied, Granted
from kiosk.health.entrance_health import Health
from kiosk.health.fleet.door_word import DoorWord
from kiosk.offline.offline_taps import Admitted
from kiosk.store.offline import tap_conflicts
from kiosk.store.postgresql import server_store
from kiosk.store.space import door_news, door_rows
from kiosk.store.space.door_rows import NewDoor
from tests import homes, postgres
from tests.conftest import WEDNESDAY, Space
from tests.delaying import Delaying, delaying
from tests.fakes import FakeClock
from tests.processes import until
from tests.space.test_doors import doors, is_whole, seal_all

pytestmark = pytest.mark.promise(1, 2, 4)
INES, KARIM, LEA, ZOE = "04A2000000E511", "04A1B2C3D4E501", "04B1C2D3E4F501", "04C1C2D3E4F502"
_DAYS = 5
_ONE_DAY_AHEAD = (
    "INSERT INTO carnet (member_id, product_id, days, value_cents, from_on, entry_number)"
    " SELECT 2, id, 1, 400, '2026-11-25', 1 FROM product WHERE kind = 'carnet' LIMIT 1"
)


@dataclass
class Away:
    """A door on a machine of its own, and its cable."""

    space: Space
    cable: Delaying
    taps: int = 0

    def comes_in(self, uid: str) -> None:
        """A badge is held to its reader, and it opens."""
        pulses = self.space.door.pulses
        assert isinstance(self.space.tap(uid), Admitted), self.space.card
        assert self.space.shows(CardKind.SPOOLED)
        assert self.space.door.pulses == pulses + 1
        self.taps += 1
        self.space.lift(uid)

    def says(self, number: int) -> None:
        """How it is, to the desk: each minute, as far as it reaches it."""
        kept = self.space.kept.kept
        DoorWord(
            store=self.space.home.store,
            door=number,
            health=lambda: Health("online", True, False, 0, "ok", "ok", "host", True, "disk", 0, False, "1.0"),
            aside=lambda: 0,
            last_entry=lambda: 0 if kept.now is None else kept.now.last_entry,
            clock=self.space.clock,
        ).turn()


@pytest.fixture
def here(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Space]:
    """The desk and the first door, which keep their server."""
    if postgres.programs() is None:
        pytest.skip("no PostgreSQL server is installed")
    monkeypatch.setattr(server_store, "TAP_SECONDS", 1.5)  # as good as three
    monkeypatch.setattr(server_store, "READ_SECONDS", 600.0)
    with home.opened(homes.on_server(template, tmp_path / "home")) as opened:
        made = Space(opened, FakeClock(WEDNESDAY))
        yield made
        made.kept.close()


@contextmanager
def _door(here: Space, number: int, folder: Path) -> Iterator[Away]:
    root = Path(shutil.copytree(here.home.paths.root, folder / f"door-{number}"))
    settings = root / "kiosk.toml"
    port = str(config_file.load(settings).database.url).rpartition(":")[2].partition("/")[0]
    with delaying(int(port)) as cable:
        text = settings.read_text("utf-8").replace(f":{port}/", f":{cable.port}/")
        settings.write_text(text.replace("# number = 1\n", f"number = {number}\n", 1), "utf-8")
        with home.opened(root, program="entrance") as opened:
            space = Space(opened, here.clock)
            space.kept.follower.follow()
            yield Away(space, cable)
            space.kept.close()
            cable.seconds = 0.0


@pytest.fixture
def two(here: Space, tmp_path: Path) -> Iterator[tuple[Away, Away]]:
    """The two others, whose rosters know everybody; then their cables are taken out."""
    people = {INES: "Inès Moreau", KARIM: "Karim Benali", LEA: "Léa Roux", ZOE: "Zoé Petit"}
    for uid, name in people.items():
        here.join(name, uid)
    with here.home.store.writing() as connection:
        connection.exec_driver_sql(_ONE_DAY_AHEAD)
    here.rule("tab_limit_cents", "400")
    for number in (1, 2, 3, 4):
        here.till.pay(number, 500, "cash")
    seal_all(here)
    here.clock.advance(days=40)
    for name in ("Portail", "Jardin"):
        doors(here).add_here(NewDoor(name))
    with ExitStack() as stack:
        made = tuple(stack.enter_context(_door(here, number, tmp_path)) for number in (2, 3))
        for number, door in enumerate(made, 2):
            door.says(number)
            door.cable.seconds = 3600.0
        yield made[0], made[1]


def _listed(here: Space) -> set[tuple[int | None, str]]:
    """Whose taps are to be looked at, and why."""
    with here.home.store.reading() as connection:
        return {(number, why) for _, number, _, why, _ in tap_conflicts.unseen(connection)}


def _do_not_know(here: Space) -> set[int]:
    """The doors that have not heard of a lost badge."""
    with here.home.store.reading() as connection:
        said = door_rows.words(connection).items()
        seal = here.home.seal
        return {number for number, word in said if door_news.lost_since(connection, seal, word.last_entry)}


def _back(door: Away) -> None:
    """Its cable is in again, and its program goes on as it does each second."""

    def entered() -> bool:
        door.space.kept.replay.turn()
        return not door.space.kept.spool.waiting()

    door.cable.seconds = 0.0
    until(entered)


def _days(here: Space) -> list[tuple[object, ...]]:
    """Of each member: how many visits, on how many days, how often a day was charged or taken from a carnet."""
    query = (
        "SELECT v.member_id, count(*), count(DISTINCT v.day_on), (SELECT count(*) FROM entry AS e"
        " JOIN visit AS w ON w.id = e.visit_id WHERE w.member_id = v.member_id AND e.kind IN ('charge', 'use'))"
        " FROM visit AS v WHERE v.state = 'kept' GROUP BY 1 ORDER BY 1"
    )
    return here.sql(query)


def test_days_at_two_cut_off_doors_are_charged_once_and_what_changed_meanwhile_is_accepted_and_listed(
    here: Space, two: tuple[Away, Away]
) -> None:
    before = [here.owes(number) for number in (1, 2, 3, 4)]
    for day in range(_DAYS):
        for door in two:
            door.comes_in(INES)  # at both, each day
            if day < 4:
                door.comes_in(LEA)
        two[0].comes_in(ZOE)
        if day == 0:
            two[1].comes_in(KARIM)
        elif day == 1:
            assert isinstance(here.tap(KARIM), Granted)  # takes the carnet's one day
            here.lift(KARIM)
            here.till.reverse(_paid_by(here, 4), "wrong person")  # Zoé owes what is long due
            here.enrolment.lose_badge(badges.parse(LEA))
            refused = here.tap(LEA)
            assert isinstance(refused, Denied) and refused.reason is Denial.BADGE_LOST
        if day > 0:
            assert _do_not_know(here) == {2, 3}
        for door in two:
            door.space.kept.replay.turn()  # as each second: it is still out
            assert len(door.space.kept.spool) == door.taps
        here.clock.advance(days=1)
    for door in reversed(two):
        _back(door)
    assert _days(here) == [(1, 5, 5, 5), (2, 2, 2, 2), (3, 4, 4, 4), (4, 5, 5, 5)]
    owed = [here.owes(number) - was for number, was in zip((1, 2, 3, 4), before, strict=True)]
    assert owed == [5 * 500, 500, 4 * 500, 5 * 500 + 500]
    assert here.sql("SELECT count(*) FROM spooled_tap") == [(sum(door.taps for door in two),)]
    assert _listed(here) == {(2, "prepaid-used"), (3, "badge-lost"), (4, "tab-over-limit")}
    for number, door in enumerate(two, 2):
        door.space.kept.follower.follow()
        door.says(number)
        assert isinstance(door.space.tap(LEA), Denied)
    assert _do_not_know(here) == set()
    is_whole(here)


def _paid_by(here: Space, number: int) -> int:
    ((found,),) = here.sql(f"SELECT number FROM entry WHERE kind = 'payment' AND member_number = {number}")
    assert isinstance(found, int)
    return found
