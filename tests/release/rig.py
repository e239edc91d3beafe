"""Releases built from this tree, each with one thing of its own; and a machine's folders that they are installed in."""

import hashlib
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kiosk.install import release as installer
from kiosk.install import release_trust
from kiosk.install.machine import Machine
from kiosk.install.release_trust import Trust
from kiosk.jobs.update import program_control, release_files
from release import __main__, building, key_sets, signing
from tests.processes import Living, free_port, rehouse, until
from tests.shared import once

CHECKOUT = Path(__file__).parents[2]
MADE_AT = 1_790_000_000
INTERPRETER = str(Path(sys.executable).resolve())
BADGE = "04A2000000E511"
NEWCOMERS = tuple(f"04A2000000E6{number:02X}" for number in range(32))  # who were not here yet
_CONTROL = """\
#!/bin/sh
# What stops and starts the programs where there is no systemd: a process each, its number in a file.
cd "$(dirname "$0")" || exit 1
for program in entrance desk; do
    case "$1" in
        start)
            opt/kiosk/current/venv/bin/python -I -m kiosk --home var/lib/kiosk $program >> $program.log 2>&1 &
            echo $! > $program.pid ;;
        stop)
            [ -e $program.pid ] || continue
            number=$(cat $program.pid)
            kill "$number" 2> /dev/null
            while tr -d '\\0' < "/proc/$number/cmdline" 2> /dev/null | grep -q .; do sleep 0.05; done
            rm $program.pid ;;
    esac
done
"""


def parts(into: Path, lent: str = sysconfig.get_path("purelib")) -> str:
    """A package that lends every library of the tests' own environment, or of another folder; its line for
    requirements, with its hash.
    """
    name = "kiosk_parts-1-py3-none-any.whl"
    lists = {
        "kiosk_parts.pth": lent + "\n",
        "kiosk_parts-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: kiosk-parts\nVersion: 1\n",
        "kiosk_parts-1.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in [*lists, "kiosk_parts-1.dist-info/RECORD"])
    with zipfile.ZipFile(into / name, "w") as packed:
        for path, text in {**lists, "kiosk_parts-1.dist-info/RECORD": record}.items():
            packed.writestr(path, text)
    return f"kiosk-parts==1 --hash=sha256:{hashlib.sha256((into / name).read_bytes()).hexdigest()}\n"


def archive(version: str) -> str:
    """The name of a release's archive for this kind of machine."""
    return f"kiosk-{version}-{release_files.machine_kind()}.tar.gz"


def make_keys(folder: Path) -> str:
    """Make three keys there and the set of them, signed by the first two. Returns the first one's public line."""
    lines = [signing.new_key(folder / name) for name in ("key", "second", "third")]
    key_sets.make(folder, lines, folder / "key", folder / "second")
    return lines[0]


FIRST = "0.0.1"


def first_wheel() -> Path:
    """What `building.wheel` makes of this tree as version 0.0.1."""

    def make(root: Path) -> None:
        building.wheel(tree(root / "tree"), root, MADE_AT)

    return next(once("first-wheel", make).glob("*.whl"))


def tree(folder: Path) -> Path:
    """This tree as version 0.0.1."""
    building.export(CHECKOUT, building.WHEEL_OF, folder)
    own = folder / "kiosk" / "__init__.py"
    own.write_text(re.sub(r'__version__ = ".*"', f'__version__ = "{FIRST}"', own.read_text("utf-8")), "utf-8")
    return folder


def wheel(folder: Path, version: str, changes: dict[str, str] | None = None) -> None:
    """What `building.wheel` would make of this tree as another version, with files added or put in the place of others:
    the first one is made so, and the others are of its files.
    """
    with zipfile.ZipFile(first_wheel()) as packed:
        files = {name.replace(f"kiosk-{FIRST}.", f"kiosk-{version}."): packed.read(name) for name in packed.namelist()}
    own = [name for name in files if name in ("kiosk/__init__.py", f"kiosk-{version}.dist-info/METADATA")]
    files |= {name: files[name].replace(FIRST.encode(), version.encode()) for name in own}
    files |= {name: text.encode() for name, text in (changes or {}).items()}
    files[f"kiosk-{version}.dist-info/RECORD"] = "".join(f"{name},,\n" for name in files).encode()
    to = folder / f"kiosk-{version}-py3-none-any.whl"
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for name, content in files.items():
            packed.writestr(name, content)


@dataclass
class Workshop:
    """Where releases are made: keys, the libraries' package, and a folder of signed archives for each source.

    The first key is the one from before there were sets of keys, and one of the first set.
    """

    root: Path

    @classmethod
    def new(cls, root: Path) -> "Workshop":
        """One that is empty as yet."""
        made = cls(root)
        (root / "wheels").mkdir(parents=True)
        (root / "line").write_text(parts(root / "wheels"), "utf-8")
        made.pinned.write_text(signing.pinned(make_keys(root)), "utf-8")
        return made

    @property
    def key(self) -> Path:
        """The private key from before there were sets."""
        return self.root / "key"

    @property
    def signers(self) -> list[Path]:
        """Two of the three private keys."""
        return [self.root / "key", self.root / "second"]

    @property
    def pinned(self) -> Path:
        """What a machine pinned before there were sets."""
        return self.root / "release.pub"

    @property
    def trust(self) -> Trust:
        """What a machine trusts that pinned that."""
        return release_trust.load(self.pinned)

    def release(self, version: str, changes: dict[str, str] | None = None, source: str = "") -> Path:
        """A signed archive in a folder of its own, with its signed list; returns the folder."""
        folder = self.root / "folders" / f"kiosk-{version}"
        folder.mkdir(parents=True)
        wheel(folder, version, changes)
        shutil.copy(self.root / "line", folder / "requirements.txt")
        shutil.copytree(self.root / "wheels", folder / "wheels")
        (folder / release_files.PLATFORM).write_text(release_files.machine_kind(), "utf-8")
        shutil.copytree(self.root / building.KEYS, folder / building.KEYS)
        shutil.copy(self.pinned, folder)
        __main__.seal(folder, *self.signers)
        into = self.root / "sources" / (source or version)
        into.mkdir(parents=True, exist_ok=True)
        building.archive(folder, into, MADE_AT, release_files.machine_kind())
        __main__.index(into, self.root, self.signers, datetime.fromtimestamp(MADE_AT, UTC))
        return into


@dataclass
class Installed:
    """A machine's folders below `root`, with a home, and perhaps the programs running."""

    root: Path
    screen: int
    desk: int
    workshop: Workshop
    template: Path  # a machine's folders with every release
    newcomers: Iterator[str] = field(default_factory=lambda: iter(NEWCOMERS))

    @property
    def opt(self) -> Path:
        """Where the releases are."""
        return self.root / "opt" / "kiosk"

    @property
    def home(self) -> Path:
        """The home."""
        return self.root / "var" / "lib" / "kiosk"

    @property
    def state(self) -> Path:
        """How far an update has come."""
        return self.opt / "update.json"

    def line(self, *words: str) -> list[str]:
        """A command of the release that is the current one."""
        return [str(self.opt / "current/venv/bin/python"), "-I", "-m", "kiosk", "--home", str(self.home), *words]

    def kiosk(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One command, to its end."""
        return subprocess.run(self.line(*words), capture_output=True, text=True, timeout=300, check=False)

    def update_line(self, source: Path | str, patience: int = 60) -> list[str]:
        """The command that installs the newest release of a source."""
        where = ("--from", str(source), "--programs", str(self.root / "control"))
        return self.line("update", *where, "--patience", str(patience), "--quiet", "0")

    def update(self, source: Path | str, patience: int = 60) -> subprocess.CompletedProcess[str]:
        """Install the newest release of a source, to the end."""
        line = self.update_line(source, patience)
        return subprocess.run(line, capture_output=True, text=True, timeout=300, check=False)

    def control(self, what: str) -> None:
        """Start or stop the programs."""
        subprocess.run([str(self.root / "control"), what], check=True)

    def bring(self, version: str) -> None:
        """Let a release be put together already: nobody changes a file of one, so that links will do."""
        folder = Path("opt", "kiosk", "releases", version)
        shutil.copytree(self.template / folder, self.root / folder, symlinks=True, copy_function=os.link)

    def is_as_it_began(self, version: str) -> bool:
        """Whether nothing but this release is known here; of what was done since, nothing is left after that."""
        if self.versions() != [version] * 3 or self.state.exists():
            return False
        for path in [*(self.opt / "releases").iterdir(), *(self.home / "backups").iterdir()]:
            if path.is_file():
                path.unlink()
            elif path.name != version:
                shutil.rmtree(path)
        (self.opt / "known.json").unlink(missing_ok=True)
        return True

    def start(self) -> None:
        """Start the programs, until both are well."""
        self.control("start")
        until(lambda: all((facts or {}).get("ok") for facts in self.health()), 40)

    def health(self) -> tuple[Any, Any]:
        """What the entrance and the desk say."""
        return program_control.ask(self.screen), program_control.ask(self.desk)

    def versions(self) -> list[str]:
        """Of the two programs that run, and of the release that is the current one."""
        running = [(facts or {}).get("version", "") for facts in self.health()]
        return [*running, (self.opt / "current").resolve().name]

    def ask(self, query: str) -> Any:
        """The first value that the database answers."""
        with closing(sqlite3.connect(self.home / "db" / "ledger.db")) as database:
            return database.execute(query).fetchone()[0]

    def cut(self, process: "subprocess.Popen[bytes]") -> None:
        """The power goes: everything that runs here is gone at once, and what is only in memory with it."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.end()
        for path in (self.home / "run").glob("*"):
            path.unlink()

    def end(self) -> None:
        """Kill the programs."""
        for path in self.root.glob("*.pid"):
            with suppress(OSError, ValueError):
                os.kill(int(path.read_text()), signal.SIGKILL)
            path.unlink(missing_ok=True)


def installed(workshop: Workshop, root: Path, version: str) -> Path:
    """A machine's folders with one release in them, put there as scripts/install does."""
    machine = Machine(root, tell=lambda _line: None)
    folder = workshop.root / "folders" / f"kiosk-{version}"
    source = installer.Source(folder, version, next(folder.glob("*.whl")))
    installer.build(machine, source, INTERPRETER)
    return root


def derived(workshop: Workshop, root: Path, of: str, version: str, changes: dict[str, str]) -> None:
    """Put another release beside the one that is `installed`: of its files, with what differs, compiled."""
    releases = root / "opt" / "kiosk" / "releases"
    shutil.copytree(releases / of, releases / version, symlinks=True, copy_function=os.link)
    (site,) = (releases / version / "venv" / "lib").glob("python*/site-packages")
    info = site / f"kiosk-{of}.dist-info"
    info = info.rename(site / f"kiosk-{version}.dist-info")
    own = {str(path.relative_to(site)): path for path in (site / "kiosk" / "__init__.py", info / "METADATA")}
    changes = {name: path.read_text("utf-8").replace(of, version) for name, path in own.items()} | changes
    for name, text in changes.items():
        (site / name).unlink(missing_ok=True)  # the other one has the same file
        (site / name).write_text(text, "utf-8")
    compiled = [str(site / name) for name in changes if name.endswith(".py")]
    subprocess.run([INTERPRETER, "-m", "compileall", "-q", *compiled], check=True)
    folder = workshop.root / "folders" / f"kiosk-{version}"
    digest = installer.Source(folder, version, next(folder.glob("*.whl"))).digest()
    (releases / version / "digest").unlink()
    (releases / version / "digest").write_text(f"{digest}\n", "utf-8")


def furnish(workshop: Workshop, root: Path, version: str) -> None:
    """Give a machine a home that has members, and a release that is the current one."""
    made = Installed(root, 8080, 8081, workshop, root)
    (made.opt / "current").symlink_to(f"releases/{version}")
    control = root / "control"
    control.write_text(_CONTROL, "utf-8")
    control.chmod(0o755)
    made.home.parent.mkdir(parents=True)
    done = made.kiosk("init", "--training", "--reader", "udp:127.0.0.1:54321")
    assert done.returncode == 0, done.stderr
    settings = made.home / "kiosk.toml"
    settings.write_text(settings.read_text("utf-8").replace("/etc/kiosk/release.pub", str(workshop.pinned)), "utf-8")
    office = Living(made.home, 0, made.home)
    people = {BADGE: "Inès Moreau"} | {badge: f"Léo {number}" for number, badge in enumerate(NEWCOMERS)}
    for badge, name in people.items():
        done = office.kiosk("members", "add", "--name", name, "--badge", badge)
        assert done.returncode == 0, done.stderr


def copied(workshop: Workshop, template: Path, root: Path, version: str) -> Installed:
    """A machine of one's own, of a template, on free ports, with its current release alone."""
    shutil.copytree(template, root, symlinks=True, ignore=shutil.ignore_patterns("releases"))
    made = Installed(root, free_port(), free_port(), workshop, template)
    made.bring(version)
    rehouse(made.home, free_port(socket.SOCK_DGRAM), made.screen, made.desk)
    return made
