"""Who may import whom."""

import ast
from pathlib import Path

import pytest

import kiosk

ROOT = Path(kiosk.__file__).parent
ROOTS = {"entrance", "desk"}
# What each part may import of ours; use-cases are the modules of the top level.
ALLOWED = {
    "domain": {"domain"},
    "store": {"store", "domain", "errors"},
    "exports": {"exports", "domain", "errors"},
    "devices": {"devices", "domain", "errors"},
    "install": {"install", "domain", "errors"},  # it runs before the rest is there
    "use-case": {"use-case", "domain", "store", "devices.protocols", "exports", "errors"},
    "jobs": {"jobs", "use-case", "domain", "store", "devices.protocols", "exports", "install", "errors"},
    "web": {"web", "use-case", "domain", "store", "devices.protocols", "exports", "errors"},
    "cli": {"cli", "jobs", "use-case", "domain", "store", "devices", "exports", "errors"},
}
ONLY_HERE = {
    "nfc": "devices/reader.py",
    "gpiozero": "devices",
    "alembic": "store/schema.py",
}


def _modules() -> list[Path]:
    return [path for path in ROOT.rglob("*.py") if "data" not in path.parts]


def _part(name: str) -> str:
    """The part that a dotted name below `kiosk` belongs to."""
    parts = name.split(".")
    if parts[0] in ALLOWED:
        return "devices.protocols" if parts[:2] == ["devices", "protocols"] else parts[0]
    return "errors" if parts[0] in ("errors", "__version__") else "use-case"


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    here = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    if here in ROOTS or here == "__main__":
        return
    part = _part(here)
    part = "devices" if part == "devices.protocols" else part
    ours = {name.removeprefix("kiosk.") for name in _imports(path) if name.startswith("kiosk.")}
    wrong = {name for name in ours if _part(name) not in ALLOWED[part] and name.split(".")[0] not in ALLOWED[part]}
    assert not {name for name in wrong if not (part == "cli" and name in ROOTS)}


@pytest.mark.parametrize("part", ["domain", "install"])
def test_the_domain_and_the_installer_import_the_standard_library_only(part: str) -> None:
    import sys

    for path in (ROOT / part).glob("*.py"):
        tops = {name.split(".")[0] for name in _imports(path)}
        assert tops <= sys.stdlib_module_names | {"kiosk"}, path


@pytest.mark.parametrize(("library", "place"), list(ONLY_HERE.items()))
def test_a_driver_has_one_place(library: str, place: str) -> None:
    users = {str(p.relative_to(ROOT)) for p in _modules() if any(n.split(".")[0] == library for n in _imports(p))}
    assert users
    assert all(user.startswith(place) for user in users)


def test_only_the_clock_asks_what_time_it_is() -> None:
    asking = {
        str(path.relative_to(ROOT))
        for path in _modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("now", "utcnow", "today")
        if isinstance(node.value, ast.Name) and node.value.id in ("datetime", "date")
    }
    assert asking == {"devices/clock.py"}
