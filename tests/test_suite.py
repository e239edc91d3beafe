"""The suite itself: each test holds something that can fail. What a test calls is followed through imports, classes and
annotations, as far as tests/ reaches; code of the program that raises does not count.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import running

ROOT = Path(__file__).parents[1]
# What asserts outside tests/: playwright's own word, pytest's, and the run of a hypothesis machine with its invariants.
KNOWN = {
    "playwright.sync_api.expect",
    "pytest.raises",
    "pytest.warns",
    "pytest.fail",
    "hypothesis.stateful.run_state_machine_as_test",
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Module:
    """The names of one file: what it defines, and what it has from elsewhere."""

    name: str
    tree: ast.Module
    functions: dict[str, Function] = field(default_factory=dict)  # methods as Class.method
    bases: dict[str, list[str]] = field(default_factory=dict)
    imported: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node in self.tree.body:
            if isinstance(node, Function):
                self.functions[node.name] = node
            elif isinstance(node, ast.ClassDef):
                self.bases[node.name] = [ast.unparse(base) for base in node.bases]
                methods = [each for each in node.body if isinstance(each, Function)]
                self.functions |= {f"{node.name}.{each.name}": each for each in methods}
        for line in ast.walk(self.tree):
            if isinstance(line, ast.Import):
                self.imported |= {each.asname or each.name: each.name for each in line.names}
            elif isinstance(line, ast.ImportFrom):
                above = self.name.split(".")[: -line.level] if line.level else []
                source = ".".join([*above, *([line.module] if line.module else [])])
                self.imported |= {each.asname or each.name: f"{source}.{each.name}" for each in line.names}

    def full(self, name: str) -> str:
        """A name as this file writes it, by its full path."""
        first, dot, rest = name.partition(".")
        return self.imported.get(first, f"{self.name}.{first}") + dot + rest


class Suite:
    """All files of tests/, and which of their functions can fail."""

    def __init__(self, sources: dict[str, str]) -> None:
        self._modules = {name: Module(name, ast.parse(source)) for name, source in sources.items()}
        self._known: dict[str, bool] = {}

    def that_cannot_fail(self) -> list[str]:
        """The tests which neither assert nor call anything that does."""
        return [
            f"{module.name}.{name}"
            for module in self._modules.values()
            for name in module.functions
            if name.rpartition(".")[2].startswith("test_") and not self.asserts(f"{module.name}.{name}")
        ]

    def asserts(self, path: str) -> bool:
        """Whether a function of this full path asserts, itself or by what it calls."""
        if path in KNOWN:
            return True
        if path not in self._known:
            self._known[path] = False  # whoever calls themself proves nothing by it
            found = self._found(path)
            self._known[path] = found is not None and self._body_asserts(*found)
        return self._known[path]

    def _found(self, path: str) -> tuple[Module, str] | None:
        """The module and the name in it: of a function, a method, a method that is inherited, or a class's making."""
        module, name = self._module_of(path)
        if module is None or not name:
            return None
        if name in module.functions:
            return module, name
        if name in module.bases:
            return self._found(f"{path}.__init__") or self._found(f"{path}.__post_init__")
        if name in module.imported:
            return self._found(module.imported[name])
        owner, _, method = name.rpartition(".")
        for base in module.bases.get(owner, []):
            if found := self._found(f"{module.full(base)}.{method}"):
                return found
        return None

    def _module_of(self, path: str) -> tuple[Module | None, str]:
        parts = path.split(".")
        for count in range(len(parts), 0, -1):
            if module := self._modules.get(".".join(parts[:count])):
                return module, ".".join(parts[count:])
        return None, ""

    def _body_asserts(self, module: Module, name: str) -> bool:
        function = module.functions[name]
        typed = dict(self._types(module, name, function))
        for node in ast.walk(function):
            if isinstance(node, ast.Assert):
                return True
            if isinstance(node, ast.Raise) and node.exc is not None and "AssertionError" in ast.unparse(node.exc):
                return True
            if isinstance(node, ast.Call) and self._call_asserts(module, typed, node.func):
                return True
        return False

    def _call_asserts(self, module: Module, typed: dict[str, str], called: ast.expr) -> bool:
        written = ast.unparse(called)
        owner, _, method = written.rpartition(".")
        if owner in typed:
            return self.asserts(f"{typed[owner]}.{method}")
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Call):  # made and used at once
            return self.asserts(f"{module.full(ast.unparse(called.value.func))}.{method}")
        return self.asserts(module.full(written))

    def _types(self, module: Module, name: str, function: Function) -> Iterator[tuple[str, str]]:
        """The classes of what a function is given, or makes, by their full paths."""
        owner, dot, _ = name.partition(".")
        if dot:
            yield "self", f"{module.name}.{owner}"
        for given in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs):
            if given.annotation is not None:
                yield given.arg, module.full(ast.unparse(given.annotation).strip("'\""))
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                for target in node.targets:
                    yield ast.unparse(target), module.full(ast.unparse(node.value.func))
            elif isinstance(node, ast.withitem) and isinstance(node.context_expr, ast.Call) and node.optional_vars:
                yield ast.unparse(node.optional_vars), self._yielded(module, node.context_expr)

    def _yielded(self, module: Module, called: ast.Call) -> str:
        """What a context manager hands out, as its annotation says."""
        found = self._found(module.full(ast.unparse(called.func)))
        if found is None or (returns := found[0].functions[found[1]].returns) is None:
            return "?"
        inner = returns.slice if isinstance(returns, ast.Subscript) else returns
        return found[0].full(ast.unparse(inner).strip("'\""))


def suite() -> Suite:
    """This one."""
    paths = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in (ROOT / "tests").rglob("*.py")}
    return Suite({name.removesuffix(".__init__"): path.read_text("utf-8") for name, path in paths.items()})


def test_every_test_can_fail() -> None:
    assert suite().that_cannot_fail() == []


def test_no_file_marks_its_tests_twice() -> None:
    """The second word takes the first one's place, and nobody is told."""
    marks = {path: path.read_text("utf-8").count("\npytestmark = ") for path in (ROOT / "tests").rglob("*.py")}
    assert [str(path) for path, count in marks.items() if count > 1] == []


def test_what_is_played_before_an_entrance_is_kept_from_the_pages() -> None:
    """By a worker of its own, which waits while another draws: a new story has its name there."""
    files = sorted((ROOT / "tests" / "browser").glob("test_*.py"))
    stories = re.compile(r"from \.(door import .*\b(entrance|watched)|telephones import .*\bopened_house)\b")
    played = [file for file in files if stories.search(file.read_text("utf-8"))]
    assert sorted(running.STORIES) == [str(file.relative_to(ROOT)) for file in played]


HELP = """
import pytest
from contextlib import contextmanager
class Base:
    def proves(self): assert self
class Door(Base):
    def opens(self): return True
    def sees(self): self.proves()
@contextmanager
def opened() -> Iterator[Door]: yield Door()
def sure(it): check(it)
def check(it): assert it
def round(it): about(it)
def about(it): round(it)
def refused(): return pytest.raises(ValueError)
"""


@pytest.mark.parametrize(
    ("body", "can_fail"),
    [
        ("def test_x(): assert 1", True),
        ("def test_x(): print(1)", False),
        ("def test_x():\n with pytest.raises(ValueError): int('x')", True),
        ("def test_x():\n with help.refused(): int('x')", True),
        ("def test_x(): sure(1)", True),
        ("def test_x(): help.sure(1)", True),
        ("def test_x(): round(1)", False),
        ("def test_x(): unknown(1)", False),
        ("def test_x(page): expect(page).to_be_visible()", True),
        ("def test_x(door: Door): door.sees()", True),
        ("def test_x(door: Door): door.proves()", True),
        ("def test_x(door: Door): door.opens()", False),
        ("def test_x(door): door.sees()", False),
        ("def test_x():\n door = Door()\n door.sees()", True),
        ("def test_x(): Door().sees()", True),
        ("def test_x():\n with opened() as door: door.sees()", True),
        ("def test_x():\n with opened() as door: door.opens()", False),
        ("def own(): sure(1)\ndef test_x(): own()", True),
        ("def test_x():\n if 1: raise AssertionError('no')", True),
        ("class TestIt:\n def helps(self): assert 1\n def test_x(self): self.helps()", True),
        ("class TestIt:\n def test_x(self): self.nothing()", False),
    ],
)
def test_what_a_test_calls_is_followed(body: str, can_fail: bool) -> None:
    imports = "import pytest\nfrom playwright.sync_api import expect\nfrom . import help\n"
    imports += "from tests.help import Door, opened, round, sure\n"
    found = Suite({"tests.help": HELP, "tests.test_one": imports + body}).that_cannot_fail()
    assert bool(found) is not can_fail
