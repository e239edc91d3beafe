"""USB sticks as real file systems on loop devices, known by their label: full, absent, failing, locked, hostile."""

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.errors import MachineError
from kiosk.jobs.copies import sticks

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a stick can be mounted by root only")

LABEL = "KIOSK"
# Sticks are sold with vfat, which not every kernel that runs the tests knows.
KINDS = ["ext4", "ext2", *(["vfat"] if "vfat" in Path("/proc/filesystems").read_text() else [])]


@dataclass
class Plugged:
    """A stick in its socket."""

    image: Path
    device: str
    look: Path

    @contextmanager
    def looked_at(self, *options: str) -> Iterator[Path]:
        """Mounted by somebody else, who finds our folder."""
        _run("mount", *options, self.device, str(self.look))
        try:
            yield self.look
        finally:
            _run("umount", str(self.look))

    def copies(self) -> list[str]:
        with self.looked_at("-o", "ro") as at:
            return sorted(each.name for each in (at / sticks.FOLDER).iterdir()) if (at / sticks.FOLDER).exists() else []

    def content(self, name: str) -> bytes:
        with self.looked_at("-o", "ro") as at:
            return (at / sticks.FOLDER / name).read_bytes()


def _run(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def _plugged(tmp_path: Path, kind: str = "ext4", megabytes: int = 16, folder: Path | None = None) -> Iterator[Plugged]:
    image = (folder or tmp_path) / "stick.img"
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    made = ("mkfs.vfat", "-n", LABEL) if kind == "vfat" else (f"mkfs.{kind}", "-q", "-F", "-L", LABEL)
    _run(*made, str(image))
    device = _run("losetup", "--find", "--show", str(image)).strip()
    look = tmp_path / "look"
    look.mkdir(exist_ok=True)
    (tmp_path / "by-label").mkdir(exist_ok=True)
    (tmp_path / "by-label" / LABEL).symlink_to(device)
    try:
        yield Plugged(image, device, look)
    finally:
        _run("blockdev", "--setrw", device)
        _run("losetup", "--detach", device)


@pytest.fixture(autouse=True)
def by_label(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where udev would link labels to devices."""
    monkeypatch.setattr(sticks, "BY_LABEL", tmp_path / "by-label")


@pytest.fixture(params=KINDS)
def stick(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Plugged]:
    with _plugged(tmp_path, request.param) as found:
        yield found


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "copy"
    path.write_bytes(os.urandom(3_000_000))
    return path


def _all(names: object) -> set[str]:
    return set(names)  # type: ignore[call-overload,no-any-return]  # a list of names, whatever it is called


def _none(_names: object) -> set[str]:
    return set()


def _mounts() -> str:
    return Path("/proc/self/mountinfo").read_text()


def test_a_copy_is_on_the_stick_and_the_stick_is_let_go(stick: Plugged, source: Path) -> None:
    before = _mounts()
    sticks.carry(source, LABEL, "kiosk-1.tar.age", _all)
    assert _mounts() == before
    assert stick.content("kiosk-1.tar.age") == source.read_bytes()


def test_a_stick_that_is_mounted_already_stays_so(stick: Plugged, source: Path) -> None:
    with stick.looked_at() as at:
        sticks.carry(source, LABEL, "kiosk-1.tar.age", _all)
        assert (at / sticks.FOLDER / "kiosk-1.tar.age").read_bytes() == source.read_bytes()


def test_a_stick_is_never_mounted_for_programs_or_devices(
    stick: Plugged, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    real = sticks._write

    def looked_at(*given: object) -> None:
        seen.extend(line for line in _mounts().splitlines() if stick.device in line)
        real(*given)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(sticks, "_write", looked_at)
    sticks.carry(source, LABEL, "kiosk-1.tar.age", _all)
    assert len(seen) == 1
    assert all(option in seen[0] for option in ("nosuid", "nodev", "noexec"))


def test_older_copies_leave_once_a_new_one_was_read_back(stick: Plugged, source: Path) -> None:
    for number in (1, 2, 3):
        sticks.carry(source, LABEL, f"kiosk-{number}.tar.age", lambda names: {name for name in names if "-2" in name})
    assert stick.copies() == ["kiosk-2.tar.age", "kiosk-3.tar.age"]


def test_what_is_not_ours_stays_on_the_stick(stick: Plugged, source: Path) -> None:
    with stick.looked_at() as at:
        (at / "photos").mkdir()
        (at / sticks.FOLDER).mkdir()
        (at / sticks.FOLDER / "notes.txt").write_text("mine")
    sticks.carry(source, LABEL, "kiosk-1.tar.age", _none)
    assert stick.copies() == ["kiosk-1.tar.age", "notes.txt"]
    with stick.looked_at("-o", "ro") as at:
        assert (at / "photos").is_dir()


def test_a_stick_that_is_not_there_is_said_to_be_absent(source: Path) -> None:
    with pytest.raises(MachineError, match="plug it in") as raised:
        sticks.carry(source, LABEL, "kiosk-1.tar.age", _all)
    assert raised.value.code == "stick-absent"


def test_what_is_no_device_is_no_stick(tmp_path: Path, source: Path) -> None:
    (tmp_path / "by-label").mkdir()
    (tmp_path / "by-label" / LABEL).symlink_to(tmp_path)
    with pytest.raises(MachineError) as raised:
        sticks.carry(source, LABEL, "kiosk-1.tar.age", _all)
    assert raised.value.code == "stick-absent"


def test_a_stick_that_is_full_keeps_its_older_copies(stick: Plugged, source: Path) -> None:
    sticks.carry(source, LABEL, "kiosk-1.tar.age", _all)
    with stick.looked_at() as at:
        (at / "film").write_bytes(bytes(os.statvfs(at).f_bavail * os.statvfs(at).f_frsize - 2_000_000))
    with pytest.raises(MachineError, match="is full") as raised:
        sticks.carry(source, LABEL, "kiosk-2.tar.age", _none)
    assert raised.value.code == "stick-full"
    assert stick.copies() == ["kiosk-1.tar.age"]


def test_a_stick_whose_switch_is_set_is_said_to_be_read_only(stick: Plugged, source: Path) -> None:
    _run("blockdev", "--setro", stick.device)
    with pytest.raises(MachineError) as raised:
        sticks.carry(source, LABEL, "kiosk-1.tar.age", _all)
    assert raised.value.code == "stick-read-only"


def test_a_stick_that_somebody_mounted_read_only_is_said_to_be(stick: Plugged, source: Path) -> None:
    with stick.looked_at("-o", "ro"), pytest.raises(MachineError) as raised:
        sticks.carry(source, LABEL, "kiosk-1.tar.age", _all)
    assert raised.value.code == "stick-read-only"


@pytest.mark.parametrize(("error", "code"), [(errno.EROFS, "stick-read-only"), (errno.EIO, "stick")])
def test_a_stick_that_fails_or_is_pulled_out_in_the_middle_has_nothing_half_done(
    stick: Plugged, source: Path, monkeypatch: pytest.MonkeyPatch, error: int, code: str
) -> None:
    """The kernel makes it read-only, or it is gone: its sync fails, and nobody can take the half of a copy away."""
    sticks.carry(source, LABEL, "kiosk-1.tar.age", _all)
    with monkeypatch.context() as patched:

        def broken(*_given: object, **_more: object) -> None:
            raise OSError(error, os.strerror(error))

        patched.setattr(os, "fsync", broken)
        patched.setattr(os, "unlink", broken)
        with pytest.raises(MachineError) as raised:
            sticks.carry(source, LABEL, "kiosk-2.tar.age", _none)
    assert raised.value.code == code
    assert stick.copies() == [".kiosk-2.tar.age.part", "kiosk-1.tar.age"]
    sticks.carry(source, LABEL, "kiosk-3.tar.age", _all)
    assert stick.copies() == ["kiosk-1.tar.age", "kiosk-3.tar.age"]


def test_a_stick_with_less_memory_than_it_says_keeps_nothing_half_done(tmp_path: Path, source: Path) -> None:
    """Writes fail below the file system, at the sync."""
    (tmp_path / "chips").mkdir()
    _run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(tmp_path / "chips"))
    try:
        with _plugged(tmp_path, "ext2", 64, tmp_path / "chips") as stick:
            with pytest.raises(MachineError, match="use a larger stick"):
                sticks.carry(source, LABEL, "kiosk-1.tar.age", _all)
            assert stick.device not in _mounts()
    finally:
        _run("umount", "-l", str(tmp_path / "chips"))


def test_what_the_stick_gives_back_is_read_from_the_stick(
    stick: Plugged, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sign changes on the chips once it was written: memory would give back the right one."""
    sticks.carry(source, LABEL, "kiosk-1.tar.age", _all)
    source.write_bytes(b"X" * 1_000_000 + b"here it is" + b"Y" * 1_000_000)
    real = sticks._read_back

    def spoiled(folder: int, name: str) -> bytes:
        raw = stick.image.read_bytes()
        with stick.image.open("r+b") as file:
            file.seek(raw.index(b"here it is"))
            file.write(b"there")
        return real(folder, name)

    monkeypatch.setattr(sticks, "_read_back", spoiled)
    with pytest.raises(MachineError, match="does not return"):
        sticks.carry(source, LABEL, "kiosk-2.tar.age", _none)
    assert stick.copies() == ["kiosk-1.tar.age"]


@pytest.mark.parametrize("target", ["of the stick", "of ours"])
def test_a_link_on_the_stick_leads_nowhere(tmp_path: Path, source: Path, target: str) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    with _plugged(tmp_path, "ext4") as stick:
        with stick.looked_at() as at:
            (at / "photos").mkdir()
            (at / "photos" / "kiosk-0.tar.age").write_text("not ours")
            (at / sticks.FOLDER).symlink_to("photos" if target == "of the stick" else mine)
        with pytest.raises(MachineError) as raised:
            sticks.carry(source, LABEL, "kiosk-1.tar.age", _none)
        assert raised.value.code == "stick"
        with stick.looked_at("-o", "ro") as at:
            assert [each.name for each in (at / "photos").iterdir()] == ["kiosk-0.tar.age"]
    assert list(mine.iterdir()) == []


def test_a_link_in_place_of_a_copy_is_replaced_and_not_followed(tmp_path: Path, source: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with _plugged(tmp_path, "ext4") as stick:
        with stick.looked_at() as at:
            (at / sticks.FOLDER).mkdir()
            for name in ("kiosk-1.tar.age", ".kiosk-1.tar.age.part"):
                (at / sticks.FOLDER / name).symlink_to(tmp_path / "mine")
        sticks.carry(source, LABEL, "kiosk-1.tar.age", _all)
        assert stick.content("kiosk-1.tar.age") == source.read_bytes()
    assert (tmp_path / "mine").read_text() == "mine"
