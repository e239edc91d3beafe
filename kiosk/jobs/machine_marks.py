"""Reads which entries this machine's doors and office have seen, from their own folders, as root or as their owner.

A *mark* is the last entry that a program saw; where the records lack it they went back to an older state, and the
program *claims* it in a row of the database. A mark that may not be read, or was never written, is left out: the
program that runs there claims its entries itself.
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
    """Return the last entries that the office and each of `doors` have seen, each with its MAC, the door's number (0:
    the office) and earlier entries by which it is found. `doors` maps a door's part of the home (None for the first
    door's) to its number.
    """
    return tuple(
        sorted({Seen(mark.number, door, mark.mac, trail=mark.trail) for door, mark in _marks(paths, seal, doors)})
    )


def doors_of(paths: Paths, number: int = FIRST) -> dict[int | None, int]:
    """Return the parts of a home that are doors', each with its door's number; `number` is the first door's.

    Other doors have a folder roster/door-N, N being part and number; links and other names are left out. Where the
    folder cannot be read, the doors found so far are returned.
    """
    doors: dict[int | None, int] = {None: number}
    with suppress(OSError):
        for folder in paths.root.joinpath("roster").glob("door-*"):
            name = folder.name.removeprefix("door-")
            if name.isdecimal() and not folder.is_symlink():
                doors[int(name)] = int(name)
    return doors


def _marks(paths: Paths, seal: Seal, doors: dict[int | None, int]) -> Iterator[tuple[int, Mark]]:
    """Yield the marks of the ledger that this machine keeps: the office's, and those in its doors' rosters.
    A roster that cannot be read, has no mark or is another home's yields nothing.
    """
    office = MarkFile(paths.office_mark, seal).read()
    if office is not None:
        yield OFFICE, office
    for part, number in doors.items():
        of_door = paths.at(part)
        with suppress(KioskError, OSError), root_files.acting_in(paths.spool_key.parent):
            roster = load(of_door.roster, door_keys.seals_of(of_door))
            if roster is not None and roster.mark is not None and roster.home.home_id == seal.home_id:
                yield number, roster.mark
