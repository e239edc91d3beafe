"""The spool's files: what is on the disk when the door opens, and what is made of them after any end."""

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.domain.offline.trust import Reading
from kiosk.errors import MachineError
from kiosk.offline import spool as spools
from kiosk.offline.spool import Anchor, Damaged, Medium, Spool, Waiting

KEY = bytes(range(32))
AT = datetime(2026, 11, 25, 8, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "spool"
    made.mkdir()
    (tmp_path / "memory").mkdir()
    return made


def opened(folder: Path, key: bytes = KEY) -> Spool:
    return Spool(key=key, home_id="home", folder=folder, last_resort=folder.parent / "memory")


def tap(number: int, *, monotonic: float | None = None, boot: str = "a") -> Waiting:
    return Waiting(
        tap_id=number.to_bytes(16, "big"),
        fingerprint=bytes(32),
        member=number,
        reading=Reading(AT, float(number) if monotonic is None else monotonic, boot),
        dated=True,
        earliest=AT,
        last_entry=3,
    )


def members(spool: Spool) -> list[int]:
    return [line.record.member for line in spool.waiting() if isinstance(line.record, Waiting)]


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.spool"))


def test_what_was_kept_is_there_after_the_program_s_end_in_order(folder: Path) -> None:
    first = opened(folder)
    assert [first.add(tap(n)) for n in (1, 2, 3)] == [Medium.DISK] * 3
    again = opened(folder)
    assert members(again) == [1, 2, 3]
    assert again.waiting()[0].record == tap(1)
    again.add(tap(4))
    assert members(opened(folder)) == [1, 2, 3, 4]


def test_a_line_is_synced_before_it_counts_as_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    write, sync = os.write, os.fdatasync

    def watched_write(descriptor: int, data: bytes) -> int:
        order.append("write")
        return write(descriptor, data)

    def watched_sync(descriptor: int) -> None:
        order.append("sync")
        sync(descriptor)

    monkeypatch.setattr(os, "write", watched_write)
    monkeypatch.setattr(os, "fdatasync", watched_sync)
    opened(folder).add(tap(1))
    assert order == ["write", "sync"]


def test_no_name_no_uid_and_nothing_for_others_to_read(folder: Path) -> None:
    opened(folder).add(tap(1))
    (file,) = files(folder)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_goes_when_its_last_tap_is_settled_and_not_before(folder: Path) -> None:
    spool = opened(folder)
    spool.add(tap(1))
    spool.add(tap(2))
    first, second = spool.waiting()
    spool.settle(first)
    assert members(opened(folder)) == [1, 2]  # entering it twice is harmless, losing it is not
    spool.settle(second)
    assert files(folder) == []
    assert len(spool) == 0
    spool.add(tap(3))
    assert members(opened(folder)) == [3]


def test_after_a_failed_sync_a_new_file_is_begun(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = opened(folder)
    spool.add(tap(1))
    sync = os.fdatasync
    failed: list[int] = []

    def fail_once(descriptor: int) -> None:
        if not failed:
            failed.append(descriptor)
            raise OSError(5, "Input/output error")
        sync(descriptor)

    monkeypatch.setattr(os, "fdatasync", fail_once)
    assert spool.add(tap(2)) is Medium.DISK
    assert len(files(folder)) == 2
    assert b'"member":2' in files(folder)[1].read_bytes()
    for line in spool.waiting():
        spool.settle(line)
    assert members(opened(folder)) in (
        [],
        [2],
    )  # the line of the failed sync may have got there: it is known by its name


def test_a_full_disk_takes_taps_into_the_reserve(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = opened(folder)
    spool.look_again()
    assert (folder / "reserve").stat().st_size == spools.RESERVE_BYTES
    write = os.write

    def full(descriptor: int, data: bytes) -> int:
        if (folder / "reserve").exists():
            raise OSError(28, "No space left on device")
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", full)
    assert spool.add(tap(1)) is Medium.DISK
    assert members(opened(folder)) == [1]


def test_memory_is_the_last_resort_and_is_left_as_soon_as_can_be(folder: Path) -> None:
    spool = opened(folder)
    folder.rename(folder.with_name("away"))
    assert spool.add(tap(1)) is Medium.MEMORY
    spool.look_again()
    assert opened(folder).medium is not spool.medium
    folder.with_name("away").rename(folder)
    spool.look_again()
    assert members(spool) == [1]
    assert b'"member":1' in files(folder)[0].read_bytes()
    assert list((folder.parent / "memory").iterdir()) == []


def test_where_nothing_takes_a_tap_it_is_said(folder: Path) -> None:
    spool = Spool(key=KEY, home_id="home", folder=folder / "gone", last_resort=None)
    with pytest.raises(MachineError) as refused:
        spool.add(tap(1))
    assert refused.value.code == "spool"
    assert spool.medium is Medium.NOWHERE


def test_a_folder_in_memory_that_somebody_else_could_write_is_not_used(folder: Path) -> None:
    memory = folder.parent / "memory" / "kiosk-home"
    memory.mkdir()
    memory.chmod(0o777)
    spool = Spool(key=KEY, home_id="home", folder=folder / "gone", last_resort=folder.parent / "memory")
    with pytest.raises(MachineError):
        spool.add(tap(1))


def test_a_line_cut_short_by_the_power_opened_no_door_and_is_left_out(folder: Path) -> None:
    spool = opened(folder)
    spool.add(tap(1))
    spool.add(tap(2))
    (file,) = files(folder)
    for cut in range(1, len(file.read_bytes().splitlines(keepends=True)[1])):
        file_content = file.read_bytes()
        file.write_bytes(file_content[:-cut])
        assert members(opened(folder)) == [1]
        file.write_bytes(file_content)


def test_a_line_whose_beginning_the_disk_lost_with_the_power_is_left_out_too(folder: Path) -> None:
    spool = opened(folder)
    spool.add(tap(1))
    spool.add(tap(2))
    (file,) = files(folder)
    content = file.read_bytes()
    first = content.index(b"\n") + 1
    file.write_bytes(content[:first] + bytes(100) + content[first + 100 :])
    assert members(opened(folder)) == [1]
    assert len(opened(folder)) == 1


@pytest.mark.parametrize("key", [KEY, bytes(32)])
def test_a_line_that_is_not_what_was_written_is_kept_as_damaged(folder: Path, key: bytes) -> None:
    opened(folder).add(tap(1))
    (file,) = files(folder)
    file.write_bytes(file.read_bytes().replace(b'"member":1', b'"member":2' if key == KEY else b'"member":1'))
    found = opened(folder, key).waiting()
    assert [type(line.record) for line in found] == [Damaged]


def test_a_line_taken_out_is_noticed(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    spool = opened(folder)
    for number in (1, 2, 3):
        spool.add(tap(number))
    (file,) = files(folder)
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(lines[0] + lines[2])
    assert members(opened(folder)) == [1, 3]
    assert "one is missing" in caplog.text


def test_lines_of_one_start_are_in_the_order_of_its_clock_whichever_file_has_them(folder: Path) -> None:
    spool = opened(folder)
    spool.add(tap(1, monotonic=10))
    spool.add(tap(4, monotonic=40))
    folder.rename(folder.with_name("away"))
    spool.add(tap(5, monotonic=50))
    folder.with_name("away").rename(folder)
    again = opened(folder)
    again.add(tap(6, monotonic=60))
    assert members(opened(folder)) == [1, 4, 5, 6]


def test_an_anchor_is_no_tap_that_waits(folder: Path) -> None:
    spool = opened(folder)
    spool.add(Anchor(Reading(AT, 5.0, "a")))
    assert len(spool) == 0
    assert opened(folder).waiting()[0].record == Anchor(Reading(AT, 5.0, "a"))
