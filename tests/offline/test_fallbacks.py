"""What the door falls back to is tried while nothing needs it, and what would fail is said."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk.badges import proof_keys
from kiosk.domain.health.findings import Level, Value
from kiosk.errors import RequestError
from kiosk.health import entrance_checks, fallback_checks, heartbeat
from kiosk.health.entrance_health import Health
from kiosk.health.status_file import Status
from kiosk.home import Paths
from kiosk.jobs import spool_care
from kiosk.offline import fallbacks, spool_folder, unreplayed_taps
from kiosk.offline.fallbacks import Failing
from kiosk.setup import key_mending
from kiosk.store.health import finding_rows
from tests import beside
from tests.conftest import WEDNESDAY
from tests.offline.test_lost_media import INES, KARIM, Entrance, pulled, put_elsewhere

pytestmark = pytest.mark.promise(4)


@pytest.fixture
def space(root: Path) -> Iterator[Entrance]:
    with ExitStack() as stack:
        made = Entrance(root, stack)
        yield made
        made.kept.close()


def codes(space: Entrance) -> list[str]:
    space.kept.fallbacks._last = None
    space.kept.fallbacks.exercise()
    return sorted(each.code for each in space.kept.fallbacks.failing)


def test_a_home_that_is_well_has_nothing_to_say(space: Entrance) -> None:
    space.kept.follower.turn()
    space.kept.replay.turn()
    assert codes(space) == []
    assert not list((space.home.paths.root / "spool").glob("*probe*"))


def test_an_empty_mount_point_is_said_with_its_age(space: Entrance) -> None:
    stick = space.home.paths.root.parent / "stick"
    stick.mkdir()
    (stick / "reserve").touch()
    put_elsewhere(space, stick)
    assert codes(space) == []
    pulled(stick)
    space.kept.spool.look_again()
    assert codes(space) == ["spool-strange"]
    space.clock.advance(hours=3)
    (failing,) = space.kept.fallbacks.failing
    (finding,) = entrance_checks.of_fallbacks(
        {"fallbacks": [{"code": failing.code, "seconds": failing.seconds, "values": dict(failing.values)}]}
    )
    assert finding.level is Level.WARN
    assert finding.says("en").endswith("for 3 h: taps are kept in the home itself")
    assert "sudo kiosk spool adopt" in finding.remedy("en")


def test_they_are_tried_at_the_start_and_each_night_and_again_at_once_where_a_night_breaks(
    space: Entrance, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, tried = space.clock.monotonic(), list[float]()

    def probe(_place: Path) -> str:
        tried.append(space.clock.monotonic() - began)
        if len(tried) == 2:
            raise RuntimeError("a night that breaks")
        return ""

    monkeypatch.setattr(fallbacks, "probe", probe)
    space.kept.fallbacks.run(lambda seconds: space.clock.advance(seconds=seconds), lambda: len(tried) == 4)
    night, turn = fallbacks.EVERY_SECONDS, fallbacks.PAUSE_SECONDS
    assert tried == [0.0, night, night + turn, 2 * night + turn]


@pytest.mark.parametrize("key", ["badge", "chain", "spool", "codes"])
def test_a_key_that_is_damaged_while_it_runs_is_said(space: Entrance, key: str) -> None:
    paths: Paths = space.home.paths
    path = {
        "badge": paths.badge_key,
        "chain": paths.door_seal,
        "spool": paths.spool_key,
        "codes": paths.codes_key,
    }[key]
    path.write_bytes(b"garbage")
    assert codes(space) == ["key-damaged"]
    path.write_text(("00000000.1 " if key == "chain" else "") + bytes(range(32)).hex())
    assert codes(space) == ["key-other"]


def test_a_reserve_of_no_bytes_is_made_again_and_said_where_it_cannot(
    space: Entrance, monkeypatch: pytest.MonkeyPatch
) -> None:
    reserve = space.home.paths.root / "spool" / spool_folder.RESERVE
    reserve.touch()
    space.kept.replay.turn()
    assert reserve.stat().st_size == spool_folder.RESERVE_BYTES
    os.truncate(reserve, 0)

    def full(*_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    space.kept.replay.turn()
    assert codes(space) == ["spool-reserve"]


def test_a_roster_that_cannot_be_written_is_said(space: Entrance) -> None:
    space.join("Inès Moreau", INES)
    folder: Path = space.home.paths.roster.parent
    moved = folder.rename(folder.with_name("elsewhere"))
    folder.touch()
    space.kept.follower.turn()
    assert codes(space) == ["roster-unwritten"]
    folder.unlink()
    moved.rename(folder)
    space.clock.advance(hours=1)
    space.kept.follower.turn()
    assert codes(space) == []


def test_a_file_of_taps_that_cannot_be_read_is_said(space: Entrance) -> None:
    path = space.home.paths.root / "spool" / "00000009.spool"
    path.mkdir()
    space.kept.spool.look_again()
    assert codes(space) == ["spool-unread"]
    assert [dict(each.values) for each in space.kept.fallbacks.failing] == [{"file": str(path)}]


def test_a_record_of_the_spool_that_cannot_be_written_is_said(space: Entrance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space.kept.spool.record, "is_written", False)
    assert codes(space) == ["roster-unwritten"]


@pytest.mark.parametrize("name", ["roster", "last_rules", "spool_record", "door_journal_heads"])
def test_what_is_no_file_in_the_place_of_the_roster_or_beside_it_is_said(space: Entrance, name: str) -> None:
    path: Path = getattr(space.home.paths, name)
    path.unlink(missing_ok=True)
    path.mkdir()
    assert codes(space) == ["roster-unwritten"]
    assert str(path) in [dict(each.values)["folder"] for each in space.kept.fallbacks.failing]


def test_a_list_of_stopped_badges_that_takes_no_line_is_said(space: Entrance) -> None:
    space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    path: Path = space.home.paths.stopped[1]
    path.unlink(missing_ok=True)
    path.mkdir()
    space.lose(INES)
    space.kept.follower.turn()
    assert codes(space) == ["stopped-unwritten"]
    assert [dict(each.values) for each in space.kept.fallbacks.failing] == [{"file": str(path)}]


def test_the_last_resort_in_memory_that_takes_nothing_is_said(space: Entrance) -> None:
    memory = space.home.paths.root / "memory"
    memory.rename(memory.with_name("away"))
    assert codes(space) == ["spool-probe"]
    assert [dict(each.values)["folder"] for each in space.kept.fallbacks.failing] == [str(memory)]


def test_a_key_that_was_made_anew_is_said_for_thirty_days(space: Entrance) -> None:
    space.home.paths.spool_key.unlink()
    assert "key entrance/spool" in key_mending.mend(space.home.paths.root, space.clock.now())
    space.restart()
    assert codes(space) == ["key-made"]
    space.clock.advance(days=31)
    assert codes(space) == []


def test_they_are_not_tried_again_within_seconds_however_often_that_is_asked(
    space: Entrance, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[Path] = []

    def probe(place: Path) -> str:
        tried.append(place)
        return ""

    monkeypatch.setattr(fallbacks, "probe", probe)
    for _ in range(3):
        space.kept.fallbacks.exercise()
    assert len(tried) == 1
    space.clock.advance(seconds=fallbacks.SOONEST_SECONDS)
    space.kept.fallbacks.exercise()
    assert len(tried) == 2


def test_an_entrance_whose_fallbacks_would_fail_is_well_and_tells_them(space: Entrance) -> None:
    failing = Failing("spool-strange", (("folder", "/media/stick"),), 7200.4)
    health = Health("online", False, False, 0, "ok", "ok", "host", True, "disk", 0, False, "1.0", fallbacks=(failing,))
    assert health.ok
    assert health.facts()["fallbacks"] == [
        {"code": "spool-strange", "seconds": 7200, "values": {"folder": "/media/stick"}}
    ]
    assert health.is_like(replace(health, fallbacks=(replace(failing, seconds=9000.0),))), "it only grew older"
    assert not health.is_like(replace(health, fallbacks=()))


def test_a_list_that_is_blocked_is_said(space: Entrance) -> None:
    (space.home.paths.root / "spool" / unreplayed_taps.NAME).mkdir()
    assert codes(space) == ["list-blocked"]


def test_a_folder_that_keeps_nothing_is_said(space: Entrance, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", fails)
    assert fallbacks.probe(space.home.paths.root / "spool") == "Input/output error"
    assert codes(space) == ["spool-probe"]


@pytest.mark.parametrize("kept", [b'{"kind":"probe"}', b"", b'{"kind":"probf"}\n'], ids=["cut", "nothing", "altered"])
def test_a_disk_that_acknowledges_and_keeps_something_else_is_said(
    space: Entrance, monkeypatch: pytest.MonkeyPatch, kept: bytes
) -> None:
    """A worn stick takes each write and syncs it; what is read back is not that."""
    monkeypatch.setattr(spool_folder, "append_synced", lambda path, _line: path.write_bytes(kept))
    assert codes(space) == ["spool-probe"]
    (failing,) = space.kept.fallbacks.failing
    own = space.home.paths.root / "spool"
    assert dict(failing.values) == {"folder": str(own), "fault": "it does not keep what is written"}
    assert not (own / fallbacks.PROBE).exists()
    monkeypatch.undo()
    assert codes(space) == []


_AT_FAULT = {
    "a rule of the database": (
        "CREATE TRIGGER odd BEFORE INSERT ON visit BEGIN SELECT RAISE(ABORT, 'odd'); END",
        "DROP TRIGGER IF EXISTS odd",
        True,
    ),
    "a table": ("ALTER TABLE spooled_tap RENAME TO gone", "ALTER TABLE gone RENAME TO spooled_tap", False),
}
"""What is missing, how it comes back, and whether each line is tried: a table's absence is the database's own fault."""


@pytest.mark.sqlite
@pytest.mark.parametrize("missing", _AT_FAULT)
def test_what_no_line_is_to_blame_for_holds_all_of_them_is_said_and_sets_nothing_aside(
    space: Entrance, missing: str
) -> None:
    for name, badge in (("Inès Moreau", INES), ("Karim Benali", KARIM)):
        space.join(name, badge)
    space.kept.follower.turn()
    with beside.locked(space.home):
        space.tap(INES)
        space.tap(KARIM)
    breaks, mends, is_tried = _AT_FAULT[missing]
    with beside.unguarded(space.home) as raw:
        raw.execute(breaks)
    for _turn in range(3):
        space.kept.replay.turn()
    assert (len(space.kept.spool), unreplayed_taps.count(space.kept.spool.places)) == (2, 0)
    assert codes(space) == (["lines-held"] if is_tried else [])
    if is_tried:
        space.clock.advance(hours=5)
        (failing,) = space.kept.fallbacks.failing
        told = {"code": failing.code, "seconds": failing.seconds, "values": dict(failing.values)}
        (finding,) = entrance_checks.of_fallbacks({"fallbacks": [told]})
        assert finding.says("en") == "2 taps have been waiting for 5 h: they cannot be recorded"
        assert "journalctl -u kiosk-entrance" in finding.remedy("en")
    with beside.unguarded(space.home) as raw:
        raw.execute(mends)
    for _turn in range(2):
        space.kept.replay.turn()
    assert space.sql("SELECT member_id FROM visit ORDER BY id") == [(1,), (2,)]
    assert (len(space.kept.spool), unreplayed_taps.count(space.kept.spool.places)) == (0, 0)
    assert codes(space) == []


def test_the_heartbeat_names_them_and_they_are_no_part_of_ok() -> None:
    facts = {"reader": "online", "door": {"state": "ok"}, "ok": True, "fallbacks": [{"code": "spool-strange"}]}
    told = heartbeat.facts(Status(facts, 1.0), WEDNESDAY)
    assert told is not None
    assert (told["ok"], told["fallbacks"]) == (True, ["spool-strange"])


# From outside


def test_the_roster_is_asked_about_badges_a_lost_one_among_them(
    space: Entrance, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, badge in (("Inès Moreau", INES), ("Karim Benali", KARIM)):
        space.join(name, badge)
    root = space.home.paths.root
    assert list(fallback_checks.of_roster(root, space.clock)) == []
    space.kept.follower.turn()
    monkeypatch.setattr(fallback_checks, "OLD", fallback_checks.OLD * 10**6)  # its file is the machine's clock's
    assert [each.kind.code for each in fallback_checks.of_roster(root, space.clock)] == ["roster"]
    old = space.home.paths.roster.read_bytes()
    space.lose(INES)
    assert [each.kind.code for each in fallback_checks.of_roster(root, space.clock)] == ["roster-wrong"]
    space.clock.advance(hours=1)
    space.kept.follower.turn()
    assert [each.kind.code for each in fallback_checks.of_roster(root, space.clock)] == ["roster"]
    space.home.paths.roster.write_bytes(old)
    assert [each.kind.code for each in fallback_checks.of_roster(root, space.clock)] == ["roster"], "minus the stopped"
    space.kept.follower.turn()
    space.join("Omar Haddad", "04A2000000E522")
    assert [each.kind.code for each in fallback_checks.of_roster(root, space.clock)] == ["roster-wrong"], "it lacks him"
    space.home.paths.roster.write_bytes(b"garbage")
    assert [each.kind.code for each in fallback_checks.of_roster(root, space.clock)] == ["roster-missing"]


def test_what_the_last_check_noted_of_fallbacks_is_mailed_and_nothing_else_of_it(space: Entrance) -> None:
    mailed: list[tuple[str, dict[str, Value]]] = [
        ("copies-gone", {"folder": "backups"}),
        ("door-simulated-counts", {}),
        ("proof-keys", {"count": 2, "file": "proof"}),
        ("roster-wrong", {"count": 1}),
    ]
    with space.by_owner(), space.home.store.writing() as connection:  # root's check
        finding_rows.note(connection, WEDNESDAY, [*mailed, ("gpio-absent", {}), ("roster", {}), ("of-tomorrow", {})])
    found = fallback_checks.known(space.home, space.clock)
    assert [each.kind.code for each in found] == [code for code, _ in mailed]


# Brought in


def test_what_lies_under_a_mount_point_is_brought_in_once(space: Entrance) -> None:
    space.join("Inès Moreau", INES)
    space.kept.follower.turn()
    with beside.locked(space.home):
        space.tap(INES)
    own = space.home.paths.root / "spool"
    (file,) = own.glob("*.spool")
    below = space.home.paths.root.parent / "below"
    below.mkdir()
    content = file.read_bytes()
    space.kept.replay.turn()
    (below / file.name).write_bytes(content.replace(b"nothing", b"nothing"))
    assert spool_care.bring(space.home.paths, below) == 1
    assert spool_care.bring(space.home.paths, below) == 0
    space.kept.replay.turn()
    assert space.sql("SELECT count(*) FROM visit") == [(1,)]
    assert list(own.glob("*.spool")) == []


def test_the_homes_own_folder_is_not_adopted(space: Entrance) -> None:
    with pytest.raises(RequestError):
        spool_care.adopt(space.home.paths.root)


def test_a_new_stick_is_adopted(space: Entrance) -> None:
    stick = space.home.paths.root.parent / "stick"
    stick.mkdir()
    put_elsewhere(space, stick)
    assert codes(space) == ["spool-strange"]
    assert spool_care.adopt(space.home.paths.root) == stick
    space.restart()
    assert codes(space) == []
    assert space.kept.spool.place == stick


def test_badges_that_are_refused_for_want_of_the_sites_key_are_told_and_how_many(space: Entrance) -> None:
    for name, badge in (("Inès Moreau", INES), ("Karim Benali", KARIM)):
        space.join(name, badge)
    paths = space.home.paths
    assert list(fallback_checks.of_proof_keys(paths.root)) == []  # no badge is asked for its proof
    with space.by_owner(), space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE badge SET proof = 'ev2', key_version = 1")
    (finding,) = fallback_checks.of_proof_keys(paths.root)
    assert (finding.level, finding.values["count"]) == (Level.BAD, 2)
    assert finding.remedy("en").endswith(f"sudo install -o kiosk-entrance -m 600 COPY {paths.proof_keys}")
    proof_keys.add(paths)
    assert list(fallback_checks.of_proof_keys(paths.root)) == []
    with space.by_owner(), space.home.store.writing() as connection:
        last = "SELECT fingerprint FROM badge ORDER BY fingerprint DESC LIMIT 1"
        connection.exec_driver_sql(f"UPDATE badge SET key_version = 2 WHERE fingerprint = ({last})")
    (finding,) = fallback_checks.of_proof_keys(paths.root)
    assert finding.values["count"] == 1  # made for another key of the site
    paths.proof_keys.write_bytes(b"garbage")
    (finding,) = fallback_checks.of_proof_keys(paths.root)
    assert finding.values["count"] == 2
    space.lose(INES)
    (finding,) = fallback_checks.of_proof_keys(paths.root)
    assert finding.values["count"] == 1
