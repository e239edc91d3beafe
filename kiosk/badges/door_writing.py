"""Writes a badge's keys at the door, while the maker's key is lent to it: for some hours, in memory, never on its disk.

`kiosk badges lend` puts the key into the runtime folder, which a Pi keeps in memory: a stolen card does not have it.
"""

import logging
from datetime import datetime, timedelta

from kiosk import plain_files, root_files
from kiosk.badges import badge_writing, proof_keys
from kiosk.badges.badge_writing import BadgeWriting
from kiosk.checkin.desk_requests import LIFTED
from kiosk.devices.protocols import BadgeReader, MachineClock
from kiosk.domain import days
from kiosk.domain.badges.ev2 import KEY_BYTES
from kiosk.domain.badges.products import Product, Proving
from kiosk.domain.badges.sun import Aes
from kiosk.domain.badges.writing import HALF_WRITTEN
from kiosk.domain.checkin import badges
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.errors import AnswerIsNo, KioskError, MachineError, RequestError
from kiosk.home import Home, Paths
from kiosk.store.members import chip_rows

log = logging.getLogger(__name__)

NO_MAKER_KEY, UNPROVEN = "no-maker-key", "badge-unproven"  # codes of what went wrong, beside LIFTED
_LONGEST = 200  # bytes of the file with the lent key


def lend(paths: Paths, key: bytes, clock: MachineClock, hours: float) -> datetime:
    """Lend the maker's key to the entrance for some hours from now on. Returns the wall-clock time at which that ends.

    The end is stored in seconds since the machine started: setting the clock back does not prolong it. Raises OSError,
    MachineError.
    """
    length = timedelta(hours=hours)
    text = f"{clock.boot} {clock.monotonic() + length.total_seconds():.3f} {key.hex()}\n"
    root_files.write(paths.lent_key, text.encode("ascii"), root_files.owner_of(paths.lent_key.parent))
    return clock.now() + length


def end(paths: Paths) -> None:
    """End the lending of the maker's key: delete it."""
    paths.lent_key.unlink(missing_ok=True)


def lent(paths: Paths, clock: MachineClock) -> bytes | None:
    """Return the maker's key while it is lent, else None. Deletes its file once its time is over, the machine has
    started anew, or it cannot be understood.
    """
    try:
        boot, ends, key = plain_files.read(paths.lent_key, _LONGEST).decode("ascii").split()
        key_bytes, is_over = bytes.fromhex(key), boot != clock.boot or not clock.monotonic() < float(ends)
    except OSError:
        return None
    except ValueError:
        key_bytes, is_over = b"", True
    if is_over or len(key_bytes) != KEY_BYTES:
        end(paths)
        return None
    return key_bytes


def write(
    opened: Home, read: BadgeRead, product: Product, reader: BadgeReader, clock: MachineClock, aes: Aes
) -> str | None:
    """Write the badge on the reader with the newest key of the site, and have it prove itself. Returns None once it
    did; else an error's code, or LIFTED where it was taken away.
    """
    maker = lent(opened.paths, clock)
    if maker is None:
        return NO_MAKER_KEY
    try:
        site = proof_keys.read(opened.paths)
        if not site:
            return "no-proof-key"
        badge_writing.check(read, product)
        newest = max(site)
        known_as = _marks(opened, read, clock)
        work = BadgeWriting(store=opened.store, site=site, version=newest, maker=maker, aes=aes)
        if not work.write(read, known_as, reader.exchange):
            return LIFTED
    except (AnswerIsNo, RequestError, MachineError) as fault:
        return fault.code
    proving = reader.prove(site[newest])
    return None if proving is Proving.PROVEN else LIFTED if proving is Proving.LEFT else UNPROVEN


def go_on(
    opened: Home, read: BadgeRead, reader: BadgeReader, clock: MachineClock, aes: Aes, *, is_refused: bool
) -> None:
    """Continue with a tapped badge whose writing was interrupted; do nothing for any other badge.

    While the maker's key is lent, the writing is finished. Otherwise, where the badge `is_refused` because its proof
    failed, its other key is asked for from its next tap on.
    """
    known_as = _marks(opened, read, clock)
    try:
        with opened.store.reading() as connection:
            chip = chip_rows.load(connection, known_as)
        if chip is None or chip.step not in HALF_WRITTEN:
            return
        if lent(opened.paths, clock) is not None:
            fault = write(opened, read, Product.NTAG424, reader, clock, aes)
            log.info("the badge …%s, whose writing was cut: %s", read.tail, fault or "written")
        elif is_refused:
            with opened.store.writing() as connection:
                if chip_rows.ask_other(connection, known_as):
                    log.info("the badge …%s, whose writing was cut, is asked for its other key next", read.tail)
    except KioskError as fault:
        log.warning("the badge …%s, whose writing was cut, stays so: %s", read.tail, fault)


def _marks(opened: Home, read: BadgeRead, clock: MachineClock) -> tuple[bytes, ...]:
    """Return the keyed hashes by which the records may know a badge: with the present key, then with former keys that
    are still valid.
    """
    day = days.moment(clock.now(), opened.config.zone, 0).day  # the calendar day: former keys are good until one
    return badges.marks(read, opened.badge_key, opened.old_badge_keys, day)
