"""The pages under docs/ keep up with the code: what can be said, set or go wrong is named, and what is named exists."""

import ast
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import click
import msgspec
import pytest

from kiosk.checkin.cards import CardKind
from kiosk.cli.main import kiosk
from kiosk.config import Config
from kiosk.domain.checkin.access import Denial, NextStep, NoticeKind, Right
from kiosk.domain.problems import Problem
from kiosk.errors import KioskError
from kiosk.exports.sheets import SHEETS
from kiosk.health.finding_codes import KINDS
from kiosk.money.till import METHODS

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
MANUAL = (ROOT / "docs" / "manuel.md").read_text(encoding="utf-8")
DIAGNOSIS = (ROOT / "docs" / "diagnostic.md").read_text(encoding="utf-8")
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
    kinds = _errors(KioskError) | _errors(Problem)
    codes = set()
    for node in _nodes():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds and node.args:
            code = node.args[0]
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                codes.add(code.value)
    return codes


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
    assert f"| `{code}` |" in MANUAL


def test_every_error_code_in_the_manual_exists() -> None:
    errors = MANUAL.partition("## 13.")[2].partition("## 14.")[0]
    literals = {node.value for node in _nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert set(re.findall(r"^\| `([a-z-]+)` \|", errors, re.MULTILINE)) <= literals


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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    own = [target.partition("#")[0] for target in targets if not re.match(r"[a-z]+:|#", target)]
    assert [target for target in own if not (page.parent / target).exists()] == []


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
