"""Checks the machine: reader and pins as the system sees them, disks, memory, heat, power.

The *spool* is the folder where taps wait that cannot be entered: best on a disk of its own, such as a USB stick.
"""

import importlib.util
import os
import re
from collections.abc import Iterator
from pathlib import Path

from kiosk.config import Config
from kiosk.domain.devices import locks, readers
from kiosk.domain.devices.readers import UsbReaders
from kiosk.domain.health.findings import Finding
from kiosk.health import status_file
from kiosk.health.entrance_checks import of_disk
from kiosk.health.finding_codes import make_finding
from kiosk.health.machine_facts import Machine
from kiosk.home import Paths

ENTRANCE_USER = "kiosk-entrance"  # the system account that drives the pins
_LOW_MB, _LOW_SHARE = 60, 0.08  # available memory below that many MB, or that share of all memory, is low
_WARM, _HOT = 75.0, 82.0  # degrees Celsius from which the machine is too warm: a warning, an error
_WORN_SHARE = 0.8  # of a card's life: from this share used on it is worn
_MOST_WRITTEN = 300  # times a card's own size that were written to it: cheap cards are near their end there


def reader(settings: Config, machine: Machine) -> Iterator[Finding]:
    """Check whether the reader of these settings is plugged in, and whether another program holds it. No finding for a
    simulated reader, or a kind that this release does not know.
    """
    device = settings.reader.device
    kind = readers.find(device)
    if kind is None:
        return
    # A simulated reader is neither on USB nor below /dev.
    if kind.usb is not None:
        yield from _on_usb(device, kind.usb, machine)
    elif places := kind.places(device):
        yield from _in_dev(device, places, machine)


def _on_usb(device: str, known: UsbReaders, machine: Machine) -> Iterator[Finding]:
    """Check a USB reader: whether a kernel module or the program pcscd has taken it, and whether it is plugged in,
    another model of its makers is, or none. A `device` with `vendor:product` must be that very model.
    """
    stolen = [module for module in known.modules if module in machine.modules()]
    if stolen:
        yield make_finding("reader-stolen", modules=" ".join(stolen))
    if machine.runs(known.program):
        yield make_finding("reader-pcscd")
    plugged = machine.usb()
    usb_id = device.partition(":")[2].lower()
    is_exact = re.fullmatch(r"[0-9a-f]{4}:[0-9a-f]{4}", usb_id)
    if plugged & ({usb_id} if is_exact else known.driven):
        yield make_finding("reader-seen", device=device)
        return
    strange = sorted(each for each in plugged if each.startswith(known.makers) and each not in known.driven)
    if strange:
        yield make_finding("reader-unsupported", usb=strange[0])
    else:
        yield make_finding("reader-absent", device=device)


def _in_dev(device: str, places: tuple[str, ...], machine: Machine) -> Iterator[Finding]:
    """Check a reader that is a file below /dev: whether one of the patterns `places` finds it, and whether more than
    one program has it open.
    """
    folder = machine.at("/dev")
    path = next((path for place in places for path in sorted(folder.glob(place))), None)
    if path is None:
        yield make_finding("reader-absent", device=device)
        return
    holders = machine.holders(path)
    if holders > 1:
        yield make_finding("reader-shared", count=holders, device=f"/dev/{path.relative_to(folder)}")
    else:
        yield make_finding("reader-seen", device=f"/dev/{path.relative_to(folder)}")


def gpio(settings: Config, machine: Machine) -> Iterator[Finding]:
    """Check whether the pins that drive a real door's relay can be used: GPIO chip, library, and the entrance's right
    to the chip by its group. No finding for a simulated door or another kind of lock.
    """
    if not settings.real or settings.door.lock != locks.RELAY:
        return
    chips = machine.chips()
    if not chips:
        yield make_finding("gpio-absent")
        return
    if importlib.util.find_spec("lgpio") is None:
        yield make_finding("gpio-factory")  # goes on: the rights do not depend on the library
    group, members = machine.group(chips[0].stat().st_gid)
    if machine.has_user(ENTRANCE_USER) and ENTRANCE_USER not in members:
        yield make_finding("gpio-rights", user=ENTRANCE_USER, group=group)
    else:
        yield make_finding("gpio", chips=", ".join(chip.name for chip in chips))


def disks(paths: Paths, spool: Path, settings: Config, machine: Machine) -> Iterator[Finding]:
    """Check free space and wear of the home's disk, and whether the folder `spool` is there, can be written, and, for a
    real door, is on another disk than the database.
    """
    if _is_read_only(paths.database.parent):
        yield make_finding("disk-read-only")
    room = status_file.disk(paths)
    yield of_disk(room)
    yield from _wear(paths, room.total_bytes if room else 0, machine)
    if not spool.is_dir():
        yield make_finding("spool-missing", folder=str(spool))
    elif _is_read_only(spool):
        yield make_finding("spool-read-only")
    elif settings.real and _share_a_disk(spool, paths.database.parent, machine):
        yield make_finding("spool-same-disk")
    else:
        yield make_finding("spool-there")


def _is_read_only(folder: Path) -> bool:
    """Tell whether a folder's file system takes no writes, as happens with a worn card; False where it is missing."""
    try:
        return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    except OSError:
        return False


def _share_a_disk(first: Path, other: Path, machine: Machine) -> bool:
    """Tell whether two folders lie on one disk; where the kernel names no disk for one, whether on one file system."""
    first_disk, other_disk = machine.disk_of(first), machine.disk_of(other)
    if first_disk is None or other_disk is None:
        return first.stat().st_dev == other.stat().st_dev
    return first_disk == other_disk


def _wear(paths: Paths, size: int, machine: Machine) -> Iterator[Finding]:
    """Check how worn the home's disk of `size` bytes (0: unknown) is: by its own counters, or by how much was written
    to it. Errors have a finding of their own beside. No finding where the disk tells nothing.
    """
    wear = machine.wear_of(paths.root)
    if wear is None:
        return
    if wear.errors:
        yield make_finding("card-errors", count=wear.errors)
    written = wear.written_bytes or 0
    if wear.is_ending or (wear.used_share or 0) > 1:  # above 1: worn beyond the life that its maker gives it
        yield make_finding("card-ending")
    elif (wear.used_share or 0) >= _WORN_SHARE:
        yield make_finding("card-worn", percent=round((wear.used_share or 0) * 100))
    elif wear.used_share is None and size and written > _MOST_WRITTEN * size:
        yield make_finding("card-worn", percent=100)  # by what was written alone: the disk reports no share
    else:
        yield make_finding("card", written=written / 1e9)


def memory(machine: Machine) -> Iterator[Finding]:
    """Check how much memory is available; no finding where the system does not say."""
    memory_mb = machine.memory_mb()
    if memory_mb is not None:
        available, total = memory_mb
        is_low = available < _LOW_MB or available < _LOW_SHARE * total
        yield make_finding("memory-low" if is_low else "memory", available=available)


def heat(machine: Machine) -> Iterator[Finding]:
    """Check how hot the machine's hottest part is; no finding without a sensor."""
    degrees = machine.temperature()
    if degrees is not None:
        code = "temperature-too-high" if degrees >= _HOT else "temperature-high" if degrees >= _WARM else "temperature"
        yield make_finding(code, degrees=degrees)


def power(machine: Machine) -> Iterator[Finding]:
    """Check whether a Pi's power supply is too weak now, or was since the start; no finding where it does not tell."""
    undervoltage = machine.undervoltage()
    if undervoltage is not None:
        is_low, was_low = undervoltage
        yield make_finding("power-low" if is_low else "power-was-low" if was_low else "power")
