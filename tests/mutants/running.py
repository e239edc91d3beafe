"""How they are run: one warm pytest, in which a fork per mutant puts the change in place and tries the tests.

First every test runs once under a trace, which tells the lines that it reaches and how long it takes. Then each mutant
meets the tests that reach it, quickest first, up to the first that fails. A change within a function is put into the
living function; one that is evaluated at import has the fork import everything of ours anew.
"""

import gc
import importlib.util
import os
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import pytest

from tests.mutants.operators import Key, Mutant

BROKEN = 3  # the status of a fork in which this program itself failed
PATIENCE = 10.0  # seconds for a test, and as many times what it took unchanged: longer is a loop
_CACHED = type(cache(len))
ARGUMENTS = ("-pno:cacheprovider", "-pno:terminal", "-oaddopts=", "-otmp_path_retention_policy=none")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a mutant: killed by a test, or by nothing that reaches it (`tests` many)."""

    key: Key
    line: int
    by: str | None
    tests: int


class Mutating:
    """A pytest plugin: instead of running the tests once, runs them against each mutant."""

    def __init__(
        self, root: Path, mutants: Sequence[Mutant], forks: int, most: int | None, told: Callable[[Result], None]
    ) -> None:
        self._root, self._mutants, self._forks, self._most, self._told = root, mutants, forks, most, told
        self._reached: set[tuple[str, int]] = set()
        self._shared: dict[str, set[tuple[str, int]]] = {}  # lines reached by fixtures that many tests share
        self._kept: list[pytest.FixtureDef[Any]] = []
        self._reach: dict[pytest.Item, set[tuple[str, int]]] = {}
        self._took: dict[pytest.Item, float] = {}
        self._functions: dict[tuple[str, str], list[FunctionType]] = {}
        self._prepared: list[Any] = []  # statements that are compiled once a program: `kiosk.store.prepared`
        self._cached: list[Any] = []  # functions of the modules that answer from memory
        self.failed: str | None = None
        self._killers: set[tuple[str, bool]] = set()  # with whether what they share was made anew
        self.unsound: list[str] = []  # tests that fail without any mutant

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        paths = {str(self._root / mutant.key.module) for mutant in self._mutants}
        for item in session.items:
            _without_chance(item)
        gc.unfreeze()  # what was read to find the tests (tests/running.py) is what we look for
        for found in gc.get_objects():
            if isinstance(found, FunctionType) and found.__code__.co_filename in paths:
                self._functions.setdefault((found.__code__.co_filename, found.__qualname__), []).append(found)
            elif type(found).__name__ == "Prepared":
                self._prepared.append(found)
            elif isinstance(found, _CACHED) and getattr(found.__wrapped__, "__code__", None) is not None:
                self._cached += [found] if found.__wrapped__.__code__.co_filename in paths else []
        self._run_unchanged(session, paths)
        with tempfile.TemporaryDirectory() as folder:
            self._run_mutants(session, Path(folder))
            self._run_killers(session, Path(folder))
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
        around, self._reached = self._reached, set()
        try:
            return (yield)
        finally:
            if fixturedef.scope != "function":
                self._shared.setdefault(fixturedef.argname, set()).update(self._reached)
                self._kept.append(fixturedef)
            around |= self._reached
            self._reached = around

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and self.failed is None:
            self.failed = report.nodeid

    def _run_unchanged(self, session: pytest.Session, paths: set[str]) -> None:
        def traced(frame: FrameType, event: str, _arg: object) -> Any:
            if frame.f_code.co_filename not in paths:
                return None
            if event == "line":
                self._reached.add((frame.f_code.co_filename, frame.f_lineno))
            return traced

        for item, following in zip(session.items, [*session.items[1:], session], strict=True):
            self._reached, self.failed = set(), None
            self._forget_compiled()
            began = time.perf_counter()
            threading.settrace(traced)
            sys.settrace(traced)
            try:
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            finally:
                sys.settrace(None)
                threading.settrace(None)
            self._took[item] = time.perf_counter() - began
            if self.failed is None:
                self._reach[item] = self._reached
            else:
                self.unsound.append(item.nodeid)
        for item, lines in self._reach.items():
            lines.update(*(self._shared.get(name, ()) for name in getattr(item, "fixturenames", ())))

    def _concerned(self, mutant: Mutant) -> list[pytest.Item]:
        """The tests that reach a mutant, quickest first. Of what is evaluated at import: all that enter the module."""
        path = str(self._root / mutant.key.module)
        found: list[pytest.Item] = []
        for lines in (mutant.lines, mutant.around):
            if mutant.function is not None and not found:
                wanted = {(path, line) for line in lines}
                found = [item for item, reached in self._reach.items() if wanted & reached]
        if mutant.function is None:
            found = [item for item, reached in self._reach.items() if any(name == path for name, _ in reached)]
        return sorted(found, key=lambda item: self._took[item])[: self._most]

    def _run_mutants(self, session: pytest.Session, folder: Path) -> None:
        left, running = list(self._mutants), dict[int, tuple[Mutant, int, Path]]()
        while left or running:
            while left and len(running) < self._forks:
                mutant = left.pop(0)
                items, said = self._concerned(mutant), folder / str(len(left))
                if not items:
                    self._told(Result(mutant.key, mutant.line, None, 0))
                    continue
                pid = os.fork()
                if pid == 0:
                    self._try(session, mutant, items, said)
                running[pid] = (mutant, len(items), said)
            pid, status = os.wait() if running else (0, 0)
            if pid in running:
                mutant, count, said = running.pop(pid)
                by = said.read_text("utf-8")
                if os.waitstatus_to_exitcode(status) == BROKEN:
                    raise RuntimeError(f"{mutant.key} could not be tried: {by}")
                self._killers |= {(by, mutant.function is not None and self._is_shared(mutant))} if status else set()
                if os.WIFSIGNALED(status):
                    by = f"{by} (it took too long)"
                self._told(Result(mutant.key, mutant.line, by if status else None, count))

    def _run_killers(self, session: pytest.Session, folder: Path) -> None:
        """What killed is believed only if it passes still, in the same way, without a mutant."""
        items = {item.nodeid: item for item in self._reach}
        for name, anew in sorted(self._killers):
            if name not in items:
                continue
            said = folder / "killer"
            pid = os.fork()
            if pid == 0:
                self._try(session, None, [items[name]], said, anew)
            if os.waitpid(pid, 0)[1] != 0:
                self.unsound.append(said.read_text("utf-8"))

    def _is_shared(self, mutant: Mutant) -> bool:
        """Whether what tests share was made by what is changed."""
        path = str(self._root / mutant.key.module)
        return any((path, line) in lines for lines in self._shared.values() for line in mutant.around)

    def _forget_compiled(self) -> None:
        """Who makes what is kept is called by each test then, and by each mutant."""
        for each in self._prepared:
            each._compiled.clear()
        for each in self._cached:
            each.cache_clear()

    def _forget_shared(self) -> None:
        for fixture in self._kept:
            fixture.cached_result = None  # it was made without the change
            fixture._finalizers.clear()  # pytest makes none anew that would still have to be ended

    def _try(
        self, session: pytest.Session, mutant: Mutant | None, items: list[pytest.Item], said: Path, anew: bool = False
    ) -> None:
        """In a fork: put the change in place and run the tests. Ends the process: 0 where the mutant survives.

        Without a mutant: `anew` makes again what they share.
        """
        status = BROKEN
        try:
            said.write_text("import", "utf-8")
            if mutant is None:
                if anew:
                    self._forget_shared()
                os._exit(self._first_failure(items, session, said))
            mutant.apply()
            path = self._root / mutant.key.module
            code = compile(mutant.tree, str(path), "exec", dont_inherit=True)
            if mutant.function is None or not self._replaced(str(path), mutant.function, code):
                status = _anew(self._root, mutant.key.module, code, items, self._took, said)
            else:
                if self._is_shared(mutant):
                    self._forget_shared()
                self._forget_compiled()
                status = self._first_failure(items, session, said)
        except BaseException:  # the fork must not go on as its parent
            said.write_text(traceback.format_exc(), "utf-8")
        finally:
            os._exit(status)

    def _replaced(self, path: str, name: str, code: CodeType) -> bool:
        """Whether all living functions of this name run the new code now."""
        functions = self._functions.get((path, name), [])
        for function in functions:
            old = function.__code__
            new = [one for one in _codes(code) if one.co_qualname == name and one.co_firstlineno == old.co_firstlineno]
            if len(new) != 1 or new[0].co_freevars != old.co_freevars:
                return False
            function.__code__ = new[0]
        return bool(functions)

    def _first_failure(self, items: list[pytest.Item], session: pytest.Session, said: Path) -> int:
        self.failed = None
        for item, following in zip(items, [*items[1:], session], strict=True):
            said.write_text(item.nodeid, "utf-8")
            signal.setitimer(signal.ITIMER_REAL, PATIENCE * (1 + self._took[item]))
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed is not None:
                return 1
        return 0


class _Ordered:
    """In a fork that imports anew: the same tests in the same order."""

    def __init__(self, took: dict[str, float], said: Path) -> None:
        self._took, self._said = took, said

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((i for i in items if i.nodeid in self._took), key=lambda item: self._took[item.nodeid])
        for item in items:
            _without_chance(item)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._said.write_text(nodeid, "utf-8")
        signal.setitimer(signal.ITIMER_REAL, PATIENCE * (1 + self._took[nodeid]))


class _Loader(SourceFileLoader):
    code: CodeType

    def get_code(self, _fullname: str) -> CodeType:
        return self.code


class _Instead(MetaPathFinder):
    """Gives one module's changed code to whoever imports it."""

    def __init__(self, name: str, path: Path, code: CodeType) -> None:
        self._name, self._path = name, path
        self._loader = _Loader(name, str(path))
        self._loader.code = code

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._path, loader=self._loader)


def _anew(
    root: Path, module: str, code: CodeType, items: list[pytest.Item], took: dict[pytest.Item, float], said: Path
) -> int:
    ours = {"conftest", *(path.stem for path in root.iterdir())}
    for name in [name for name in sys.modules if name.split(".")[0] in ours]:
        del sys.modules[name]
    parts = Path(module).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    sys.meta_path.insert(0, _Instead(name, root / module, code))
    files = dict.fromkeys(str(item.path) for item in items)
    signal.setitimer(signal.ITIMER_REAL, 60 * PATIENCE)
    ordered = _Ordered({item.nodeid: took[item] for item in items}, said)
    place = f"--basetemp={said}-homes"
    ended = pytest.main([*ARGUMENTS, "-x", f"--rootdir={root}", place, *files], plugins=[ordered]) if files else 0
    return int(ended not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED))


def _codes(code: CodeType) -> list[CodeType]:
    inner = [one for one in code.co_consts if isinstance(one, CodeType)]
    return inner + [deeper for one in inner for deeper in _codes(one)]


def _without_chance(item: pytest.Item) -> None:
    """Hypothesis tries the same examples each time, and does not look for a simpler one."""
    test = getattr(item, "obj", None)
    own = getattr(test, "_hypothesis_internal_use_settings", None)
    if test is not None and own is not None:
        from hypothesis import Phase, settings

        phases = (Phase.explicit, Phase.generate)
        test = getattr(test, "__func__", test)
        test._hypothesis_internal_use_settings = settings(own, derandomize=True, database=None, phases=phases)
