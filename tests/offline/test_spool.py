"""The spool's files: what is on the disk when the door opens, and what is made of them after any end."""

import csv
import errno
import hmac
import io
import json
import logging
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from kiosk import plain_files
from kiosk.domain.offline.trust import Reading
from kiosk.errors import MachineError
from kiosk.offline import door_keys, sealed_file, spool_damage, spool_folder, unreplayed_taps
from kiosk.offline import spool as spools
from kiosk.offline.door_keys import SpoolKeys
from kiosk.offline.spool import Medium, Spool
from kiosk.offline.spool_record import SpoolRecord
from kiosk.offline.spool_records import Anchor, Damaged, Missing, WaitingTap
from kiosk.offline.unreplayed_taps import Reason, UnreplayedTap

pytestmark = pytest.mark.promise(4)

KEY = bytes(range(32))
AT = datetime(2026, 11, 25, 8, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "spool"
    made.mkdir()
    (tmp_path / "memory").mkdir()
    return made


SEALS = door_keys.seals(bytes(range(32, 64)), spool_key=KEY)


def opened(folder: Path, key: bytes = KEY, last_resort: str | None = "memory", own: str = "spool") -> Spool:
    record = SpoolRecord(folder.parent / "spool.json", SEALS, "home", folder, folder.parent / own)
    memory = None if last_resort is None else folder.parent / last_resort
    return Spool(keys=SpoolKeys(key), home_id="home", record=record, last_resort=memory)


def tap(number: int, *, monotonic: float | None = None, boot: str = "a", last_entry: int | None = 3) -> WaitingTap:
    return WaitingTap(
        tap_id=number.to_bytes(16, "big"),
        fingerprint=bytes(32),
        member=number,
        reading=Reading(AT, float(number) if monotonic is None else monotonic, boot),
        dated=True,
        earliest=AT,
        last_entry=last_entry,
    )


def members(spool: Spool) -> list[int]:
    return [line.record.member for line in spool.waiting() if isinstance(line.record, WaitingTap)]


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.spool"))


def numbers(folder: Path) -> list[int]:
    """The lines' own numbers, file by file."""
    return [
        json.loads(line.rpartition(b" ")[0])["n"] for file in files(folder) for line in file.read_bytes().splitlines()
    ]


def held_open(folder: Path) -> list[str]:
    """What this process holds open in a folder, and the folder itself."""
    found = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            found.append(str(link.readlink()))
        except OSError:
            continue  # the list's own
    return [name for name in found if name.startswith(str(folder))]


def failing(monkeypatch: pytest.MonkeyPatch, *, after: int = 0, times: int = 1) -> None:
    """From the `after`th on, so many syncs of a line fail."""
    sync, calls = os.fdatasync, [0]

    def fdatasync(descriptor: int) -> None:
        calls[0] += 1
        if after < calls[0] <= after + times:
            raise OSError(5, "Input/output error")
        sync(descriptor)

    monkeypatch.setattr(os, "fdatasync", fdatasync)


def test_a_file_says_what_every_version_can_read(folder: Path) -> None:
    spool = opened(folder)
    spool.add(tap(1))
    (file,) = files(folder)
    assert file.name == "00000001.spool"
    body = (
        '{"n":1,"previous":"' + "0" * 64 + '","kind":"tap","at":"2026-11-25T08:00:00+00:00","monotonic":1.0,"boot":"a",'
        '"tap":"00000000000000000000000000000001","badge":"' + "0" * 64 + '","member":1,"dated":true,'
        '"earliest":"2026-11-25T08:00:00+00:00","last_entry":3}'
    )
    mac = hmac.digest(KEY, b"home\n" + body.encode(), "sha256").hex()
    assert file.read_text("ascii") == f"{body} {mac}\n"
    spool.look_again()
    body = '{"form":1,"home":"home","folder":"","identity":"","files":{"own":{"00000001.spool":1}}}'
    own = hmac.digest(SEALS.now, b"spool's record\n" + body.encode(), "sha256").hex()
    body = f'{body[:-1]},"seal":"{own}"}}'
    mac = hmac.digest(KEY, b"spool's record\n" + body.encode(), "sha256").hex()
    assert (folder.parent / "spool.json").read_text("ascii") == f"{body}\n{mac}"


def test_numbers_go_on_where_the_program_ended(folder: Path) -> None:
    first = opened(folder)
    for number in (1, 2, 3):
        first.add(tap(number))
    opened(folder).add(tap(4))
    assert numbers(folder) == [1, 2, 3, 4]
    assert [file.name for file in files(folder)] == ["00000001.spool", "00000004.spool"]


def test_a_name_that_is_taken_is_passed_over(folder: Path) -> None:
    one, other = opened(folder), opened(folder)
    one.add(tap(1))
    other.add(tap(2))
    assert [file.name for file in files(folder)] == ["00000001.spool", "00000002.spool"]
    assert members(opened(folder)) == [1, 2]


def test_what_is_not_known_of_the_ledger_stays_unknown(folder: Path) -> None:
    opened(folder).add(tap(1, last_entry=None))
    assert opened(folder).waiting()[0].record == tap(1, last_entry=None)


def test_a_new_file_s_name_is_synced_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    spool = opened(folder)
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(Path(f"/proc/self/fd/{descriptor}").readlink()))
    spool.add(tap(1))
    assert synced == [folder]


def test_nothing_is_held_open_but_the_files_that_grow(folder: Path) -> None:
    spool = opened(folder)
    spool.look_again()
    spool.add(tap(1))
    assert held_open(folder) == [str(files(folder)[0])]
    spool.settle(spool.waiting()[0])
    assert held_open(folder) == []
    spool.add(tap(2))
    spool.close()
    assert held_open(folder) == []
    assert spool.add(tap(3)) is Medium.DISK
    assert members(opened(folder)) == [2, 3]
    assert (folder / "reserve").exists()


def test_what_was_closed_is_not_closed_again_its_number_may_be_another_s_by_then(folder: Path) -> None:
    spool = opened(folder)
    spool.add(tap(1))
    spool.close()
    with (folder.parent / "another").open("xb") as another:
        spool.settle(spool.waiting()[0])
        os.fstat(another.fileno())
    assert files(folder) == []


def test_what_was_kept_is_there_after_the_program_s_end_in_order(folder: Path) -> None:
    first = opened(folder)
    assert [first.add(tap(n)) for n in (1, 2, 3)] == [Medium.DISK] * 3
    again = opened(folder)
    assert members(again) == [1, 2, 3]
    assert again.waiting()[0].record == tap(1)
    again.add(tap(4))
    assert members(opened(folder)) == [1, 2, 3, 4]


@pytest.mark.promise(1)
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
    assert spool.add(tap(3)) is Medium.DISK
    assert members(opened(folder)) == [3]


@pytest.mark.parametrize("settled", [False, True])
def test_the_reserve_is_not_for_ordinary_days(folder: Path, settled: bool, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    spool = opened(folder)
    assert spool.has_reserve is True
    spool.look_again()
    assert spool.has_reserve is True
    spool.add(tap(1))
    if settled:
        spool.settle(spool.waiting()[0])
        spool.add(tap(2))
    assert (folder / "reserve").exists()
    before, content = files(folder), [file.read_bytes() for file in files(folder)]
    spool.look_again()
    assert spool.has_reserve is True
    assert [file.read_bytes() for file in before] == content
    assert stat.S_IMODE((folder / "reserve").stat().st_mode) == 0o600
    assert sorted(folder.iterdir()) == [*before, folder / "reserve"]
    assert caplog.text == ""


def test_the_reserve_is_room_for_some_three_thousand_taps(folder: Path) -> None:
    opened(folder).add(tap(1))
    assert 2500 < spool_folder.RESERVE_BYTES // files(folder)[0].stat().st_size < 3500


def test_half_a_reserve_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int, *_: int) -> None:
        os.write(descriptor, b"a part")
        raise OSError(28, "No space left on device")

    spool = opened(folder)
    monkeypatch.setattr(os, "posix_fallocate", full)
    spool.look_again()
    assert spool.has_reserve is False
    assert list(folder.iterdir()) == []


def test_what_was_not_synced_is_taken_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = opened(folder)
    spool.add(tap(1))
    (file,) = files(folder)
    kept = file.read_bytes()
    failing(monkeypatch)
    assert spool.add(tap(2)) is Medium.DISK
    assert file.read_bytes() == kept
    assert held_open(folder) == [str(files(folder)[1])]
    assert members(opened(folder)) == [1, 2]


def test_a_file_that_never_held_a_tap_goes_with_its_failed_sync(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch)
    assert opened(folder).add(tap(1)) is Medium.DISK
    assert [b'"member":1' in file.read_bytes() for file in files(folder)] == [True]


def test_a_line_of_which_a_part_was_taken_is_written_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write, cut = os.write, [True]

    def partly(descriptor: int, data: bytes) -> int:
        return write(descriptor, data[:50]) if cut and cut.pop() else write(descriptor, data)

    monkeypatch.setattr(os, "write", partly)
    spool = opened(folder)
    spool.add(tap(1))
    spool.add(tap(2))
    assert members(opened(folder)) == [1, 2]


@pytest.mark.parametrize("content", [b"", b'{"n":1,"previous"'])
def test_a_file_in_which_no_line_is_whole_goes(folder: Path, content: bytes) -> None:
    opened(folder)
    (folder / "00000005.spool").write_bytes(content)
    assert opened(folder).waiting() == []
    assert files(folder) == []


@pytest.mark.parametrize("content", [b"", b'{"n":1,"previous"', b"\0" * 80, b"\0\xffgarbage", None])
def test_without_a_record_a_file_in_which_no_line_is_whole_is_told(folder: Path, content: bytes | None) -> None:
    """It may be a power failure's, and may be all that is left of a day: the record alone knows."""
    path = folder / "00000005.spool"
    path.symlink_to("/nowhere") if content is None else path.write_bytes(content)
    for _ in range(2):  # the record that the first start writes keeps it known
        spool = opened(folder)
        assert [type(line.record) for line in spool.waiting()] in ([Damaged], [Missing])
    spool.settle(spool.waiting()[0])
    assert [each.name for each in (folder / "quarantine").iterdir()] == [path.name]
    assert opened(folder).waiting() == []


def test_what_no_tap_can_have_left_is_told_whatever_the_record_says(folder: Path) -> None:
    opened(folder)
    (folder / "00000005.spool").write_bytes(b"\0\xffgarbage")
    (folder / "00000007.spool").mkdir()
    assert [type(line.record) for line in opened(folder).waiting()] == [Damaged, Missing]


def test_a_file_that_cannot_be_read_stays_in_the_record_and_is_missed_once_it_is_gone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = opened(folder)
    spool.add(tap(1))
    spool.look_again()
    (path,) = files(folder)

    def read(where: Path, _longest: int = 0) -> bytes:
        if where == path:
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))
        return where.read_bytes()

    with monkeypatch.context() as patch:
        patch.setattr(plain_files, "read", read)
        again = opened(folder)
        again.look_again()
        assert (again.waiting(), again.unread) == ([], {path})
    path.unlink()
    assert [type(line.record) for line in opened(folder).waiting()] == [Missing]


def test_a_line_of_other_letters_is_kept_as_damaged(folder: Path) -> None:
    (folder / "00000005.spool").write_bytes("passé\n".encode())
    (line,) = opened(folder).waiting()
    assert isinstance(line.record, Damaged)


def test_how_many_wait_is_told_without_a_key(folder: Path) -> None:
    spool = opened(folder)
    assert spools.count(folder) == 0
    spool.add(tap(1))
    spool.add(Anchor(Reading(AT, 5.0, "a")))
    spool.add(tap(2))
    assert (spools.count(folder), spools.tap_ids(folder)) == (2, {tap(1).tap_id, tap(2).tap_id})
    (folder / "99.spool").mkdir()  # it cannot be read
    assert (spools.count(folder), spools.tap_ids(folder)) == (0, set())


@pytest.mark.promise(4)
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


@pytest.mark.promise(4)
def test_a_full_disk_takes_taps_into_the_reserve(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = opened(folder)
    spool.look_again()
    assert (folder / "reserve").stat().st_size == spool_folder.RESERVE_BYTES
    write = os.write

    def full(descriptor: int, data: bytes) -> int:
        if (folder / "reserve").exists():
            raise OSError(28, "No space left on device")
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", full)
    assert spool.add(tap(1)) is Medium.DISK
    assert members(opened(folder)) == [1]


@pytest.mark.promise(4)
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


def in_memory(folder: Path, *records: WaitingTap | Anchor) -> Spool:
    """A spool that had to keep these in memory. Its folder is away, as `away`."""
    folder.rename(folder.with_name("away"))
    spool = opened(folder)
    assert [spool.add(record) for record in records] == [Medium.MEMORY] * len(records)
    return spool


def test_what_is_in_memory_outlives_the_program_and_is_moved_by_the_next(folder: Path) -> None:
    in_memory(folder, tap(1))
    again = opened(folder)
    assert members(again) == [1]
    assert again.add(tap(2)) is Medium.MEMORY
    folder.with_name("away").rename(folder)
    again.look_again()
    assert list((folder.parent / "memory").iterdir()) == []
    for line in again.waiting():
        again.settle(line)
    assert files(folder) == []


def test_where_taps_are_kept_is_said_when_it_changes(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    spool = in_memory(folder, tap(1))
    kept_on = [spool.medium]
    folder.with_name("away").rename(folder)
    spool.look_again()
    assert [*kept_on, spool.medium] == [Medium.MEMORY, Medium.DISK]
    told = [(r.levelno, r.getMessage()) for r in caplog.records if "are kept on" in r.getMessage()]
    assert told == [
        (logging.ERROR, "taps that must wait are kept on: memory"),
        (logging.INFO, "taps that must wait are kept on: disk"),
    ]


def test_a_disk_is_tried_by_writing_on_it_and_nothing_is_left_of_that(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = in_memory(folder)
    with pytest.raises(MachineError):
        (folder.parent / "memory").rename(folder.parent / "no-memory")
        spool.add(tap(1))
    folder.with_name("away").rename(folder)
    tried: list[tuple[str, int]] = []

    def fsync(descriptor: int) -> None:
        tried.append((Path(f"/proc/self/fd/{descriptor}").readlink().name, os.fstat(descriptor).st_size))

    monkeypatch.setattr(os, "fsync", fsync)
    spool.look_again()
    assert tried == [("probe", 1)]
    assert [path.name for path in folder.iterdir()] == ["reserve"]
    assert held_open(folder) == []


def test_a_disk_that_fails_again_leaves_in_memory_what_it_did_not_take(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = in_memory(folder, tap(1), tap(2))
    folder.with_name("away").rename(folder)
    failing(monkeypatch, after=1, times=2)
    spool.look_again()
    assert spool.medium is Medium.MEMORY
    assert [line.file.medium for line in spool.waiting()] == [Medium.DISK, Medium.MEMORY]
    assert set(members(opened(folder))) == {1, 2}  # one of them twice, which is harmless
    assert settled(folder) == []


def test_a_damaged_line_is_moved_out_of_memory_as_it_is(folder: Path) -> None:
    in_memory(folder, tap(1))
    (file,) = (folder.parent / "memory").glob("*/*.spool")
    file.write_bytes(file.read_bytes().replace(b'"member":1', b'"member":7'))
    folder.with_name("away").rename(folder)
    spool = opened(folder)
    (damaged,) = [line.record for line in spool.waiting()]
    spool.look_again()
    assert isinstance(damaged, Damaged)
    assert [line.record for line in opened(folder).waiting()] == [damaged]


def test_a_disk_that_is_still_away_is_not_believed(folder: Path) -> None:
    spool = opened(folder.parent / "gone", last_resort=None, own="gone")
    with pytest.raises(MachineError):
        spool.add(tap(1))
    spool.look_again()
    assert (spool.medium, spool.has_reserve) == (Medium.NOWHERE, True)


def test_where_nothing_takes_a_tap_it_is_said(folder: Path) -> None:
    spool = opened(folder.parent / "gone", last_resort=None, own="gone")
    with pytest.raises(MachineError) as refused:
        spool.add(tap(1))
    assert refused.value.code == "spool"
    assert spool.medium is Medium.NOWHERE


def test_a_folder_in_memory_that_somebody_else_could_write_is_not_used(folder: Path) -> None:
    memory = folder.parent / "memory" / "kiosk-home"
    memory.mkdir()
    memory.chmod(0o777)
    spool = opened(folder.parent / "gone", own="gone")
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
        assert members(opened(folder)) == ([1, 2] if cut == 1 else [1])  # a line is whole without its end, too
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
    assert [line.record for line in opened(folder).waiting()] == [tap(1), tap(3), Missing(file.name, 1)]
    assert "one is missing" in caplog.text


def test_lines_of_one_start_are_in_the_order_of_its_clock_whichever_file_has_them(folder: Path) -> None:
    spool = opened(folder)
    spool.add(tap(1, monotonic=10))
    spool.add(tap(4, monotonic=40))
    in_memory(folder, tap(5, monotonic=50))
    folder.with_name("away").rename(folder)
    again = opened(folder)
    again.add(tap(6, monotonic=60))
    assert [line.file.medium for line in opened(folder).waiting()][2] is Medium.MEMORY
    assert members(opened(folder)) == [1, 4, 5, 6]


def test_starts_are_in_the_order_of_the_files_whatever_they_are_called(folder: Path) -> None:
    spool = opened(folder)
    for number, boot in ((1, "b"), (2, "a"), (3, "b")):
        spool.add(tap(number, boot=boot))
    assert members(opened(folder)) == [1, 3, 2]


def test_a_damaged_line_stays_where_it_is_among_the_others(folder: Path) -> None:
    spool = opened(folder)
    for number in (1, 2, 3):
        spool.add(tap(number, monotonic=number / 4))
    (file,) = files(folder)
    file.write_bytes(file.read_bytes().replace(b'"member":1', b'"member":7').replace(b'"member":2', b'"member":7'))
    assert [type(line.record) for line in opened(folder).waiting()] == [Damaged, Damaged, WaitingTap]


def test_an_anchor_is_no_tap_that_waits(folder: Path) -> None:
    spool = opened(folder)
    spool.add(Anchor(Reading(AT, 5.0, "a")))
    assert len(spool) == 0
    assert opened(folder).waiting()[0].record == Anchor(Reading(AT, 5.0, "a"))


def grown(folder: Path, count: int = 3) -> Path:
    """A file of a spool that looked after itself meanwhile, as it does each second."""
    spool = opened(folder)
    for number in range(1, count + 1):
        spool.add(tap(number))
    spool.look_again()
    spool.close()
    (file,) = files(folder)
    return file


def settled(folder: Path) -> list[object]:
    """What a start finds besides taps, once everything is settled."""
    spool = opened(folder)
    found: list[object] = [line.record for line in spool.waiting() if not isinstance(line.record, WaitingTap)]
    for line in spool.waiting():
        spool.settle(line)
    return found


def apart(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((folder / "quarantine").glob("*"))]


def third(content: bytes) -> tuple[bytes, bytes]:
    """What is before a third line, and that line."""
    at = len(b"".join(content.splitlines(keepends=True)[:2]))
    return content[:at], content[at:]


@pytest.mark.parametrize("of", ["nuls", "half", "a digit"])
def test_a_line_that_was_answered_for_and_cannot_be_read_is_told_and_its_file_is_kept_whole(
    folder: Path, of: str
) -> None:
    file = grown(folder)
    before, line = third(file.read_bytes())
    spoilt = {
        "nuls": bytes(len(line) - 1) + b"\n",
        "half": line[:150],
        "a digit": line.replace(b'"member":3', b'"member":8'),
    }[of]
    file.write_bytes(before + spoilt)
    assert settled(folder) == [Damaged(spoilt.decode().removesuffix("\n"))]
    assert files(folder) == []
    assert apart(folder) == [before + spoilt]


def test_a_line_with_holes_before_a_whole_one_was_answered_for(folder: Path) -> None:
    spool = opened(folder)
    for number in (1, 2, 3):
        spool.add(tap(number))
    (file,) = files(folder)
    first, *others = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(bytes(len(first) - 1) + b"\n" + b"".join(others))
    assert [type(found) for found in settled(folder)] == [Damaged]


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_file_cut_at_a_line_s_end_is_missed(folder: Path, kept: int) -> None:
    file = grown(folder)
    opened(folder).look_again()  # another start
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:kept]))
    assert settled(folder) == [Missing(file.name, 3 - kept)]
    assert settled(folder) == []


def test_a_file_that_is_taken_away_is_missed_once(folder: Path) -> None:
    file = grown(folder)
    file.unlink()
    opened(folder).look_again()  # it ended before that was told
    assert settled(folder) == [Missing(file.name, 3)]
    assert settled(folder) == []
    assert [path.name for path in folder.iterdir()] == ["reserve"]


def test_a_file_whose_taps_are_entered_is_not_missed_whenever_the_program_ends(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = grown(folder)
    content = file.read_bytes()
    assert settled(folder) == []
    file.write_bytes(content)  # it died before the file went
    assert settled(folder) == []
    assert apart(folder) == []


def test_a_file_in_memory_is_not_taken_for_the_one_of_its_name_on_the_disk(folder: Path) -> None:
    file = grown(folder)
    in_memory(folder, tap(4))  # a start that knew nothing of the disk
    folder.with_name("away").rename(folder)
    (other,) = (folder.parent / "memory").glob("*/*.spool")
    other = other.rename(other.with_name(file.name))
    (other.parent / "00000009.spool").write_bytes(b'{"n":9')
    assert [type(line.record) for line in opened(folder).waiting()] == [WaitingTap] * 4
    other.write_bytes(b'{"n":1')
    opened(folder)
    file.unlink()
    assert settled(folder) == [Missing(file.name, 3)]


def test_what_is_missing_of_a_file_in_memory_is_told_from_the_disk(folder: Path) -> None:
    in_memory(folder, tap(1), tap(2), tap(3))
    (file,) = (folder.parent / "memory").glob("*/*.spool")
    first, _, last = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(first + last)
    folder.with_name("away").rename(folder)
    opened(folder).look_again()
    assert settled(folder) == [Missing(file.name, 1)]


def test_the_quarantine_is_nobody_else_s_and_takes_files_from_another_disk(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, content, stat_of = folder.parent / "memory" / "00000001.spool", b"one\n" * 1000, Path.stat
    path.write_bytes(content)
    path.chmod(0o644)
    synced: list[int] = []
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_size))
        patch.setattr(
            Path, "stat", lambda one, **how: SimpleNamespace(st_dev=-1) if one == path else stat_of(one, **how)
        )
        spool_damage.set_apart(path, folder)
    (kept,) = (folder / "quarantine").iterdir()
    assert (kept.name, kept.read_bytes(), synced, path.exists()) == (path.name, content, [len(content)], False)
    assert [stat.S_IMODE(each.stat().st_mode) for each in (kept, kept.parent)] == [0o600, 0o700]


def test_a_manifest_that_the_disk_does_not_take_is_written_another_time(folder: Path) -> None:
    record = SpoolRecord(folder / "gone" / "spool.json", SEALS, "home", folder, folder)
    record.tell({}, {"00000001.spool": 1})
    assert not record.is_written
    (folder / "gone").mkdir()
    record.tell({}, {"00000001.spool": 1})
    assert record.is_written
    again = SpoolRecord(folder / "gone" / "spool.json", SEALS, "home", folder, folder)
    assert again.files == {"own": {"00000001.spool": 1}}


def test_a_settled_file_goes_once_the_record_does_not_have_it_any_more(folder: Path) -> None:
    """A start would miss it, and tell the treasurer of lines that were entered."""
    record = folder.parent / "spool.json"
    spool = opened(folder)
    spool.add(tap(1))
    spool.look_again()
    record.with_suffix(".new").mkdir()
    spool.settle(spool.waiting()[0])
    assert (len(spool), len(files(folder))) == (0, 1)
    again = opened(folder)
    assert members(again) == [1], "the ledger knows that it has it"
    record.with_suffix(".new").rmdir()
    spool.look_again()
    assert files(folder) == []
    assert settled(folder) == []


def test_a_settled_file_goes_at_once_where_it_makes_room_for_the_record(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    spool = opened(folder)
    spool.add(tap(1))
    spool.look_again()
    with monkeypatch.context() as patch:
        patch.setattr(sealed_file, "save", full)
        spool.settle(spool.waiting()[0])
    assert files(folder) == []


def test_a_sealed_line_of_another_release_is_kept_as_damaged(folder: Path) -> None:
    for count, body in enumerate(('{"n":1,"previous":"' + "0" * 64 + '","kind":"guest"}', "[]", "{"), 1):
        mac = hmac.digest(KEY, f"home\n{body}".encode(), "sha256").hex()
        (folder / f"{count:08}.spool").write_text(f"{body} {mac}\n")
        assert settled(folder) == [Damaged(f"{body} {mac}")]
    assert len(apart(folder)) == 3


def test_two_files_of_one_name_are_both_kept(folder: Path) -> None:
    file, inodes = folder / "00000001.spool", []
    for text in ("one\n", "two\n", "three\n"):
        file.write_text(text)
        inodes.append(file.stat().st_ino)
        spool_damage.set_apart(file, folder)
    kept = {path.name: (path.read_text(), path.stat().st_ino) for path in (folder / "quarantine").iterdir()}
    assert kept == {
        "00000001.spool": ("one\n", inodes[0]),
        "00000001-2.spool": ("two\n", inodes[1]),
        "00000001-3.spool": ("three\n", inodes[2]),
    }


def test_an_hour_that_a_damaged_line_says_without_its_zone_is_none() -> None:
    assert spool_damage.legible('"at":"2026-11-25T08:00:00.000000"') == spool_damage.Legible()


def test_a_manifest_that_is_not_what_was_written_is_not_believed(folder: Path) -> None:
    file = grown(folder)
    manifest = folder.parent / "spool.json"
    manifest.write_text(manifest.read_text().replace(":3", ":9"))
    assert settled(folder) == []
    assert not file.exists()


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_torn_row_of_the_treasurer_s_file_spoils_no_other(folder: Path, cut: int) -> None:
    one, two = (UnreplayedTap(name * 32, Reason.DAMAGED, detail='a "b";c') for name in "ab")
    unreplayed_taps.add([folder], one)
    path = folder / unreplayed_taps.NAME
    path.write_bytes(path.read_bytes()[:-cut])
    unreplayed_taps.add([folder], two)
    unreplayed_taps.add([folder], one)
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig")), delimiter=";"))
    whole = [row[0] for row in rows if len(row) == 6]
    assert set(whole) >= {one.tap, two.tap}
    assert max(map(len, rows)) == 6
