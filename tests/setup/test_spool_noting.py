"""The record of the spool that an update makes before the first start of the new release, and a home from the start."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kiosk import home
from kiosk.home import Paths
from kiosk.offline import door_keys, sealed_file, spool_record, unreplayed_taps
from kiosk.offline.spool_record import SpoolRecord
from kiosk.setup import migration, spool_noting
from tests import beside
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock
from tests.faults import damages

pytestmark = [pytest.mark.promise(4), pytest.mark.sqlite]

INES = "04A2000000E511"
GATE = '\n[[more_doors]]\nnumber = 2\nreader = "udp:localhost:54399"\nrelay_pin = 27\nscreen_port = 8092\n'


@pytest.fixture
def waiting(root: Path) -> Iterator[Paths]:
    """A home in which a day waits and that has no record, as a release before ours leaves it."""
    with home.opened(root) as opened:
        space = Space(opened, FakeClock(WEDNESDAY))
        space.join("Inès Moreau", INES)
        space.kept.follower.turn()
        with beside.locked(opened):
            space.tap(INES)
        space.kept.close()
        opened.paths.spool_record.unlink()
        yield opened.paths


def record_of(paths: Paths) -> SpoolRecord:
    with home.opened(paths.root) as opened:
        folder = opened.config.spool.path
        return SpoolRecord.of(paths, folder, door_keys.seals_of(paths), opened.seal.home_id)


def listed_and_counted(paths: Paths) -> tuple[int, int]:
    """How many taps the treasurer's list has after a start, and how many days the ledger."""
    with home.opened(paths.root) as opened:
        space = Space(opened, FakeClock(WEDNESDAY))
        space.kept.replay.turn()
        space.kept.close()
        ((days,),) = space.sql("SELECT count(*) FROM visit")
        return unreplayed_taps.count(space.kept.spool.places), int(str(days))


def test_a_new_home_has_its_record_before_its_first_start(root: Path) -> None:
    assert record_of(Paths(root)).is_read


def test_an_update_notes_what_waits_so_that_a_file_taken_before_the_first_start_is_missed(waiting: Paths) -> None:
    migration.migrate(waiting.root, FakeClock(WEDNESDAY))
    (file,) = waiting.own("spool").glob("*.spool")
    assert record_of(waiting).files == {"own": {file.name: 1}}
    file.unlink()
    assert listed_and_counted(waiting) == (1, 0)


def test_what_is_whole_after_an_update_is_entered_and_in_no_list(waiting: Paths) -> None:
    migration.migrate(waiting.root, FakeClock(WEDNESDAY))
    migration.migrate(waiting.root, FakeClock(WEDNESDAY))
    assert listed_and_counted(waiting) == (0, 1)


def test_an_older_release_s_manifest_knows_better_than_a_record_from_before_a_way_back(waiting: Paths) -> None:
    record_of(waiting).tell({}, {"00000001.spool": 7, "00000009.spool": 2})  # the older release has entered these
    keys = door_keys.seals_of(waiting)
    manifest = waiting.own("spool") / spool_record.OLD_MANIFEST
    sealed_file.save(manifest, keys, "spool's manifest", {"form": 1, "files": {}})
    migration.migrate(waiting.root, FakeClock(WEDNESDAY))
    assert record_of(waiting).files == {"own": {"00000001.spool": 1}}
    assert not manifest.exists()
    assert listed_and_counted(waiting) == (0, 1)


def test_each_further_door_of_the_machine_has_its_record(waiting: Paths) -> None:
    settings = waiting.config
    settings.write_text(settings.read_text("utf-8").replace("\n# end", f"{GATE}\n# end"), "utf-8")
    gate = waiting.at(2)
    for folder in ("roster", "spool"):
        gate.own(folder).mkdir(mode=0o700)
    (file,) = waiting.own("spool").glob("*.spool")
    (gate.own("spool") / file.name).write_bytes(file.read_bytes())
    migration.migrate(waiting.root, FakeClock(WEDNESDAY))
    assert record_of(waiting).files == record_of(gate).files == {"own": {file.name: 1}}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to the program's own user")
def test_it_is_written_by_the_entrance_s_user_and_through_no_link_of_it(waiting: Paths, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir(mode=0o700)
    damages.install(waiting.root)
    settings = waiting.config
    settings.write_text(settings.read_text("utf-8").replace("\n# end", f"{GATE}\n# end"), "utf-8")
    gate = waiting.at(2)
    gate.own("roster").symlink_to(victim)
    gate.own("spool").symlink_to(victim)
    with damages.folder() as outside:  # pytest's own folder lets no other user through
        root = outside / "home"
        waiting.root.rename(root)
        migration.migrate(root, FakeClock(WEDNESDAY))
        assert Paths(root).spool_record.stat().st_uid == damages.USERS["entrance"]
        assert list(victim.iterdir()) == []


def test_a_home_without_a_readable_key_is_migrated_all_the_same(
    waiting: Paths, caplog: pytest.LogCaptureFixture
) -> None:
    with home.opened(waiting.root) as opened:
        settings, home_id = opened.config, opened.seal.home_id
    waiting.badge_key.write_bytes(b"")
    spool_noting.note(waiting, settings, home_id)
    assert not waiting.spool_record.exists()
    assert "are not noted" in caplog.text


def test_nothing_is_written_where_the_roster_s_folder_is_none(waiting: Paths, tmp_path: Path) -> None:
    with ExitStack() as stack:
        opened = stack.enter_context(home.opened(waiting.root))
        settings, home_id = opened.config, opened.seal.home_id
    waiting.roster.parent.rename(tmp_path / "roster")
    waiting.roster.parent.symlink_to(tmp_path / "roster")
    spool_noting.note(waiting, settings, home_id)
    assert not (tmp_path / "roster" / "spool.json").exists()
