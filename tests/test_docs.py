"""The pages under docs/ keep up with the code: what can be said, set or go wrong is named, and what is named exists."""

import ast
import re
import tokenize
from collections.abc import Iterator
from enum import Enum
from functools import cache
from io import StringIO
from pathlib import Path

import click
import msgspec
import pytest

from kiosk.checkin.cards import CardKind
from kiosk.cli.main import kiosk
from kiosk.config import Config
from kiosk.domain.checkin.standing import Right
from kiosk.domain.checkin.verdicts import Denial, NextStep, NoticeKind
from kiosk.domain.problems import Problem
from kiosk.errors import KioskError
from kiosk.exports.manual import slug
from kiosk.exports.sheets import SHEETS
from kiosk.health.finding_codes import KINDS
from kiosk.money.till import METHODS

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
ERRORS = (ROOT / "docs" / "erreurs.md").read_text(encoding="utf-8")
MANUAL = "\n".join(
    (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    for name in ("machine", "bureau", "porte", "portes", "copies", "erreurs")
)
DIAGNOSIS = (ROOT / "docs" / "diagnostic.md").read_text(encoding="utf-8")
FOLDERS = ("kiosk", "tests", "bench", "release", "migrations", "scripts", "systemd", "docs", ".ci")
_PATH = re.compile(rf"(?<![\w./$-])((?:{'|'.join(map(re.escape, FOLDERS))})/[\w./*-]*)")
_DOTTED = re.compile(r"(?<![\w./@-])((?:kiosk|tests)(?:\.[a-z_]\w*)+)")
_FILE = re.compile(r"`(\w+\.py)`")
_PLACE = re.compile(f"{_PATH.pattern}|{_DOTTED.pattern}|{_FILE.pattern}")
NO_MODULES = {"toml", "tar", "local", "test", "conf", "service", "socket", "timer", "db", "git", "css", "js", "prom"}
"""What may follow `kiosk.` besides: files' endings and the machine's names on a network."""

SOURCES = [path for path in (ROOT / "kiosk").rglob("*.py") if "data" not in path.parts]


def _commands(group: click.Group, path: str = "kiosk") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def _options() -> set[str]:
    commands: list[click.Command] = [kiosk, *(command for _, command in _commands(kiosk))]
    options = [parameter for command in commands for parameter in command.params if isinstance(parameter, click.Option)]
    return {name for option in options for name in option.opts if name.startswith("--")}


def _settings(kind: type[msgspec.Struct], prefix: str = "") -> Iterator[str]:
    for field in msgspec.structs.fields(kind):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield from _settings(field.type, f"{prefix}{field.name}.")
        else:
            yield f"{prefix}{field.name}"


def _errors(root: type[Exception]) -> set[str]:
    return {root.__name__}.union(*(_errors(kind) for kind in root.__subclasses__()))


def _nodes() -> Iterator[ast.AST]:
    for path in SOURCES:
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def _error_codes() -> set[str]:
    """What errors are made with, by the text: each worker asks at its start, and trees of all of it take seconds."""
    kinds = "|".join(_errors(KioskError) | _errors(Problem))
    made = re.compile(rf'(?<![\w.])(?<!class )(?:{kinds})\(\s*"([^"]+)"')
    return {code for path in SOURCES for code in made.findall(path.read_text(encoding="utf-8"))}


def _told(name: str) -> bool:
    return f"`{name}`" in MANUAL


@pytest.mark.parametrize("name", [name for name, _ in _commands(kiosk)])
def test_every_command_is_in_the_manual(name: str) -> None:
    assert name in MANUAL or _told(name.removeprefix("kiosk "))


def test_every_command_in_the_manual_exists() -> None:
    blocks = re.findall(r"```\n(.*?)```", MANUAL, re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", MANUAL, flags=re.DOTALL))
    named = re.findall(r"\bkiosk (?:--home \S+ )?([a-z][a-z-]*)", "\n".join([*blocks, *spans]))
    assert set(named) <= set(kiosk.list_commands(click.Context(kiosk)))


@pytest.mark.parametrize("option", sorted(_options()))
def test_every_option_is_in_the_manual(option: str) -> None:
    assert re.search(rf"{option}\b(?!-)", MANUAL)


@pytest.mark.parametrize("key", sorted(_settings(Config)))
def test_every_setting_is_in_the_manual(key: str) -> None:
    assert _told(key)


@pytest.mark.parametrize("code", sorted(_error_codes()))
def test_every_error_code_is_in_the_manual(code: str) -> None:
    assert f"| `{code}` |" in ERRORS


def test_every_error_code_in_the_manual_exists() -> None:
    literals = {node.value for node in _nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert set(re.findall(r"^\| `([a-z-]+)` \|", ERRORS, re.MULTILINE)) <= literals


@pytest.mark.parametrize("code", [*CardKind, *Denial, *NextStep, *Right, *NoticeKind], ids=str)
def test_every_verdict_is_in_the_manual(code: Enum) -> None:
    assert f"| `{code.value}` |" in MANUAL


@pytest.mark.parametrize("name", [*SHEETS, *METHODS])
def test_every_export_and_every_method_of_payment_is_in_the_manual(name: str) -> None:
    assert _told(name)


def test_every_finding_of_the_doctor_is_explained_and_every_one_explained_exists() -> None:
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)*)`", DIAGNOSIS))
    assert {*KINDS} <= named
    first_columns = re.findall(r"^\| (`[^|]*`) \|", DIAGNOSIS, re.MULTILINE)
    assert {code for cell in first_columns for code in re.findall(r"`([^`]+)`", cell)} <= {*KINDS}


def test_every_number_for_prometheus_is_named() -> None:
    sources = (ROOT / "kiosk" / "health" / "metrics.py").read_text(encoding="utf-8")
    exported = set(re.findall(r'"((?:kiosk|process)_\w+)"', sources)) | {"kiosk_check_warn", "kiosk_check_bad"}
    assert set(re.findall(r"`((?:kiosk|process)_\w+)`", DIAGNOSIS)) == exported


def _telling() -> Iterator[tuple[Path, str]]:
    """What is written for people: pages (of the changelog the unreleased), docstrings, comments, scripts, units."""
    for path in sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()):
        if path.suffix == ".py":
            yield path, _prose(path)
        elif path.suffix in {
            "",
            ".md",
            ".service",
            ".socket",
            ".timer",
            ".toml",
            ".yml",
            ".conf",
            ".js",
            ".css",
            ".html",
        }:
            yield path, path.read_text(encoding="utf-8", errors="replace")
    yield ROOT / "README.md", (ROOT / "README.md").read_text(encoding="utf-8")
    yield (
        ROOT / "CHANGELOG.md",
        re.split("^## ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1],
    )


def _prose(path: Path) -> str:
    """Docstrings and comments of a module; these where some line names a place behind its first `#`, since taking a
    module apart into tokens is most of what looking through all of them takes.
    """
    text = path.read_text(encoding="utf-8")
    strings = (node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Expr))
    docstrings = [node.value for node in strings if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    names_a_place = any(_PLACE.search(line.partition("#")[2]) for line in text.split("\n"))
    tokens = tokenize.generate_tokens(StringIO(text).readline) if names_a_place else iter(())
    return "\n".join([*docstrings, *(token.string for token in tokens if token.type == tokenize.COMMENT)])


@cache
def _leads_somewhere(path: str) -> bool:
    return any(ROOT.glob(path))


def _exists(dotted: str) -> bool:
    """Whether a dotted name leads to a folder or a module; what a module has in it is not asked."""
    place, *rest = ROOT, *dotted.split(".")
    for part in rest:
        if (place / f"{part}.py").is_file():
            return True
        place = place / part
        if not place.is_dir():
            return False
    return True


def test_every_path_and_every_module_that_is_named_exists() -> None:
    """A folder's name, a path from the top, `kiosk.money.till`, or `till.py` in backticks where its folder is plain."""
    files = {path.name for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")}
    wrong = []
    for page, text in _telling():
        named = _PATH.findall(text)
        others = ("kiosk/kiosk-", "kiosk/door-")  # a copy's name on a stick, a door's own folder below /run
        paths = [path.rstrip(".-") for path in named if not path.startswith(others)]
        wrong += [(page.name, path) for path in paths if not _leads_somewhere(path)]
        modules = _DOTTED.findall(text)
        wrong += [(page.name, name) for name in modules if not _exists(name) and name.split(".")[1] not in NO_MODULES]
        wrong += [(page.name, name) for name in _FILE.findall(text) if name not in files]
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    own = [target.partition("#")[0] for target in targets if not re.match(r"[a-z]+:|#", target)]
    assert [target for target in own if not (page.parent / target).exists()] == []


def _places(page: Path) -> set[str]:
    """Return what a link may name within a page: its headings as an address writes them, twice the same numbered."""
    seen: dict[str, int] = {}
    for title in re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE):
        place = slug(title)
        seen[place] = seen.get(place, 0) + 1
    return {name for place, times in seen.items() for name in [place, *(f"{place}-{n}" for n in range(1, times))]}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_to_a_heading_lead_to_one_that_is_there(page: Path) -> None:
    targets = re.findall(r"\]\(((?!\w+:)[^)\s]*)#([^)\s]+)\)", page.read_text(encoding="utf-8"))
    pages = [(page.parent / file if file else page, place) for file, place in targets]
    assert [place for target, place in pages if target.suffix == ".md" and place not in _places(target)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_place_on_somebody_s_machine(page: Path) -> None:
    assert re.findall(r"/(?:work|tmp|root|home)/", page.read_text(encoding="utf-8")) == []


def test_the_manual_keeps_to_its_words() -> None:
    """A day pass is a journée, a password no pass; and French includes everyone."""
    wrong = r"(?<!day-)(?<!mot de )(?<!mots de )\bpasses?\b|\bparrains?\b|\btrésori(?:er|ère)s?\b|\badhérente?s?\b"
    assert re.findall(wrong, MANUAL, re.IGNORECASE) == []


def test_the_licence_is_whole() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert "15.Applicable Law" in text
    assert "Appendix" in text


def test_each_test_that_the_page_on_security_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "securite.md").read_text("utf-8")))
    defined = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)
    }
    assert len(named) > 40
    assert named - defined == set()
