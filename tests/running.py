"""The run itself, as a plugin: which worker tries what, what is seen meanwhile, and what each folder took.

A test goes to whichever worker is free, with two exceptions, both by xdist's groups. What cannot run beside its likes
says so by `pytest.mark.xdist_group`; and tests that only compute go in handfuls, for there are thousands of them.
"""

import ctypes
import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest
from _pytest.terminal import TerminalReporter

from tests import shared

FIRST = ("tests/install", "tests/release", "tests/systemd/test_network")  # long to begin with: not at the end, alone
WAITING = ("tests/live", "tests/faults", "tests/systemd", "tests/jobs", "tests/devices", "tests/cli/test_door")
HANDFUL = 20
_NEW_MOUNTS, _RECURSIVE, _PRIVATE = 0x20000, 0x4000, 0x40000


def pytest_configure(config: pytest.Config) -> None:
    shared.begin()
    if not config.getoption("numprocesses", None):
        _own_mounts()
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Progress(config), "progress")


def pytest_unconfigure() -> None:
    shared.end()


def _own_mounts() -> None:
    """What this process mounts, nobody else sees, and it is gone when the process is. Root alone may have it so."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() == 0 and libc.unshare(_NEW_MOUNTS) == 0:
        libc.mount(b"none", b"/", None, _RECURSIVE | _PRIVATE, None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a worker: groups, and an order in which those who wait and those who compute are mixed all the way."""
    if not hasattr(config, "workerinput"):
        return
    in_file: Counter[str] = Counter()
    for item in items:
        path = item.nodeid.partition("::")[0]
        if path.startswith((*FIRST, *WAITING)) or item.get_closest_marker("xdist_group"):
            continue
        item.add_marker(pytest.mark.xdist_group(f"{path}-{in_file[path] // HANDFUL}"))
        in_file[path] += 1
    first = [item for item in items if item.nodeid.startswith(FIRST)]
    waiting = [item for item in items if item.nodeid.startswith(WAITING) and not item.nodeid.startswith(FIRST)]
    computing = [item for item in items if not item.nodeid.startswith((*FIRST, *WAITING))]
    mixed = [(at / len(group), item) for group in (waiting, computing) for at, item in enumerate(group)]
    items[:] = first + [item for _, item in sorted(mixed, key=lambda each: each[0])]


def folder_of(nodeid: str) -> str:
    """`tests/domain`, or `tests` for a module that lies in none."""
    parents = PurePosixPath(nodeid.partition("::")[0]).parts[:-1]
    return "/".join(parents[:2])


class Progress:
    """A line for each folder when it is done, and a table of all at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._began = time.monotonic()
        self.wanted: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.failed: Counter[str] = Counter()

    @property
    def _terminal(self) -> TerminalReporter:
        found = self._config.pluginmanager.get_plugin("terminalreporter")
        assert isinstance(found, TerminalReporter)
        return found

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._expect([item.nodeid for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        if not self.wanted:
            self._expect(ids)

    def _expect(self, nodeids: list[str]) -> None:
        self.wanted = Counter(map(folder_of, nodeids))

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """No dot for what is as it should be."""
        if report.passed and report.when == "call":
            return "passed", "", "PASSED"
        return None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        report.nodeid = report.nodeid.partition("@tests/")[0]  # as it can be asked for, without its group
        folder = folder_of(report.nodeid)
        self.seconds[folder] += report.duration
        self.failed[folder] += report.failed
        if report.failed:
            self._say(f"FAILED {report.nodeid}" + ("" if report.when == "call" else f" at its {report.when}"), red=True)
        if report.when == "teardown":
            self.done[folder] += 1
            if self.done[folder] == self.wanted[folder]:
                self._tell(folder)

    def _tell(self, folder: str) -> None:
        ill = f", {self.failed[folder]} failed" if self.failed[folder] else ""
        passed = f"{time.monotonic() - self._began:6.0f} s"
        whole = f"{sum(self.done.values())} of {sum(self.wanted.values())}"
        self._say(f"{passed}  {folder}: {self.done[folder]} tests, {self.seconds[folder]:.0f} s{ill}  ({whole})")

    def _say(self, line: str, **markup: bool) -> None:
        self._terminal.ensure_newline()
        self._terminal.write_line(line, **markup)

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        terminalreporter.section("tests and seconds by folder")
        for line in self._table():
            terminalreporter.write_line(line)

    def _table(self) -> Iterator[str]:
        for folder, seconds in sorted(self.seconds.items(), key=lambda each: -each[1]):
            yield f"{folder:<20} {self.done[folder]:>6} {seconds:>8.1f} s"
