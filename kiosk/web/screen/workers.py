"""The threads that answer the screen's pages: as many as there is work for, within bounds.

waitress starts all of its threads at once and keeps them. Ours are few at rest, since each takes memory on a small
board; one more is started for what finds none free, and what was not needed for a while ends.
"""

from typing import Any

from waitress.task import ThreadedTaskDispatcher  # type: ignore[import-untyped]  # ships no types

FEWEST = 4
SPARE = 2  # that wait for work when others end


class Workers(ThreadedTaskDispatcher):  # type: ignore[misc]  # has no types
    """waitress's own, whose number follows the work: from `FEWEST` to `most`."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self.set_thread_count(min(FEWEST, most))

    def add_task(self, task: Any) -> None:
        """Have a task done, by a new thread where none is free."""
        super().add_task(task)
        running, idle, waiting = self._counted()
        if waiting > idle:
            self.set_thread_count(min(self._most, running + waiting - idle))

    def thin_out(self) -> None:
        """End half of those that wait for work, beyond a few."""
        running, idle, _ = self._counted()
        fewer = min((idle - SPARE + 1) // 2, running - min(FEWEST, self._most))
        if fewer > 0:
            self.set_thread_count(running - fewer)

    def _counted(self) -> tuple[int, int, int]:
        """How many run, how many of these wait for work, and how many tasks wait for them."""
        with self.lock:
            running = len(self.threads) - self.stop_count
            return running, running - self.active_count, len(self.queue)
