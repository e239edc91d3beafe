"""The threads that answer the screen: few at rest, as many as there is work for, within bounds."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from kiosk.web.screen.workers import FEWEST, SPARE, Workers
from tests.processes import until


class Task:
    """Work that lasts until it may end."""

    def __init__(self, may_end: threading.Event) -> None:
        self.may_end = may_end
        self.began = threading.Event()

    def service(self) -> None:
        self.began.set()
        self.may_end.wait(30)

    def cancel(self) -> None:
        """Nothing to undo."""


@contextmanager
def workers(most: int = 12) -> Iterator[Workers]:
    made = Workers(most)
    try:
        yield made
    finally:
        made.shutdown()


def counted(found: Workers) -> tuple[int, int]:
    """How many run, and how many of them wait for work."""
    running, idle, _ = found._counted()
    return running, idle


def test_few_wait_at_rest() -> None:
    with workers() as found:
        until(lambda: counted(found) == (FEWEST, FEWEST))


def test_whatever_comes_finds_a_thread_up_to_the_bound_and_then_waits_its_turn() -> None:
    may_end = threading.Event()
    with workers(most=12) as found:
        tasks = [Task(may_end) for _ in range(15)]
        for task in tasks:
            found.add_task(task)
        until(lambda: sum(task.began.is_set() for task in tasks) == 12)
        assert counted(found) == (12, 0)
        may_end.set()
        until(lambda: all(task.began.is_set() for task in tasks))


def test_those_that_are_not_needed_end_little_by_little() -> None:
    may_end = threading.Event()
    with workers(most=40) as found:
        for task in (tasks := [Task(may_end) for _ in range(30)]):
            found.add_task(task)
        until(lambda: all(task.began.is_set() for task in tasks))
        found.thin_out()
        assert counted(found)[0] >= 30, "who works is not sent home"
        may_end.set()
        until(lambda: counted(found)[0] == counted(found)[1])
        for _ in range(10):
            found.thin_out()
        until(lambda: counted(found) == (FEWEST, FEWEST))
        assert FEWEST > SPARE


def test_a_bound_below_the_fewest_holds() -> None:
    with workers(most=1) as found:
        found.thin_out()
        until(lambda: counted(found) == (1, 1))
