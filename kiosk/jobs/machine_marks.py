"""Reads which entries this machine's doors and its office saw, from their own folders: as root or as their owner.

What may not be read, or was never written, is not known: what runs there claims it itself.
"""

from collections.abc import Iterator
from contextlib import suppress

from kiosk import root_files
from kiosk.books.recovery.ledger_recovery import Seen
from kiosk.domain.chain import Seal
from kiosk.domain.doors import FIRST
from kiosk.errors import KioskError
from kiosk.home import Paths
from kiosk.offline import door_keys
from kiosk.offline.roster import load
from kiosk.store.marks.mark_file import MarkFile
from kiosk.store.marks.marks import OFFICE, Mark


def seen_here(paths: Paths, seal: Seal, doors: dict[int | None, int]) -> tuple[Seen, ...]:
    """What was seen by the office and by each of `doors`: the part of the home that is a door's, and its number. None:
    the first's part.
    """
    return tuple(
        sorted({Seen(mark.number, door, mark.mac, trail=mark.trail) for door, mark in _marks(paths, seal, doors)})
    )


def doors_of(paths: Paths, number: int = FIRST) -> dict[int | None, int]:
    """The parts of a home that are doors', each with its number: the first one is `number` there."""
    doors: dict[int | None, int] = {None: number}
    with suppress(OSError):
        for folder in paths.root.joinpath("roster").glob("door-*"):
            name = folder.name.removeprefix("door-")
            if name.isdecimal() and not folder.is_symlink():
                doors[int(name)] = int(name)
    return doors


def _marks(paths: Paths, seal: Seal, doors: dict[int | None, int]) -> Iterator[tuple[int, Mark]]:
    office = MarkFile(paths.office_mark, seal).read()
    if office is not None:
        yield OFFICE, office
    for part, number in doors.items():
        of_door = paths.at(part)
        with suppress(KioskError, OSError), root_files.acting_in(paths.spool_key.parent):
            found = load(of_door.roster, door_keys.seals_of(of_door))
            if found is not None and found.mark is not None and found.home.home_id == seal.home_id:
                yield number, found.mark
