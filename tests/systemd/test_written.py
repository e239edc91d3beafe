"""On a disk that is read-only but for what the unit names, the entrance does all its work, and tries no other path."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..processes import PYTHON, Living, living, until
from .units import FOLDER, settings

HOME = "/var/lib/kiosk"
# Mounts of their own kind on every machine, and what PrivateTmp gives.
_TEMPORARY = "/var/tmp"  # noqa: S108  # a file system of the test's own
_ALWAYS = ("/dev/", "/proc/", "/sys/", f"{_TEMPORARY}/")
_WRITES = re.compile(r'open(?:at)?\([^"]*"([^"]+)", [^)\n]*(?:O_WRONLY|O_RDWR|O_CREAT)')
_CHANGES = re.compile(r'\b(?:mkdir|unlink|rename|rmdir|symlink|link|chmod|truncate)\w*\((?:AT_FDCWD, )?"([^"]+)"')

# Makes everything read-only but the folders it is given, then runs the rest.
_SHUT_IN = """
import subprocess, sys
folders, command = sys.argv[1].split(":"), sys.argv[2:]
def mount(*arguments): subprocess.run(["mount", *arguments], check=True)
mount("--make-rprivate", "/")
for folder in folders:
    mount("--bind", folder, folder)
mount("-t", "tmpfs", "tmpfs", "/var/tmp")  # as PrivateTmp has it
mount("-o", "remount,ro,bind", "/")
import os
os.execvp(command[0], command)
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Living]:
    with living(tmp_path, of_its_own=True) as found:  # with its last resort where the unit has it
        yield found


def _writable(home: Living, runtime: Path) -> list[str]:
    """What the entrance's unit lets it write, in this home."""
    (named,) = settings("kiosk-entrance.service")["ReadWritePaths"]
    return [each.replace(HOME, str(home.root)) for each in named.replace("-/", "/").split()] + [str(runtime)]


def _shut_in(home: Living, folders: list[str], runtime: Path, trace: Path) -> None:
    for folder in folders:
        Path(folder).mkdir(exist_ok=True)
    watched = ["strace", "-f", "-qq", "-e", "trace=%file", "-o", str(trace)]
    entrance = [*PYTHON, "--home", str(home.root), "entrance"]
    inside = [sys.executable, "-I", "-c", _SHUT_IN, ":".join([*folders, str(trace.parent)]), *watched, *entrance]
    own = {
        **os.environ,
        "RUNTIME_DIRECTORY": str(runtime),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LG_WD": str(runtime),
        "TMPDIR": _TEMPORARY,
    }
    with home.log.open("ab") as log:
        home.process = subprocess.Popen(["unshare", "--mount", *inside], stdout=log, stderr=log, env=own)


def test_the_entrance_writes_what_its_unit_names_and_tries_nothing_else(home: Living, tmp_path: Path) -> None:
    runtime, traces = tmp_path / "runtime", tmp_path / "traces"
    traces.mkdir()
    folders = _writable(home, runtime)
    assert home.kiosk("members", "add", "--name", "Nadia", "--badge", "04a1b2c3d4e5f6").returncode == 0
    _shut_in(home, folders, runtime, traces / "trace")
    until(lambda: home.health().get("ok"))
    assert home.kiosk("tap", "04a1b2c3d4e5f6").returncode == 0
    until(lambda: home.health()["door"]["pulses"] == 1)
    assert (runtime / "status.json").is_file()
    subprocess.run(["pkill", "--parent", str(_process(home).pid), "-TERM"], check=True)
    assert _process(home).wait(20) == 0
    home.process = None
    assert home.kiosk("export", "day-passes", "--from", "2000-01-01", "--to", "2100-01-01").stdout.count("\n") == 2
    assert _strays((traces / "trace").read_text("utf-8", "replace"), folders) == set()


def _process(home: Living) -> "subprocess.Popen[bytes]":
    assert home.process is not None
    return home.process


def _strays(trace: str, folders: list[str]) -> set[str]:
    """Paths that were written, or were to be, and that no unit names."""
    tried = {found[1] for pattern in (_WRITES, _CHANGES) for found in pattern.finditer(trace)}
    own = tuple(f"{folder.rstrip('/')}" for folder in folders)
    return {path for path in tried if path.startswith("/") and not path.startswith((*own, *_ALWAYS))}


def test_a_write_elsewhere_would_be_seen() -> None:
    trace = (
        'openat(AT_FDCWD, "/var/lib/kiosk/db/ledger.db", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = 3\n'
        'openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 3\n'
        '12 openat(AT_FDCWD, "/usr/lib/libnss_db.so.2", O_RDONLY|O_CLOEXEC <unfinished ...>\n'
        'openat(AT_FDCWD, "/srv/etilqs_1", O_RDWR|O_CREAT|O_EXCL, 0600) = -1 EROFS\n'
        'mkdir("/root/.cache", 0777) = -1 EROFS\n'
        'rename("/var/lib/kiosk/roster/a", "/var/lib/kiosk/roster/b") = 0\n'
    )
    assert _strays(trace, ["/var/lib/kiosk/db", "/var/lib/kiosk/roster"]) == {"/srv/etilqs_1", "/root/.cache"}


def test_what_is_written_on_a_read_only_root_has_a_disk_or_memory() -> None:
    """Each folder that a unit names, or that systemd makes for it, lies where the table of disks lets write."""
    rows = [line.split() for line in (FOLDER / "read-only" / "fstab").read_text("utf-8").splitlines()]
    table = {row[1]: row[3] for row in rows if row and not row[0].startswith("#")}
    assert "ro" in table["/"].split(",")
    writable = [place for place, options in table.items() if "ro" not in options.split(",")] + ["/run"]
    wanted = {"/var/lib/caddy", "/var/lib/systemd", "/var/log", "/tmp", _TEMPORARY}  # noqa: S108  # its name only
    for unit in FOLDER.glob("*.service"):
        said = settings(unit.name)
        for named in said.get("ReadWritePaths", []):
            wanted |= {each.removeprefix("-") for each in named.split()}
        wanted |= {f"/var/cache/{each}" for each in said.get("CacheDirectory", [])}
        wanted |= {f"/var/lib/{each}" for each in said.get("StateDirectory", [])}
    outside = {path for path in wanted if not any(path == place or path.startswith(f"{place}/") for place in writable)}
    assert outside - {"/srv/kiosk-litestream"} == set(), "that one is a disk of its own"
