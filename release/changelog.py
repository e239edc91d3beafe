"""Reads CHANGELOG.md by its versions, and names what a release lacks there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

NAME = "CHANGELOG.md"
MOST_LINES = 40
"""The most lines of a version that are not empty, headings included; more detail belongs in git's history."""
AHEAD = "On site"


@dataclass(frozen=True, kw_only=True)
class Section:
    """One version's part of the changelog."""

    version: str
    day: str | None
    lines: tuple[str, ...]

    @property
    def headings(self) -> list[str]:
        """Return the titles below this version, in their order."""
        return [line.removeprefix("### ") for line in self.lines if line.startswith("### ")]


def sections(text: str) -> list[Section]:
    """Return the changelog's versions, newest first, each with its lines that are not empty."""
    parts = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    return [_section(part) for part in parts]


def _section(part: str) -> Section:
    lines = [line for line in part.splitlines() if line.strip()]
    version, _, day = lines[0].partition(" · ")
    return Section(version=version.strip(), day=day.strip() or None, lines=tuple(lines))


def faults(text: str, version: str) -> Iterator[str]:
    """Yield why this version cannot be released with this changelog: no section, no day, nothing about the site first,
    or too many lines.
    """
    section = next((section for section in sections(text) if section.version == version), None)
    if section is None:
        yield f"{NAME} has no section {version}"
        return
    if section.day is None or not re.fullmatch(r"\d{4}-\d\d-\d\d", section.day):
        yield f"{NAME}: the section {version} has no day, as in ## {version} · 2026-12-24"
    if section.headings[:1] != [AHEAD]:
        yield f"{NAME}: the section {version} does not begin with ### {AHEAD}"
    if len(section.lines) > MOST_LINES:
        yield f"{NAME}: the section {version} has {len(section.lines)} lines, {MOST_LINES} at most"
