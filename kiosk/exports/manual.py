"""Reads the operator's manual (docs/) and makes pages of it: sections, pictures, the list of errors, a glossary, a
search.

docs/ stays the only source: nothing of it is copied into the program. `READERS` names the guides for each group of
readers.
"""

import re
import sys
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from msgspec import Struct

import kiosk
from kiosk.domain.names import searchable
from kiosk.language.texts import Text

READERS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (Text("Accueil", "Hosts"), ("accueil", "porte", "ecran", "faults")),
    (Text("Secrétariat", "Secretary"), ("secretariat", "pages-publiques", "donnees")),
    (Text("Trésorerie", "Treasurer"), ("tresorerie", "paiement-en-ligne")),
    (Text("Présidence, et tout le bureau", "President, and the whole office"), ("bureau", "espace", "mots")),
    (Text("Personne qui tient la machine", "Person looking after the machine"),
     ("installation", "machine", "copies", "erreurs", "diagnostic", "unites", "materiel", "serrures", "portes",
      "postgresql",
      "carte-volee", "securite")),
)  # fmt: skip
"""For each group of readers its guides: names of pages in docs/."""
INDEX = "manuel"  # its page in docs/, which names the guides
GUIDES = tuple(guide for _, guides in READERS for guide in guides)
_HEADING = re.compile(r"(?m)^## (.+)$")  # begins a section
_LINK = re.compile(r'(href|src)="([^":]+)"')  # within the manual: an address elsewhere has a colon
_ERROR_LINE = re.compile(r"(?m)^\| `([a-z0-9.-]+)` \|(.*)\|\s*$")  # of docs/erreurs.md: a code, and its other cells
_GLOSSARY_LINE = re.compile(r"(?m)^\| \*\*(.+?)\*\* \| (.+) \|\s*$")  # of docs/mots.md: a word, and its meaning
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_MARKDOWN_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_CODE_BLOCK = re.compile(r"(?ms)^```.*?^```")
_BEFORE, _LONGEST_LINE = 60, 200  # letters of a hit's line that are shown: before the first word found, and in all
MOST_HITS = 40  # sections that a search lists


class Section(Struct, frozen=True):
    """A section of a guide: the guide's page in docs/, its address within that (`slug`), its title, and its text in
    Markdown without the heading.
    """

    guide: str
    slug: str
    title: str
    text: str


class Hit(Struct, frozen=True):
    """A section found by a search, and its line with most of the words, in pieces, each with whether it is code."""

    section: Section
    said: tuple[tuple[str, bool], ...]


class Word(Struct, frozen=True):
    """A word of the glossary, its address there (`slug`), and its meaning in Markdown."""

    slug: str
    name: str
    means: str


@cache
def folder() -> Path | None:
    """Return the folder of the manual: beside the program in a clone, beside its environment where it is installed.
    None where there is none.
    """
    for root in (Path(kiosk.__file__).parents[1], Path(sys.prefix).parent):
        if (root / "docs" / f"{INDEX}.md").is_file():
            return root / "docs"
    return None


def slug(title: str, separator: str = "-") -> str:
    """Return a title in the form of an address, as links within the manual write it: small letters, without
    punctuation, `-` for each space. The library for Markdown calls it for headings, with its own `separator`.
    """
    letters = re.sub(r"[^\w\s-]", "", title.strip().casefold().replace("`", ""))
    return re.sub(r"\s", separator, letters)


@cache
def guides() -> dict[str, tuple[Section, ...]]:
    """Return every guide's sections, in order, by the guide's name; without guides that are missing or have none."""
    sections_by_guide = {name: tuple(_sections(name, _read(name))) for name in GUIDES}
    return {name: sections for name, sections in sections_by_guide.items() if sections}


def _read(name: str) -> str:
    """Return the text of a page of docs/; empty where there is none."""
    place = folder()
    path = None if place is None else place / f"{name}.md"
    return path.read_text("utf-8") if path is not None and path.is_file() else ""


def _sections(guide: str, text: str) -> Iterator[Section]:
    """Yield a page's sections by its second-level headings; the words before the first of them, without the page's
    title, begin the first section. A page without such a heading has none.
    """
    parts = _HEADING.split(text)
    before = re.sub(r"(?m)^# .+$", "", parts[0]).strip()
    for place in range(1, len(parts), 2):
        title = parts[place].strip()
        body = f"{before}\n\n{parts[place + 1]}" if place == 1 and before else parts[place + 1]
        yield Section(guide, slug(title), title.replace("`", ""), body)


def section(guide: str, name: str) -> Section | None:
    """Return the section of a guide with the slug `name`; None where there is none."""
    return next((found for found in guides().get(guide, ()) if found.slug == name), None)


@lru_cache(maxsize=64)
def page(section: Section, base: str) -> str:
    """Return a section as HTML; its links and pictures lead to pages below `base`, and wide tables can be scrolled."""
    import markdown  # needed for the manual's pages only

    extensions = ["tables", "fenced_code", "sane_lists", "toc"]
    configs = {"tables": {"use_align_attribute": True}, "toc": {"slugify": slug}}
    html = markdown.markdown(section.text, extensions=extensions, extension_configs=configs)
    html = html.replace("<table>", '<div class="scroll" tabindex="0"><table>').replace("</table>", "</table></div>")
    return _LINK.sub(lambda link: f'{link[1]}="{_leads(link[2], base, section)}"', html)


def _leads(where: str, base: str, section: Section) -> str:
    """Return where a link of the manual leads at the desk: to a picture, to a guide by the desk's page `go`, which
    finds the section that an anchor is in, or to `base` for the index. A link to another file leads nowhere (`#`).
    """
    path, _, anchor = where.partition("#")
    if path.startswith("pictures/"):
        return f"{base}/{path}"
    guide = path.removesuffix(".md") or section.guide
    if guide not in guides():
        return base if guide == INDEX else "#"
    return f"{base}/go/{guide}/{anchor}" if anchor else f"{base}/go/{guide}"


def with_anchor(guide: str, anchor: str) -> tuple[Section, str] | None:
    """Return the section that an address within a guide is in (for "" the first one), and the anchor on that section's
    page ("" for the section itself); None where there is none.
    """
    for section in guides().get(guide, ()):
        if not anchor or section.slug == anchor:
            return section, ""
        if any(slug(title) == anchor for title in re.findall(r"(?m)^###+ (.+)$", section.text)):
            return section, anchor
    return None


def search(text: str, most: int = MOST_HITS) -> list[Hit]:
    """Return at most `most` sections that contain all these words, ignoring accents and case; [] for no words. Those
    with most of the words in their title come first; among equals, those that have the words next to each other.
    """
    search_words = searchable(text).split()
    if not search_words:
        return []
    hits = []
    for sections in guides().values():
        for section in sections:
            title = searchable(section.title)
            plain = f"{title}\n{_plain(section)}"
            if all(word in plain for word in search_words):
                hits.append(
                    (-sum(word in title for word in search_words), " ".join(search_words) not in plain, section)
                )
    hits.sort(key=lambda hit: hit[:2])
    return [Hit(section, _best_line(section.text, search_words)) for _, _, section in hits[:most]]


@cache
def _plain(section: Section) -> str:
    """Return the text of a section that is searched. Cached: making it is half the time of a search."""
    return searchable(_unmarked(section.text).replace("`", " "))


def _unmarked(text: str) -> str:
    """Return a section's text, one paragraph a line, without pictures, link targets and Markdown marks except those of
    code; rows of a table without the code that they begin with.
    """
    bare = _MARKDOWN_LINK.sub(r"\1", _PICTURE.sub("", re.sub(r"(?m)^\|\s*`[\w-]+`\s*\|", "", text)))
    whole = re.sub(r"(?<=[^\n|])\n(?=[^\n|#*-])", " ", bare)  # lines are broken anywhere
    return re.sub(r"[*|#]", " ", whole)


def _best_line(text: str, searched: list[str]) -> tuple[tuple[str, bool], ...]:
    """Return the line with most of the words, from a little before the first of them, in pieces with whether each is
    code. Blocks of commands are skipped.
    """

    def has(line: str) -> int:
        """Count the searched words in a line, and one more where they follow each other."""
        plain = searchable(line)
        return sum(word in plain for word in searched) + (" ".join(searched) in plain)

    paragraphs = _unmarked(_CODE_BLOCK.sub("", text))
    line = " ".join(max(paragraphs.splitlines(), key=has, default="").split()).lstrip("- ")
    place = max(0, searchable(line).find(next((word for word in searched if word in searchable(line)), "")) - _BEFORE)
    start = line.rfind(" ", 0, place) + 1 if place else 0
    end = start + _LONGEST_LINE
    end = len(line) if end >= len(line) else line.rfind(" ", start, end)  # no word is cut
    begins_in_code = line.count("`", 0, start) % 2 == 1
    pieces = f"{'… ' if start else ''}{line[start:end]}{' …' if end < len(line) else ''}".split("`")
    return tuple((piece, number % 2 != begins_in_code) for number, piece in enumerate(pieces) if piece)


@cache
def errors() -> dict[str, tuple[str, ...]]:
    """Return what the manual says of each error, by its code: the cells of its line after the code, in Markdown; of two
    lines of one code the first.
    """
    cells_by_code: dict[str, tuple[str, ...]] = {}
    for match in _ERROR_LINE.finditer(_read("erreurs")):
        cells_by_code.setdefault(match[1], tuple(cell.strip() for cell in match[2].split(" | ")))
    return cells_by_code


@cache
def words() -> dict[str, Word]:
    """Return the words of the glossary for people (docs/mots.md), by their slugs."""
    glossary = (Word(slug(name), name, means) for name, means in _GLOSSARY_LINE.findall(_read("mots")))
    return {word.slug: word for word in glossary}
