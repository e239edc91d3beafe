"""Several doors, each a process in a network of its own where root may make one, tap one badge at the same moment."""

import ctypes
import multiprocessing
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kiosk.errors import KioskError, MachineError
from kiosk.setup import home_creation, moving
from kiosk.setup.home_creation import NewHome
from kiosk.space.doors import Doors
from kiosk.store import audit
from kiosk.store.seals import seal_audit
from kiosk.store.space.door_rows import NewDoor
from kiosk.store.space.policies import Rules
from tests import postgres
from tests.faults.figures import Figures
from tests.store.place import DAY, FixedClock, Place, morning, opened

_FORK = multiprocessing.get_context("fork")
_PATIENCE = 20
_NETWORK = 0x40000000  # CLONE_NEWNET


@dataclass
class DoorFigures(Figures):
    """What all doors together did."""

    doors: int = 0
    taps: int = 0
    charges: int = 0
    networks: int = 0


def harness(folder: Path, *, doors: int = 4, rounds: int = 200) -> DoorFigures:
    """So many doors tap one badge at the same moment, once a day for so many days: one charge each, one chain."""
    server = postgres.new()
    try:
        return _run(folder, server, doors, rounds)
    finally:
        server.control("-m", "immediate", "stop")
        shutil.rmtree(server.folder, ignore_errors=True)


def _run(folder: Path, server: postgres.Server, doors: int, rounds: int) -> DoorFigures:
    root = folder / "home"
    home_creation.create(root, NewHome(), FixedClock())
    moving.to_server(root, server.url(server.made()))
    with opened(root) as place:
        place.join(on=DAY - timedelta(days=30))
        place.write("INSERT INTO policy (name, valid_from, value) VALUES ('tab_limit_cents', '2020-01-02', '9999999')")
        office = Doors(
            store=place.store, rules=place.rules, home_id=place.seal.home_id, clock=FixedClock(), actor="officer:1"
        )
        for number in range(2, doors + 1):
            office.add_here(NewDoor(f"Porte {number}"))
    with ExitStack() as stack:
        networks = [stack.enter_context(network(number, server.port)) for number in range(1, doors + 1)]
        wrong = _race(folder, root, server.port, networks, rounds)
    with opened(root) as place:
        return _counted(place, doors, rounds, sum(each is not None for each in networks), wrong)


def _counted(place: Place, doors: int, rounds: int, networks: int, wrong: list[str]) -> DoorFigures:
    figures = DoorFigures(doors=doors, taps=doors * rounds, networks=networks)
    figures.add(*wrong)
    with place.store.reading() as connection:
        for check in (
            lambda: audit.check_chain(connection, place.seal),
            lambda: audit.check_sums(connection),
            lambda: seal_audit.check(connection, place.seal),
        ):
            try:
                check()
            except KioskError as found:
                figures.add(str(found))
        charged = connection.exec_driver_sql(
            "SELECT day_on, count(*) FROM entry WHERE kind = 'charge' AND visit_id IS NOT NULL GROUP BY 1"
        ).all()
        by_door = connection.exec_driver_sql("SELECT count(DISTINCT door_id) FROM visit").scalar()
    figures.charges = sum(count for _, count in charged)
    if len(charged) != rounds or figures.charges != rounds:
        figures.add(f"{rounds} days have {figures.charges} charges on {len(charged)} days")
    if rounds >= 100 and by_door == 1:
        figures.add("one door was always first: they did not meet")
    return figures


def _race(folder: Path, root: Path, port: int, networks: list[str | None], rounds: int) -> list[str]:
    """What went wrong at the doors."""
    starts, says = _FORK.Barrier(len(networks)), _FORK.Queue()
    runners = []
    for number, network in enumerate(networks, 1):
        own = Path(shutil.copytree(root, folder / f"door-{number}"))
        if network is not None:
            settings = own / "kiosk.toml"
            text = settings.read_text("utf-8")
            settings.write_text(text.replace(f"@127.0.0.1:{port}/", f"@{address(number)}:{port}/"), "utf-8")
        runners.append(_FORK.Process(target=_door, args=(own, number, network, rounds, starts, says)))
    for runner in runners:
        runner.start()
    wrong = [said for said in (says.get(timeout=60 + rounds) for _ in runners) if said]
    for runner in runners:
        runner.join(30)
    return wrong


def _door(root: Path, number: int, network: str | None, rounds: int, starts: Any, says: Any) -> None:
    wrong = None
    if network is not None:
        _enter(network)
    with opened(root) as place:
        place.rules = Rules(place.home.config.zone, door=number)
        for day in range(rounds):
            starts.wait(60)
            try:
                _tap(place, morning(DAY + timedelta(days=day)))
            except Exception as fault:
                wrong = wrong or f"door {number}: {type(fault).__name__}: {fault}"
    says.put(wrong)


def _tap(place: Place, at: datetime) -> None:
    """A tap that cannot be entered because the others take too long is entered later, as the spool does it."""
    for _ in range(_PATIENCE):
        try:
            place.tap(at)
        except MachineError as fault:
            if fault.code != "database":
                raise
        else:
            return
    raise MachineError("database", f"{_PATIENCE} times, a tap could not be entered")


def cable(number: int, state: str) -> None:
    """Take a door's cable out, or put it in: `down` or `up`."""
    _ip("link", "set", _cable(number), state)


def _cable(number: int) -> str:
    return f"kh{number}-{os.getpid()}"[:15]


def address(number: int) -> str:
    """Where a door finds the server."""
    return f"10.231.{number}.1"


def _enter(network: str) -> None:
    with open(f"/run/netns/{network}", "rb") as there:  # noqa: PTH123  # its descriptor is what is wanted
        if ctypes.CDLL(None, use_errno=True).setns(there.fileno(), _NETWORK):
            raise OSError(ctypes.get_errno(), f"the network {network} cannot be entered")


@contextmanager
def network(number: int, port: int) -> Iterator[str | None]:
    """A network with one door in it, joined to this machine by a cable of its own; None for who may not make one."""
    if os.geteuid() or shutil.which("ip") is None:
        yield None
        return
    name, here, there = f"kiosk{os.getpid()}-{number}", _cable(number), f"kd{number}-{os.getpid()}"[:15]
    try:
        _ip("netns", "add", name)
        _ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", name)
        _ip("addr", "add", f"{address(number)}/24", "dev", here)
        _ip("link", "set", here, "up")
        _ip("-n", name, "addr", "add", f"10.231.{number}.2/24", "dev", there)
        _ip("-n", name, "link", "set", there, "up")
        _ip("-n", name, "link", "set", "lo", "up")
        with socket.create_server((address(number), port)) as listening:
            threading.Thread(target=_forward, args=(listening, port), daemon=True).start()
            yield name
    finally:
        with suppress(subprocess.CalledProcessError):
            _ip("netns", "delete", name)
        with suppress(subprocess.CalledProcessError):
            _ip("link", "delete", here)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


def _forward(listening: socket.socket, port: int) -> None:
    """Carry what comes by a cable to the server, which listens on this machine alone."""
    with suppress(OSError):
        while True:
            door, _ = listening.accept()
            server = socket.create_connection(("127.0.0.1", port))
            for one, other in ((door, server), (server, door)):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while said := one.recv(1 << 16):
            other.sendall(said)
        other.shutdown(socket.SHUT_WR)
