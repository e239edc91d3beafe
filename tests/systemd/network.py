"""A small local network: the kiosk's machine and guests', each with a network of its own, a cable between each two."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

KIOSK, KIOSK_6 = "192.0.2.1", "2001:db8::1"

# What systemd does for kiosk-desk.socket, inside the machine's network; the program then gets one of its own, with
# nothing but a loopback.
_LISTENING = """
import os, socket, sys
port, *command = sys.argv[1:]
held = socket.create_server(("127.0.0.1", int(port)))
route = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
for target, each in enumerate((held, route), start=3):
    if each.fileno() == target:
        each.set_inheritable(True)
    else:
        os.dup2(each.fileno(), target)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="2")
alone = 'ip link set lo up && exec "$@"'
os.execvp("unshare", ["unshare", "--net", "sh", "-c", alone, "sh", *command])
"""


# Caddy is written in Go and keeps the machine's own time: so does who looks at its certificates (scripts/any-hour).
REAL_TIME = ("env", "--unset=LD_PRELOAD")


@dataclass(frozen=True)
class Machine:
    """One end of the cable."""

    name: str

    def command(self, *command: str) -> list[str]:
        """A command as it is run there."""
        return ["ip", "netns", "exec", self.name, *command]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """One command there, to its end."""
        return subprocess.run(self.command(*command), capture_output=True, text=True, timeout=60, check=False)

    def socket_held(self, port: int, *command: str) -> list[str]:
        """A program with no network of its own, on a socket that listens on this machine's loopback."""
        return self.command(sys.executable, "-I", "-c", _LISTENING, str(port), *command)

    def open_ports(self, address: str, ports: Sequence[int]) -> set[int]:
        """Which ports of an address answer from here."""
        done = self.run(sys.executable, "-I", "-c", _KNOCK, address, *map(str, ports))
        assert done.returncode == 0, done.stderr
        return {int(port) for port in done.stdout.split()}

    def curl(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A request from here, without whatever proxy the surroundings name."""
        return self.run(*REAL_TIME, "curl", "--silent", "--noproxy", "*", "--max-time", "20", *arguments)


_KNOCK = """
import socket, sys
address, *ports = sys.argv[1:]
for port in map(int, ports):
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as door:
        door.settimeout(5)
        if door.connect_ex((address, port)) == 0:
            print(port)
"""


@dataclass(frozen=True)
class Cable:
    """A cable from the kiosk's machine to a guest's: the guest's name, and both ends' addresses."""

    guest: str
    kiosk_at: tuple[str, str]
    guest_at: tuple[str, str]


HOUSE = Cable("guest", (f"{KIOSK}/24", f"{KIOSK_6}/64"), ("192.0.2.2/24", "2001:db8::2/64"))
# By what a box at the house's edge lets in: no address of it is one of the house.
OUTSIDE = Cable("away", ("198.51.100.1/24", "2001:db8:1::1/64"), ("198.51.100.2/24", "2001:db8:1::2/64"))


@contextmanager
def cabled(*cables: Cable) -> Iterator[tuple[Machine, ...]]:
    """The kiosk's machine, and a guest's for each cable: the house's where none is named. Nothing of them stays."""
    here = os.getpid()
    kiosk, wires = Machine(f"kiosk-{here}"), cables or (HOUSE,)
    guests = tuple(Machine(f"{cable.guest}-{here}") for cable in wires)
    try:
        for machine in (kiosk, *guests):
            _ip("netns", "add", machine.name)
            _ip("-n", machine.name, "link", "set", "lo", "up")
        for cable, guest in zip(wires, guests, strict=True):
            ends = f"k{cable.guest[0]}{here}", f"{cable.guest[0]}{here}"
            _ip("link", "add", ends[0], "type", "veth", "peer", "name", ends[1])
            _plug(kiosk, ends[0], cable.kiosk_at)
            _plug(guest, ends[1], cable.guest_at)
        yield kiosk, *guests
    finally:
        for machine in (kiosk, *guests):
            subprocess.run(["ip", "netns", "delete", machine.name], capture_output=True, check=False)


def _plug(machine: Machine, end: str, addresses: tuple[str, str]) -> None:
    _ip("link", "set", end, "netns", machine.name)
    for address in addresses:
        _ip("-n", machine.name, "address", "add", address, "dev", end, *(("nodad",) if ":" in address else ()))
    _ip("-n", machine.name, "link", "set", end, "up")


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


@contextmanager
def running(command: Sequence[str], log: Path, **environment: str) -> Iterator[None]:
    """A program beside the tests, ended after them."""
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env={**os.environ, **environment})
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
