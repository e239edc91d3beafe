"""The installed kiosk under a systemd that really runs: a fresh Debian, installed, started, killed and stopped.

The long form of what the tests of this folder say of the units as files: `scripts/torture systemd`, as root. It
takes some minutes, and fetches from Debian's archive and PyPI.
"""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.faults.figures import Figures
from tests.install import roots
from tests.install.roots import CLONE, Root

_ANSWERS = 'home = "training"\nreader = "udp:localhost:54321"\ndisplay = false\n'
_PACKAGES = "python3 iproute2 systemd systemd-sysv dbus curl"
_GATE = """
[[more_doors]]
number = 2
reader = "udp:localhost:54322"
relay_pin = 27
screen_port = 8082

# end
"""
_PROGRAMS = ("kiosk-entrance.service", "kiosk-entrance@2.service", "kiosk-desk.service")
_TAPPED = {1: "04A2000000D001", 2: "04A2000000D002"}  # whose badge is shown at which door
_VISITS = (
    "import sqlite3; print(sqlite3.connect('/var/lib/kiosk/db/ledger.db').execute("
    "'SELECT v.door_id, count(*) FROM visit AS v JOIN member AS m ON m.id = v.member_id"
    ' WHERE m.name LIKE "Door %" GROUP BY 1\').fetchall())'
)
_PORTS = (8080, 8081, 8082)
_ONCE = ("due", "backup", "drill", "check", "update")
_PATIENCE_SECONDS = 90.0
_WAKE = "/run/kiosk-outside/wake"
# A mail server of this machine's own, which keeps what it takes. The kiosk's settings name it from then on.
_KEPT = "/run/mail.txt"
_SINK = f"""\
import socketserver
class Sink(socketserver.StreamRequestHandler):
    def handle(self):
        say, is_text = lambda line: self.wfile.write(line + b"\\r\\n"), False
        say(b"220 sink")
        for line in self.rfile:
            if is_text:
                with open("{_KEPT}", "ab") as kept:
                    kept.write(line)
                is_text = line.strip() != b"."
                if not is_text:
                    say(b"250 taken")
            else:
                word = line[:4].upper()
                is_text = word == b"DATA"
                say({{b"DATA": b"354 go on", b"QUIT": b"221 bye"}}.get(word, b"250 well"))
                if word == b"QUIT":
                    return
socketserver.TCPServer(("127.0.0.1", 2525), Sink).serve_forever()
"""
_MAIL = r"0,/^\[mail\]/s//[mail]\nserver = \"127.0.0.1:2525\"\nsender = \"bureau@exemple.fr\"/"


@dataclass
class BootFigures(Figures):
    """How long a request waited while its program was killed, and while it stood still."""

    units_run: int = 0
    visits_by_door: str = ""
    held_through_kill: str = ""
    held_through_standstill: str = ""
    mail_after_its_commit: str = ""


@dataclass(frozen=True)
class Booted:
    """A machine that runs. Commands are carried out in it, beside its systemd."""

    leader: int

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One command there, to its end."""
        enter = ["nsenter", f"--target={self.leader}", "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup"]
        clean = ["env", "-i", "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"]
        return subprocess.run([*enter, *clean, *words], capture_output=True, text=True, timeout=300, check=False)

    def shows(self, unit: str, what: str) -> str:
        """A property of a unit."""
        return self.run("systemctl", "show", "--property", what, "--value", unit).stdout.strip()

    def journal(self, unit: str) -> str:
        """What a unit said since the start."""
        return self.run("journalctl", "--boot", "--output=cat", "--no-pager", "--unit", unit).stdout

    def main_process(self, unit: str) -> str:
        """The number of a unit's process, once it has one."""
        _until(lambda: self.shows(unit, "MainPID") not in ("", "0"))
        return self.shows(unit, "MainPID")

    def answers(self, port: int) -> tuple[bool, float]:
        """Whether a program answers, and for how many seconds the request waited."""
        began = time.monotonic()
        done = self.run("curl", "--silent", "--max-time", "60", f"http://127.0.0.1:{port}/healthz")
        return '"version"' in done.stdout, time.monotonic() - began


def run(folder: Path) -> BootFigures:
    """A fresh Debian with the kiosk installed is booted: units run as they are, are killed, stand still. As root."""
    figures = BootFigures()
    with roots.bootstrapped(folder, folder.parent.parent / "roots") as root:
        _install(root)
        with running(root.path) as machine:
            _all_run(machine, figures)
            _shut_in(machine, figures)
            _two_doors(machine, figures)
            figures.held_through_kill = _held(machine, figures, "KILL")
            figures.held_through_standstill = _held(machine, figures, "STOP")
            if "the relay is at rest" not in machine.journal("kiosk-entrance.service"):
                figures.add("nothing drove the relay to rest")
            _once(machine, figures)
            _woken(machine, figures)
            figures.mail_after_its_commit = _mailed(machine, figures)
    return figures


def _install(root: Root) -> None:
    root.says("sh", "-c", f"apt-get update -qq && apt-get install -y -qq {_PACKAGES}", online=True)
    roots.bring_clone(root)
    root.run("sh", "-c", "cat > /root/answers.toml", given=_ANSWERS)
    installs = (f"{CLONE}/scripts/install", "--answers", "/root/answers.toml", "--language", "en")
    root.says(*installs, online=True)
    root.says("kiosk", "doors", "add", "Portail")
    root.run("sh", "-c", "sed -i '/^# end$/d' $0 && cat >> $0", "/var/lib/kiosk/kiosk.toml", given=_GATE)
    root.says(*installs, online=True)  # which gives the second door its unit


@contextmanager
def running(path: Path) -> Iterator[Booted]:
    """A tree that is started by its own systemd, in a container, until the end of the block."""
    name = f"kiosk-{os.getpid()}-{threading.get_native_id()}"
    own = [f"--directory={path}", f"--machine={name}", "--private-network", "--console=pipe"]
    with (
        (path.parent / "console.txt").open("wb") as console,
        subprocess.Popen(
            ["systemd-nspawn", "--boot", "--register=no", "--keep-unit", "--link-journal=no", *own],
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=console,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
        ) as process,
    ):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        try:
            _until(lambda: process.poll() is not None or children.read_text("ascii").split())
            assert process.poll() is None, (path.parent / "console.txt").read_text("utf-8")
            _settle(Booted(int(children.read_text("ascii").split()[-1])))
            yield Booted(int(children.read_text("ascii").split()[-1]))
        finally:
            for leader in children.read_text("ascii").split() if process.poll() is None else ():
                os.kill(int(leader), signal.SIGKILL)  # it takes all of its machine along
            process.wait(30)


def _settle(machine: Booted) -> None:
    """Wait until nothing is left to be started; what never starts is for the checks to find."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        if machine.run("systemctl", "is-system-running").stdout.strip() in ("running", "degraded"):
            return
        time.sleep(0.5)


def _all_run(machine: Booted, figures: BootFigures) -> None:
    listed = machine.run("systemctl", "list-units", "--output=json", "kiosk*").stdout
    units = {unit["unit"]: unit["active"] for unit in json.loads(listed or "[]")}
    figures.units_run = sum(state == "active" for state in units.values())
    figures.add(*(f"{unit} is {state}" for unit, state in units.items() if state == "failed"))
    figures.add(*(f"{unit} does not run" for unit in _PROGRAMS if units.get(unit) != "active"))
    figures.add(*(f"nobody answers on port {port}" for port in _PORTS if not machine.answers(port)[0]))


def _shut_in(machine: Booted, figures: BootFigures) -> None:
    """The kernel's own word on what the desk can: it has no power, no network, and not the entrance's files."""
    number = machine.main_process("kiosk-desk.service")
    status = machine.run("cat", f"/proc/{number}/status").stdout
    wanted = ("CapBnd:\t0000000000000000", "CapEff:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2")
    figures.add(*(f"the desk is without {each!r}" for each in wanted if each not in status))
    inside = machine.run("nsenter", f"--net=/proc/{number}/ns/net", "ip", "-brief", "link").stdout.split()
    figures.add(*(["the desk has a network"] if inside[:1] != ["lo"] or len(inside) > 4 else []))
    for hidden in ("/var/lib/kiosk/keys/entrance/spool", "/proc/sys"):
        if machine.run("test", "-e", hidden).returncode:
            figures.add(f"there is no {hidden} to be hidden")
        if machine.run("test", "-e", f"/proc/{number}/root{hidden}").returncode == 0:
            figures.add(f"the desk sees {hidden}")


def _two_doors(machine: Booted, figures: BootFigures) -> None:
    """A badge at each door opens that one, and its visit says so; each door is a program with a watchdog of its own."""
    for number, uid in _TAPPED.items():
        machine.run("kiosk", "members", "add", "--name", f"Door {number}", "--badge", uid)
        machine.run("kiosk", "tap", uid, *(() if number == 1 else ("--door", str(number))))
        unit = "kiosk-entrance.service" if number == 1 else f"kiosk-entrance@{number}.service"
        if machine.shows(unit, "WatchdogUSec") in ("", "0", "infinity"):
            figures.add(f"{unit} has no watchdog")
    found = machine.run("python3", "-c", _VISITS).stdout.strip()
    figures.visits_by_door = found
    if found != "[(1, 1), (2, 1)]":
        figures.add(f"visits by door are {found}")


def _held(machine: Booted, figures: BootFigures, name: str) -> str:
    """A request to an entrance that was killed, or stands still, waits for the next one."""
    unit = "kiosk-entrance.service"
    before = machine.main_process(unit)
    machine.run("systemctl", "kill", "--kill-whom=main", f"--signal={name}", unit)
    answered, seconds = machine.answers(8080)
    if not answered:
        figures.add(f"after {name}, a request was not answered")
    if machine.main_process(unit) == before:
        figures.add(f"after {name}, the entrance was not started again")
    return f"{seconds:.1f} s"


def _once(machine: Booted, figures: BootFigures) -> None:
    for name in _ONCE:
        unit = f"kiosk-{name}.service"
        machine.run("systemctl", "start", unit)
        if machine.shows(unit, "Result") != "success":
            last = machine.journal(unit).strip().splitlines()[-8:]
            figures.add(f"{unit} failed: {' / '.join(last)}")


def _woken(machine: Booted, figures: BootFigures) -> None:
    """What calls outwards runs once a program says that a message waits, with a network of its own, and rests again."""
    unit = "kiosk-outside.service"
    for user in ("kiosk-entrance", "kiosk-desk"):
        before = machine.shows(unit, "InvocationID")
        if machine.run("runuser", "-u", user, "--", "touch", _WAKE).returncode:
            figures.add(f"{user} cannot wake {unit}")
            continue
        _until(partial(_is_anew, machine, unit, before))
        _until(lambda: machine.shows(unit, "ActiveState") in ("inactive", "failed"))
        if machine.shows(unit, "Result") != "success":
            figures.add(f"{unit} failed: {' / '.join(machine.journal(unit).strip().splitlines()[-8:])}")
        if machine.run("test", "-e", _WAKE).returncode == 0:
            figures.add(f"{unit} leaves {_WAKE}, and is woken without end")
    if machine.shows("kiosk-outside.path", "ActiveState") != "active":
        figures.add("nothing looks out for messages any more")


def _mailed(machine: Booted, figures: BootFigures) -> str:
    """An officer hears of another one's account by a mail that leaves once that is written, whatever the time."""
    machine.run("systemctl", "stop", "kiosk-due.timer")
    machine.run("systemd-run", "--unit=mail-server", "python3", "-c", _SINK)
    machine.run("sed", "-i", _MAIL, "/var/lib/kiosk/kiosk.toml")
    for name, role in (("nadia", "president"), ("paul", "treasurer")):
        added = machine.run("kiosk", "user", "add", f"{name}@exemple.fr", "--role", role)
        figures.add(*([f"no account for {name}: {added.stderr}"] if added.returncode else []))
    began = time.monotonic()
    _until(lambda: "nadia@exemple.fr" in machine.run("cat", _KEPT).stdout)
    seconds = time.monotonic() - began
    return f"{seconds:.1f} s"


def _is_anew(machine: Booted, unit: str, before: str) -> bool:
    """Whether a unit was started once more."""
    return machine.shows(unit, "InvocationID") != before


def _until(true: Callable[[], object]) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.2)
