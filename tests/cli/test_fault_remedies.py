"""The pages for a day of faults, section by section: each `kiosk` command is typed in the situation that it is for, in
a story of its section, or it is said where that is done. The list is made of the pages themselves.
"""

import re
import shlex
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import home
from kiosk.store import copying
from kiosk.store.health import failing_rows
from tests import beside, typed
from tests.cli.standing import MOMENT
from tests.cli.test_commands import INES, Kiosk, kiosk
from tests.fakes import FakeClock
from tests.offline.test_lost_media import KARIM, Entrance, pulled, put_elsewhere

assert kiosk  # the fixture
pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).parents[2]
_COMMAND = re.compile(r"`(?:sudo )?kiosk ([^`]*)`|^(?:sudo )?kiosk (.*)$")
ACCOUNTS = "Les comptes ne peuvent pas être écrits"
DOOR = "La porte s'est ouverte et les comptes n'en savent rien"
FALLBACKS, TIME = "Les secours manqueraient", "L'heure n'est pas sûre"
FAILING = "Quelque chose que le temps amène échoue"


def _sections(page: str) -> dict[str, set[str]]:
    """What each section of a page says to type, as far as a machine of its own does not matter."""
    found: dict[str, set[str]] = {}
    title = ""
    for line in (ROOT / "docs" / page).read_text("utf-8").splitlines():
        title = line.lstrip("# ") if line.startswith("#") else title
        for inline, whole in _COMMAND.findall(line):
            words = typed.words(inline or whole)
            found.setdefault(title, set()).add(" ".join(words))
    return found


class Typist:
    """Types what a section says, and remembers it."""

    def __init__(self, kiosk: Kiosk, clock: FakeClock) -> None:
        self.kiosk, self.clock = kiosk, clock
        self.typed: set[str] = set()
        self.stack = ExitStack()

    def types(self, command: str, *more: str, status: int = 0) -> str:
        """Type a command of the page, with what a person puts behind it. Returns what it says."""
        self.typed.add(command)
        return self.asks(*shlex.split(command), *more, status=status)

    def asks(self, *words: str, status: int = 0) -> str:
        """Type what the page does not say."""
        ended, out, said = self.kiosk(*words)
        assert ended == status, out + said
        return out + said

    def entrance(self) -> Entrance:
        """The door, which starts from what is on the disk, at the time of the command line."""
        made = Entrance(self.kiosk.root, self.stack)
        made.clock.set(self.clock.now())
        self.stack.callback(made.kept.close)
        return made

    def codes(self) -> str:
        """What `kiosk check` finds."""
        return self.kiosk("check", "--json")[1]


def _accounts(typist: Typist) -> None:
    typist.asks("members", "add", "--name", "Inès Moreau", "--badge", INES)
    typist.types("backup")
    door = typist.entrance()
    door.kept.follower.turn()
    (typist.kiosk.root / "db" / "ledger.db").write_bytes(b"no database" * 999)
    door.tap(INES)
    assert (door.door.pulses, len(door.kept.spool)) == (1, 1)
    assert "ledger-damaged" in typist.types("check", status=1)
    copy = max(re.findall(r"kiosk-\w+\.tar", typist.types("backup --list")))
    typist.types("restore", str(typist.kiosk.root / "backups" / copy), "--yes")
    door.restart()
    door.kept.replay.turn()
    assert door.sql("SELECT count(*) FROM visit") == [(1,)]
    typist.types("backup")
    typist.types("drill")
    typist.types("verify")


def _door(typist: Typist) -> None:
    typist.asks("members", "add", "--name", "Inès Moreau", "--badge", INES)
    typist.asks("backup")
    door = typist.entrance()
    door.kept.follower.turn()
    old = door.home.paths.database.with_name("older")
    copying.copy(door.home.paths.database, old)
    door.tap(INES)
    door.kept.close()
    typist.stack.close()
    for path in old.parent.glob("ledger.db*"):
        path.unlink()
    old.rename(old.with_name("ledger.db"))
    assert "door-days-lacking" in typist.types("verify", status=1)
    typist.types("check", status=1)
    assert "kiosk-" in typist.types("backup --list")
    door = typist.entrance()
    for _ in range(2):
        door.kept.follower.turn()
        door.kept.replay.turn()
    assert door.sql("SELECT count(*) FROM visit") == [(1,)]
    (copy, *_) = sorted((typist.kiosk.root / "backups").glob("*.tar"))
    typist.stack.close()
    typist.types("restore", str(copy), "--yes")
    assert "wrong-value" not in typist.codes()


def _fallbacks(typist: Typist) -> None:
    root = typist.kiosk.root
    typist.asks("members", "add", "--name", "Inès Moreau", "--badge", INES)
    typist.asks("members", "add", "--name", "Karim Benali", "--badge", KARIM)
    door = typist.entrance()
    door.kept.follower.turn()
    stick = root.parent / "stick"
    stick.mkdir()
    (stick / "reserve").touch()
    put_elsewhere(door, stick)
    with beside.locked(door.home):
        door.tap(KARIM)
    door.kept.spool.look_again()
    away = pulled(stick)
    typist.types("spool adopt")
    door.kept.spool.look_again()
    assert door.kept.spool.is_taken_up
    assert "1" in typist.types("spool gather --from", str(away))
    with beside.locked(door.home):
        door.tap(INES)
    below = root.parent / "below"
    below.mkdir()
    (file,) = stick.glob("*.spool")
    file.rename(below / file.name)  # a release before wrote it there
    door.kept.close()
    assert "1" in typist.types("spool gather", "--from", str(below))
    door.restart()
    door.kept.replay.turn()
    assert door.sql("SELECT count(*) FROM visit") == [(2,)]
    home.Paths(root).spool_key.write_bytes(b"")
    typist.types("mend")
    typist.types("backup")
    for path in (root / "backups").iterdir():
        path.unlink()
    assert "copies-gone" in typist.types("check", status=1)
    typist.types("backup")
    typist.types("drill")
    typist.types("restore", str(next((root / "backups").glob("*.tar"))), "--yes")
    assert "copies-gone" not in typist.codes()


def _time(typist: Typist) -> None:
    typist.asks("members", "add", "--name", "Inès Moreau", "--badge", INES)
    typist.clock.set(MOMENT + timedelta(days=30))
    assert "jump" in typist.types("clock show")
    typist.typed.add("--today mercredi 25 novembre 2026 pay 9 5 --method cash")
    typist.asks("--today", "vendredi 26 décembre 2031", "pay", "1", "5", "--method", "cash")
    typist.types("clock confirm", "--yes")
    typist.types("clock show")


def _failing(typist: Typist) -> None:
    with home.opened(typist.kiosk.root) as opened, opened.store.writing() as connection:
        failing_rows.note(connection, {"closings": "KeyError", "outbox": "KeyError"}, [], MOMENT - timedelta(hours=3))
    assert "due-failing" in typist.types("check", status=1)
    typist.types("due")
    typist.types("outside")
    assert "due-failing" not in typist.codes()


def _beginning(typist: Typist) -> None:
    assert "backup-none" in typist.types("check", status=1)


STORIES: dict[str, Callable[[Typist], None]] = {
    "Quand quelque chose ne va pas": _beginning,
    ACCOUNTS: _accounts,
    DOOR: _door,
    FALLBACKS: _fallbacks,
    TIME: _time,
    FAILING: _failing,
}


@pytest.mark.parametrize("title", STORIES)
def test_what_a_section_says_is_typed_in_its_situation(kiosk: Kiosk, clock: FakeClock, title: str) -> None:
    typist = Typist(kiosk, clock)
    with typist.stack:
        STORIES[title](typist)
    assert typist.typed == _sections("faults.md")[title]


def test_each_section_has_its_story_or_tests_that_claim_its_commands() -> None:
    claimed = {(each.situation, each.command) for each in typed.claims()}
    for title, commands in _sections("faults.md").items():
        left = {command for command in commands if (title, command) not in claimed}
        assert title in STORIES or not left, (title, left)
    assert STORIES.keys() <= _sections("faults.md").keys()
