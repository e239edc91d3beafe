"""The way out of records that went back, as postgresql.md has it typed: two doors and a desk on a real server."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from kiosk import home
from kiosk.devices.clock import HostClock
from kiosk.errors import MachineError
from kiosk.jobs.copies import backup, sealing
from kiosk.money import till
from kiosk.store import audit, ledger
from kiosk.store.marks import marks
from kiosk.store.space.door_rows import NewDoor
from kiosk.store.space.policies import Rules
from tests import postgres
from tests.cli.test_commands import Kiosk
from tests.cli.test_documented import ROOT, blocks
from tests.conftest import WEDNESDAY, Space, patient
from tests.fakes import FakeClock
from tests.faults.ways_back import PROGRAMS, Awaited, Dump, Promoted, ServedMachines, Way, asked
from tests.processes import until
from tests.space.test_doors import doors

pytestmark = [
    pytest.mark.promise(3),
    pytest.mark.skipif(postgres.programs() is None, reason="no PostgreSQL server is installed"),
]

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"


class House:
    """A desk and two doors, each on a machine of its own; their records are on a server that may be exchanged."""

    def __init__(self, machines: ServedMachines, clock: FakeClock, kiosk: Kiosk) -> None:
        self.machines, self.clock, self.kiosk = machines, clock, kiosk
        self.number = 0

    @contextmanager
    def at(self, door: int) -> Iterator[Space]:
        """The entrance of a door, which starts and ends."""
        with patient(), home.opened(self.machines.root_of(door), program="entrance") as opened:
            made = Space(opened, self.clock)
            try:
                made.kept.follower.turn()
                yield made
                self.follow(made)
            finally:
                made.kept.close()

    def follow(self, space: Space) -> None:
        """Let a door's threads do what they do in the seconds that pass."""
        for _ in range(4):
            self.clock.advance(seconds=2)
            space.kept.follower.turn()
            try:
                space.kept.replay.turn()
            except MachineError as fault:
                assert fault.code in ("records-behind", "server-changed"), fault

    def pay(self) -> int:
        """A payment at the desk. Returns its entry."""
        status, _, err = self.kiosk("pay", "1", "5", "--method", "cash", "--sure")
        assert status == 0, err
        return self.last()

    def pay_from_a_thread(self) -> int:
        """The same beside what the test does meanwhile."""
        with home.opened(self.machines.root, is_patient=True) as opened, opened.store.writing() as connection:
            rules = Rules(opened.config.zone)
            return till.pay(connection, rules, opened.seal, 1, 500, "cash", self.clock.now(), "till")

    def last(self) -> int:
        """The number of the last entry."""
        with home.opened(self.machines.root) as opened, opened.store.reading() as connection:
            return ledger.head(connection).number

    def type(self, heading: str, words: Callable[[list[str]], list[str]] = lambda said: said) -> list[str]:
        """Type the commands below a heading of the manual, each with its promised status. Returns their names."""
        text = (ROOT / "docs" / "postgresql.md").read_text("utf-8")
        line = text[: text.index(f"{heading}\n")].count("\n")
        block = next(each for each in blocks(ROOT / "docs" / "postgresql.md") if each.line > line)
        typed = []
        for said in block.commands():
            each = words(said[1:])
            typed.append(each)
            status, out, err = self.kiosk(*each)
            assert status == (1 if "--look" in each else 0), (each, out, err)
        return [each[0] for each in typed]

    def is_whole(self, days: int) -> None:
        """Everything agrees, and so many days are charged, each once."""
        assert self.kiosk("verify")[0] == 0
        query = (
            "SELECT count(*), count(DISTINCT (member_number, day_on)) FROM entry WHERE kind = 'charge' AND visit_id > 0"
        )
        with home.opened(self.machines.root) as opened, opened.store.reading() as connection:
            audit.check_sums(connection)
            assert tuple(connection.execute(sa.text(query)).one()) == (days, days)


@pytest.fixture
def house(
    template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """Inès and Karim may come in by both doors."""
    monkeypatch.setattr(marks, "QUIET_SECONDS", 0.0)  # how long that is tests/store/marks says
    clock = FakeClock(WEDNESDAY)
    monkeypatch.setattr(HostClock, "now", lambda _: clock.now())
    root = Path(shutil.copytree(template, tmp_path / "home"))
    machines = ServedMachines(root)
    with ExitStack() as stack:
        stack.callback(machines.close)
        with home.opened(root) as opened:
            space = Space(opened, clock)
            space.join("Inès Moreau", INES)
            space.join("Karim Diallo", KARIM)
            doors(space).add_here(NewDoor("Portail"))
            space.kept.close()
        for number in PROGRAMS[1:]:
            _door(machines, number)
        yield House(machines, clock, Kiosk(root, capsys))


def _door(machines: ServedMachines, number: int) -> None:
    own = machines.root_of(number)
    shutil.rmtree(own)
    shutil.copytree(machines.root, own)
    shutil.rmtree(own / "roster")
    (own / "roster").mkdir(0o700)
    (own / "keys" / "desk" / "mark").unlink(missing_ok=True)
    settings = own / "kiosk.toml"
    settings.write_text(settings.read_text("utf-8").replace("# number = 1\n", f"number = {number}\n", 1), "utf-8")
    settings.with_name("kiosk.toml.accepted").unlink(missing_ok=True)


@pytest.mark.parametrize("kind", [Dump, Promoted])
def test_the_way_out_is_typed_while_a_door_is_cut_off_and_comes_back_later(house: House, kind: type[Way]) -> None:
    way = kind(house.machines)
    way.begin()
    way.keep()
    with house.at(1) as rue, house.at(2) as portail:
        rue.tap(INES)
        portail.tap(KARIM)
        paid = house.pay()
        house.follow(rue)
    way.go_back()
    with house.at(1) as rue:
        house.follow(rue)
        assert house.kiosk("pay", "1", "5", "--method", "cash", "--sure")[0] == 3
        assert house.type("## Le serveur est revenu en arrière", _sure) == ["reconcile", "reconcile"]
        assert house.pay() > paid
        house.follow(rue)
    with house.at(2) as portail:  # it was cut off: it saw as much as the others, and others wrote since
        house.follow(portail)
        portail.tap(KARIM)
    house.kiosk("reconcile", "--yes")
    with house.at(2) as portail:
        house.follow(portail)
    house.is_whole(days=2)
    way.close()


@pytest.mark.parametrize(("act", "is_heard"), [("pg_cancel_backend", True), ("pg_terminate_backend", False)])
def test_a_wait_for_the_standby_that_was_cancelled_takes_no_number_again_that_was_told(
    house: House, act: str, is_heard: bool
) -> None:
    way = Awaited(house.machines)
    way.begin()
    way.keep()
    before, waits = house.pay(), "FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
    way.stop_following()
    with ThreadPoolExecutor(1) as hands:
        paying = hands.submit(house.pay_from_a_thread)
        until(lambda: bool(asked(way.server, f"SELECT count(*) {waits}")))
        way.server.run(f"SELECT {act}(pid) {waits}")
        if is_heard:
            assert paying.result() == before + 1
        else:
            with pytest.raises(MachineError, match="database"):
                paying.result()
    Promoted.go_back(way)
    if is_heard:
        status, _, err = house.kiosk("pay", "1", "5", "--method", "cash", "--sure")
        assert (status == 3 and "another server" in err) or "reconcile" in err
        assert house.kiosk("reconcile", "--yes")[0] == 0
        assert house.pay() == before + 3  # one is lost, and one says so
    else:
        assert house.pay() == before + 1  # nobody was told of it
    house.is_whole(days=0)


def test_a_new_card_with_two_doors_ahead_takes_four_commands_to_the_next_payment(house: House, tmp_path: Path) -> None:
    identity = tmp_path / "identity"
    subprocess.run(["age-keygen", "-o", identity], check=True, capture_output=True)
    settings = house.machines.root / "kiosk.toml"
    recipient = f'recipient = "{sealing.recipient_of(identity)}"'
    settings.write_text(settings.read_text("utf-8").replace('# recipient = "age1..."', recipient), "utf-8")
    settings.with_name("kiosk.toml.accepted").unlink(missing_ok=True)
    with home.opened(house.machines.root) as opened:
        copy = shutil.copy(backup.make(opened, house.clock, sure=True).path, tmp_path)
    with house.at(1) as rue, house.at(2) as portail:
        rue.tap(INES)
        portail.tap(KARIM)
        house.follow(rue)
    seen = house.last()
    house.machines.database = house.machines.server.made()
    shutil.rmtree(house.machines.root)
    new = house.machines.server.url(house.machines.database)
    house.machines.address(PROGRAMS[1:])
    named = {"FICHIER": str(copy), "CLÉ": str(identity), "postgresql://kiosk@db.example.org/kiosk": new}

    def words(said: list[str]) -> list[str]:
        if said == ["reconcile", "--look"]:
            for number in PROGRAMS[1:]:
                with house.at(number) as door:
                    house.follow(door)
        return _sure([named.get(each, each) for each in said])

    assert house.type("### Une carte neuve, des portes devant", words) == ["restore", "move", "reconcile", "reconcile"]
    assert house.pay() > seen
    for number in PROGRAMS[1:]:
        with house.at(number) as door:
            house.follow(door)
    house.is_whole(days=2)


def _sure(said: list[str]) -> list[str]:
    is_look = "--look" in said
    return said if is_look or said[0] == "move" else [*said, "--yes"]
