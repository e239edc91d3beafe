"""Does what the entrance needs of a badge's chip: has it prove itself, writes a new badge that the desk asks for, and
finishes one that was taken away while it was written.

The code that proves and writes is imported when a badge needs it: most homes have no such badges. The *roster* is the
list of members that a door keeps for an outage (while the database takes no taps); a tap reads it from memory.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from kiosk.devices.protocols import BadgeReader, MachineClock
from kiosk.domain.badges.products import Product, Proving
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.home import Home
from kiosk.offline.safekeeping import OfflineParts

if TYPE_CHECKING:
    from kiosk.domain.badges.sun import Aes


class ChipBadges(Struct, frozen=True):
    """What one door asks of the chips that are held to its reader.

    `reader` returns the reader, which is built after this object, and `aes` the machine's cipher.
    """

    opened: Home
    clock: MachineClock
    keeping: OfflineParts
    reader: Callable[[], BadgeReader]
    aes: "Callable[[], Aes]"

    def product(self) -> Product | None:
        """Return the kind of chip on the reader; None where there is none, or its kind is not known."""
        return self.reader().product()

    def key_version(self, mark: bytes) -> int | None:
        """Return the version of the key by which a badge must prove itself; None where it need not, or no roster is
        there. `mark` is its keyed hash.
        """
        roster = self.keeping.kept.now
        return None if roster is None else roster.proofs.get(mark)

    def prove(self, _read: BadgeRead, version: int) -> Proving:
        """Have the badge on the reader prove itself. REFUSED where this door lacks the key of this version."""
        from kiosk.badges import proof_keys

        key = proof_keys.of(self.opened.paths, version)
        return Proving.REFUSED if key is None else self.reader().prove(key)

    def write(self, read: BadgeRead, product: Product) -> str | None:
        """Write a badge as the desk asked. Returns None when it is done, else the code of what went wrong."""
        from kiosk.badges import door_writing

        return door_writing.write(self.opened, read, product, self.reader(), self.clock, self.aes())

    def go_on(self, read: BadgeRead, is_refused: bool) -> None:
        """Finish a badge whose writing was interrupted. Done only while the maker's key is lent, or where the badge was
        just refused for its proof; never during an outage.
        """
        if self.keeping.outage.is_on or not (is_refused or self.opened.paths.lent_key.exists()):
            return
        from kiosk.badges import door_writing

        door_writing.go_on(self.opened, read, self.reader(), self.clock, self.aes(), is_refused=is_refused)
