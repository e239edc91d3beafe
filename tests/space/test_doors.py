"""Several doors and sites: one day is one charge, a site holds its own people, and a revoked door writes nothing."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from kiosk import config_file, home, keys
from kiosk.checkin.cards import CardKind
from kiosk.devices.clock import HostClock
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.standing import Right
from kiosk.domain.checkin.verdicts import Denial, Denied, Granted
from kiosk.domain.doors import MOST_TRIES, Takes, shown
from kiosk.errors import AnswerIsNo, MachineError, RequestError
from kiosk.setup import door_joining
from kiosk.space.doors import Doors
from kiosk.store import audit
from kiosk.store.engine import Store
from kiosk.store.postgresql.server_store import ServerStore
from kiosk.store.seals import seal_audit
from kiosk.store.seals.sealing import Sealing
from kiosk.store.space.door_rows import NewDoor
from kiosk.store.space.policies import Rules
from tests.beside import unguarded
from tests.cli.test_commands import Kiosk
from tests.conftest import Space
from tests.settings import add

INES, KARIM, LEA = "04A2000000E511", "04A1B2C3D4E501", "04B1C2D3E4F501"


def doors(space: Space) -> Doors:
    """The office's part."""
    zone = space.home.config.zone
    return Doors(
        store=space.home.store, rules=Rules(zone), home_id=space.home.seal.home_id, clock=space.clock, actor="officer:1"
    )


def at(space: Space, number: int) -> Space:
    """The entrance of one more door of the same home."""
    config = space.home.config
    settings = msgspec.structs.replace(config, door=msgspec.structs.replace(config.door, number=number))
    paths = space.home.paths.at(number)
    paths.own("roster").mkdir()
    url = space.home.config.database.url  # as a program of its own has it
    store = ServerStore(url, paths.database) if url else Store(paths.database)
    store.sealing = Sealing(space.home.seal)
    return Space(replace(space.home, config=settings, paths=paths, store=store), space.clock)


@pytest.fixture
def gate(space: Space) -> Iterator[Space]:
    """Another door of the same site."""
    made = at(space, doors(space).add_here(NewDoor("Portail")))
    yield made
    made.kept.close()
    made.home.store.close()


@pytest.fixture
def annexe(space: Space) -> Iterator[Space]:
    """A door of another site."""
    made = at(space, doors(space).add_here(NewDoor("Annexe", site=doors(space).add_site("Annexe"))))
    yield made
    made.kept.close()
    made.home.store.close()


def seal_all(space: Space) -> None:
    """As the closing of the first day does."""
    with space.home.store.writing() as connection:
        Sealing(space.home.seal).seal_state(connection)


def is_whole(space: Space) -> None:
    """The chain, the sums and the seals agree."""
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)
        seal_audit.check(connection, space.home.seal)


@pytest.mark.promise(2)
def test_a_day_is_charged_once_at_all_doors_of_a_site_and_each_notes_its_own(space: Space, gate: Space) -> None:
    number = space.join("Inès Moreau", INES)
    other = space.join("Karim Benali", KARIM)
    before = space.owes(number)
    assert isinstance(gate.tap(INES), Granted)
    again = space.tap(INES)
    assert isinstance(again, Granted)
    assert again.right is Right.TODAY
    assert space.shows(CardKind.AGAIN)
    assert isinstance(space.tap(KARIM), Granted)
    assert (space.owes(number) - before, space.owes(other) - before) == (500, 500)
    assert space.sql("SELECT door_id, count(*) FROM visit GROUP BY 1 ORDER BY 1") == [(1, 1), (2, 1)]
    assert space.sql("SELECT json_extract(detail, '$.door') FROM entry WHERE visit_id = 1") == [(2,)]
    assert space.sql("SELECT detail LIKE '%door%' FROM entry WHERE visit_id = 2") == [(0,)]  # as it was with one door
    is_whole(space)


@pytest.mark.promise(3)
def test_a_door_that_was_changed_in_a_visit_is_named(space: Space, gate: Space) -> None:
    space.join("Inès Moreau", INES)
    gate.tap(INES)
    seal_all(space)
    is_whole(space)
    with unguarded(space.home) as somebody:
        somebody.execute("UPDATE visit SET door_id = 1")
    with pytest.raises(AnswerIsNo, match="visit 1: door_id is not what entry"):
        is_whole(space)


def test_a_visit_that_is_booked_otherwise_elsewhere_stays_its_doors(space: Space, gate: Space) -> None:
    number = space.join("Inès Moreau", INES)
    before = space.owes(number)
    gate.tap(INES)
    assert gate.card.ticket is not None
    gate.touch(Act.FREE_CORNER)
    assert space.owes(number) == before
    space.tap(INES)
    assert space.card.ticket is not None
    space.touch(Act.COMFORT)
    space.tap(INES)  # what costs wants the badge again
    assert space.owes(number) == before + 500
    assert space.sql("SELECT door_id, charge_entry IS NOT NULL FROM visit") == [(2, 1)]
    seal_all(space)
    is_whole(space)


def test_sites_charge_one_day_or_each_its_own_by_the_rule(space: Space, annexe: Space) -> None:
    number = space.join("Inès Moreau", INES)
    before = space.owes(number)
    space.tap(INES)
    annexe.tap(INES)
    assert space.owes(number) - before == 500
    space.rule("sites_apart", "true", "2026-11-26")
    space.clock.advance(days=1)
    for _ in range(2):
        annexe.tap(INES)
        space.tap(INES)
    assert space.owes(number) - before == 1500
    assert space.sql("SELECT day_site, count(*) FROM visit GROUP BY 1 ORDER BY 1") == [(0, 1), (1, 1), (2, 1)]
    is_whole(space)


def test_capacity_is_the_sites_own(space: Space, annexe: Space) -> None:
    for name, uid in (("Inès Moreau", INES), ("Karim Benali", KARIM), ("Léa Petit", LEA)):
        space.join(name, uid)
    space.rule("capacity_legal", "1")
    assert isinstance(space.tap(INES), Granted)
    assert isinstance(annexe.tap(KARIM), Granted)
    denied = annexe.tap(LEA)
    assert isinstance(denied, Denied)
    assert denied.reason is Denial.FULL
    doors(space).set_capacity(2, None, 2)
    assert isinstance(annexe.tap(LEA), Granted)
    assert space.kept.outage.is_on is False


def test_a_door_has_its_zone_and_whose_badges_it_takes(space: Space, gate: Space) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM, plan="permanent")
    free = space.sql("SELECT code FROM zone WHERE day_product_id IS NULL")[0][0]
    doors(space).change(2, NewDoor("Portail", zone=str(free), takes=Takes.PERMANENTS))
    denied = gate.tap(INES)
    assert isinstance(denied, Denied)
    assert denied.reason is Denial.OTHER_DOOR
    assert gate.door.pulses == 0
    space.tap(INES)
    assert isinstance(gate.tap(INES), Granted)  # who is in for today comes by any door
    doors(space).change(2, NewDoor("Portail", zone=str(free)))
    space.clock.advance(days=1)
    granted = gate.tap(INES)
    assert isinstance(granted, Granted)
    assert granted.right is Right.FREE_ZONE


@pytest.mark.promise(4)
def test_a_revoked_door_lets_nobody_in_and_writes_nothing_but_keeps_what_waits(space: Space, gate: Space) -> None:
    space.join("Inès Moreau", INES)
    gate.kept.follower.follow()
    assert gate.kept.kept.now is not None
    assert gate.kept.kept.now.people
    doors(space).revoke(2)
    denied = gate.tap(INES)
    assert isinstance(denied, Denied)
    assert denied.reason is Denial.OTHER_DOOR
    assert gate.door.pulses == 0
    gate.kept.follower.follow()
    assert gate.kept.kept.now.people == {}  # nor is anybody's name left at a door that was stolen
    refused = pytest.raises(sa.exc.IntegrityError, match="revoked writes no visit")
    with refused, space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO visit (tap_id, day_on, zone_id, right, part, door_id)"
            " VALUES (?, '2026-11-25', 1, 'full', 'day', 2)",
            (bytes(16),),
        )
    gate.tap(INES)
    assert gate.door.pulses == 0
    ways = set()
    for _ in range(3):  # the replay asks each second, for as long as the machine stands there
        with pytest.raises(MachineError, match="door 2 is revoked") as refusal, gate.home.store.writing():
            pass
        ways.add(len(refusal.traceback))
    assert len(ways) == 1
    assert isinstance(space.tap(INES), Granted)


def test_a_code_adds_one_door_once_within_ten_minutes(space: Space) -> None:
    office = doors(space)
    code = office.give_code(NewDoor("Atelier"), bytes(range(12)))
    assert office.give_code(NewDoor("Atelier"), bytes(range(12))) == code  # posted twice
    assert space.sql("SELECT count(*) FROM door_code") == [(1,)]
    kept = str(space.sql("SELECT hex(digest) FROM door_code")[0][0])
    assert code.encode() not in bytes.fromhex(kept)
    assert office.join(shown(code).lower(), b"k" * 32) == 2
    for wrong in (code, "0000-0000-0000", ""):
        with pytest.raises(RequestError) as refused:
            office.join(wrong, b"x" * 32)
        assert refused.value.code == "door-code"
    assert space.sql("SELECT name, actor, length(key_digest) FROM door WHERE id = 2") == [("Atelier", "officer:1", 32)]
    late = office.give_code(NewDoor("Cave"), bytes(12))
    space.clock.advance(seconds=601)
    with pytest.raises(RequestError, match="ten minutes"):
        office.join(late, b"k" * 32)


def test_after_some_wrong_codes_the_right_one_adds_nothing_either(space: Space) -> None:
    office = doors(space)
    code = office.give_code(NewDoor("Atelier"), bytes(range(12)))
    for _ in range(MOST_TRIES):
        with pytest.raises(RequestError):
            office.join("ZZZZ-ZZZZ-ZZZZ", b"k" * 32)
    with pytest.raises(RequestError):
        office.join(code, b"k" * 32)
    assert space.sql("SELECT count(*) FROM door") == [(1,)]


def test_acts_on_doors_are_sealed_and_the_last_one_stays(space: Space) -> None:
    space.join("Inès Moreau", INES)
    seal_all(space)
    office = doors(space)
    office.add_here(NewDoor("Portail"))
    of_doors = "SELECT number FROM entry WHERE kind = 'seal' AND detail LIKE '%\"door\"%'"
    sealed = len(space.sql(of_doors))
    office.revoke(1)
    office.revoke(1)
    assert len(space.sql(of_doors)) == sealed + 1
    with pytest.raises(RequestError) as refused:
        office.revoke(2)
    assert refused.value.code == "last-door"
    is_whole(space)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (NewDoor(""), "door-name"),
        (NewDoor("x" * 41), "door-name"),
        (NewDoor("a\x00b"), "door-name"),
        (NewDoor("Portail"), "door-name-taken"),
        (NewDoor("Cave", site=9), "no-such-site"),
        (NewDoor("Cave", zone="moon"), "no-such-zone"),
    ],
)
def test_what_a_door_cannot_be_is_said_and_nothing_is_written(
    space: Space, gate: Space, wanted: NewDoor, code: str
) -> None:
    with pytest.raises(RequestError) as refused:
        doors(space).give_code(wanted, bytes(12))
    assert refused.value.code == code
    assert space.sql("SELECT count(*) FROM door_code") == [(0,)]


_GATE = '[[more_doors]]\nnumber = 2\nreader = "udp:localhost:54399"\nrelay_pin = 27\nscreen_port = 8082\n'


def test_one_more_door_of_a_machine_has_its_own_folders_and_lock(space: Space) -> None:
    root = space.home.paths.root
    add(root, _GATE)
    with home.opened(root, door=2) as gate, home.opened(root, door=1) as first:
        assert (gate.config.door.relay_pin, gate.config.screen.port, gate.config.reader.device[-5:]) == (
            27,
            8082,
            "54399",
        )
        assert first.paths.roster == space.home.paths.roster
        assert gate.paths.roster != first.paths.roster
        assert gate.paths.status.name == "status-2.json"
        runs = pytest.raises(MachineError, match="an entrance runs")
        with home.locked(first.paths, wholly=False), home.locked(gate.paths, wholly=False), runs:
            _hold(gate.paths)
        with home.locked(gate.paths, wholly=False), pytest.raises(MachineError, match="door-2"):
            _hold(first.paths)  # whoever changes the home waits for every door of it
        first.paths.door_journal_heads.write_text("{}", "utf-8")
        _hold(first.paths)  # a file of the first door's is no door
        first.paths.own("roster").joinpath("door-9").symlink_to(gate.paths.own("spool").parent)
        with _flocked(gate.paths.own("spool").parent):
            _hold(first.paths)  # nor is what a link leads to
    with pytest.raises(RequestError, match="number = 3"), home.opened(root, door=3):
        pass


@contextmanager
def _flocked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    yield
    os.close(descriptor)


def _hold(paths: home.Paths) -> None:
    with home.locked(paths):
        pass


@pytest.mark.parametrize(
    ("was", "other", "named"),
    [
        ("relay_pin = 27", "relay_pin = 17", "one pin is used for two things"),
        ("54399", "54321", "the same reader"),
        ("8082", "8080", "the same screen_port"),
        ("number = 2", "number = 1", "the same number"),
        ('reader = "udp:localhost:54399"', 'reader = "usb"', "port or place of each"),
        ("54399", "99999", "expected one of usb, "),
    ],
)
def test_two_doors_of_a_machine_share_nothing_that_they_cannot(space: Space, was: str, other: str, named: str) -> None:
    settings = space.home.paths.config
    add(space.home.paths.root, _GATE.replace(was, other))
    with pytest.raises(RequestError, match=named):
        config_file.load(settings)


def test_a_machine_with_keys_of_its_own_is_told_to_copy_the_space_s(space: Space) -> None:
    space.join("Inès Moreau", "04A2000000E511")
    office = doors(space)
    code = office.give_code(NewDoor("Atelier"), bytes(range(12)))
    own = keys.seal((bytes(32),), space.home.seal.home_id, space.home.seal.zone)
    with pytest.raises(RequestError) as refused:
        door_joining.join(msgspec.structs.replace(space.home, seal=own), office, code)
    assert refused.value.code == "door-shared-keys"
    assert not space.home.paths.door_key.exists()
    assert door_joining.join(space.home, office, code) == 2


@pytest.mark.remedy("doors join", "door-key")
def test_a_machine_that_joined_has_its_key_and_number_and_no_other_machine_is_that_door(
    space: Space, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    office = doors(space)
    assert door_joining.join(space.home, office, office.give_code(NewDoor("Atelier"), bytes(range(12)))) == 2
    assert config_file.load(space.home.paths.config).door.number == 2
    with home.opened(space.home.paths.root) as joined:
        door_joining.check(joined)
        joined.paths.door_key.write_text("00" * 32, "ascii")
        with pytest.raises(RequestError) as refused:
            door_joining.check(joined)
        assert refused.value.code == "door-key"
    monkeypatch.setattr(HostClock, "now", lambda _: space.clock.now())
    kiosk = Kiosk(space.home.paths.root, capsys)
    code = office.give_code(NewDoor("Cour"), bytes(range(1, 13)))
    status, _, said = kiosk("doors", "join", code)
    assert status == 0, said
    with home.opened(space.home.paths.root) as joined:
        door_joining.check(joined)
