"""Runs the threads that answer the screen's pages: as many as there is work for, within bounds.

waitress alone would start all of its threads at once and keep them. Here only a few exist at rest, since each takes
memory on a small board; one more is started for a task that finds none free, and threads not needed for a while end.
"""

from typing import Any

from waitress.task import ThreadedTaskDispatcher  # type: ignore[import-untyped]  # ships no types

FEWEST = 4  # threads
SPARE = 2  # idle threads that are kept when others end


class Workers(ThreadedTaskDispatcher):  # type: ignore[misc]  # has no types
    """waitress's own dispatcher, with a number of threads that follows the work, from `FEWEST` to `most`."""

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
        """End half, rounded up, of the idle threads beyond `SPARE`, but keep `FEWEST` threads in all. Called again and
        again, it ends the rest step by step.
        """
        running, idle, _ = self._counted()
        fewer = min((idle - SPARE + 1) // 2, running - min(FEWEST, self._most))
        if fewer > 0:
            self.set_thread_count(running - fewer)

    def _counted(self) -> tuple[int, int, int]:
        """Return how many threads run, how many of these wait for work, and how many tasks wait for a thread."""
        with self.lock:
            running = len(self.threads) - self.stop_count
            return running, running - self.active_count, len(self.queue)
