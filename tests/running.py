"""The run itself, as a plugin: which worker tries what, what is seen meanwhile, and what each folder took.

A test goes to whichever worker is free, with four exceptions. What cannot run beside its likes goes to one worker; the
browser's pages go to one, with its Chromium and its windows, the stories at the door to another; a module whose tests
share what is made for the module goes to one, which makes it once; and tests that only compute go in handfuls, for
there are thousands of them.

The longest way through a run is that of the pages; all else is less than what the other workers have to do beside it.
"""

import ctypes
import gc
import itertools
import os
import re
import shutil
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from _pytest.terminal import TerminalReporter
from xdist.scheduler import LoadScopeScheduling

from tests import compiled, postgres, shared

RELEASES = "tests/release"  # where one makes what all others wait for
WAITING = (
    RELEASES,
    "tests/live",
    "tests/faults",
    "tests/systemd",
    "tests/jobs",
    "tests/devices",
    "tests/cli/test_door",
)
TOGETHER = {
    "tests/install/test_attacks.py": "one root",
    "tests/install/test_installed.py": "one root",
    "tests/systemd/test_network.py": "one network",
    "tests/devices/test_reader.py": "undisturbed",
    "tests/faults/test_reader_and_door.py": "undisturbed",
    "tests/systemd/test_restart.py": "undisturbed",
    "tests/release/test_updating.py": "undisturbed",
}
"""Modules whose tests one worker tries, and no two at once of the same name."""
PAGES = "tests/browser/"
"""All by one worker, which begins with them, but for the stories: what one Chromium draws takes most of a core."""
STORIES = (
    "tests/browser/test_self_stories.py",
    "tests/browser/test_telephone_outside.py",
    "tests/browser/test_telephone_paying.py",
    "tests/browser/test_telephone_story.py",
    "tests/browser/test_telephone_thefts.py",
    "tests/browser/test_touch_stories.py",
    "tests/browser/test_event_stories.py",
    "tests/browser/test_lent_stories.py",
    "tests/browser/test_room_stories.py",
    "tests/browser/test_tricks.py",
    "tests/browser/test_voucher_stories.py",
    "tests/browser/test_whole_way.py",
    "tests/browser/test_without_eyes.py",
)
"""What is played before real entrances, by another worker, with a Chromium of its own: it waits for badges and cards
half of its time, and would keep the pages from theirs."""
TYPES = "tests/test_types.py"
"""One program for a minute, whose answer whoever waits wants first."""
LONG = (
    "tests/web/desk/test_never_500.py",
    "tests/web/desk/test_security.py",
    "tests/books/test_properties.py",
    "tests/checkin/test_interleaving.py",
    "tests/golden",
)
"""Computing for half a minute and more, each: no handful, and early, or one worker is busy alone in the end."""
FOR_A_MODULE = 'scope="module"'
"""What is made for a module is made anew by each worker that tries a part of it, and after each test of another one."""
IN_MEMORY = "KIOSK_TESTS_IN_MEMORY"
"""In the environment of a run that keeps what it writes in memory: where."""
HANDFUL = 20
GARBAGE = (20_000, 20, 20)
"""How seldom garbage is looked for. Each test leaves an application behind, and looking through all that was read for
every one of them would take a tenth of the time."""
ASKED_KIB = 8 << 20
"""What a machine must have free for a run of several workers to keep what it writes in memory, of which it then has
half. Homes, databases and releases are made and removed by the thousand: on a disk that is a third of what they cost.
"""
SILENCE_SECONDS = 30.0
_NEW_MOUNTS, _RECURSIVE, _PRIVATE, _DETACH = 0x20000, 0x4000, 0x40000, 2
_numbers = itertools.count()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgres"), help="where the homes of tests are: sqlite")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("database", None) is not None:
        os.environ[postgres.ASKED] = config.getoption("database")
    shared.begin()
    gc.disable()  # what is read to find the tests stays
    if hasattr(config, "workerinput"):
        compiled.share(config, int(config.workerinput["workerid"][2:]), config.workerinput["workercount"])
    else:
        compiled.begin()
    if _own_mounts() and config.getoption("numprocesses", None) and "PYTEST_XDIST_WORKER" not in os.environ:
        _stay_in_memory(Path(os.environ[shared.FOLDER]))
    if not hasattr(config, "workerinput") and config.pluginmanager.has_plugin("terminal"):
        config.pluginmanager.register(Progress(config), "progress")


def pytest_unconfigure() -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        postgres.end()
        _leave_memory()
    shared.end()


def _own_mounts() -> bool:
    """Have what this process mounts seen by nobody else, and gone when it and its children are. Root alone may."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() or libc.unshare(_NEW_MOUNTS):
        return False
    return bool(libc.mount(b"none", b"/", None, _RECURSIVE | _PRIVATE, None) == 0)


def _stay_in_memory(folder: Path) -> None:
    """Have the run's folder in memory, where there is enough of it, and in it whatever is temporary."""
    free = int(re.findall(r"MemAvailable: +(\d+) kB", Path("/proc/meminfo").read_text())[0])
    options = f"size={free // 2}k,mode=1777".encode()  # the database's own user passes by
    if free > ASKED_KIB and ctypes.CDLL(None).mount(b"tmpfs", bytes(folder), b"tmpfs", 0, options) == 0:
        os.environ["TMPDIR"] = os.environ[IN_MEMORY] = tempfile.tempdir = str(folder)


def _leave_memory() -> None:
    """Take away at once what was kept in memory: its folder would stay on the disk, as a place to mount on."""
    if IN_MEMORY in os.environ:
        ctypes.CDLL(None).umount2(os.environ.pop(IN_MEMORY).encode(), _DETACH)


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder of a test's own: in a run in memory one of a short name, for sockets, and without pytest's own care."""
    if IN_MEMORY not in os.environ:
        yield request.getfixturevalue("tmp_path")
        return
    name = re.sub(r"[^a-zA-Z0-9]", "_", request.node.name)[:30]
    own = Path(os.environ[IN_MEMORY]) / f"{os.environ['PYTEST_XDIST_WORKER']}-{name}{next(_numbers)}"
    own.mkdir()
    yield own
    shutil.rmtree(own, ignore_errors=True)  # of another account perhaps, or with something mounted


class Handfuls(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Gives tests to workers by name, since xdist's own groups go by what pytest has no more since 9.2."""

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        super().__init__(config, log)
        self._names: dict[str, str] = {}
        self._in_file: Counter[str] = Counter()

    def _split_scope(self, nodeid: str) -> str:
        if nodeid not in self._names:
            self._names[nodeid] = self._name(nodeid)
        return self._names[nodeid]

    def _name(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        if path in TOGETHER:
            return TOGETHER[path]
        if path in STORIES:
            return "stories"
        if path.startswith(PAGES):
            return "pages"
        if path.startswith("tests/golden"):
            return "one year"  # which one worker lives
        if _shares(self.config.rootpath / path):
            return path
        if path.startswith((*WAITING, *LONG)):
            return nodeid
        self._in_file[path] += 1
        return f"{path} {(self._in_file[path] - 1) // HANDFUL}"


@cache
def _shares(module: Path) -> bool:
    """Whether something is made for a whole module: its tests go to one worker together."""
    return FOR_A_MODULE in module.read_text("utf-8")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Handfuls:
    return Handfuls(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection() -> None:
    """Before a worker looks for tests, in a clean clone."""
    compiled.find_constants()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a worker: pages, types, stories; then who waits and who computes, all the way; what takes long, early."""
    for item in items if postgres.is_asked() else ():
        if item.get_closest_marker("sqlite") is not None:
            item.add_marker(pytest.mark.skip("about SQLite's file"))
    if not hasattr(config, "workerinput"):
        return
    first = sorted((item for item in items if item.nodeid.startswith((PAGES, TYPES))), key=_is_story)
    heavy = [item for item in items if item.nodeid.startswith((RELEASES, *TOGETHER))]
    waiting = [item for item in items if item.nodeid.startswith(WAITING) and item not in heavy]
    long = [item for item in items if item.nodeid.startswith(LONG)]
    computing = [
        item for item in items if not item.nodeid.startswith((PAGES, TYPES, RELEASES, *WAITING, *TOGETHER, *LONG))
    ]
    # What builds releases or keeps time with a device comes when the browsers have gone, or nearly.
    places = ((waiting, 0.0, 1.0), (computing, 0.0, 1.0), (long, 0.0, 0.5), (heavy, 0.4, 0.9))
    mixed = [
        (begin + (end - begin) * at / len(group), item) for group, begin, end in places for at, item in enumerate(group)
    ]
    items[:] = first + [item for _, item in sorted(mixed, key=lambda each: each[0])]


def _is_story(item: pytest.Item) -> bool:
    """Stories come after the pages, which take longer."""
    return item.nodeid.startswith(STORIES)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """All tests are found, and all that they import with them: from now on, only what they make may be garbage."""
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    gc.enable()


def folder_of(nodeid: str) -> str:
    """`tests/domain`, or `tests` for a module that lies in none."""
    parents = PurePosixPath(nodeid.partition("::")[0]).parts[:-1]
    return "/".join(parents[:2])


class Progress:
    """A line for each folder when it is done, and a table of all at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._began = self._said = time.monotonic()
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
        """No dots and letters: folders are told, and failures by their names."""
        if hasattr(report, "wasxfail") or (report.passed and report.when != "call"):
            return None
        kind = "error" if report.failed and report.when != "call" else report.outcome
        return kind, "", kind.upper()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        folder = folder_of(report.nodeid)
        self.seconds[folder] += report.duration
        self.failed[folder] += report.failed
        if report.failed:
            self._say(f"FAILED {report.nodeid}" + ("" if report.when == "call" else f" at its {report.when}"), red=True)
        if report.when == "teardown":
            self.done[folder] += 1
            if self.done[folder] == self.wanted[folder]:
                self._tell(folder)
            elif time.monotonic() > self._said + SILENCE_SECONDS:
                self._say(self._far())

    def _tell(self, folder: str) -> None:
        ill = f", {self.failed[folder]} failed" if self.failed[folder] else ""
        took = f"{self.done[folder]} tests, {self.seconds[folder]:.0f} s{ill}"
        self._say(f"{self._far()}  {folder}: {took}")

    def _far(self) -> str:
        whole = f"{sum(self.done.values())} of {sum(self.wanted.values())}"
        return f"{time.monotonic() - self._began:6.0f} s  {whole:<14}"

    def _say(self, line: str, **markup: bool) -> None:
        self._said = time.monotonic()
        self._terminal.ensure_newline()
        self._terminal.write_line(line, **markup)

    def pytest_sessionfinish(self) -> None:
        """How long all of it took is told before the next run."""
        whole = self._config.args_source is pytest.Config.ArgsSource.TESTPATHS and not self._config.option.keyword
        cache = getattr(self._config, "cache", None)  # none where pytest was told so
        if whole and self.done == self.wanted and cache is not None:
            cache.set("kiosk/minutes", 1 + int(time.monotonic() - self._began) // 60)

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        terminalreporter.section("tests and seconds by folder")
        for line in self._table():
            terminalreporter.write_line(line)

    def _table(self) -> Iterator[str]:
        for folder, seconds in sorted(self.seconds.items(), key=lambda each: -each[1]):
            yield f"{folder:<20} {self.done[folder]:>6} {seconds:>8.1f} s"
