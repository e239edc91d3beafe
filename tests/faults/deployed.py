"""The entrance as it is deployed, and its reader's cable: unplugged, silent, cut in half a frame, a badge left behind.

The real program as under its unit: it leads a session, takes the unit's limits, umask, rights and system calls, finds a
system that it can only read, no network, and its screen's socket handed over. The reader is a PN532 on a real
pseudo-terminal. Needs root.
"""

import json
import os
import random
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from kiosk import config_file
from kiosk.domain.checkin import badges
from tests.devices.pn532_emulator import Card, Pn532
from tests.faults import doors, unit_filter
from tests.faults.figures import Figures
from tests.processes import Living, until

UNIT = Path(__file__).parents[2] / "systemd" / "kiosk-entrance.service"
WRITABLE = ("db", "spool", "roster", "run")
_PROGRAM = (sys.executable, "-m", "kiosk")  # as the unit says: warnings, of nfcpy's too, are not errors
_HALF_A_FRAME = b"\x00\x00\xff\x00\xff\x00" + b"\x00\x00\xff\x09\xf7\xd5"
_MOST_THREADS = 16  # at rest: docs/decisions/speed.md says which
_NOBODY_SECONDS = 1.2  # a badge that answers no check is gone after a second


@dataclass
class Chip(Pn532):
    """A chip that may begin an answer and end there."""

    halves: bool = False

    def _obey(self, command: int, data: bytes) -> None:
        if self.halves:
            os.write(self._master, _HALF_A_FRAME)
            return
        super()._obey(command, data)


@dataclass
class DeployedFigures(Figures):
    """Threads, descriptors by what they are, and memory: at the start and after all of it, at rest."""

    taps: int = 0
    unplugged: int = 0
    hung: int = 0
    halves: int = 0
    left_behind: int = 0
    pairs: int = 0
    killed: int = 0
    threads_at_start: int = 0
    threads: int = 0
    files_open_at_start: int = 0
    files_open: int = 0
    rss_at_start: int = 0
    rss: int = 0
    files: str = ""
    more_files: str = ""


def unit(name: str) -> list[str]:
    """What the entrance's unit says under a name, each time."""
    return re.findall(rf"^{name}=(.*)$", UNIT.read_text("utf-8"), re.M)


@dataclass
class Deployed:
    """A running entrance in the shape of its unit."""

    home: Living
    chip: Chip
    listening: socket.socket
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until its reader is online."""
        root, descriptor = self.home.root, self.listening.fileno()
        (root / "run").mkdir(exist_ok=True)
        own = [shlex.quote(str(root / name)) for name in WRITABLE]
        binds = "".join(f"mount --bind {each} {each}; " for each in own)
        free = "".join(f"mount -o remount,bind,rw {each}; " for each in own)
        limits = f"ulimit -c {unit('LimitCORE')[0]}; ulimit -n 1024; umask {unit('UMask')[0]}; "
        script = f'{binds}mount -o remount,bind,ro /; {free}{limits}export LISTEN_PID=$$; exec "$@"'
        if descriptor != 3:
            script = f"exec 3<&{descriptor} {descriptor}<&-; {script}"
        inside = ["unshare", "--mount", "--net", "--propagation", "private", "bash", "-c", script, "bash"]
        environment = {
            **{name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"},
            "LISTEN_FDS": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "RUNTIME_DIRECTORY": str(root / "run"),
            "TMPDIR": str(root / "run"),  # for PrivateTmp
        }
        with self.home.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *inside,
                    "setpriv",
                    "--no-new-privs",
                    "--bounding-set=-all",
                    *unit_filter.wrapper(UNIT, sys.executable, Path(unit_filter.__file__)),
                    *_PROGRAM,
                    "--home",
                    str(root),
                    "entrance",
                ],
                env=environment,
                pass_fds=[descriptor],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until(lambda: not self.is_alive() or self.health().get("reader") == "online", 40)

    def end(self, number: int = signal.SIGTERM) -> None:
        """End it so."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
        if self.process is not None:
            self.process.wait(30)
        self.process = None

    def health(self) -> dict[str, Any]:
        """What it says of itself; nothing while it does not answer."""
        try:
            connection = HTTPConnection("127.0.0.1", self.home.port, timeout=5)
            connection.request("GET", "/healthz")
            found: dict[str, Any] = json.loads(connection.getresponse().read())
        except (OSError, ValueError):
            return {}
        finally:
            connection.close()
        return found

    @property
    def pulses(self) -> int:
        return int(self.health().get("door", {}).get("pulses", -1))

    def tap(self, uid: str) -> None:
        """Show a badge until the door has opened for it, and lift it."""
        before = self.pulses
        with self.chip.holding(Card(badges.parse(uid).uid)):
            until(lambda: self.pulses > before, 40)
        time.sleep(_NOBODY_SECONDS)

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def _proc(self) -> Path:
        if self.process is None:
            raise AssertionError("it runs")
        return Path("/proc") / str(self.process.pid)

    def files(self) -> Counter[str]:
        """What it holds open, by what that is."""
        found: Counter[str] = Counter()
        for link in (self._proc / "fd").iterdir():
            with suppress(OSError):
                found[re.sub(r"[0-9a-f-]{8,}|\d+", "N", str(link.readlink()))] += 1
        return found

    def threads(self) -> int:
        return len(list((self._proc / "task").iterdir()))

    def rss(self) -> int:
        found = re.search(r"VmRSS:\s+(\d+)", (self._proc / "status").read_text())
        return 0 if found is None else int(found[1]) * 1024


@contextmanager
def deployed(folder: Path) -> Iterator[Deployed]:
    """A demo home whose entrance runs so, until the block ends."""
    with doors.entrance(folder) as home:
        name = f"kioskunit{os.getpid()}"
        doors.change(home, config_file.load(home.root / "kiosk.toml").reader.device, f"tty:{name}:pn532")
        chip = Chip(name)
        with socket.create_server(("127.0.0.1", home.port), backlog=16) as listening:
            made = Deployed(home, chip, listening)
            try:
                made.start()
                yield made
            finally:
                made.end(signal.SIGKILL)
                chip.unplug()


def run(folder: Path, *, unplugs: int = 100, seconds: int = 600, seed: int = 1) -> DeployedFigures:
    """Unplug a serial reader again and again, and whatever else befalls it; a badge lies there for so many seconds."""
    chance, figures = random.Random(seed), DeployedFigures()
    with deployed(folder) as door:
        door.tap(doors.UIDS[0])
        _rests(door)
        figures.threads_at_start, figures.rss_at_start = door.threads(), door.rss()
        before = door.files()
        figures.files_open_at_start = before.total()
        acts: list[Callable[[Deployed, DeployedFigures, random.Random], None]] = [_hang, _half, _pair, _left_and_killed]
        for number in range(unplugs):
            _unplug(door, figures, chance)
            if number % 5 == 0:
                acts[number // 5 % len(acts)](door, figures, chance)
        _lies(door, figures, seconds)
        _rests(door)
        after = door.files()
        figures.threads, figures.rss, figures.files_open = door.threads(), door.rss(), after.total()
        figures.files = ", ".join(f"{count} {name}" for name, count in after.most_common())
        figures.more_files = ", ".join(f"{name} +{count}" for name, count in (after - before).items())
        _judge(door, figures)
    return figures


def _rests(door: Deployed) -> None:
    """Wait until what was needed for a moment is given back."""
    until(lambda: door.threads() <= _MOST_THREADS, 90)


def _someone(figures: DeployedFigures) -> str:
    figures.taps += 1
    return doors.UIDS[figures.taps % len(doors.UIDS)]


def _unplug(door: Deployed, figures: DeployedFigures, chance: random.Random) -> None:
    """The cable comes off, with a badge on the reader or without, and is put back; then the next badge is served."""
    figures.unplugged += 1
    before, uid = door.pulses, doors.UIDS[0]
    lies = chance.random() < 0.5
    door.chip.card = Card(badges.parse(uid).uid) if lies else None
    if lies:
        until(lambda: door.pulses > before, 40)
        before = door.pulses
    door.chip.unplug()
    until(lambda: door.health().get("reader") == "offline", 40)
    if not door.is_alive():
        figures.add("a cable that came off ended the program")
    door.chip.plug()
    until(lambda: door.health().get("reader") == "online", 60)
    if lies:
        figures.left_behind += 1
        time.sleep(1)
        if door.pulses != before:
            figures.add("a badge that was left on the reader opened the door when the cable was back")
        door.chip.card = None
        time.sleep(_NOBODY_SECONDS)
    door.tap(_someone(figures))


def _hang(door: Deployed, figures: DeployedFigures, chance: random.Random) -> None:
    """The chip answers nothing for a time."""
    figures.hung += 1
    door.chip.silent = True
    until(lambda: door.health().get("reader") == "offline", 90)
    time.sleep(chance.random())
    door.chip.silent = False
    until(lambda: door.health().get("reader") == "online", 60)
    door.tap(_someone(figures))


def _half(door: Deployed, figures: DeployedFigures, chance: random.Random) -> None:
    """The chip begins an answer again and again, and ends none."""
    figures.halves += 1
    door.chip.halves = True
    time.sleep(1 + chance.random())
    door.chip.halves = False
    until(lambda: door.health().get("reader") == "online", 90)
    door.tap(_someone(figures))


def _pair(door: Deployed, figures: DeployedFigures, _chance: random.Random) -> None:
    """Another badge takes a badge's place at once: both are served."""
    figures.pairs += 1
    before = door.pulses
    door.chip.card = Card(badges.parse(_someone(figures)).uid)
    until(lambda: door.pulses > before, 40)
    before = door.pulses
    door.chip.card = Card(badges.parse(_someone(figures)).uid)
    until(lambda: door.pulses > before, 40)
    door.chip.card = None
    time.sleep(_NOBODY_SECONDS)


def _left_and_killed(door: Deployed, figures: DeployedFigures, chance: random.Random) -> None:
    """The program is killed and started again while a badge lies there: it is no new tap until it is lifted."""
    figures.killed += 1
    uid, before = _someone(figures), door.pulses
    door.chip.card = Card(badges.parse(uid).uid)
    until(lambda: door.pulses > before, 40)
    time.sleep(0.2 + chance.random())
    door.end(signal.SIGKILL)
    door.start()
    time.sleep(1.5)
    if door.pulses:
        figures.add("a badge that lay on the reader opened the door after a restart")
    door.chip.card = None
    time.sleep(_NOBODY_SECONDS)
    door.tap(uid)


def _lies(door: Deployed, figures: DeployedFigures, seconds: float) -> None:
    """A badge lies there, and the door opens once."""
    before = door.pulses
    with door.chip.holding(Card(badges.parse(_someone(figures)).uid)):
        time.sleep(seconds)
        if door.pulses != before + 1:
            figures.add(f"a badge that lay there for {seconds} s opened the door {door.pulses - before} times")
    time.sleep(_NOBODY_SECONDS)


def _judge(door: Deployed, figures: DeployedFigures) -> None:
    if not (door.home.root / "run" / "status.json").exists():
        figures.add("how the entrance is was never written for the desk")
    refused = [line for line in door.home.log.read_text("utf-8").splitlines() if "not permitted" in line]
    figures.add(*refused[:3])
    if figures.threads > _MOST_THREADS:
        figures.add(f"{figures.threads} threads at rest")
    if figures.files_open > figures.files_open_at_start + 2:
        figures.add(
            f"{figures.files_open} descriptors, {figures.files_open_at_start} at the start: {figures.more_files}"
        )
    if figures.rss > figures.rss_at_start + (12 << 20):
        figures.add(f"{figures.rss - figures.rss_at_start} bytes of memory more")
    if "Traceback" in door.home.log.read_text("utf-8", "replace"):
        figures.add(f"a fault of ours is in {door.home.log}")
    found = door.home.kiosk("verify")
    if found.returncode:
        figures.add(f"verify: {found.stderr.strip()}")
    doubled = doors.rows(door.home, "SELECT member_id FROM visit GROUP BY member_id, day_on HAVING count(*) > 1")
    figures.add(*(f"member {number} was recorded twice" for (number,) in doubled))
