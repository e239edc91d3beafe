"""Counts which entries of « Le lieu » are touched, without members' names, so that the most used come first.

An entry of that page is a *way* in the code. The counts are kept in a small file beside the roster. The order is made
once a day, when the page is first shown: no button moves within a day, and neither a tap nor the start waits for it.
"""

import json
import logging
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from kiosk import plain_files
from kiosk.domain.checkin.choices import Act
from kiosk.selfservice.house import WAYS

log = logging.getLogger(__name__)

START = tuple(WAYS)  # the order before anything was touched
# The counts to begin with, so that a single touch does not change the order.
_HEAD_START = {act: float(len(START) - place) for place, act in enumerate(START)}
_A_DAY_LATER = 0.97  # factor by which a count shrinks each day: by half in three weeks
_LONGEST_DAYS = 365  # days by which counts shrink at once, at most
_LONGEST_BYTES = 4096  # read of the file


class Ways:
    """The counts of one screen, for use by one thread at a time. `path` is their file; None: they are not stored."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._counts: dict[Act, float] | None = None  # None until the file was read
        self._day: date | None = None  # the day that `_order` is of
        self._order = START

    def touched(self, act: Act) -> None:
        """Count a touch of an entry; other acts are not counted. If the file cannot be written, the count holds until
        the entrance ends.
        """
        counts = self._read()
        if act in counts:
            counts[act] += 1
            self._keep(counts)

    def order(self, day: date) -> tuple[Act, ...]:
        """Return all entries in this day's order: those most used until the day's first page come first. Counts shrink
        by the days passed since the last order.
        """
        counts = self._read()
        if self._day != day:
            # On the first page after a start nothing shrinks: the file does not say of which day its counts are.
            passed = 0 if self._day is None else min(max((day - self._day).days, 0), _LONGEST_DAYS)
            counts = {act: count * _A_DAY_LATER**passed for act, count in counts.items()}
            self._counts, self._day = counts, day
            self._order = tuple(sorted(START, key=lambda act: -counts[act]))
        return self._order

    def _read(self) -> dict[Act, float]:
        """Return how often each way was used, from the file the first time. Ways that it lacks, or all where it cannot
        be read, begin with their head start.
        """
        if self._counts is None:
            self._counts = dict(_HEAD_START)
            try:
                stored = {} if self._path is None else _stored_counts(self._path)
            except FileNotFoundError:
                stored = {}
            except (OSError, ValueError, RecursionError) as fault:  # RecursionError: of a file full of brackets
                log.info("how often « Le lieu » was used begins anew: %s", fault)
                stored = {}
            self._counts |= stored
        return self._counts

    def _keep(self, counts: Mapping[Act, float]) -> None:
        """Write how often each way was used; a failure is only logged, since nothing depends on the counts. The file is
        replaced at once, by a draft beside it.
        """
        if self._path is None:
            return
        document = json.dumps({act.value: round(count, 3) for act, count in counts.items()})
        draft = self._path.with_suffix(".new")
        try:
            # A pipe or a link that stands in the draft's place is not opened.
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NONBLOCK | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(document)
            draft.replace(self._path)
        except OSError as fault:
            log.debug("how often « Le lieu » is used cannot be kept: %s", fault)


def _stored_counts(path: Path) -> dict[Act, float]:
    """Return the counts of the known entries in a file: JSON, an object of numbers by the act's name; values that are
    no number are left out. Raises OSError and ValueError.
    """
    match json.loads(plain_files.read(path, _LONGEST_BYTES)):
        case dict(counts):
            return {act: float(counts[act.value]) for act in START if isinstance(counts.get(act.value), int | float)}
    raise ValueError(f"{path} holds no counts")
