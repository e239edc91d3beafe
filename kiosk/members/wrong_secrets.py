"""Counts the wrong secrets that an address has tried in links within the last minute.

A right secret is never counted and never refused: many guessers shut no link that was given to others.
"""

import threading
from collections import OrderedDict, deque

from kiosk.members.sign_ins import neighbourhood

WRONG_A_MINUTE = 10
_MINUTE_SECONDS = 60.0
_MOST_ADDRESSES = 4096  # of those that were counted longest ago, the oldest are forgotten first


class WrongSecrets:
    """The wrong secrets of each address. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tried: OrderedDict[str, deque[float]] = OrderedDict()

    def note(self, address: str, now: float) -> bool:
        """Count a wrong secret of an address at `now` (monotonic seconds). Returns whether it has tried too many."""
        place = neighbourhood(address)
        with self._lock:
            times = self._tried.setdefault(place, deque(maxlen=WRONG_A_MINUTE + 1))
            self._tried.move_to_end(place)
            times.append(now)
            while now - times[0] >= _MINUTE_SECONDS:
                times.popleft()
            if len(self._tried) > _MOST_ADDRESSES:
                self._tried.popitem(last=False)
            return len(times) > WRONG_A_MINUTE
