"""Each test that the page on security names is there, once: a row without its test would be a promise alone."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.browser.thefts import Theft

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "securite.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\|(?! menace|---)(.*)\|$", re.MULTILINE)


def test_each_test_that_the_page_names_is_there() -> None:
    defined = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 20
    assert named <= defined


def test_each_row_of_each_table_names_a_test_or_a_measure() -> None:
    bare = [row for row in ROW.findall(PAGE) if "vu par" not in row and not re.search(r"`(test_|scripts/)", row)]
    assert bare == []
    assert len(ROW.findall(PAGE)) > 100


def test_each_section_says_what_shows_it() -> None:
    """But for the last one, of what a desk that was taken over could still show falsely: a test names it, too."""
    french = PAGE.partition("\n---\n")[0]
    sections = re.split(r"^## ", french, flags=re.MULTILINE)[1:]
    assert [each.partition("\n")[0] for each in sections if "`tests/" not in each and "`test_" not in each] == []


def test_each_threat_to_a_telephone_has_a_test() -> None:
    section = PAGE[PAGE.index("RFC 10027") :].partition("\n## ")[0]
    rows = [row for row in ROW.findall(section) if not row.startswith("---")]
    assert len(rows) >= 20
    assert [row for row in rows if "`test_" not in row] == []


def played_in(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the names of the thefts that a module's tests play, each with its test."""
    for test in ast.parse(path.read_text(encoding="utf-8")).body:
        if not isinstance(test, ast.FunctionDef) or not test.name.startswith("test_"):
            continue
        for call in ast.walk(test):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "played":
                yield ast.unparse(call.args[0]).removeprefix("Theft."), test.name


def test_each_theft_is_played_once_in_a_browser_and_its_row_names_the_test() -> None:
    played = [each for path in sorted((ROOT / "tests/browser").glob("test_*.py")) for each in played_in(path)]
    assert sorted(name for name, _ in played) == sorted(theft.name for theft in Theft)
    section = PAGE[PAGE.index("## Ce qu'on tente contre un téléphone relié") :].partition("\n\n*")[0]
    rows = [[cell.strip() for cell in row.split("|")] for row in ROW.findall(section)][1:]
    first = {cells[0]: re.findall(r"`(test_\w+)`", cells[2]) for cells in rows[: len(Theft)]}
    assert first == {Theft[name].value: [test] for name, test in played}
    assert len(first) >= 10
