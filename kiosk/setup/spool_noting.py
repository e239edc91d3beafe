"""Writes the record of each door's spool while no entrance runs: when a home is made, and in an update, before the new
release's first start.

A door's *spool* keeps the taps that wait to be entered; its *roster* is the file of the members that may come in
meanwhile. Earlier releases keep no such record beside the roster. Without it, a spool that is damaged or taken away
between the update and that start would lose its days in silence.
"""

import logging

from kiosk import keys, root_files
from kiosk.config import Config
from kiosk.errors import KioskError
from kiosk.home import Paths
from kiosk.offline import door_keys
from kiosk.offline.spool import Spool
from kiosk.offline.spool_record import SpoolRecord

log = logging.getLogger(__name__)


def note(paths: Paths, settings: Config, home_id: str) -> None:
    """Store which files of taps each door of this machine has, with the entrance's own rights; log a failure, since the
    entrance tries again at its start.
    """
    roster = paths.roster.parent
    if roster.is_symlink() or not roster.is_dir():
        return
    doors = [(paths, settings), *((paths.at(each.number), settings.at(each.number)) for each in settings.more_doors)]
    for door, settings_of_door in doors:
        try:
            with root_files.acting_in(roster):  # a further door's folder is in the entrance's hands
                _note(door, settings_of_door.spool.path, home_id)
        except (OSError, KioskError) as fault:
            log.warning("the taps that wait in %s are not noted: %s", door.own("spool"), fault)


def _note(paths: Paths, folder: str, home_id: str) -> None:
    """Read a door's spool as its entrance does at a start, which writes the record."""
    spool_keys = door_keys.of_spool(paths, keys.read_key(paths.badge_key))
    record = SpoolRecord.of(paths, folder, door_keys.seals_of(paths), home_id)
    Spool(keys=spool_keys, home_id=home_id, record=record, last_resort=None).close()
