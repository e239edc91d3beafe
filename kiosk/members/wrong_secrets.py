"""Counts the wrong link secrets that each address tried within the last minute.

A right secret is never counted or refused: guessing does not close the links of others.
"""

import threading
from collections import OrderedDict, deque

from kiosk.members.sign_ins import neighbourhood

WRONG_A_MINUTE = 10  # wrong secrets from one place before it has to wait
_MINUTE_SECONDS = 60.0
_MOST_ADDRESSES = 4096  # bounds the memory: beyond that, the one counted longest ago is forgotten


class WrongSecrets:
    """The wrong secrets tried by each address. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tried: OrderedDict[str, deque[float]] = OrderedDict()

    def note(self, address: str, now: float) -> bool:
        """Count a wrong secret of an address at `now` (monotonic seconds), and return whether more than ten came from
        it within the last minute.
        """
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
