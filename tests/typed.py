"""Holds a test to the remedies that it claims: `@pytest.mark.remedy("config accept", "settings-waiting")`.

While such a test runs, each command that it gives to the command line is noted, here or in a process of its own, and so
is what the program reports until then. The test fails where the command was not typed, or where the code that it is for
was not reported before. A situation that is no code is a section of a page for a day of faults.
"""

import ast
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import Struct, field

from kiosk.cli import main
from kiosk.domain.health.findings import Finding
from kiosk.domain.problems import Coded
from tests import forked

HERE = Path(__file__).parent
NAME = "remedy"
_CODE = re.compile(r"[a-z0-9-]+")
_LEFT_OUT = re.compile(
    r"(?:/|[\w.]*/|XXXX|FICHIER|\d{2,}:|[A-ZÉ]{5,}|COPIE).*"
)  # of another machine, or a person's own


def words(command: str) -> list[str]:
    """Return the words of a page's command that are the same on each machine, without the program's name."""
    found = shlex.split(command.replace("sudo ", ""))
    return [word for word in found[found[:1] == ["kiosk"] :] if not _LEFT_OUT.fullmatch(word)]


class Claim(Struct, frozen=True):
    """A command, what it is the remedy of, and why that is not reported where it is typed."""

    command: str
    situation: str
    unreported: str = ""


class Notes(Struct):
    """What was typed and reported, in order: a command is its words, a report its code."""

    made: list[tuple[str, ...] | str] = field(default_factory=list)

    def lack(self, claim: Claim) -> str:
        """Return why a claim does not hold; empty where it does."""
        asked = words(claim.command)
        places = [place for place, each in enumerate(self.made) if isinstance(each, tuple) and _has(each, asked)]
        if not places:
            return f"kiosk {claim.command} was not typed"
        if claim.unreported or not _CODE.fullmatch(claim.situation) or claim.situation in self.made[: places[-1]]:
            return ""
        return f"{claim.situation} was not reported before kiosk {claim.command}"


def _has(typed: tuple[str, ...], asked: list[str]) -> bool:
    left = iter(typed)
    return all(word in left for word in asked)


def _noted(notes: Notes, patch: pytest.MonkeyPatch) -> None:
    """Have commands and codes noted, wherever they come from."""
    run, coded, says = main.Families.main, Coded.__init__, Finding.says
    started, forks = subprocess.Popen.__init__, forked.Forked.__init__

    def runs(self, args=None, *more, **options):  # type: ignore[no-untyped-def]  # as click has it
        notes.made.append(tuple(map(str, args or ())))
        return run(self, args, *more, **options)

    def raised(self, code, *more, **values):  # type: ignore[no-untyped-def]
        notes.made.append(code)
        coded(self, code, *more, **values)

    def reported(self, language):  # type: ignore[no-untyped-def]
        notes.made.append(self.kind.code)
        return says(self, language)

    def starts(self, args, *more, **options):  # type: ignore[no-untyped-def]
        notes.made.append((str(args),) if isinstance(args, (str, bytes)) else tuple(map(str, args)))
        started(self, args, *more, **options)

    def forked_off(self, command, *more, **options):  # type: ignore[no-untyped-def]
        notes.made.append(tuple(map(str, command)))
        forks(self, command, *more, **options)

    patch.setattr(main.Families, "main", runs)
    patch.setattr(Coded, "__init__", raised)
    patch.setattr(Finding, "says", reported)
    patch.setattr(subprocess.Popen, "__init__", starts)
    patch.setattr(forked.Forked, "__init__", forked_off)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Hold a test to what it claims, once it has passed."""
    claims = [claim for mark in item.iter_markers(NAME) for claim in of_mark(*mark.args, **mark.kwargs)]
    if not claims:
        return (yield)
    notes = Notes()
    with pytest.MonkeyPatch.context() as patch:
        _noted(notes, patch)
        passed = yield
    lacking = [why for why in map(notes.lack, claims) if why]
    assert not lacking, "; ".join(lacking)
    return passed


def of_mark(command: str, *situations: str, unreported: str = "") -> list[Claim]:
    """Return what a mark claims: one command, for each of its situations."""
    return [Claim(command, each, unreported) for each in situations]


def claims() -> list[Claim]:
    """Return all claims of all tests."""
    found = []
    for path in sorted(HERE.rglob("*.py")):
        text = path.read_text("utf-8")
        if f"mark.{NAME}(" in text and path != Path(__file__):
            found += [claim for node in ast.walk(ast.parse(text)) for claim in _of_node(node)]
    return found


def _of_node(node: ast.AST) -> list[Claim]:
    if not (isinstance(node, ast.Call) and ast.unparse(node.func) == f"pytest.mark.{NAME}"):
        return []
    options = {each.arg: ast.literal_eval(each.value) for each in node.keywords if each.arg}
    return of_mark(*map(ast.literal_eval, node.args), **options)
