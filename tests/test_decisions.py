"""The decisions: a page for each subject, each decision within its bound of lines, every page in the index."""

import re
from pathlib import Path

import pytest

INDEX = Path(__file__).parents[1] / "docs" / "decisions.md"
PAGES = sorted((INDEX.parent / "decisions").glob("*.md"))
MOST_HOLDING, MOST_ASIDE = 5, 1
LONGEST_LINE, LONGEST_ASIDE = 130, 200
ASIDE = ("*Set aside:*", "*Not yet:*")


def too_long(text: str) -> list[tuple[str, str]]:
    """Return the decisions of a page that exceed their bound: what holds in five lines, what was set aside in one.

    Lines of a table are left out: tests hold what they measure.
    """
    faults = []
    for part in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        title, *lines = [line for line in part.splitlines() if line and not line.startswith("|")]
        aside = [line for line in lines if line.startswith(ASIDE)]
        holding = [line for line in lines if not line.startswith(ASIDE)]
        if not re.search(r" \(\d{4}-\d\d-\d\d\)$", title):
            faults.append((title, "no day"))
        if not 1 <= len(holding) <= MOST_HOLDING or any(len(line) > LONGEST_LINE for line in holding):
            faults.append((title, f"{len(holding)} lines hold"))
        if any(len([line for line in aside if line.startswith(mark)]) > MOST_ASIDE for mark in ASIDE) or any(
            len(line) > LONGEST_ASIDE for line in aside
        ):
            faults.append((title, "too much set aside"))
    return faults


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_decision_is_told_within_its_bound(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert too_long(text) == []
    assert "\n### " in text


def test_bound_is_noticed() -> None:
    line = "It holds.\n"
    assert too_long(f"### A thing (2026-11-30)\n\n{line * 5}\n*Set aside:* another.\n") == []
    assert too_long(f"### A thing (2026-11-30)\n\n{line * 6}") == [("A thing (2026-11-30)", "6 lines hold")]
    assert too_long(f"### A thing\n\n{line}") == [("A thing", "no day")]
    assert too_long(f"### A thing (2026-11-30)\n\n{line}{'*Set aside:* it.' * 20}") != []
    assert too_long("### A thing (2026-11-30)\n\n*Set aside:* all of it.\n") != []


def test_index_names_every_page_once_and_ends_with_what_is_newly_decided() -> None:
    text = INDEX.read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| \[.+?\]\(decisions/(.+?)\) \|", text, re.MULTILINE)) == [page.name for page in PAGES]
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Newly decided"]


def test_no_two_decisions_have_one_title() -> None:
    titles = [title for page in PAGES for title in re.findall(r"^### (.+)$", page.read_text("utf-8"), re.MULTILINE)]
    assert len(titles) > 250
    assert len(set(titles)) == len(titles)
