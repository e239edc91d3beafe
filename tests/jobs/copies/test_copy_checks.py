"""The newest copies are opened as files by who checks: one that is whole says so, and each damage to one is said."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.domain.health.findings import Finding
from kiosk.domain.health.upkeep import Care
from kiosk.jobs.copies import backup, copy_checks
from kiosk.store.health import upkeep_rows
from tests.conftest import WEDNESDAY, Space

pytestmark = [pytest.mark.sqlite, pytest.mark.promise(6)]


@pytest.fixture
def copy(space: Space) -> Path:
    """A copy of the home, made as each night's is."""
    return backup.make(space.home, space.clock, sure=True).path


def findings(space: Space) -> list[Finding]:
    return list(copy_checks.check(space.home.paths))


def codes(space: Space) -> list[str]:
    return [each.kind.code for each in findings(space)]


def halve(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def end_early(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 4096)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def spoil(path: Path) -> None:
    path.write_bytes(b"\0\xffgarbage" * 900)


def spoil_beginning(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content.replace(b"SQLite format 3", b"SQLite format 4", 1))


def put_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def put_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/nowhere/at/all")


def put_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


DAMAGES = (halve, end_early, empty, spoil, spoil_beginning, put_folder, put_link, put_pipe)


def test_a_home_that_never_made_a_copy_is_told_nothing(space: Space) -> None:
    assert codes(space) == []


def test_a_copy_that_is_whole_opens(space: Space, copy: Path) -> None:
    assert copy.is_file()
    assert codes(space) == ["copies"]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda each: str(each.__name__))
def test_a_damaged_copy_is_named_and_holds_nothing_up(space: Space, copy: Path, damage: Callable[[Path], None]) -> None:
    damage(copy)
    (finding,) = findings(space)
    assert finding.kind.code == "copies-unreadable"
    assert copy.name in finding.says("en")
    assert "sudo kiosk backup" in finding.remedy("en")


def test_the_copy_before_the_newest_is_looked_at_and_older_ones_are_not(space: Space) -> None:
    made = []
    for _ in range(copy_checks.MOST + 1):
        space.clock.advance(hours=24)
        made.append(backup.make(space.home, space.clock, sure=True).path)
    made[0].write_bytes(b"")
    assert codes(space) == ["copies"]
    made[1].write_bytes(b"")
    assert codes(space) == ["copies-unreadable"]


@pytest.mark.parametrize("what", ["the copies", "the folder"])
def test_copies_that_are_gone_are_missed_until_the_remedy_is_typed(space: Space, copy: Path, what: str) -> None:
    with space.home.store.writing() as connection:
        upkeep_rows.note(connection, Care.BACKUP, WEDNESDAY, ok=True, says="")
    for path in copy.parent.iterdir():
        path.unlink()
    if what == "the folder":
        copy.parent.rmdir()
    (finding,) = findings(space)
    assert (finding.kind.code, finding.remedy("fr")) == ("copies-gone", "Lancez sudo kiosk backup.")
    space.clock.advance(minutes=5)
    backup.make(space.home, space.clock, sure=True)
    assert codes(space) == ["copies"]


def test_records_that_cannot_be_read_say_nothing_of_copies_that_were_made(space: Space) -> None:
    with closing(sqlite3.connect(space.home.paths.database)) as connection:
        connection.execute("DROP TABLE upkeep")
    assert codes(space) == []
