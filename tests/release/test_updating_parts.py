"""The parts of an update that need no release: the quiet moment, the units, a database put back, what is noted."""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from kiosk import config_file
from kiosk.config import OtherDoorConfig
from kiosk.domain.copies import versions
from kiosk.domain.copies.versions import Version, parse
from kiosk.errors import AnswerIsNo, MachineError, RequestError
from kiosk.health import status_file
from kiosk.home import Paths
from kiosk.jobs.update import program_control, release_files, release_folder, release_places, updating, way_back
from kiosk.jobs.update.program_control import Command, Systemd
from kiosk.jobs.update.release_places import Place, State, Step
from kiosk.jobs.update.updating import Patience, Update
from release import building
from tests.conftest import WEDNESDAY
from tests.fakes import FakeClock
from tests.processes import until
from tests.release import rig
from tests.release.conftest import PRESENT
from tests.release.rig import Workshop

OLD, NEW = Version(1, 9, 0), Version(1, 10, 0)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path / "opt" / "kiosk")
    for version in (OLD, NEW):
        (found.folder(version) / "venv" / "bin").mkdir(parents=True)
    found.point(OLD)
    return found


@pytest.mark.parametrize(
    ("text", "version"),
    [("1.9.0", OLD), ("0.0.0", Version(0, 0, 0)), ("1.9", None), ("01.9.0", None), ("1.9.0rc1", None), ("", None)],
)
def test_version_is_three_numbers(text: str, version: Version | None) -> None:
    assert parse(text) == version


def test_versions_are_compared_as_numbers() -> None:
    assert NEW > OLD
    assert str(NEW) == "1.10.0"


def test_place_is_known_by_the_interpreter_that_runs(place: Place, tmp_path: Path) -> None:
    assert release_places.of(place.current / "venv") == place
    assert (place.running(), place.machine) == (OLD, tmp_path)
    place.point(NEW)
    assert place.running() == NEW
    for elsewhere in (tmp_path / ".venv", tmp_path / "home" / "kiosk" / "releases" / "1.9.0" / "venv"):
        with pytest.raises(RequestError) as refused:
            release_places.of(elsewhere)
        assert refused.value.code == "not-installed"


def test_state_is_read_as_it_was_written_and_what_cannot_be_read_is_said(place: Place) -> None:
    assert release_places.load(place) is None
    state = State(Step.MIGRATING, "1.9.0", "1.10.0", "0004", "/copy.db")
    release_places.save(place, state)
    assert release_places.load(place) == state
    release_places.save(place, state.at(Step.STARTING, has_served=True))
    found = release_places.load(place)
    assert found is not None
    assert (found.step, found.has_served) == (Step.STARTING, True)
    release_places.save(place, None)
    assert release_places.load(place) is None
    place.state.write_text('{"step": "flying"}', "utf-8")
    with pytest.raises(MachineError) as refused:
        release_places.load(place)
    assert refused.value.code == "update-state"


def test_one_update_at_a_time(place: Place) -> None:
    waited: list[float] = []
    with place.locked(waited.append), pytest.raises(MachineError) as refused, place.locked(waited.append):
        pass
    assert refused.value.code == "update-runs"
    assert sum(waited) >= 30


def test_command_of_an_update_that_was_killed_is_waited_for(place: Place, tmp_path: Path) -> None:
    """A migration goes on by itself then: nobody may look at the database before it has ended."""
    python, begun, end = place.python(OLD), tmp_path / "begun", tmp_path / "end"
    python.write_text(f"#!/bin/sh\ntouch {begun}\nwhile [ ! -e {end} ]; do sleep 0.05; done\n", "utf-8")
    python.chmod(0o755)
    mover = Thread(target=way_back.command, args=(place, OLD, tmp_path, "migrate"))
    with place.locked(lambda _seconds: None):
        mover.start()
        until(begun.exists)
    looks: list[float] = []

    def pause(_seconds: float) -> None:
        looks.append(_seconds)
        end.touch()
        mover.join()

    with place.locked(pause):
        assert len(looks) == 1


@pytest.fixture
def units(place: Place) -> Path:
    """Where units are, with those of the installer."""
    folder = place.machine / "etc" / "systemd" / "system"
    folder.mkdir(parents=True)
    (folder / "kiosk-desk.service").write_text("old", "utf-8")
    (folder / "other.service").write_text("other", "utf-8")
    return folder


def test_units_come_and_go_with_their_release(place: Place, units: Path) -> None:
    release_folder.keep_units(place, OLD)
    newer = place.folder(NEW) / "systemd"
    newer.mkdir()
    (newer / "kiosk-desk.service").write_text("new", "utf-8")
    (newer / "kiosk-extra.timer").write_text("new", "utf-8")
    release_folder.use_units(place, NEW)
    assert {path.name: path.read_text("utf-8") for path in units.iterdir()} == {
        "kiosk-desk.service": "new",
        "kiosk-extra.timer": "new",
        "other.service": "other",
    }
    release_folder.use_units(place, OLD)
    assert {path.name: path.read_text("utf-8") for path in units.iterdir()} == {
        "kiosk-desk.service": "old",
        "other.service": "other",
    }


def test_units_that_are_kept_are_on_the_disk_before_anybody_finds_them(
    place: Place, units: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, seen = place.folder(OLD) / "systemd", []
    monkeypatch.setattr(os, "sync", lambda: seen.append(kept.exists()))
    release_folder.keep_units(place, OLD)
    assert (seen, kept.is_dir(), (units / "kiosk-desk.service").exists()) == ([False], True, True)


def test_machine_without_units_gets_none(place: Place) -> None:
    release_folder.keep_units(place, OLD)
    (place.folder(NEW) / "systemd").mkdir()
    (place.folder(NEW) / "systemd" / "kiosk-desk.service").write_text("new", "utf-8")
    release_folder.use_units(place, NEW)
    assert not (place.machine / "etc").exists()


def test_restored_copy_is_read_without_the_other_one_s_log(tmp_path: Path) -> None:
    database, copy = tmp_path / "ledger.db", tmp_path / "copy.db"
    with closing(sqlite3.connect(copy)) as made, made:
        made.execute("CREATE TABLE was (id)")
    writer = sqlite3.connect(database)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("CREATE TABLE newer (id)")
    writer.commit()
    for end in ("", "-wal", "-shm"):
        shutil.copy(f"{database}{end}", tmp_path / f"cut{end}")  # as a power cut leaves it: the log not yet taken in
    writer.close()
    for end in ("", "-wal", "-shm"):
        shutil.copy(tmp_path / f"cut{end}", f"{database}{end}")
    database.chmod(0o660)
    way_back.restore(copy, database)
    with closing(sqlite3.connect(database)) as found:
        assert found.execute("SELECT name FROM sqlite_master").fetchall() == [("was",)]
    assert database.stat().st_mode & 0o777 == 0o660


_SYSTEMCTL = """\
#!/bin/sh
echo "$*" >> "$(dirname "$0")/asked"
case "$1" in
    list-units) cat <<'TEXT'
kiosk-desk.service    loaded active running The desk
kiosk-desk.socket     loaded active listening The desk
kiosk-display.service loaded active running The screen
kiosk-due.timer       loaded active waiting Every five minutes
kiosk-update.service  loaded activating start This update
TEXT
        ;;
    list-unit-files) echo "kiosk-desk.socket enabled enabled"; echo "kiosk-resume.service enabled enabled"
        [ ! -e "$(dirname "$0")/template" ] || echo "kiosk-entrance@.service enabled enabled" ;;
    start) [ ! -e "$(dirname "$0")/broken" ] || { echo "Job failed." >&2; exit 1; } ;;
esac
"""


@pytest.fixture
def systemctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in that notes what it is asked."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "systemctl").write_text(_SYSTEMCTL, "utf-8")
    (folder / "systemctl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def test_what_is_active_stops_and_what_is_enabled_starts_but_the_display_and_the_update(systemctl: Path) -> None:
    Systemd().stop()
    Systemd().start()
    asked = (systemctl / "asked").read_text("utf-8").splitlines()
    assert asked[1] == "stop kiosk-desk.service kiosk-desk.socket kiosk-due.timer"
    assert asked[3] == "start kiosk-desk.socket"


def test_each_further_door_starts_again_by_its_own_name(systemctl: Path, tmp_path: Path) -> None:
    """A list of files has a template only, which cannot be started, and none of its instances."""
    (systemctl / "template").touch()
    root = tmp_path / "root"
    units = root / "etc" / "systemd" / "system"
    for name in ("kiosk-entrance@2.socket.d", "kiosk-entrance@30.socket.d"):
        (units / name).mkdir(parents=True)
        (units / name / "local.conf").touch()
    Systemd(root).start()
    (units / "kiosk-entrance@.service").touch()
    Systemd(root).start()
    asked = (systemctl / "asked").read_text("utf-8").splitlines()
    doors = [f"kiosk-entrance@{door}.{kind}" for kind in ("socket", "service") for door in (2, 30)]
    assert [asked[1], asked[3]] == ["start kiosk-desk.socket", f"start kiosk-desk.socket {' '.join(doors)}"]


def test_unit_that_does_not_start_is_said(systemctl: Path) -> None:
    (systemctl / "broken").touch()
    with pytest.raises(MachineError, match=r"systemctl start failed: Job failed\."):
        Systemd().start()


def test_command_of_one_s_own_that_is_missing_or_fails_is_said(tmp_path: Path) -> None:
    with pytest.raises(MachineError) as missing:
        Command(tmp_path / "none").stop()
    with pytest.raises(MachineError) as failing:
        Command(Path("/bin/false")).start()
    assert (missing.value.code, failing.value.code) == ("programs", "programs")


@dataclass
class Standing:
    """Programs that answer what a test wants, one answer a look; the last one again and again."""

    entrance: list[dict[str, Any] | None]
    desk: dict[str, Any] | None = field(default_factory=lambda: {"version": "1.9.0", "database": "ok", "ok": True})
    paused: float = 0.0

    def ask(self, port: int) -> dict[str, Any] | None:
        if port == 8081:
            return self.desk
        return self.entrance.pop(0) if len(self.entrance) > 1 else self.entrance[0]

    def pause(self, seconds: float) -> None:
        self.paused += seconds

    def stop(self) -> None:
        """Not asked for here."""

    def start(self) -> None:
        """Not asked for here."""


WELL = {"version": "1.9.0", "database": "ok", "ok": True, "idle_seconds": 60}


@pytest.fixture
def standing(monkeypatch: pytest.MonkeyPatch) -> Standing:
    found = Standing([WELL])
    monkeypatch.setattr(program_control, "ask", found.ask)
    return found


@pytest.fixture
def update(place: Place, root: Path, standing: Standing) -> Iterator[Update]:
    paths = Paths(root)
    settings = config_file.load(paths.config)
    yield Update(place, paths, settings, standing, FakeClock(WEDNESDAY), standing.pause, Patience(20, 10))


def test_nobody_at_the_door_is_waited_for_and_told_on_the_screen(update: Update, standing: Standing) -> None:
    standing.entrance = [{**WELL, "idle_seconds": seconds} for seconds in (0, 5, 19, 25, 0, 1, 30, 33)]
    update._wait_for_quiet()
    # three looks too early, then a badge in the very seconds in which the screen said so, then quiet
    assert standing.entrance == [{**WELL, "idle_seconds": 33}]
    assert (update.paths.runtime / status_file.UPDATING).exists()


def test_entrance_that_does_not_answer_is_not_waited_for(update: Update, standing: Standing) -> None:
    standing.entrance = [None]
    assert update._wait_for_quiet()[0] is None


def test_door_that_is_never_quiet_is_left_alone(update: Update, standing: Standing) -> None:
    standing.entrance = [{**WELL, "idle_seconds": 3}]
    with pytest.raises(AnswerIsNo) as refused:
        update._wait_for_quiet()
    assert refused.value.code == "entrance-busy"
    assert standing.paused >= updating.WAITING_SECONDS
    assert not (update.paths.runtime / status_file.UPDATING).exists()


def test_every_door_of_the_machine_is_waited_for_and_looked_at(update: Update, standing: Standing) -> None:
    gate = OtherDoorConfig(number=2, reader="udp:localhost:54322", relay_pin=27, screen_port=8082)
    update = replace(update, settings=msgspec.structs.replace(update.settings, more_doors=[gate]))
    standing.entrance = [WELL, {**WELL, "idle_seconds": 3}, WELL]  # somebody is at the gate, then nobody
    before = update._wait_for_quiet()
    assert standing.paused == updating.SAID_SECONDS + 1
    update._wait_until_well("1.9.0", before)
    for gate_now, then, ill in (
        (None, before, "the entrance at door 2 does not answer"),
        ({**WELL, "version": "1.8.0"}, before, "the entrance at door 2 says"),
        (None, (WELL, WELL, None), ""),  # nobody had started it before
        (None, None, ""),
    ):
        standing.entrance = [WELL, gate_now] * 40
        if ill:
            with pytest.raises(MachineError, match=ill):
                update._wait_until_well("1.9.0", then)
        else:
            update._wait_until_well("1.9.0", then)


@pytest.mark.parametrize(
    ("entrance", "desk", "before", "ill"),
    [
        (WELL, WELL, (WELL, WELL), ""),
        (None, WELL, (WELL, WELL), "the entrance does not answer"),
        (WELL, None, (WELL, WELL), "the desk does not answer"),
        (WELL, None, (WELL, None), ""),  # nobody had started it before
        (WELL, None, None, "the desk does not answer"),
        ({**WELL, "version": "1.8.0"}, WELL, (WELL, WELL), "says that it is release 1.8.0"),
        ({**WELL, "database": "fault"}, WELL, (WELL, WELL), "the entrance cannot use the database"),
        ({**WELL, "ok": False}, WELL, (WELL, WELL), "the entrance is not well"),
        ({**WELL, "ok": False}, WELL, ({**WELL, "ok": False}, WELL), ""),  # as ill as it was
        ({**WELL, "fallbacks": [{"code": "spool-strange"}]}, WELL, (WELL, WELL), ""),  # it opens and counts
    ],
)
def test_release_has_to_be_as_well_as_the_one_before(
    update: Update, standing: Standing, entrance: Any, desk: Any, before: Any, ill: str
) -> None:
    standing.entrance, standing.desk = [entrance], desk
    if not ill:
        update._wait_until_well("1.9.0", before)
        return
    with pytest.raises(MachineError, match=ill) as refused:
        update._wait_until_well("1.9.0", before)
    assert refused.value.code == "update-unwell"
    assert standing.paused >= 9


def test_what_the_last_look_found_is_kept(place: Place) -> None:
    assert release_places.known(place) == {}
    release_places.write(place.known, {"newest": "1.10.0"})
    assert release_places.known(place) == {"newest": "1.10.0"}
    place.known.write_text("[]", "utf-8")
    assert release_places.known(place) == {}


def test_what_was_fetched_and_older_releases_do_not_stay(place: Place) -> None:
    (place.root / ".fetched-x").mkdir()
    for version in (Version(1, 0, 0), Version(1, 8, 0), Version(1, 8, 1), Version(1, 11, 0)):
        place.folder(version).mkdir()
    (place.root / "releases" / ".1.11.0-draft").mkdir()
    place.forget_fetched()
    place.forget_others(OLD, NEW)
    assert sorted(path.name for path in (place.root / "releases").iterdir()) == ["1.10.0", "1.8.1", "1.9.0"]
    assert versions.outdated(["1.8.1", "1.9.0", "1.10.0", "1.8.0", "draft"], [NEW]) == ["1.8.0", "draft"]
    assert not (place.root / ".fetched-x").exists()


def test_update_is_noted_once_the_release_that_runs_can(update: Update, place: Place, standing: Standing) -> None:
    state = State(Step.DONE, "1.9.0", "1.10.0", "0004", str(update.paths.backups / "copy.db"), says="1.10.0 was ill")
    release_places.save(place, state)
    assert update.resume() == "1.10.0 was ill"
    with closing(sqlite3.connect(update.paths.database)) as database:
        row = database.execute("SELECT says, succeeded_at FROM upkeep WHERE care = 'update'").fetchone()
    assert row == ("1.10.0 was ill", None)
    assert json.loads(place.known.read_text("utf-8"))["taken_back"] == "1.10.0"
    assert update.resume() == "no update is under way"


def _trusting(update: Update, workshop: Workshop) -> Update:
    """The same, with the workshop's key pinned."""
    pinned = msgspec.structs.replace(update.settings.update, key=str(workshop.pinned))
    return replace(update, settings=msgspec.structs.replace(update.settings, update=pinned))


def test_older_release_is_refused_however_well_it_is_signed(update: Update, workshop: Workshop) -> None:
    trusting = _trusting(update, workshop)
    source = workshop.root / "sources" / PRESENT
    for version, code in ((Version(9, 0, 1), "release-older"), (Version(99, 0, 0), "release-older")):
        update.place.folder(version).mkdir()
        update.place.point(version)
        for path in (source, source / rig.archive(PRESENT)):
            with pytest.raises(RequestError) as refused:
                trusting.install(str(path))
            assert refused.value.code == code
    assert not update.place.folder(Version(9, 0, 0)).exists()


def test_same_release_again_is_nothing_to_do(update: Update, workshop: Workshop) -> None:
    update.place.folder(Version(9, 0, 0)).mkdir()
    update.place.point(Version(9, 0, 0))
    said = _trusting(update, workshop).install(str(workshop.root / "sources" / PRESENT))
    assert said == "release 9.0.0 is the newest there is"
    assert release_places.known(update.place)["newest"] == "9.0.0"


def test_release_altered_after_it_was_signed_changes_nothing(
    update: Update, workshop: Workshop, tmp_path: Path
) -> None:
    archive = tmp_path / rig.archive(PRESENT)
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    original = workshop.root / "sources" / PRESENT / archive.name
    folder = release_files.unpack(original, unpacked)
    (folder / "requirements.txt").write_text("evil==1\n", "utf-8")
    building.archive(folder, tmp_path, 0, release_files.machine_kind())
    for source, code in ((archive, "release-damaged"), (tmp_path / "none.tar.gz", "release-source")):
        with pytest.raises(RequestError) as refused:
            _trusting(update, workshop).install(str(source))
        assert refused.value.code == code
    assert (update.place.running(), release_places.load(update.place)) == (OLD, None)
    assert sorted(path.name for path in update.place.root.iterdir()) == ["current", "releases"]
