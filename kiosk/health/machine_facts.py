"""Reads facts about the machine from /proc, /sys and /dev, without judging them. A missing fact is None or empty.

Everything is read below `root`, so that a test can present another machine. Nothing is run and nothing written.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

_MEGABYTE = 1024  # kB, the unit of /proc/meminfo


class Wear(Struct, frozen=True):
    """A disk's wear: bytes written in its life, errors, and the share of its life that an eMMC reports as used (0.1 is
    a tenth).
    """

    written_bytes: int | None  # None where the file system does not count them
    errors: int  # that the file system recorded
    used_share: float | None
    is_ending: bool  # as the disk itself reports


class Machine(Struct, frozen=True):
    """One machine; `root` is `/` except in tests."""

    root: Path = Path("/")

    def at(self, path: str | Path) -> Path:
        """Return where an absolute path lies below `root`."""
        return self.root / str(path).lstrip("/")

    def modules(self) -> set[str]:
        """Return the names of the loaded kernel modules."""
        return {line.split()[0] for line in _text(self.at("/proc/modules")).splitlines() if line.strip()}

    def runs(self, program: str) -> bool:
        """Tell whether a process of this name runs; the kernel cuts names to 15 characters."""
        return any(_text(folder / "comm") == program for folder in self._processes())

    def holders(self, device: Path) -> int:
        """Count the processes that have a device open; those whose open files this account may not see are left out."""
        resolved = device.resolve()
        return sum(any(_leads_to(each, resolved) for each in _inside(folder / "fd")) for folder in self._processes())

    def usb(self) -> set[str]:
        """Return the plugged-in USB devices, as `vendor:product` in hexadecimal digits: `072f:2200`."""
        folders = _inside(self.at("/sys/bus/usb/devices"))
        pairs = ((_text(folder / "idVendor"), _text(folder / "idProduct")) for folder in folders)
        return {f"{vendor}:{product}" for vendor, product in pairs if vendor}

    def chips(self) -> list[Path]:
        """Return the device files of the GPIO chips."""
        return sorted(self.at("/dev").glob("gpiochip*"))

    def group(self, gid: int) -> tuple[str, set[str]]:
        """Return a group's name (its number as text where it has none) and the names of its members, with the users
        whose primary group it is.
        """
        name, members = str(gid), set[str]()
        for fields in self._table("/etc/group", 4):
            if fields[2] == str(gid):
                name, members = fields[0], {each for each in fields[3].split(",") if each}
        return name, members | {fields[0] for fields in self._table("/etc/passwd", 4) if fields[3] == str(gid)}

    def starts(self, unit: str) -> bool:
        """Tell whether a systemd unit of this name, with `*` for any, starts with the machine."""
        return any(self.at("/etc/systemd/system").glob(f"*.wants/{unit}"))

    def has_user(self, name: str) -> bool:
        """Tell whether the machine has a user of this name."""
        return any(fields[0] == name for fields in self._table("/etc/passwd", 4))

    def memory_mb(self) -> tuple[int, int] | None:
        """Return the available and the total memory, in MB of 1024 kB; None where the kernel does not say both."""
        lines = (line.split() for line in _text(self.at("/proc/meminfo")).splitlines())
        kilobytes = {words[0].rstrip(":"): int(words[1]) for words in lines if len(words) > 1 and words[1].isdigit()}
        if not {"MemAvailable", "MemTotal"} <= kilobytes.keys():
            return None
        return kilobytes["MemAvailable"] // _MEGABYTE, kilobytes["MemTotal"] // _MEGABYTE

    def temperature(self) -> float | None:
        """Return the temperature of the hottest part, in degrees Celsius (the kernel has thousandths); None without a
        sensor.
        """
        zones = self.at("/sys/class/thermal").glob("thermal_zone*/temp")
        return max((value / 1000 for zone in zones if (value := _number(zone)) is not None), default=None)

    def undervoltage(self) -> tuple[bool, bool] | None:
        """Return whether the power supply is too weak now, and whether it has been since the start: by the Pi's
        firmware, or else by its voltage sensor, whose one alarm stands for both. None where neither is there.
        """
        flags = _text(self.at("/sys/devices/platform/soc/soc:firmware/get_throttled"))
        with suppress(ValueError):
            bits = int(flags, 16)
            return bool(bits & 1), bool(bits & 1 << 16)  # bit 0: now; bit 16: since the start
        for sensor in self.at("/sys/class/hwmon").glob("hwmon*"):
            if _text(sensor / "name") == "rpi_volt" and (alarm := _number(sensor / "in0_lcrit_alarm")) is not None:
                return bool(alarm), bool(alarm)
        return None

    def disk_of(self, path: Path) -> str | None:
        """Return the name of the disk that holds a path (`mmcblk0`, `sda`), not of its partition; None where the kernel
        names none.
        """
        place = self._block(path)
        if place is None:
            return None
        return place.parent.name if (place / "partition").exists() else place.name

    def wear_of(self, path: Path) -> Wear | None:
        """Return the wear of the disk that holds a path; None where neither file system nor disk tells."""
        place = self._block(path)
        if place is None:
            return None
        ext4, disk = self.at("/sys/fs/ext4") / place.name, self.disk_of(path) or ""
        written, errors = _number(ext4 / "lifetime_write_kbytes"), _number(ext4 / "errors_count")
        device = self.at("/sys/block") / disk / "device"
        lives = [int(word, 16) for word in _text(device / "life_time").split() if word.startswith("0x")]
        ending = _text(device / "pre_eol_info") in ("0x03", "0x3")  # of eMMC: its spare blocks are nearly used up
        if written is None and not lives:
            return None
        used = max(lives, default=0) / 10 or None  # in tenths of its life, 0: unknown; its worse part counts
        return Wear(None if written is None else written * 1024, errors or 0, used, ending)

    def _block(self, path: Path) -> Path | None:
        """Return the folder in /sys of the partition or disk on which a path lies; None where the kernel shows none, or
        the path is missing.
        """
        try:
            device = path.stat().st_dev
        except OSError:
            return None
        place = self.at("/sys/dev/block") / f"{os.major(device)}:{os.minor(device)}"
        return place.resolve() if place.exists() else None

    def _processes(self) -> Iterator[Path]:
        """Return the folders of the running processes in /proc."""
        return (folder for folder in _inside(self.at("/proc")) if folder.name.isdigit())

    def _table(self, path: str, columns: int) -> Iterator[list[str]]:
        """Return the rows of a file like /etc/passwd, each split at its colons; rows of fewer columns are left out."""
        rows = (line.split(":") for line in _text(self.at(path)).splitlines())
        return (row for row in rows if len(row) >= columns)


def own_memory_mb(root: Path = Path("/")) -> int | None:
    """Return how much memory this program holds, in whole MB rounded down; None where the kernel does not say."""
    pages = _text(root / "proc/self/statm").split()  # the second number: pages in memory
    return int(pages[1]) * os.sysconf("SC_PAGE_SIZE") >> 20 if len(pages) > 1 else None


def _text(path: Path) -> str:
    """Return the text of a file without spaces at its ends; "" where it cannot be read."""
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def _number(path: Path) -> int | None:
    """Return the number in a file; None where it cannot be read or holds something else."""
    text = _text(path)
    return int(text) if text.lstrip("-").isdigit() else None


def _inside(folder: Path) -> list[Path]:
    """Return the paths in a folder, sorted; [] where it is missing or this account may not look."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _leads_to(link: Path, target: Path) -> bool:
    """Tell whether a symbolic link leads to this file; False where this account may not look."""
    try:
        return link.readlink() == target
    except OSError:
        return False
