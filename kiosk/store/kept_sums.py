"""Keeps sums by day and month in memory for as long as nothing was written that could change them.

A space's past is read once; afterwards only the months in which something changed are read again. Kept rows are counts
by codes and ids: names, prices and members' files are read each time, or are part of a sum's name. A month is forgotten
when an entry is dated in it, reverses one that is, or belongs to a visit in it; and when a visit in it is written or
undone. Everything is forgotten when visits lose their member, or when the last entry that was seen is no longer there.

Today is read each time, since a visit of today may change without an entry (to another free zone). So is everything for
a snapshot older than what was seen last. On a server, too, the numbers of visits grow in the order of commits: they are
drawn under the writers' common lock, which is released once the commit is visible.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from msgspec import Struct

Row = tuple[Any, ...]
_DAY = timedelta(days=1)
_MOST_DAYS = 400  # changed days: after more than these, all sums are forgotten
# Last entry, last visit, and the visits that have lost their member. A guest's visit, which names its host's visit,
# never has a member and does not count.
_NOW = """
SELECT coalesce((SELECT max(number) FROM entry), 0), coalesce((SELECT max(id) FROM visit), 0),
       (SELECT count(*) FROM visit WHERE member_id IS NULL AND state = 'kept' AND host_visit_id IS NULL)
"""
_UNDONE = "SELECT substr(day_on, 1, 7), count(*) FROM visit WHERE state = 'undone' GROUP BY 1"
_MAC = "SELECT mac FROM entry WHERE number = ?"
_NEW_VISITS = "SELECT DISTINCT day_on FROM visit WHERE id > ?"
# the days to forget: of each new entry, of the entry that it reverses, and of the visits of both
_NEW_ENTRIES = """
SELECT DISTINCT e.day_on, o.day_on, v.day_on, w.day_on
FROM entry AS e LEFT JOIN entry AS o ON o.number = e.reverses
LEFT JOIN visit AS v ON v.id = e.visit_id LEFT JOIN visit AS w ON w.id = o.visit_id
WHERE e.number > ?
"""


class Sum(Struct, frozen=True):
    """A sum that can be kept: `read` returns its rows for a period, both days included, each beginning with a day or a
    month in ISO form.

    Its rows are kept under `name`. The rows of two periods that follow each other, put together, must say the same as
    those of the whole period.
    """

    name: str
    read: Callable[[sa.Connection, date, date], list[Row]]


class _Seen(NamedTuple):
    """How far the records were read: the state of entries and visits at one look."""

    entry: int  # number of the last one; 0: none
    visit: int  # id of the last one; 0: none
    cut_off: int  # how many visits have lost their member
    mac: bytes | None  # of the last entry, to notice that another one has taken its number
    undone: tuple[tuple[str, int], ...]  # month ("2026-03"), number of undone visits


_NOTHING = _Seen(0, 0, 0, None, ())


class _Part(NamedTuple):
    """A stretch of a period: its days of one month before today, kept on their own; or all from today on, never
    kept.
    """

    first_on: date
    last_on: date


class Sums(Struct, frozen=True):
    """The sums of one snapshot; `kept` has the parts that are known already (None: keep nothing). Callers must not
    change the rows that are returned.
    """

    connection: sa.Connection
    today: date
    kept: "KeptSums | None" = None
    turn: int = 0  # the one of `kept` when the snapshot was taken: once it rises, nothing more from here is kept

    def rows(self, what: Sum, first_on: date, last_on: date) -> list[Row]:
        """Return a sum's rows of a period, both days included, reading only the parts that are not kept."""
        if self.kept is None:
            return what.read(self.connection, first_on, last_on)
        known = self.kept.known(what, self.turn)
        rows_of_parts: list[Row] = []
        for parts in _together(_parts(first_on, last_on, self.today), known, self.today):
            if parts[0] in known:
                rows_of_parts += known[parts[0]]
                continue
            rows = what.read(self.connection, parts[0].first_on, parts[-1].last_on)
            rows_of_parts += rows
            if parts[-1].last_on < self.today:
                self.kept.keep(what, parts, rows, self.turn)
        return rows_of_parts


@dataclass(slots=True)
class KeptSums:
    """The sums kept for one home, for several threads and for connections that only read.

    At most `most` sums are kept; one more removes the one that was added first.
    """

    most: int = 100
    _seen: _Seen = _NOTHING  # the records as the kept sums have them
    _turn: int = 0  # raised with each change that was seen
    # by the sum's name, then part
    _rows: dict[str, dict[_Part, list[Row]]] = field(default_factory=lambda: defaultdict(dict))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, connection: sa.Connection, today: date) -> Sums:
        """Return the sums as a snapshot has them; `today` is the space's day.

        For a snapshot older than the last one seen, they read everything and keep nothing.
        """
        now = _look(connection)
        with self._lock:
            if now.entry < self._seen.entry or now.visit < self._seen.visit:
                return Sums(connection, today)  # an older snapshot: the kept sums have more than it
            if now != self._seen:
                self._forget(connection, now)
            return Sums(connection, today, self, self._turn)

    def known(self, what: Sum, turn: int) -> dict[_Part, list[Row]]:
        """Return a sum's kept parts with their rows; none if something changed since that `turn`."""
        with self._lock:
            return dict(self._rows.get(what.name, ())) if turn == self._turn else {}

    def keep(self, what: Sum, parts: list[_Part], rows: list[Row], turn: int) -> None:
        """Keep the rows read for some parts, of which no two lie in one month. Does nothing if something changed since
        `turn`.
        """
        by_month: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            by_month[row[0][:7]].append(row)
        with self._lock:
            if turn != self._turn:
                return
            if what.name not in self._rows and len(self._rows) >= self.most:
                del self._rows[next(iter(self._rows))]
            kept = self._rows[what.name]
            for part in parts:
                for stale in [known for known in kept if known.first_on == part.first_on]:
                    del kept[stale]  # read when the part ended earlier
                kept[part] = by_month[part.first_on.isoformat()[:7]]

    def _forget(self, connection: sa.Connection, now: _Seen) -> None:
        """Forget the kept parts touched by changes since the last look; all parts where the changes cannot be told.

        The caller holds the lock.
        """
        seen, self._seen = self._seen, now
        self._turn += 1
        # visits lost their member, or the last entry that was seen is another one now or is gone
        if now.cut_off != seen.cut_off or (seen.entry and _mac(connection, seen.entry) != seen.mac):
            self._rows.clear()
            return
        if not self._rows:
            return
        days = _new_days(connection, seen)
        months = {
            month for month, _ in set(seen.undone) ^ set(now.undone)
        }  # those whose count of undone visits differs
        if len(days) > _MOST_DAYS:
            self._rows.clear()
        for kept in self._rows.values():
            for part in [part_ for part_ in kept if _is_touched(part_, days, months)]:
                del kept[part]


def _look(connection: sa.Connection) -> _Seen:
    """Return how far the records go now."""
    entry, visit, cut_off = connection.exec_driver_sql(_NOW).one()
    undone = tuple((str(month), int(count)) for month, count in connection.exec_driver_sql(_UNDONE))
    return _Seen(entry, visit, cut_off, _mac(connection, entry), undone)


def _mac(connection: sa.Connection, number: int) -> bytes | None:
    """Return an entry's MAC; None if there is no such entry."""
    mac: bytes | None = connection.exec_driver_sql(_MAC, (number,)).scalar()
    return mac


def _new_days(connection: sa.Connection, seen: _Seen) -> set[str]:
    """Return the days, as text, of visits and entries written since `seen`, and of what these entries reverse."""
    visits = connection.exec_driver_sql(_NEW_VISITS, (seen.visit,)).scalars()
    entries = connection.exec_driver_sql(_NEW_ENTRIES, (seen.entry,))
    return {*visits, *(day for row in entries for day in row if day is not None)}


def _is_touched(part: _Part, days: set[str], months: set[str]) -> bool:
    """Return whether a part lies in one of these months, or has one of these days."""
    first, last = part.first_on.isoformat(), part.last_on.isoformat()
    return first[:7] in months or any(first <= day <= last for day in days)


def _parts(first_on: date, last_on: date, today: date) -> Iterator[_Part]:
    """Yield the parts of a period: each month, up to yesterday; then all from today on as one part."""
    while first_on <= last_on:
        month_ends = (first_on.replace(day=1) + timedelta(days=31)).replace(day=1) - _DAY
        ends = min(last_on, month_ends, today - _DAY) if first_on < today else last_on
        yield _Part(first_on, ends)
        if ends == last_on:
            return
        first_on = ends + _DAY


def _together(parts: Iterator[_Part], known: dict[_Part, list[Row]], today: date) -> Iterator[list[_Part]]:
    """Yield parts in groups to read at once: a kept part alone, the parts to be read between two kept ones together,
    and the part from today on apart.
    """
    waiting: list[_Part] = []
    for part in parts:
        if waiting and (part in known or part.first_on >= today):
            yield waiting
            waiting = []
        if part in known:
            yield [part]
        else:
            waiting.append(part)
    if waiting:
        yield waiting
