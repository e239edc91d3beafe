"""Stores beside the roster how far the door's journal goes, so that a journal file taken away or set back is noticed.

The journal's own chain cannot show that, since a missing file contradicts nothing. Only the comparing thread uses this.
A day's head is stored once its lines are synced, so that a power cut removes no stored line.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from kiosk.offline import sealed_file
from kiosk.offline.door_journal import DoorDay, DoorJournal
from kiosk.offline.door_keys import SealKeys

log = logging.getLogger(__name__)

NOTED_EVERY_SECONDS = 60.0  # least time between two writings of the open file's head
REPORTED_FOR = timedelta(days=30)  # how long it is reported that lines are missing
_LABEL = "door journal"  # sealed with the file, with the home's id

Heads = Mapping[date, tuple[int, str]]
"""By day, the number of lines and the MAC of the last one."""


def heads_of(journal_days: Sequence[DoorDay]) -> dict[date, tuple[int, str]]:
    """Return the heads of the journal's days as its files are now."""
    return {each.day: (len(each.macs), each.macs[-1]) for each in journal_days if each.macs}


def missing(noted: Heads, journal_days: Sequence[DoorDay], since: date) -> list[date]:
    """Return the days, from `since` on, whose files lack a line that a stored head counts. The head's line may
    stand further on than the head counts, since the files of two folders are read as one.
    """
    macs_by_day = {each.day: each.macs for each in journal_days}
    return [
        day
        for day, (count, mac) in sorted(noted.items())
        if day >= since and (len(macs_by_day.get(day, ())) < count or mac not in macs_by_day[day][count - 1 :])
    ]


class JournalHeads:
    """The stored heads of the journal's days, and the day on which something was last found missing. No method
    raises.
    """

    def __init__(self, path: Path, keys: SealKeys, home_id: str, journal: DoorJournal) -> None:
        self._path, self._keys, self._home_id, self._journal = path, keys, home_id, journal
        self._noted: dict[date, tuple[int, str]] = {}  # the stored heads
        self._gone_on: date | None = None  # the day on which lines were last missing
        self._not_before = 0.0  # monotonic time of the next writing
        self._load()

    def is_gone(self, today: date) -> bool:
        """Return whether something was found missing from the journal within the last 30 days."""
        return self._gone_on is not None and today < self._gone_on + REPORTED_FOR

    def compare(self, journal_days: Sequence[DoorDay], since: date, today: date) -> None:
        """Notice lines that are missing from stored heads, and store the heads as the files are now. While the spool's
        own folder is away, which is reported elsewhere, nothing counts as missing.
        """
        if not self._journal.is_whole():
            return
        gone = missing(self._noted, journal_days, since)
        if gone:
            self._notice(f"the door's journal lacks lines of {len(gone)} days, the first {gone[0]}", today)
        if gone or self._noted.keys() != heads_of(journal_days).keys():
            self._noted = heads_of(journal_days)
            self._save()

    def look(self, today: date) -> None:
        """Notice a file that the journal found taken away while it was open, once (`was_taken` is reset)."""
        if self._journal.was_taken:
            self._journal.was_taken = False
            self._notice("a file of the door's journal was taken away while it was open", today)
            self._save()

    def note(self, now: float) -> None:
        """Store the open file's head if it grew, at most once a minute; `now` is monotonic."""
        head = self._journal.head
        if now < self._not_before or head is None or self._noted.get(head[0]) == head[1]:
            return
        self._not_before = now + NOTED_EVERY_SECONDS
        head = self._journal.settled()  # on the disk now: only synced lines are counted
        if head is not None:
            self._noted[head[0]] = head[1]
            self._save()

    def _notice(self, what: str, today: date) -> None:
        """Log what is missing, and remember the day on which that was noticed."""
        log.error("%s", what)
        self._gone_on = today

    def _load(self) -> None:
        """Read the stored heads; none where the file is missing or its seal is wrong."""
        document = sealed_file.load(self._path, self._keys, f"{_LABEL} {self._home_id}")
        if document is not None:
            self._noted = {date.fromisoformat(day): (int(n), str(mac)) for day, (n, mac) in document["days"].items()}
            self._gone_on = None if document["gone_on"] is None else date.fromisoformat(document["gone_on"])

    def _save(self) -> None:
        """Store the heads; a disk that takes none is only logged."""
        days = {day.isoformat(): head for day, head in self._noted.items()}
        document = {"days": days, "gone_on": None if self._gone_on is None else self._gone_on.isoformat()}
        try:
            sealed_file.save(self._path, self._keys, f"{_LABEL} {self._home_id}", document)
        except OSError as fault:
            log.warning("how far the door's journal goes is not noted in %s: %s", self._path, fault)


def is_gone(
    path: Path, keys: SealKeys, home_id: str, journal_days: Sequence[DoorDay], since: date, today: date
) -> bool:
    """Return whether journal lines are missing, for a check from outside: found missing within 30 days, or missing now.
    Without stored heads nothing is.
    """
    document = sealed_file.load(path, keys, f"{_LABEL} {home_id}")
    if document is None:
        return False
    noted = {date.fromisoformat(day): (int(n), str(mac)) for day, (n, mac) in document["days"].items()}
    on = document["gone_on"]
    return bool(missing(noted, journal_days, since)) or (
        on is not None and today < date.fromisoformat(on) + REPORTED_FOR
    )
