"""Writes a badge's keys at the door, while the maker's key is lent to it: in memory, for some hours, never on its disk.

`kiosk badges lend` puts it into the runtime folder, which a Pi has in memory: a card that is stolen has none of it.
"""

from datetime import datetime, timedelta

from kiosk import plain_files, root_files
from kiosk.checkin import badge_writing, proof_keys
from kiosk.checkin.badge_writing import BadgeWriting
from kiosk.checkin.desk_requests import LIFTED
from kiosk.devices.protocols import BadgeReader
from kiosk.domain import days
from kiosk.domain.badges.ev2 import KEY_BYTES
from kiosk.domain.badges.products import Product, Proving
from kiosk.domain.badges.sun import Aes
from kiosk.domain.checkin import badges
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.errors import AnswerIsNo, MachineError, RequestError
from kiosk.home import Home, Paths

NO_MAKER_KEY, UNPROVEN = "no-maker-key", "badge-unproven"
_LONGEST = 200


def lend(paths: Paths, key: bytes, at: datetime, hours: float) -> datetime:
    """Lend the maker's key to the entrance from a moment on. Returns when that ends. Raises OSError, MachineError."""
    until = at + timedelta(hours=hours)
    text = f"{until.isoformat()} {key.hex()}\n"
    root_files.write(paths.lent_key, text.encode("ascii"), root_files.owner_of(paths.lent_key.parent))
    return until


def end(paths: Paths) -> None:
    """End the lending."""
    paths.lent_key.unlink(missing_ok=True)


def lent(paths: Paths, at: datetime) -> bytes | None:
    """Return the maker's key while it is lent. Once its time is over it is taken away."""
    try:
        until, key = plain_files.read(paths.lent_key, _LONGEST).decode("ascii").split()
        made, ends = bytes.fromhex(key), datetime.fromisoformat(until)
    except (OSError, ValueError):
        return None
    if at >= ends:
        end(paths)
        return None
    return made if len(made) == KEY_BYTES else None


def write(opened: Home, read: BadgeRead, product: Product, reader: BadgeReader, at: datetime, aes: Aes) -> str | None:
    """Write the badge at hand with the newest key of the site, and have it prove itself. Returns None once it did; else
    why not, as an error's code, or LIFTED.
    """
    maker = lent(opened.paths, at)
    if maker is None:
        return NO_MAKER_KEY
    try:
        site = proof_keys.read(opened.paths)
        if not site:
            return "no-proof-key"
        badge_writing.check(read, product)
        newest = max(site)
        day = days.moment(at, opened.config.zone, 0).day
        known_as = badges.marks(read, opened.badge_key, opened.old_badge_keys, day)
        work = BadgeWriting(store=opened.store, site=site, version=newest, maker=maker, aes=aes)
        if not work.write(read, known_as, reader.exchange):
            return LIFTED
    except (AnswerIsNo, RequestError, MachineError) as fault:
        return fault.code
    proving = reader.prove(site[newest])
    return None if proving is Proving.PROVEN else LIFTED if proving is Proving.LEFT else UNPROVEN
