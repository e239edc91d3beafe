"""A running entrance under faults: badges are held to it, its screen and its books are read from outside."""

import http.client
import json
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk import config_file
from kiosk.devices import simulated_badge
from kiosk.domain.checkin import badges
from kiosk.setup import demo
from tests import forked
from tests.processes import PYTHON, Living, living, memory_of, until
from tests.shared import once

UIDS = [person.uid for person in demo.PEOPLE]  # member 1 and on
STRANGER = "04DEADBEEF0011"
HELD_SECONDS = 0.15
PATIENCE_SECONDS = (
    20.0  # a badge lifted before the reader looked whether it is still there may be missed: machines are busy
)


@contextmanager
def entrance(
    folder: Path, disk: Path | None = None, *, of_its_own: bool = False, served: bool = False
) -> Iterator[Living]:
    """A demo home on a disk, not started; log and last resort are in `folder`. What runs at the end is ended.

    It is a copy, of a home whose entrance has `served` before perhaps, or `of_its_own` by the real `init`.
    """
    with living(disk or folder, "--demo", of_its_own=of_its_own) as home:
        if served:
            _has_served(home)
        home.log = folder / "entrance.log"
        (folder / "memory").mkdir()
        change(home, '"/dev/shm"' if of_its_own else f'"{memory_of(home.root)}"', f'"{folder / "memory"}"')
        yield home


def _has_served(home: Living) -> None:
    """What an entrance that ran leaves in a home: it is run once, and copied."""

    def serve(made: Path) -> None:
        with entrance(made) as run:
            start(run)
            roster_kept(run)
            until((run.root / "spool" / "reserve").exists)
            run.stop()

    left = once("demo-that-served", serve) / "home"
    for name in ("db", "keys", "roster", "spool"):
        shutil.copytree(left / name, home.root / name, dirs_exist_ok=True)


def change(home: Living, old: str, new: str) -> None:
    """Change kiosk.toml."""
    path = home.root / "kiosk.toml"
    text = path.read_text("utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new), "utf-8")


def start(home: Living, *before: str) -> None:
    """Start the entrance, well or not, below another command perhaps, until it answers and its reader is online."""
    with home.log.open("ab") as log:
        home.process = forked.start([*before, *PYTHON, "--home", str(home.root), "entrance"], log)
    process = home.process
    try:
        until(lambda: process.poll() is not None or home.health().get("reader") == "online")
    except AssertionError:
        raise AssertionError(f"not online: {home.health()}\n{_end_of_log(home)}") from None
    assert process.poll() is None, f"it ended with {process.returncode}\n{_end_of_log(home)}"


def _end_of_log(home: Living) -> str:
    return home.log.read_text("utf-8", "replace")[-3000:]


def roster_kept(home: Living) -> None:
    """Wait for the first roster on the disk."""
    until((home.root / "roster" / "roster.json").exists)


def said(home: Living, *words: str) -> bool:
    """Whether the log says all of this."""
    log = home.log.read_text("utf-8", "replace")
    return all(each in log for each in words)


def hold(home: Living, uid: str, patience_seconds: float = 0.0, port: int | None = None) -> None:
    """Hold a badge to the reader until it was sensed; with patience, until the reader has done what it does with it."""
    read, at = badges.parse(uid), reader_port(home) if port is None else port
    until(lambda: simulated_badge.present(read, port=at, seconds=HELD_SECONDS, patience_seconds=patience_seconds))


def reader_port(home: Living) -> int:
    """Where the simulated reader looks for a badge."""
    return int(config_file.load(home.root / "kiosk.toml").reader.device.rpartition(":")[2])


def pulses(home: Living) -> int:
    """How often the door was opened since the start."""
    return int(home.health()["door"]["pulses"])


def tap(home: Living, uid: str, port: int | None = None) -> None:
    """Hold a badge to the reader, and wait until the door has opened for it."""
    before = pulses(home)
    hold(home, uid, PATIENCE_SECONDS, port)
    until(lambda: pulses(home) > before)


def card(home: Living) -> str:
    """The state of the screen at this moment."""
    return str(poll(home.port, "since=-1")["state"])


def states(home: Living, last: str) -> Iterator[str]:
    """The states of the screen one after the other, until one is `last`."""
    found = poll(home.port, "since=-1")
    while True:
        yield str(found["state"])
        if found["state"] == last:
            return
        found = poll(home.port, f"since={found['number']}&boot={found['boot']}")


def poll(port: int, query: str) -> dict[str, Any]:
    """What the screen's page gets when it asks for a card, however often it has to ask."""
    while True:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            connection.request("GET", f"/card?{query}")
            answer = connection.getresponse()
            if answer.status == 200:
                found: dict[str, Any] = json.loads(answer.read())
                return found
            if answer.status != 205:  # 205: the card goes on
                raise OSError(f"the screen answers {answer.status}")


def database(home: Living) -> Path:
    """The ledger's file."""
    return home.root / "db" / "ledger.db"


def rows(home: Living, query: str) -> list[tuple[Any, ...]]:
    """What a program that only reads finds in the database. Where nobody has it open, nothing is left beside it."""
    path = database(home)
    alone = "" if path.with_name(f"{path.name}-wal").exists() else "&immutable=1"
    with closing(sqlite3.connect(f"file:{path}?mode=ro{alone}", uri=True, timeout=20)) as connection:
        return connection.execute(query).fetchall()


def last_visit(home: Living) -> int:
    """The number of the newest visit."""
    return int(rows(home, "SELECT coalesce(max(id), 0) FROM visit")[0][0])


def entered(home: Living, after: int) -> list[str]:
    """The badges whose visits came after that one, as they were entered."""
    found = rows(
        home,
        f"SELECT m.number FROM visit AS v JOIN member AS m ON m.id = v.member_id WHERE v.id > {after} ORDER BY v.id",
    )
    return [UIDS[number - 1] for (number,) in found]


def all_entered(home: Living) -> None:
    """Wait until the entrance is well again and nobody's tap waits."""
    until(lambda: (health := home.health()).get("ok") and health["spooled"] == 0, 40)


def spool_files(home: Living, folder: Path | None = None) -> list[Path]:
    """The spool's files on a disk."""
    return sorted((folder or home.root / "spool").glob("*.spool"))


def verified(home: Living) -> None:
    """`kiosk verify` finds nothing, and no tap was set aside."""
    found = home.kiosk("verify")
    assert found.returncode == 0, found.stderr
    assert not list(home.root.glob("**/journees-a-reprendre.csv"))


# ---- disks: root only ------------------------------------------------------------------------------------------------


@contextmanager
def memory_disk(at: Path, megabytes: int = 8) -> Iterator[Path]:
    """A small disk at `at`, to be filled. It is gone in the end, whatever is open on it."""
    at.mkdir()
    _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(at))
    try:
        yield at
    finally:
        _run("umount", "-l", str(at))


def fill(at: Path) -> None:
    """Leave no free byte on a disk."""
    with (at / "filling").open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError:
                continue
    assert shutil.disk_usage(at).free == 0


def empty(at: Path) -> None:
    """Give back what `fill` took."""
    (at / "filling").unlink()


@dataclass
class Card:
    """A memory card with ext4, as a file; `at` is where it is mounted."""

    image: Path
    at: Path

    def insert(self) -> None:
        """Mount it."""
        _run("mount", "-o", "loop,errors=remount-ro", str(self.image), str(self.at))

    def pull(self) -> None:
        """Take it away under whoever uses it."""
        _run("umount", "-l", str(self.at))

    def settle(self) -> None:
        """Let the kernel write what it has kept: a home is seldom as young as a test's when its card fails."""
        _run("sync", "-f", str(self.at))

    def fail(self) -> None:
        """The kernel finds an error and makes the file system read-only, open files and all."""
        device = Path(_run("findmnt", "-no", "SOURCE", str(self.at)).strip()).name
        (Path("/sys/fs/ext4") / device / "trigger_fs_error").write_text("1")

    def repair(self) -> None:
        """What is done about it elsewhere: a new card with all that is on the old one, which the entrance still has."""
        old, self.image = self.image, self.image.with_name("new card.img")
        shutil.copyfile(old, self.image)
        found = subprocess.run(["e2fsck", "-fy", str(self.image)], capture_output=True, text=True, check=False)
        assert found.returncode <= 1, found.stdout

    def remount(self, how: str) -> None:
        """`ro` or `rw`."""
        _run("mount", "-o", f"remount,{how}", str(self.at))


@contextmanager
def memory_card(folder: Path) -> Iterator[Card]:
    """A memory card, inserted."""
    card = Card(folder / "card.img", folder / "card")
    with card.image.open("wb") as file:
        file.truncate(48 << 20)
    _run("mkfs.ext4", "-q", "-F", str(card.image))
    card.at.mkdir()
    card.insert()
    try:
        yield card
    finally:
        card.pull()


def _run(*command: str) -> str:
    found = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert found.returncode == 0, f"{command}: {found.stderr}"
    return found.stdout


# ---- many taps -------------------------------------------------------------------------------------------------------


@contextmanager
def tapping(home: Living, uids: Sequence[str]) -> Iterator[Callable[[int], None]]:
    """Badges come one after the other meanwhile; each must open. Gives what waits until so many have."""
    failed: list[BaseException] = []
    done: list[str] = []
    port = reader_port(home)  # the disk that says it may go meanwhile

    def taps() -> None:
        try:
            for uid in uids:
                tap(home, uid, port)
                done.append(uid)
        except BaseException as fault:
            failed.append(fault)

    def opened_for(count: int) -> None:
        until(lambda: failed or len(done) >= count, 60)

    thread = threading.Thread(target=taps)
    thread.start()
    try:
        yield opened_for
    finally:
        thread.join()
    if failed:
        raise failed[0]
