"""What stands beside the ledger and is away, old or blocked: the stick, the roster, the treasurer's list, the keys."""

import csv
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from kiosk import entrance, home, keys
from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.errors import MachineError
from kiosk.home import Paths
from kiosk.jobs import spool_care
from kiosk.offline import door_keys, replay, roster, spool_record, unreplayed_taps
from kiosk.offline.spool_record import SpoolRecord
from kiosk.offline.spool_records import WaitingTap
from kiosk.offline.stopped_badges import StoppedBadges
from kiosk.setup import key_mending
from kiosk.store import copying
from tests import beside, records
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock, FakeDoor

pytestmark = pytest.mark.promise(4)

INES = "04A2000000E511"
KARIM = "04A1B2C3D4E501"


class Entrance:
    """A home's entrance, which starts as the program does: by the roster where its database cannot be read."""

    def __init__(self, root: Path, stack: ExitStack) -> None:
        self._root, self._stack = root, stack
        self._clock, self._door = FakeClock(WEDNESDAY), FakeDoor()
        self.space = self._opened()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.space, name)

    def _opened(self) -> Space:
        by_roster = entrance._known_by_roster
        opened = self._stack.enter_context(home.opened(self._root, otherwise=by_roster, program="entrance"))
        return Space(opened, self._clock, door=self._door)

    def restart(self) -> None:
        """It dies and starts again, from what is on the disk."""
        self.space.kept.close()
        self._stack.close()
        self.space = self._opened()

    def lose(self, uid: str) -> None:
        self.space.enrolment.lose_badge(self.space.read(uid))

    def forget(self, number: int) -> None:
        with self.space.by_owner(), self.space.home.store.writing() as connection:
            connection.exec_driver_sql("DELETE FROM badge WHERE member_id = ?", (number,))


@pytest.fixture
def space(root: Path) -> Iterator[Entrance]:
    with ExitStack() as stack:
        made = Entrance(root, stack)
        yield made
        made.kept.close()


def put_elsewhere(space: Entrance, folder: Path) -> None:
    settings = space.home.paths.config
    settings.write_text(settings.read_text("utf-8").replace('path = "spool"', f'path = "{folder}"'), "utf-8")
    space.restart()


@pytest.fixture
def stick(space: Entrance) -> Path:
    """A folder outside the home that the spool is put on, which was a spool's before."""
    folder: Path = space.home.paths.root.parent / "stick"
    folder.mkdir()
    (folder / "reserve").touch()
    put_elsewhere(space, folder)
    return folder


def pulled(stick: Path) -> Path:
    """Take the stick away; an empty folder stays where it was."""
    away = stick.rename(stick.with_name("pocket"))
    stick.mkdir()
    return away


def put_back(stick: Path, away: Path) -> None:
    """Put it back over what is there by now."""
    stick.rename(stick.with_name("below"))
    away.rename(stick)


def days(space: Entrance) -> list[object]:
    return [row[0] for row in space.sql("SELECT member_id FROM visit ORDER BY id")]


def test_opened_days_are_entered_though_the_stick_was_away_at_the_start(space: Entrance, stick: Path) -> None:
    for name, badge in (("Inès Moreau", INES), ("Karim Benali", KARIM)):
        space.join(name, badge)
    space.kept.follower.turn()
    away = pulled(stick)
    space.restart()
    assert not space.kept.spool.is_taken_up
    with beside.locked(space.home):
        space.tap(INES)
        space.tap(KARIM)
    assert space.card.kind is CardKind.SPOOLED
    assert len(space.kept.spool) == 2
    assert list(stick.iterdir()) == [], "what lies under a mount point is in no ledger and no list"
    put_back(stick, away)
    space.restart()
    assert (space.kept.spool.is_taken_up, len(space.kept.spool)) == (True, 2)
    space.kept.replay.turn()
    assert days(space) == [1, 2]
    assert len(space.kept.spool) == 0


def test_a_stick_that_comes_back_while_it_runs_is_taken_up_with_what_waits_there(space: Entrance, stick: Path) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    space.kept.follower.turn()
    with beside.locked(space.home):
        space.tap(INES)
    space.kept.spool.look_again()
    away = pulled(stick)
    space.restart()
    with beside.locked(space.home):
        space.tap(KARIM)
    assert [line.record.member for line in space.kept.spool.waiting() if isinstance(line.record, WaitingTap)] == [2]
    put_back(stick, away)
    space.kept.spool.look_again()
    members = [line.record.member for line in space.kept.spool.waiting() if isinstance(line.record, WaitingTap)]
    assert members == [1, 2], "in the order in which they came"
    space.kept.replay.turn()
    assert days(space) == [1, 2]
    assert unreplayed_taps.count(space.kept.spool.places) == 0


def test_a_stick_that_came_back_this_second_takes_a_tap_that_nothing_else_takes(space: Entrance, stick: Path) -> None:
    """The folder of the home and memory fail, and no turn has looked for the stick yet."""
    space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    away = pulled(stick)
    space.restart()
    assert not space.kept.spool.is_taken_up
    paths = space.home.paths
    for name in ("spool", "memory"):
        (paths.root / name).rename(paths.root / f"{name}.away")
        (paths.root / name).touch()
    put_back(stick, away)
    with beside.locked(space.home):
        space.tap(INES)
    assert space.card.kind is CardKind.SPOOLED
    assert list(stick.glob("*.spool"))
    for turn in (space.kept.replay.turn, space.kept.follower.turn):
        turn()
    assert (days(space), len(space.kept.spool)) == ([1], 0)


def test_a_stick_that_is_pulled_while_it_runs_gets_no_new_file_beneath(space: Entrance, stick: Path) -> None:
    space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    away = pulled(stick)
    with beside.locked(space.home):
        space.tap(INES)
    assert space.card.kind is CardKind.SPOOLED
    assert list(stick.iterdir()) == []
    assert list((space.home.paths.root / "spool").glob("*.spool"))
    space.kept.spool.look_again()
    assert not space.kept.spool.is_taken_up
    assert (away / spool_record.MARK).exists()


def test_a_day_that_is_entered_just_after_the_stick_was_pulled_leaves_nothing_beneath(
    space: Entrance, stick: Path
) -> None:
    space.join("Inès Moreau", INES)
    away = pulled(stick)
    space.tap(INES)
    assert days(space) == [1]
    assert list(stick.iterdir()) == [], "what lies under a mount point is compared with nothing"
    space.kept.replay.turn()
    (day,) = space.kept.journal.days()
    assert [line.member for line in day.lines] == [1]
    put_back(stick, away)
    space.kept.replay.turn()
    assert [line.member for day in space.kept.journal.days() for line in day.lines] == [1]


def test_a_day_that_was_taken_back_while_the_stick_was_away_and_begun_anew_stays(space: Entrance, stick: Path) -> None:
    """Its lines lie in two folders, and their order is that of what people did."""
    space.join("Inès Moreau", INES)
    away = pulled(stick)
    space.restart()
    space.tap(INES)
    space.clock.advance(seconds=2)
    space.touch(Act.UNDO)
    put_back(stick, away)
    space.restart()
    space.clock.advance(minutes=5)
    space.tap(INES)
    space.restart()
    space.kept.replay.turn()
    assert space.sql("SELECT state FROM visit ORDER BY id") == [("undone",), ("kept",)]


def test_another_stick_is_written_once_it_was_adopted(space: Entrance, stick: Path) -> None:
    pulled(stick)
    space.restart()
    record = space.kept.spool.record
    assert not record.settle()
    assert record.adopt()
    space.kept.spool.look_again()
    assert space.kept.spool.is_taken_up


def test_a_stick_that_was_another_spools_is_not_taken_up_in_the_place_of_this_one(space: Entrance, stick: Path) -> None:
    """It has what a spool holds, and was never this one's: a person says so first."""
    pulled(stick)
    (stick / "reserve").touch()
    space.restart()
    assert space.kept.spool.place == space.home.paths.root / "spool"
    assert [path.name for path in stick.iterdir()] == ["reserve"]
    assert spool_care.adopt(space.home.paths.root) == stick
    space.restart()
    assert space.kept.spool.place == stick


@pytest.mark.parametrize(
    ("instead", "starts"),
    [("another stick", True), ("another stick", False), ("the home", True)],  # kiosk.toml is read at a start
    ids=["another stick, at the next start", "another stick, while it runs", "the home"],
)
def test_days_that_wait_on_a_stick_that_is_given_up_are_told_to_the_treasurer(
    space: Entrance, stick: Path, instead: str, *, starts: bool
) -> None:
    """Where it comes back all the same, its days are brought in."""
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    space.kept.follower.turn()
    with beside.locked(space.home):
        space.tap(INES)
        space.tap(KARIM)
    space.kept.spool.look_again()
    (file,) = stick.glob("*.spool")
    away = pulled(stick)
    space.restart()
    space.kept.replay.turn()
    assert unreplayed_taps.count(space.kept.spool.places) == 0, "the stick may come back"
    settings = space.home.paths.config
    if instead == "the home":
        settings.write_text(settings.read_text("utf-8").replace(f'path = "{stick}"', 'path = "spool"'), "utf-8")
    else:
        spool_care.adopt(space.home.paths.root)
    if starts:
        space.restart()
    space.kept.replay.turn()
    assert space.kept.spool.is_taken_up
    assert f"2 × {file.name}" in (space.kept.spool.place / unreplayed_taps.NAME).read_text("utf-8-sig")
    assert len(space.kept.spool) == 0
    assert spool_care.bring(space.home.paths, away) == 1
    space.kept.replay.turn()
    assert days(space) == [1, 2]


def test_a_stick_that_was_adopted_is_used_at_once_and_its_record_outlives_what_the_entrance_writes(
    space: Entrance, stick: Path
) -> None:
    """The remedy is one command while the entrance keeps taps; the stick of before is strange from then on."""
    space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    away = pulled(stick)
    space.kept.spool.look_again()
    spool_care.adopt(space.home.paths.root)
    with beside.locked(space.home):
        space.tap(INES)
        space.kept.spool.look_again()
    assert (space.kept.spool.is_taken_up, space.kept.spool.place) == (True, stick)
    space.restart()
    assert (space.kept.spool.is_taken_up, len(space.kept.spool)) == (True, 1)
    space.kept.replay.turn()
    put_back(stick, away)
    space.restart()
    assert not space.kept.spool.is_taken_up
    assert (days(space), unreplayed_taps.count(space.kept.spool.places)) == ([1], 0)
    spool_care.adopt(space.home.paths.root)
    stick.rename(away)
    stick.with_name("below").rename(stick)
    space.restart()
    assert not space.kept.spool.is_taken_up, "it was adopted in the place of one that was adopted since"


def test_a_stick_that_is_moved_to_the_home_with_all_its_files_has_lost_none(space: Entrance, stick: Path) -> None:
    space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    with beside.locked(space.home):
        space.tap(INES)
    space.kept.spool.look_again()
    space.kept.close()
    (file,) = stick.glob("*.spool")
    file.rename(space.home.paths.root / "spool" / file.name)
    settings = space.home.paths.config
    settings.write_text(settings.read_text("utf-8").replace(f'path = "{stick}"', 'path = "spool"'), "utf-8")
    space.restart()
    space.kept.replay.turn()
    assert (days(space), unreplayed_taps.count(space.kept.spool.places)) == ([1], 0)


def test_an_empty_folder_that_was_never_the_spools_may_be_what_a_stick_leaves(space: Entrance) -> None:
    folder = space.home.paths.root.parent / "stick"
    folder.mkdir()
    put_elsewhere(space, folder)
    assert space.kept.spool.place == space.home.paths.root / "spool"


def test_a_missing_record_is_made_again_by_the_sticks_own_mark(space: Entrance, stick: Path) -> None:
    space.home.paths.spool_record.unlink()
    space.restart()
    assert space.kept.spool.is_taken_up
    assert space.home.paths.spool_record.exists()


def test_a_record_of_another_home_is_none(space: Entrance, stick: Path) -> None:
    paths = space.home.paths
    keys_of, folder = door_keys.seals_of(paths), str(stick)
    own = SpoolRecord.of(paths, folder, keys_of, space.home.seal.home_id)
    own.tell({"00000001.spool": 3}, {})
    assert SpoolRecord.of(paths, folder, keys_of, "another home").last_line == 0
    assert SpoolRecord.of(paths, folder, keys_of, space.home.seal.home_id).last_line == 3


# An old roster


@pytest.mark.parametrize("left", ["both", "roster", "spool"])
def test_a_badge_that_was_declared_lost_opens_by_no_roster_however_old(space: Entrance, left: str) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    space.kept.follower.turn()
    old = space.home.paths.roster.read_bytes()
    space.lose(INES)
    space.kept.follower.turn()
    space.home.paths.roster.write_bytes(old)
    for folder, path in zip(("roster", "spool"), space.home.paths.stopped, strict=True):
        if left not in ("both", folder):
            path.unlink()
    with records.away(space.home):
        space.restart()
        space.tap(INES)
        assert (space.card.kind, space.door.pulses) == (CardKind.DENIED, 0)
        space.tap(KARIM)
        assert space.door.pulses == 1


def test_a_badge_that_was_given_back_opens_again(space: Entrance) -> None:
    space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    space.lose(INES)
    space.kept.follower.turn()
    space.enrolment.give_badge(1, space.read(INES))
    space.kept.follower.turn()
    with records.away(space.home):
        space.restart()
        space.tap(INES)
    assert space.door.pulses == 1


@pytest.mark.sqlite
@pytest.mark.parametrize("when", ["start", "running"])
def test_a_badge_that_was_declared_lost_opens_by_no_older_copy_of_the_records(space: Entrance, when: str) -> None:
    """A copy put in the ledger's place by hand knows nothing of it, and its word gives no badge back."""
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    space.kept.follower.turn()
    old = space.home.paths.database.with_name("older")
    copying.copy(space.home.paths.database, old)
    space.lose(INES)
    space.kept.follower.turn()
    _exchanged(space, old, when)
    space.kept.follower.turn()
    for _ in range(2):
        space.tap(INES)
        assert (space.card.kind, space.door.pulses) == (CardKind.DENIED, 0)
        space.kept.follower.turn()
    space.tap(KARIM)
    assert space.door.pulses == 1
    log = "SELECT actor, act, member_number FROM desk_log ORDER BY id DESC LIMIT 1"
    assert space.sql(log) == [("replay", "badge-lost", 1)]
    space.enrolment.give_badge(1, space.read(INES))
    space.kept.follower.turn()
    space.tap(INES)
    assert space.door.pulses == 2, "the desk's word about these records counts"


def _exchanged(space: Entrance, old: Path, when: str) -> None:
    if when == "start":
        space.kept.close()
        space.home.store.close()
    old.replace(space.home.paths.database)
    if when == "start":
        space.restart()
        space.tap(INES)
        assert space.door.pulses == 0, "before anything follows"


def test_the_stopped_are_on_the_disk_before_the_roster_and_no_tap_syncs_them(
    space: Entrance, monkeypatch: pytest.MonkeyPatch
) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    space.kept.follower.turn()
    space.lose(KARIM)
    synced: list[str] = []
    sync: Callable[[int], None] = os.fsync

    def noted(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    space.kept.follower.turn()
    names = [name for name in synced if name in ("stopped", "roster.new")]
    assert names == ["stopped", "stopped", "roster.new"]
    synced.clear()
    space.tap(INES)
    assert [name for name in synced if name == "stopped"] == []


def test_a_damaged_line_of_the_list_is_none_and_the_others_count(space: Entrance) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    space.lose(INES)
    space.lose(KARIM)
    space.kept.follower.turn()
    first, second = space.home.paths.stopped
    lines = first.read_text("ascii").splitlines()
    first.write_text(f"{lines[0]}\ngarbage \0\n{lines[1][:-1]}")
    second.unlink()
    space.restart()
    assert len(space.kept.kept.stopped.marks) == 1
    space.kept.follower.turn()
    space.restart()
    assert len(space.kept.kept.stopped.marks) == 2


def test_a_badge_that_is_stopped_after_a_torn_line_has_a_line_of_its_own(space: Entrance) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    space.kept.follower.turn()
    for path in space.home.paths.stopped:
        path.write_text("12 stopped 00")  # as a power cut leaves it
    space.restart()
    space.lose(INES)
    space.kept.follower.turn()
    space.restart()
    assert len(space.kept.kept.stopped.marks) == 1


def test_what_was_stopped_by_a_badge_key_of_before_stays_so(space: Entrance) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    space.lose(INES)
    space.kept.follower.turn()
    paths = space.home.paths
    before = StoppedBadges(paths.stopped, door_keys.seals_of(paths)).marks
    assert len(before) == 1
    paths.badge_key.rename(paths.badge_key.with_name("badge.1.2027-01-31"))
    keys.make_key(paths.badge_key)
    assert StoppedBadges(paths.stopped, door_keys.seals_of(paths)).marks == before


def test_a_link_in_the_place_of_the_list_leads_nowhere_and_the_other_file_takes_the_line(space: Entrance) -> None:
    space.join("Inès Moreau", INES)
    first, second = space.home.paths.stopped
    target = first.with_name("elsewhere")
    first.unlink(missing_ok=True)
    first.symlink_to(target)
    space.lose(INES)
    space.kept.follower.turn()
    assert (target.exists(), space.kept.kept.stopped.failing) == (False, (first,))
    assert " stopped " in second.read_text("ascii")


# The treasurer's list


@pytest.mark.parametrize("obstacle", ["folder", "pipe", "link"])
def test_a_list_that_cannot_be_appended_to_holds_up_no_tap(space: Entrance, obstacle: str) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    space.kept.follower.turn()
    path = space.home.paths.root / "spool" / unreplayed_taps.NAME
    if obstacle == "folder":
        path.mkdir()
    elif obstacle == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/nowhere/at/all")
    assert unreplayed_taps.blocked(space.kept.spool.places) == path
    with beside.locked(space.home):
        space.tap(INES)
        space.tap(KARIM)
    space.forget(1)
    space.kept.replay.turn()
    assert days(space) == [2]
    assert len(space.kept.spool) == 0
    other = path.with_name(unreplayed_taps.OTHER_NAME).read_text("utf-8-sig")
    assert "membre inconnu" in other
    assert unreplayed_taps.count(space.kept.spool.places) == 1


def test_a_line_that_cannot_go_on_is_set_aside_once_a_later_one_was_entered(
    space: Entrance, monkeypatch: pytest.MonkeyPatch
) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    space.kept.follower.turn()
    with beside.locked(space.home):
        space.tap(INES)
    enter = space.kept.replay._enter
    monkeypatch.setattr(
        space.kept.replay,
        "_enter",
        lambda connection, tap, *more: _refuse() if tap.member == 1 else enter(connection, tap, *more),
    )
    space.kept.replay.turn()
    assert (len(space.kept.spool), unreplayed_taps.count(space.kept.spool.places)) == (1, 0)
    assert space.kept.replay.held == 1
    space.tap(KARIM)
    space.kept.replay.turn()
    assert days(space) == [2]
    assert (len(space.kept.spool), unreplayed_taps.count(space.kept.spool.places)) == (0, 1)


def test_where_many_cannot_go_on_a_turn_tries_some_and_the_next_one_begins_with_the_others(
    space: Entrance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a turn stays short, and one that could go on is not behind those for ever."""
    for name, badge in (("Inès Moreau", INES), ("Karim Benali", KARIM)):
        space.join(name, badge)
    space.kept.follower.turn()
    with beside.locked(space.home):
        space.tap(INES)
        space.tap(KARIM)
    enter, tried = space.kept.replay._enter, list[int]()

    def counted(connection: sa.Connection, tap: WaitingTap, *more: Any) -> object:
        tried.append(tap.member)
        if tap.member == 1:
            raise ValueError("a line that no ledger takes")
        return enter(connection, tap, *more)

    monkeypatch.setattr(space.kept.replay, "_enter", counted)
    monkeypatch.setattr(replay, "MOST_HELD", 1)
    space.kept.replay.turn()
    assert (tried, days(space)) == ([1], [])
    space.kept.replay.turn()
    assert (tried, days(space)) == ([1, 2, 1], [2])
    assert unreplayed_taps.count(space.kept.spool.places) == 1, "a later one was entered"


def _refuse() -> None:
    raise ValueError("a line that no ledger takes")


def test_without_a_table_all_wait_and_nothing_is_set_aside(space: Entrance, monkeypatch: pytest.MonkeyPatch) -> None:
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    space.kept.follower.turn()
    with beside.locked(space.home):
        space.tap(INES)
        space.tap(KARIM)
    monkeypatch.setattr(space.kept.replay, "_enter", lambda *_: _refuse())
    space.kept.replay.turn()
    assert (len(space.kept.spool), unreplayed_taps.count(space.kept.spool.places)) == (2, 0)
    monkeypatch.undo()
    space.kept.replay.turn()
    assert days(space) == [1, 2]


# The keys


@pytest.mark.parametrize("damage", ["missing", "garbage", "pipe"])
@pytest.mark.parametrize("key", ["chain", "spool", "codes"])
def test_with_the_badge_key_alone_the_door_starts_for_known_members(space: Entrance, key: str, damage: str) -> None:
    space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    path = {
        "chain": space.home.paths.door_seal,
        "spool": space.home.paths.spool_key,
        "codes": space.home.paths.codes_key,
    }[key]
    was = path.read_bytes()
    path.unlink()
    if damage == "garbage":
        path.write_bytes(b"\0garbage")
    elif damage == "pipe":
        os.mkfifo(path)
    office = space.home.paths.chain_key
    if key == "chain":  # what the door's is made from, too: on a laptop it may read that
        office.rename(office.with_name("away"))
    space.restart()
    space.tap(INES)
    assert space.door.pulses == 1
    space.tap(KARIM)
    assert space.door.pulses == 1, "an unknown badge is never let in"
    assert days(space) == ([] if key == "chain" else [1])
    space.kept.replay.turn()
    assert unreplayed_taps.count(space.kept.spool.places) == 0
    path.unlink(missing_ok=True)
    path.write_bytes(was)
    path.chmod(0o600)
    space.restart()
    space.kept.replay.turn()
    assert days(space) == [1]


def test_taps_that_waited_without_the_spools_key_are_read_once_it_is_put_back(space: Entrance) -> None:
    space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    path = space.home.paths.spool_key
    away = path.rename(path.with_name("away"))
    space.restart()
    with beside.locked(space.home):
        space.tap(INES)
    away.rename(path)
    space.restart()
    space.kept.replay.turn()
    assert (days(space), unreplayed_taps.count(space.kept.spool.places)) == ([1], 0)


def test_a_roster_of_the_release_before_is_read_and_it_reads_ours(space: Entrance) -> None:
    space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    paths = space.home.paths
    body, _, mac = paths.roster.read_text("utf-8").rpartition("\n")
    own = keys.read_key(paths.spool_key)
    assert mac == _old_mac(own, body), "the release before finds its own seal behind"
    old = body[: body.rindex(',"seal":')] + "}"
    paths.roster.write_text(f"{old}\n{_old_mac(own, old)}", "utf-8")
    found = roster.load(paths.roster, door_keys.seals_of(paths))
    assert found is not None
    assert len(found.people) == 1


def _old_mac(key: bytes, body: str) -> str:
    import hmac

    return hmac.digest(key, b"roster\n" + body.encode(), "sha256").hex()


def test_a_seal_by_a_badge_key_of_before_is_still_read(space: Entrance) -> None:
    space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    paths = space.home.paths
    before = keys.read_key(paths.badge_key)
    paths.badge_key.write_text(bytes(range(32)).hex())
    paths.badge_key.with_name("badge.1.2027-01-31").write_text(before.hex())
    paths.badge_key.with_name("badge.1.2027-01-31").chmod(0o600)
    paths.spool_key.unlink()
    assert roster.load(paths.roster, door_keys.seals_of(paths)) is not None


def test_the_codes_key_is_made_from_the_spools_so_that_none_is_lost(root: Path) -> None:
    paths = Paths(root)
    paths.codes_key.unlink()
    before = door_keys.codes(paths, keys.read_key(paths.badge_key))
    assert key_mending.mend(root, WEDNESDAY) == []
    assert keys.read_key(paths.codes_key) == before
    paths.spool_key.unlink()
    key_mending.mend(root, WEDNESDAY)
    assert door_keys.codes(paths, keys.read_key(paths.badge_key)) == before


def test_a_day_that_was_entered_before_its_key_was_lost_is_not_in_the_treasurers_list(space: Entrance) -> None:
    for name, badge in (("Inès Moreau", INES), ("Karim Benali", KARIM)):
        space.join(name, badge)
    space.kept.follower.turn()
    with beside.locked(space.home):
        space.tap(INES)
        space.tap(KARIM)
    ends = iter((False, True))
    space.kept.replay.turn(lambda: next(ends, True))
    assert days(space) == [1]
    space.home.paths.spool_key.unlink()
    key_mending.mend(space.home.paths.root, WEDNESDAY)
    space.restart()
    space.kept.replay.turn()
    (path,) = space.home.paths.root.glob("spool/*.csv")
    assert [row[1] for row in csv.reader(path.read_text("utf-8-sig").splitlines()[1:], delimiter=";")] == ["2"]
    assert len(list(space.home.paths.root.glob("spool/quarantine/*"))) == 1


def test_what_is_damaged_is_kept_aside_and_said(root: Path) -> None:
    paths = Paths(root)
    paths.spool_key.write_bytes(b"garbage")
    assert key_mending.mend(root, WEDNESDAY) == ["aside entrance/spool", "key entrance/spool"]
    (aside,) = paths.spool_key.parent.glob(".spool-damaged-*")
    assert aside.read_bytes() == b"garbage"
    assert [what for _, what in keys.made_anew(root)] == ["aside entrance/spool", "key entrance/spool"]
    assert key_mending.mend(root, WEDNESDAY) == []


def test_a_badge_key_of_before_gets_its_rights_back(root: Path) -> None:
    path = Paths(root).badge_key.with_name("badge.1.2027-01-31")
    keys.make_key(path)
    path.chmod(0o000)
    assert key_mending.mend(root, WEDNESDAY) == [f"rights {path.name}"]
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("key", ["shared/badge", "shared/chain"])
def test_the_keys_of_badges_and_chain_are_never_made(root: Path, key: str) -> None:
    path = root / "keys" / key
    path.unlink()
    key_mending.mend(root, WEDNESDAY)
    assert not path.exists()
    with pytest.raises(MachineError), home.opened(root):
        pass
