"""Several doors on one server, which is killed while they tap; a standby is promoted some days later and takes over.

Each door is a process with a store, a spool and a roster of its own. Each day all of them tap one member's badge at the
same moment, and each one a member's of its own. Commits wait for the standby (`synchronous_standby_names`).
"""

import multiprocessing
import shutil
import threading
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk import config_file, home
from kiosk.errors import KioskError, MachineError
from kiosk.offline.offline_taps import Admitted
from kiosk.setup import home_creation, moving
from kiosk.setup.home_creation import NewHome
from kiosk.store import audit
from kiosk.store.seals import seal_audit
from kiosk.store.space.door_rows import NewDoor
from tests import postgres
from tests.conftest import WEDNESDAY, Space, patient
from tests.fakes import FakeClock
from tests.faults.figures import Figures
from tests.processes import until
from tests.space.test_doors import doors as office

STREAMS = "wal_level = replica\nmax_wal_senders = 4\nhot_standby = on\n"
_FORK = multiprocessing.get_context("fork")
_ALL = "04A2000000E5FF"
_WAITS = 300
_CHARGES = (
    "SELECT count(*), count(DISTINCT (member_number, day_on)) FROM entry WHERE kind = 'charge' AND visit_id IS NOT NULL"
)


@dataclass
class StandbyFigures(Figures):
    """What all doors together did."""

    doors: int = 0
    taps: int = 0
    spooled: int = 0
    days_charged: int = 0
    entries_on_the_standby: int = 0


def harness(folder: Path, *, doors: int = 4, rounds: int = 60) -> StandbyFigures:
    """So many doors tap on so many days; a third of the way the server is killed, a third later a standby promoted."""
    server = postgres.new(STREAMS)
    try:
        return _run(folder, server, doors, rounds)
    finally:
        server.end()


def _run(folder: Path, server: postgres.Server, doors: int, rounds: int) -> StandbyFigures:
    root = folder / "home"
    home_creation.create(root, NewHome(), FakeClock(WEDNESDAY))
    moving.to_server(root, server.url(server.made()))
    with home.opened(root) as opened:
        space = Space(opened, FakeClock(WEDNESDAY))
        space.rule("tab_limit_cents", "9999999")
        space.join("Inès Moreau", _ALL)
        for number in range(1, doors + 1):
            space.join(f"Membre {number}", _own(number))
            if number > 1:
                office(space).add_here(NewDoor(f"Porte {number}"))
        space.kept.close()
    with server.standby() as standby:
        _name_both(root, server, standby)
        figures = StandbyFigures(doors=doors)
        for said in _tapped(folder, root, (server, standby), doors, rounds):
            figures.taps += said[0]
            figures.spooled += said[1]
            figures.add(*said[2])
        with home.opened(root, is_patient=True) as opened:
            _count(opened, figures, rounds * (doors + 1))
    return figures


def _own(number: int) -> str:
    return f"04A2000000E5{number:02X}"


def _name_both(root: Path, server: postgres.Server, standby: postgres.Server) -> None:
    settings = root / "kiosk.toml"
    url = config_file.load(settings).database.url
    both = f"postgresql://postgres@/{url.rpartition('/')[2]}?host=127.0.0.1:{server.port}&host=127.0.0.1:{standby.port}"
    settings.write_text(settings.read_text("utf-8").replace(url, both), "utf-8")


def _tapped(
    folder: Path, root: Path, servers: tuple[postgres.Server, postgres.Server], doors: int, rounds: int
) -> list[tuple[int, int, list[str]]]:
    """What each door did: taps, how many of them waited, what went wrong."""
    starts, says = _FORK.Barrier(doors + 1), _FORK.Queue()
    runners = []
    for number in range(1, doors + 1):
        own = Path(shutil.copytree(root, folder / f"door-{number}"))
        settings = own / "kiosk.toml"
        (own / "memory").mkdir()
        text = settings.read_text("utf-8").replace("# number = 1\n", f"number = {number}\n", 1)
        settings.write_text(text.replace('"/dev/shm"', '"memory"'), "utf-8")
        runners.append(_FORK.Process(target=_door, args=(own, number, rounds, starts, says)))
    for runner in runners:
        runner.start()
    with suppress(threading.BrokenBarrierError):
        for day in range(rounds):
            starts.wait(_WAITS)
            if day == rounds // 3:
                servers[0].kill()
            elif day == 2 * rounds // 3:
                servers[1].control("promote")
    found = [says.get(timeout=_WAITS) for _ in runners]
    for runner in runners:
        runner.join(30)
    return found


def _door(root: Path, number: int, rounds: int, starts: Any, says: Any) -> None:
    taps, spooled, wrong = 0, 0, list[str]()
    try:
        with ExitStack() as stack:
            with patient():  # on a busy machine: nobody stands before the door yet
                opened = stack.enter_context(home.opened(root, program="entrance"))
                space = Space(opened, FakeClock(WEDNESDAY))
                space.kept.follower.follow()
            for day in range(rounds):
                starts.wait(_WAITS)
                for uid in (_ALL, _own(number)):
                    pulses = space.door.pulses
                    waits = isinstance(space.tap(uid), Admitted)
                    space.lift(uid)
                    taps, spooled = taps + 1, spooled + waits
                    if space.door.pulses == pulses:
                        wrong.append(f"door {number} did not open on day {day}: {space.card.denial}")
                with suppress(MachineError):
                    space.kept.replay.turn()
                space.clock.advance(days=1)
            until(lambda: _has_entered(space), _WAITS)
            space.kept.close()
    except Exception as fault:
        wrong.append(f"door {number}: {type(fault).__name__}: {fault}")
        starts.abort()
    says.put((taps, spooled, wrong))


def _has_entered(space: Space) -> bool:
    with suppress(MachineError):
        space.kept.replay.turn()
    return not space.kept.spool.waiting()


def _count(opened: home.Home, figures: StandbyFigures, wanted: int) -> None:
    with opened.store.reading() as connection:
        for check in (
            lambda: audit.check_chain(connection, opened.seal),
            lambda: audit.check_sums(connection),
            lambda: seal_audit.check(connection, opened.seal),
        ):
            try:
                check()
            except KioskError as found:
                figures.add(str(found))
        charged, days = connection.exec_driver_sql(_CHARGES).one()
        figures.entries_on_the_standby = connection.exec_driver_sql("SELECT count(*) FROM entry").scalar_one()
    figures.days_charged = charged
    if (charged, days) != (wanted, wanted):
        figures.add(f"{wanted} days have {charged} charges on {days} of them")
