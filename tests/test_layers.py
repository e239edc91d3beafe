"""Who may import whom: layers go down, subjects go across, and nothing goes in a circle. Lazy imports count too."""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import kiosk

ROOT = Path(kiosk.__file__).parent
COMPOSITION = {"entrance", "entrance_parts", "desk", "pages", "__main__"}  # they see everything
SUBJECTS: Mapping[str, set[str]] = {
    "offline": set(),
    "space": set(),
    "messages": set(),
    "checkin": {"offline"},
    "badges": {"offline", "checkin"},
    "money": {"messages"},
    "members": {"money", "messages"},
    "books": {"members", "money", "messages"},
    "hosting": set(),
    "people": set(),
    "premises": set(),
    "telephones": {"messages"},
    "rooms": {"members", "money", "books", "messages", "space"},
    "health": {"offline", "checkin", "badges"},
    "events": {"money", "messages", "rooms"},
    "duties": {"health", "members", "messages"},
    "visitors": {"members", "money", "events", "rooms", "messages"},
    "selfservice": {
        "checkin",
        "members",
        "money",
        "books",
        "events",
        "messages",
        "rooms",
        "hosting",
        "people",
        "premises",
        "telephones",
    },
    "setup": {
        "offline",
        "space",
        "messages",
        "checkin",
        "money",
        "members",
        "books",
        "events",
        "rooms",
        "health",
        "selfservice",
        "hosting",
        "people",
        "premises",
    },
}
"""Which subjects the use-cases of a subject may know beside their own."""

_HOUSE = {
    "acting",
    "acts",
    "config",
    "config_file",
    "config_in_force",
    "durable",
    "errors",
    "fields",
    "home",
    "key_rights",
    "keys",
    "logs",
    "plain_files",
    "root_files",
    "slow_work",
    "stand_ins",
    "waking",
}
_USED = {"domain", "store", "exports", "devices.protocols", *_HOUSE}
_PEOPLE = {*SUBJECTS, *_USED}
LAYERS: Mapping[str, set[str]] = {
    "language": set(),  # and everybody may know it: words are said everywhere
    "domain": set(),
    "store": {"domain", "durable", "errors", "root_files"},
    "exports": {"slow_work", "domain", "errors"},
    "devices": {"domain", "errors", "stand_ins"},
    "install": {"domain", "errors", "key_rights", "root_files"},  # it runs before the rest is there
    "acting": {"domain", "store", "devices.protocols"},
    "acts": {"acting", "domain", "fields", "store"},
    "fields": {"domain"},
    "office": _PEOPLE,
    "durable": set(),
    "errors": {"domain"},  # what each of them carries is the domain’s to say
    "stand_ins": set(),
    "root_files": {"errors"},
    "logs": {"errors"},
    "plain_files": set(),
    "slow_work": {"errors"},
    "config": {"domain", "errors"},
    "config_file": {"config", "domain", "errors", "plain_files"},
    "config_in_force": {"config", "config_file", "errors", "plain_files", "root_files"},
    "key_rights": set(),
    "keys": {"domain", "errors", "plain_files", "root_files"},
    "waking": set(),
    "home": {"config", "config_in_force", "domain", "errors", "keys", "store", "root_files", "waking"},
    "jobs": {*_PEOPLE, "install"},
    "web": {*_PEOPLE, "office"},
    "cli": {*_PEOPLE, "office", "jobs", "devices", "entrance", "desk", "pages"},
}
"""What each layer below or above the use-cases may know."""

INSIDE: Mapping[str, Mapping[str, set[str]]] = {
    "store": {
        "asking": set(),
        "postgresql": {"asking", "seals"},
        "chain": set(),
        "marks": set(),  # what is compared with each write
        "accounts": set(),  # what is open of charges: the ledger writes it
        "seals": {"officers"},  # an entry of the office says which line of their log was the last
        "tables": set(),
        "space": {"seals"},
        "members": {"officers"},  # whose log forgets of whom it spoke, with their file
        "messages": set(),
        "health": set(),
        "offline": set(),
        "officers": set(),
        "selfservice": {"officers"},
        "money": {"space", "members", "accounts"},
        "checkin": {"money", "members"},
        "events": set(),
        "hosting": set(),
        "people": set(),
        "premises": set(),
        "telephones": set(),
        "visitors": set(),
        "books": {"space", "members", "money", "officers", "hosting", "seals", "accounts"},
        "rooms": {"space", "members", "money"},
        "duties": {"books", "money", "accounts"},
    },
    "domain": {
        "money": set(),
        "health": {"devices"},  # whose faults it tells
        "copies": set(),
        "badges": set(),
        "checkin": {"money", "badges"},
        "devices": {"badges"},
        "events": set(),
        "offline": {"money", "checkin"},
        "space": {"money", "checkin"},
        "members": {"money", "checkin"},
        "hosting": set(),
        "people": set(),
        "premises": set(),
        "telephones": set(),
        "visitors": {"members"},
        "books": {"money", "checkin", "hosting"},
        "rooms": {"money"},
    },
    "web/desk": {
        "common": set(),
        "officers": {"common", "space", "finder"},
        "help": {"common"},
        "space": {"common"},
        "finder": {"common", "space"},
        "events": {"common", "finder"},
        "health": {"common"},
        "duties": {"common"},
        "checkin": {"common", "health", "duties"},
        "members": {"common", "duties", "finder"},
        "money": {"common", "finder", "members", "duties"},
        "hosting": {"common", "finder", "members"},
        "people": {"common", "members", "finder"},
        "premises": {"common", "members", "finder"},
        "books": {"common", "finder", "members", "money", "duties"},
        "rooms": {"common", "finder", "space"},
        "first_hour": {"common", "officers", "duties"},
    },
    "jobs": {"copies": set(), "update": {"copies"}, "due": set()},
    "cli": {"books": set(), "members": {"books"}, "money": set(), "copies": set(), "premises": set()},
}
"""Which rooms of a layer may know which others; what lies beside the rooms is for all of them."""

BENEATH = {"store": "tables"}
"""The room of a layer that all its others may know."""

BESIDE = {"web/desk": {"app", "areas", "serving"}, "cli": {"main"}}
"""What lies beside the rooms and is above them: no room may know it."""

ONLY_HERE = {
    "nfc": "devices/nfcpy.py",
    "gpiozero": "devices",
    "alembic": "store/schema.py",
    "psycopg": "store/postgresql",
}


def _modules(folder: Path = ROOT) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "data" not in path.parts)


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _path(name: str) -> Path:
    plain = ROOT / name.replace(".", "/")
    return plain / "__init__.py" if plain.is_dir() else plain.with_suffix(".py")


_KNOWN = {_name(path) for path in _modules()}


@cache
def _imports(path: Path) -> set[str]:
    """The dotted names that a module imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = ["kiosk", *path.relative_to(ROOT).parts[: -node.level]]
                base = ".".join([*package, *filter(None, [node.module])])
            found |= {f"{base}.{alias.name}" for alias in node.names}
    return found


@cache
def _ours(path: Path) -> set[str]:
    """The modules of ours that a module imports."""
    names = {name.removeprefix("kiosk.") for name in _imports(path) if name.startswith("kiosk.")}
    return {name if name in _KNOWN else name.rpartition(".")[0] for name in names} - {""}


def _room(name: str) -> str:
    """The layer or subject that a module belongs to."""
    return "devices.protocols" if name == "devices.protocols" else name.partition(".")[0]


def _allowed(room: str) -> set[str]:
    if room == "language":
        return {room}
    own = "devices" if room == "devices.protocols" else room
    if own in SUBJECTS:
        return {own, "language", *SUBJECTS[own], *_USED}
    return {own, "language", *LAYERS[own], *({"devices.protocols"} if own == "devices" else ())}


@pytest.mark.parametrize("path", _modules(), ids=_name)
def test_imports_point_one_way(path: Path) -> None:
    name = _name(path)
    if name in COMPOSITION or not name:
        return
    allowed = _allowed(_room(name))
    assert not {known for known in _ours(path) if _room(known) not in allowed}


def _edges(prefix: str) -> Iterator[tuple[str, str, str, str]]:
    """Importing and imported module below a folder, each with its room: a folder or a module in it."""
    dotted = prefix.replace("/", ".") + "."
    for path in _modules(ROOT / prefix):
        name = _name(path)
        for known in _ours(path):
            if known.startswith(dotted) and name.startswith(dotted):
                here, there = (other.removeprefix(dotted).partition(".")[0] for other in (name, known))
                yield name, known, here, there


@pytest.mark.parametrize("prefix", list(INSIDE))
def test_rooms_of_a_layer_know_each_other_as_the_table_says(prefix: str) -> None:
    table, above = INSIDE[prefix], BESIDE.get(prefix, set())
    folders = {path.name for path in (ROOT / prefix).iterdir() if (path / "__init__.py").exists()}
    assert folders == set(table)
    wrong = []
    for name, known, here, there in _edges(prefix):
        into_another = here in table and there in table and there not in {here, *table[here], BENEATH.get(prefix)}
        if into_another or (here in table and there in above):
            wrong.append(f"{name} -> {known}")
    assert not wrong


@pytest.mark.parametrize(
    "prefix", ["", *INSIDE, *SUBJECTS, "language", "exports", "web", "web/screen", "install", "devices"]
)
def test_no_rooms_know_each_other_in_a_circle(prefix: str) -> None:
    graph: dict[str, set[str]] = {}
    if prefix:
        for _, _, here, there in _edges(prefix):
            graph.setdefault(here, set()).update({there} - {here})
    else:
        for path in _modules():
            here = _name(path).partition(".")[0]
            graph.setdefault(here, set()).update({known.partition(".")[0] for known in _ours(path)} - {here})
    assert set(TopologicalSorter(graph).static_order()) >= set(graph)  # raises CycleError, which names the circle


def test_the_tables_themselves_have_no_circle() -> None:
    for table in (SUBJECTS, *INSIDE.values()):
        assert set(TopologicalSorter(table).static_order()) == set(table)


def test_the_root_holds_the_two_programs_and_the_house_only() -> None:
    assert {path.stem for path in ROOT.glob("*.py")} == {*COMPOSITION, *_HOUSE, "office", "__init__"}
    rooms = {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()}
    assert rooms == {*SUBJECTS, *LAYERS} - {*_HOUSE, "office"}


@pytest.mark.parametrize("folder", sorted({path.parent for path in _modules()}), ids=lambda path: path.name)
def test_no_folder_is_a_street(folder: Path) -> None:
    assert len(list(folder.glob("*.py"))) <= 24, "more than some twenty modules want folders by subject"


def _others(paths: Iterable[Path]) -> set[str]:
    """The top names that modules import beside the standard library and ours."""
    tops = {name.split(".")[0] for path in paths for name in _imports(path)}
    return tops - sys.stdlib_module_names - {"kiosk"}


def test_the_words_import_the_standard_library_only_and_the_domain_what_values_are_made_of() -> None:
    assert _others(_modules(ROOT / "language")) == set()
    assert _others(_modules(ROOT / "domain")) == {"msgspec"}


def test_the_installer_and_all_that_it_reaches_import_the_standard_library_only() -> None:
    reached, left = set[Path](), _modules(ROOT / "install")
    while left:
        path = left.pop()
        reached.add(path)
        left += [known for name in _ours(path) if (known := _path(name)) not in reached]
    assert ROOT / "domain/copies/versions.py" in reached
    assert _others(reached) == set()


def test_the_entrance_does_not_carry_what_only_others_need() -> None:
    """A Pi Zero's memory: of the tables it defines those that a tap reads, and no subject that may be turned off."""
    carried: set[str] = set()
    following = ["entrance"]
    while following:
        name = following.pop()
        if name not in carried:
            carried.add(name)
            path = ROOT.joinpath(*name.split("."))
            path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
            following += [known for known in _at_once(path) if known in _KNOWN]
    assert {name for name in carried if name.startswith("store.tables.")} == {
        "store.tables.entrance",
        "store.tables.prepaid",
    }
    assert not carried & {"store.retention", "store.members.erasure", "store.officers.desk_log"}
    assert not {name for name in carried if name.startswith("devices.locks")}


def test_a_lock_s_library_is_imported_by_its_own_driver_alone() -> None:
    """And so by no entrance whose lock speaks otherwise."""
    found = {
        (name, str(path.relative_to(ROOT)))
        for path in ROOT.rglob("*.py")
        for name in ("paho", "osdp", "osdp_sys")
        if re.search(rf"^\s*(import|from) {name}\b", path.read_text("utf-8"), re.MULTILINE)
    }
    assert found == {("paho", "devices/locks/mqtt.py"), ("osdp_sys", "devices/locks/osdp.py")}
    assert not {
        name for name in _at_once(ROOT / "devices" / "locks" / "named.py") if name.startswith("devices.locks")
    } - {
        "devices.locks",
        "devices.locks.remote",
        "devices.locks.remote.Lock",
        "devices.locks.remote.RemoteDoor",
    }


def _at_once(path: Path) -> set[str]:
    """The modules of ours that a module imports as it is imported itself."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("kiosk"):
            dotted = node.module.removeprefix("kiosk").removeprefix(".")
            for each in (dotted, *(f"{dotted}.{alias.name}".removeprefix(".") for alias in node.names)):
                found.add(each)
    return found


@pytest.mark.parametrize(("library", "place"), list(ONLY_HERE.items()))
def test_a_driver_has_one_place(library: str, place: str) -> None:
    users = {str(p.relative_to(ROOT)) for p in _modules() if any(n.split(".")[0] == library for n in _imports(p))}
    assert users
    assert all(user.startswith(place) for user in users)


_STATEMENTS = {"select", "insert", "update", "delete", "text"}
_RUNNING = {"execute", "executemany", "executescript", "exec_driver_sql"}


def _is_sql(node: ast.AST, of: Mapping[str, str]) -> bool:
    """Whether a node runs or writes SQL; `of` says from where each name comes."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and node.value.lstrip().upper().startswith("PRAGMA ")
    if isinstance(node, ast.Name):
        return of.get(node.id, "").startswith("sqlalchemy.") and of[node.id].rpartition(".")[2] in _STATEMENTS
    if not isinstance(node, ast.Attribute):
        return False
    if node.attr in _RUNNING:
        return True
    base = of.get(node.value.id, "") if isinstance(node.value, ast.Name) else ""
    return node.attr in _STATEMENTS and (base == "sqlalchemy" or base.startswith("kiosk.store.tables."))


def _sources(tree: ast.AST) -> dict[str, str]:
    """What each imported name of a module stands for, dotted."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _lines_of_sql(source: str) -> list[int]:
    tree = ast.parse(source)
    of = _sources(tree)
    return [getattr(node, "lineno", 0) for node in ast.walk(tree) if _is_sql(node, of)]


@pytest.mark.parametrize("path", [path for path in _modules() if not _name(path).startswith("store.")], ids=_name)
def test_there_is_no_sql_outside_the_store(path: Path) -> None:
    assert not _lines_of_sql(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "source",
    [
        "connection.execute(query)",
        'raw.exec_driver_sql("SELECT 1")',
        "import sqlalchemy as sa\nsa.select(1)",
        'import sqlalchemy\nsqlalchemy.text("SELECT 1")',
        "from sqlalchemy import delete as gone\ngone(x)",
        "from kiosk.store.tables import member\nmember.insert()",
        "from kiosk.store.tables.desk import desk_user as u\nu.update()",
        'ask("PRAGMA quick_check")',
    ],
)
def test_each_way_to_write_sql_is_noticed(source: str) -> None:
    assert _lines_of_sql(source)


def test_what_only_looks_like_sql_is_not_taken_for_it() -> None:
    assert not _lines_of_sql("found.update(more)\nfound.insert(0, one)\nimport sqlalchemy as sa\nsa.Connection")


@pytest.mark.promise(5)
def test_only_the_clock_asks_what_time_it_is() -> None:
    asking = {
        str(path.relative_to(ROOT))
        for path in _modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today")
        if isinstance(node.value, ast.Name) and node.value.id in ("datetime", "date")
    }
    assert asking == {"devices/clock.py"}
