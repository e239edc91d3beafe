"""What can be reached from a program's own module, name by name, and which tables are written there. Nothing is run.

A name is a function, a class or a constant at a module's top. It reaches each name that it speaks of, in its own module
or by `import`; a class is reached whole. That is more than what is called, and never less, as long as modules are
imported by name.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
Name = tuple[str, str]  # a module's, and its own
_LETTERS = {"insert": "a", "update": "u", "delete": "d"}
_BY_ROWS = {"add": "a", "add_once": "a", "change": "u"}  # of kiosk.store.tables.rows
_SQL = re.compile(r"\b(INSERT|UPDATE|DELETE)(?: OR \w+)?(?: INTO| FROM)? (\w+)")


class Module:
    """A module's names, and what its imports bring."""

    def __init__(self, name: str, text: str, known: set[str]) -> None:
        self.names: dict[str, list[ast.stmt]] = defaultdict(list)
        self.modules: dict[str, str] = {}
        self.brought: dict[str, Name] = {}
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module in known:
                for given in node.names:
                    whole, own = f"{node.module}.{given.name}", given.asname or given.name
                    if whole in known:
                        self.modules[own] = whole
                    else:
                        self.brought[own] = (str(node.module), given.name)
        for statement in tree.body:
            for each in _named(statement):
                self.names[each].append(statement)

    def reaches(self, name: str, own: str) -> Iterator[Name]:
        """Each name that a name speaks of. `own` is this module's."""
        for node in (each for statement in self.names[name] for each in ast.walk(statement)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in self.modules:
                yield self.modules[node.value.id], node.attr
            elif isinstance(node, ast.Name) and node.id in self.names:
                yield own, node.id
            elif isinstance(node, ast.Name) and node.id in self.brought:
                yield self.brought[node.id]


def _named(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return [node.id for each in targets if each is not None for node in ast.walk(each) if isinstance(node, ast.Name)]


@cache
def modules() -> dict[str, Module]:
    """Every module of the program."""
    paths = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in (ROOT / "kiosk").rglob("*.py")}
    paths = {name.removesuffix(".__init__"): path for name, path in paths.items()}
    return {name: Module(name, path.read_text("utf-8"), set(paths)) for name, path in paths.items()}


def reached(*programs: str) -> set[Name]:
    """Every name that can be reached from all names of these modules."""
    found: set[Name] = set()
    left = [(program, name) for program in programs for name in modules()[program].names]
    while left:
        module, name = left.pop()
        here = modules().get(module)
        if here is None or (module, name) in found:
            continue
        found.add((module, name))
        if name in here.names:
            left += here.reaches(name, module)
        elif name in here.brought:
            left.append(here.brought[name])
    return found


def written(found: set[Name], tables: set[str]) -> dict[str, dict[str, set[str]]]:
    """Of reached names, those that write: by table and letter (a, u, d), each as module and name."""
    by_table: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for module, name in sorted(found):
        if module.startswith("kiosk.store"):
            for statement in modules()[module].names.get(name, ()):
                for table, letter in _writes(statement):
                    if table in tables:
                        by_table[table][letter].add(f"{module.removeprefix('kiosk.store.')}.{name}")
    return by_table


def _writes(statement: ast.stmt) -> Iterator[tuple[str, str]]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Attribute) and node.attr in _LETTERS and isinstance(node.value, ast.Name):
            yield node.value.id, _LETTERS[node.attr]
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Name):
            named = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if named in _LETTERS:
                yield node.args[0].id, _LETTERS[named]
            elif isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "rows":
                table = node.args[1] if len(node.args) > 1 else None
                if node.func.attr in _BY_ROWS and isinstance(table, ast.Name):
                    yield table.id, _BY_ROWS[node.func.attr]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            for verb, table in _SQL.findall(node.value):
                yield table, _LETTERS[verb.lower()]
