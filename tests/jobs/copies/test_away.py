"""Copies carried out of the house: once a day to each place, without hours, sealed; a place that fails stops no other.

Sealed by the real age, carried by the real rclone and restic; sticks have tests of their own.
"""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk import home as home_module
from kiosk.books.recovery.ledger_recovery import Outside
from kiosk.devices.clock import HostClock
from kiosk.domain.checkin.verdicts import Granted
from kiosk.domain.health.upkeep import Care, Upkeep
from kiosk.errors import MachineError, RequestError
from kiosk.home import Home
from kiosk.jobs.copies import away, backup, copy_file, restore, sealing
from kiosk.jobs.copies.away import CarryResult
from kiosk.store.checkin import door_events
from kiosk.store.checkin.door_events import DoorEvent
from kiosk.store.health import upkeep_rows
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock
from tests.processes import Living
from tests.settings import forget_accepted


@dataclass
class Kept:
    """A home with two places, a member who came, and the identity that opens what leaves."""

    home: Home
    clock: FakeClock
    identity: Path
    nas: Path
    depot: Path

    def copy(self) -> Path:
        return backup.make(self.home, self.clock, sure=True).path

    def carry(self, *, at_once: bool = False) -> list[CarryResult]:
        return away.carry(self.home, self.copy(), self.clock, sure=True, at_once=at_once)

    def noted(self) -> Upkeep:
        with self.home.store.reading() as connection:
            return upkeep_rows.found(connection)[Care.AWAY]

    def sealed(self) -> list[Path]:
        return sorted((self.nas / "copies").glob("*.age"))

    def snapshots(self) -> int:
        password = str(self.home.paths.root / "keys" / "backup" / "restic")
        words = ["restic", "--no-cache", "-r", str(self.depot), "--password-file", password, "snapshots", "--json"]
        return subprocess.run(words, capture_output=True, check=True).stdout.count(b'"short_id"')


def _settings(root: Path, text: str) -> None:
    path = root / "kiosk.toml"
    head, section, rest = path.read_text("utf-8").partition("[backup]\n")
    path.write_text(f"{head}{section}{text}\n{rest}", "utf-8")


@pytest.fixture
def kept(root: Path, tmp_path: Path) -> Iterator[Kept]:
    identity, depot, keys = tmp_path / "identity.txt", tmp_path / "depot", root / "keys" / "backup"
    subprocess.run(["age-keygen", "-o", identity], check=True, capture_output=True)
    keys.mkdir(mode=0o700)
    for name, text in (("rclone.conf", f"[nas]\ntype=alias\nremote={tmp_path / 'nas'}\n"), ("restic", "a long word\n")):
        (keys / name).write_text(text)
        (keys / name).chmod(0o600)
    words = ["restic", "--no-cache", "-r", str(depot), "--password-file", str(keys / "restic"), "init"]
    subprocess.run(words, check=True, capture_output=True)
    recipient = sealing.recipient_of(identity)
    _settings(root, f'recipient = "{recipient}"\nplaces = ["rclone:nas:copies", "restic:{depot}"]')
    with home_module.opened(root) as opened:
        clock = FakeClock(WEDNESDAY)
        space = Space(opened, clock)
        space.join("Amina", "04A2F13B5C6D80")
        space.tap("04A2F13B5C6D80")
        space.kept.close()
        with opened.store.writing() as connection:
            door_events.add(connection, [DoorEvent(WEDNESDAY, "opened")])
        yield Kept(opened, clock, identity, tmp_path / "nas", depot)


def test_a_copy_goes_to_every_place_and_is_written_down(kept: Kept) -> None:
    carried = kept.carry()
    assert [(each.ok, each.was_there) for each in carried] == [(True, False)] * 2
    assert len(kept.sealed()) == kept.snapshots() == 1
    assert kept.noted().succeeded_at == kept.clock.now()
    assert kept.noted().says == f"rclone:nas:copies: ok, restic:{kept.depot}: ok"


@pytest.mark.promise(6)
def test_what_leaves_tells_no_hours_and_opens_with_the_paper_copy_alone(kept: Kept, tmp_path: Path) -> None:
    kept.carry()
    (sealed,) = kept.sealed()
    plain, members = tmp_path / "plain.tar", tmp_path / "members"
    members.mkdir()
    sealing.open_file(sealed, plain, kept.identity)
    said = copy_file.unpack(plain, members)
    assert not said.tells_hours
    assert copy_file.is_of(plain, kept.home.seal.keys)
    with closing(sqlite3.connect(members / copy_file.DATABASE)) as found:
        assert found.execute("SELECT count(*), count(arrived_at), count(left_at) FROM visit").fetchone() == (1, 0, 0)
        assert found.execute("SELECT count(*) FROM door_event").fetchone() == (0,)
        assert found.execute("SELECT count(*) FROM entry").fetchone() != (0,)
    keys = sealing.open_keys((members / copy_file.KEYS).read_bytes(), kept.identity)
    assert keys["keys/shared/chain"] == kept.home.paths.chain_key.read_bytes()


def test_the_card_is_stolen_and_people_come_in_again_with_what_was_away_and_the_paper(
    kept: Kept, tmp_path: Path
) -> None:
    kept.carry()
    (sealed,) = kept.sealed()
    new = tmp_path / "new"
    told = Outside({})
    restore.restore(new, sealed, kept.clock, identity=kept.identity, told=told, confirm=lambda lost: None)
    with home_module.opened(new) as opened:
        space = Space(opened, kept.clock)
        kept.clock.advance(days=1)
        assert isinstance(space.tap("04A2F13B5C6D80"), Granted)
        assert space.door.pulses == 1
        space.kept.close()


def test_restic_is_given_the_same_without_hours(kept: Kept, tmp_path: Path) -> None:
    kept.carry()
    password = str(kept.home.paths.root / "keys" / "backup" / "restic")
    words = ["restic", "--no-cache", "-r", str(kept.depot), "--password-file", password, "dump", "latest", "/kiosk.tar"]
    (tmp_path / "plain.tar").write_bytes(subprocess.run(words, capture_output=True, check=True).stdout)
    assert not copy_file.check(tmp_path / "plain.tar").tells_hours


def test_a_place_has_one_copy_a_day_unless_somebody_asks(kept: Kept) -> None:
    kept.carry()
    kept.clock.advance(hours=1)
    assert [each.was_there for each in kept.carry()] == [True, True]
    assert kept.snapshots() == 1
    kept.carry(at_once=True)
    assert len(kept.sealed()) == kept.snapshots() == 2
    kept.clock.set(datetime(2026, 11, 25, 23, 30, tzinfo=UTC))  # the next day already in Lille
    kept.carry()
    assert len(kept.sealed()) == kept.snapshots() == 3


def test_a_place_that_fails_stops_no_other_and_is_tried_again(kept: Kept) -> None:
    conf = kept.home.paths.root / "keys" / "backup" / "rclone.conf"
    right = conf.read_text()
    conf.write_text("")
    first = kept.carry()
    assert [each.code for each in first] == ["rclone", ""]
    assert [each.is_news for each in first] == [True, False]
    assert kept.noted().failed
    assert kept.noted().says.startswith("rclone:nas:copies: rclone, restic:")
    kept.clock.advance(hours=1)
    assert [(each.code, each.is_news, each.was_there) for each in kept.carry()] == [
        ("rclone", False, False),
        ("", False, True),
    ]
    conf.write_text(right)
    kept.clock.advance(hours=1)
    assert [(each.code, each.is_news) for each in kept.carry()] == [("", True), ("", False)]
    assert not kept.noted().failed
    assert (len(kept.sealed()), kept.snapshots()) == (1, 1)


def test_a_stick_that_is_absent_is_told_with_the_others_done(kept: Kept, root: Path) -> None:
    _settings(root, 'stick = "KIOSK"')
    with home_module.opened(root) as opened:
        kept.home = opened
        assert [each.code for each in kept.carry()] == ["stick-absent", "", ""]
        assert kept.noted().says.startswith("KIOSK: stick-absent, ")


def test_nothing_of_it_stays_beside_the_copies(kept: Kept) -> None:
    kept.carry()
    kept.clock.advance(days=1)
    (kept.home.paths.root / "keys" / "backup" / "rclone.conf").unlink()
    kept.carry()
    assert sorted(each.name for each in (kept.home.paths.backups / "away").iterdir()) == ["last.json"]


def test_a_damaged_copy_goes_nowhere(kept: Kept) -> None:
    copy = kept.copy()
    content = bytearray(copy.read_bytes())
    content[len(content) // 2] ^= 1
    copy.write_bytes(content)
    assert [each.code for each in away.carry(kept.home, copy, kept.clock, sure=True)] == ["copy-damaged"] * 2
    assert (kept.sealed(), kept.snapshots()) == ([], 0)


def test_two_do_not_carry_at_once(kept: Kept) -> None:
    copy = kept.copy()
    with away._alone(kept.home.paths), pytest.raises(MachineError) as raised:
        away.carry(kept.home, copy, kept.clock, sure=True)
    assert raised.value.code == "backup-runs"


def test_a_home_without_places_carries_nothing_and_notes_nothing(root: Path) -> None:
    with home_module.opened(root) as opened:
        assert away.carry(opened, root / "absent", FakeClock(WEDNESDAY), sure=True) == []
        with opened.store.reading() as connection:
            assert Care.AWAY not in upkeep_rows.found(connection)


@pytest.mark.parametrize("memory", ["", "{", '{"rclone:nas:copies": 3}', '{"rclone:nas:copies": {"succeeded_at": ""}}'])
def test_a_memory_that_cannot_be_read_only_carries_once_more(kept: Kept, memory: str) -> None:
    kept.carry()
    (kept.home.paths.backups / "away" / "last.json").write_text(memory)
    kept.clock.advance(hours=1)
    assert [each.ok and not each.was_there for each in kept.carry()] == [True, True]


def test_a_stick_keeps_days_weeks_and_months(kept: Kept) -> None:
    names = [f"kiosk-{WEDNESDAY - timedelta(days=day):%Y%m%dT%H%M%SZ}.tar.age" for day in range(1000)]
    stays = away._kept(kept.home, WEDNESDAY, "", [*names, "kiosk-notes.txt"])
    assert "kiosk-notes.txt" in stays
    assert set(names[:14]) <= stays
    assert 14 + 6 + 9 <= len(stays) <= 14 + 8 + 12 + 1
    assert min(stays - {"kiosk-notes.txt"}) > "kiosk-202511"
    assert away._kept(kept.home, None, "", names) == set(names)


def test_kiosk_backup_tells_of_each_place(
    kept: Kept, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HostClock, "now", lambda _: kept.clock.now())  # weeks later the clock would not be believed
    living = Living(root, 1, tmp_path / "log")
    done = living.kiosk("backup")
    assert (done.returncode, done.stderr) == (0, "")
    assert "rclone:nas:copies" in done.stdout
    assert len(kept.sealed()) == kept.snapshots() == 1
    (root / "keys" / "backup" / "restic").chmod(0o644)
    for _again in range(2):
        kept.clock.advance(minutes=1)
        done = living.kiosk("backup", "--away")
        assert done.returncode == 3
        assert "chmod 0600" in done.stderr
        assert done.stderr.strip().endswith("[away]")


def test_a_stick_without_a_recipient_is_refused_when_the_home_is_opened(root: Path) -> None:
    _settings(root, 'stick = "KIOSK"')
    forget_accepted(root)
    with (
        pytest.raises(RequestError, match=r"backup\.recipient is missing: backup\.stick = 'KIOSK'"),
        home_module.opened(root),
    ):
        pass


def test_copies_of_one_second_are_all_carried(kept: Kept) -> None:
    for _again in range(4):
        assert [each.says for each in kept.carry(at_once=True)] == ["", ""]


def test_what_was_just_carried_stays_though_a_clock_that_was_ahead_left_newer_ones(kept: Kept) -> None:
    carried, later = "kiosk-20261125T080000Z.tar.age", "kiosk-20261125T120000Z.tar.age"
    now = datetime(2026, 11, 25, 8, tzinfo=UTC)
    assert away._kept(kept.home, now, carried, [carried, later]) == {carried, later}
