"""Reading and changing this code: each file and each name that the two guides lead to is there."""

import ast
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
GUIDES = [DOCS / "reading.md", DOCS / "changing.md"]
PATHS = ("A tap", "A euro", "An act of the office", "A page", "A test")
DRILLS = ("A list: keys lent", "A column on a list and in its export", "A rule with a number", "A reader's driver")


def _names(path: Path) -> set[str]:
    """Return what a module has at its top, and what its classes have, as `Class.method`."""
    names: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        names |= set(_bound(node))
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{name}" for each in node.body for name in _bound(each)}
    return names


def _bound(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [
        name.id
        for target in targets
        for name in (target.elts if isinstance(target, ast.Tuple) else [target])
        if isinstance(name, ast.Name)
    ]


def missing(guide: Path) -> list[str]:
    """Return what a guide leads to and is not there: a file, or a name in backticks within the file of its link."""
    faults = []
    for words, target in re.findall(r"\[([^\]]+)\]\(([^)#\s]+)\)", guide.read_text(encoding="utf-8")):
        path = guide.parent / target
        if not path.is_file():
            faults.append(target)
        elif path.suffix == ".py":
            spoken = [name for name in re.findall(r"`([A-Za-z_][\w.]*)`", words) if not name.endswith(".py")]
            faults += [f"{target}: {name}" for name in spoken if name not in _names(path)]
    return faults


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_each_file_and_name_that_a_guide_leads_to_is_there(guide: Path) -> None:
    assert missing(guide) == []


def test_what_is_not_there_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "till.py").write_text(
        "class Till:\n    def pay(self) -> None: ...\n\n\nA, B = 1, 2\n", encoding="utf-8"
    )
    guide = tmp_path / "guide.md"
    guide.write_text(
        "[`Till.pay`](till.py) [`B`](till.py) [`Till.sell`](till.py) [`x`](gone.py) [a word](till.py)", "utf-8"
    )
    assert missing(guide) == ["till.py: Till.sell", "gone.py"]


def test_reading_takes_five_paths_each_with_links_and_three_sentences() -> None:
    text = (DOCS / "reading.md").read_text(encoding="utf-8")
    parts = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert tuple(part.partition("\n")[0] for part in parts) == PATHS
    for part in parts:
        _, links, prose, *_ = part.split("\n\n")
        assert links.count("](") >= 3
        assert len(re.findall(r"[.](?:\s|$)", prose)) == 3


def test_changing_tells_the_five_drills_as_steps() -> None:
    text = (DOCS / "changing.md").read_text(encoding="utf-8")
    titles = re.findall(r"^## \d\. (.+)$", text, re.MULTILINE)
    assert titles == [*DRILLS, "An act with its second officer: give a free day"]
    assert all(len(re.findall(r"^\d\. ", part, re.MULTILINE)) >= 3 for part in text.split("\n## ")[1:])
