"""Lists what the finder finds besides people: pages, acts, rules and sections of the manual, in one language.

Texts are compared by their words that carry a meaning (`meant`), without accents and case.
"""

import tomllib
from collections.abc import Iterator, Sequence
from enum import IntEnum
from functools import cache
from pathlib import Path

from msgspec import Struct

from kiosk.exports import manual
from kiosk.language.catalogues import Language
from kiosk.web.desk.finder.folded import meant
from kiosk.web.desk.finder.further import FORMS, PAGES, Act
from kiosk.web.desk.finder.matching import Phrase, scores
from kiosk.web.desk.space.rule_kinds import Rule
from kiosk.web.desk.space.rule_labels import RULES
from kiosk.web.desk.tree import Entry

# People's everyday words for each place, by language.
WORDS = Path(__file__).parents[3] / "data" / "everyday_words.toml"
# Weights against a name's 1: of everyday words, of a rule's explanation, of the title of a section of the manual.
_EVERYDAY, _HINT, _SECTION = 0.98, 0.7, 0.72


class Kind(IntEnum):
    """The kinds of what is found; `BEFORE` says which kind comes before another that fits equally well."""

    ACT = 0
    MEMBER = 1
    ORGANISATION = 2
    PAPER = 3
    PAGE = 4
    RULE = 5
    MANUAL = 6


class Place(Struct, frozen=True):
    """A page, an act, a rule or a section, with all the phrases by which it is found."""

    kind: Kind
    key: str
    phrases: tuple[Phrase, ...]
    about: Entry | Act | Rule | manual.Section


# Points by which a kind comes before others that fit equally well.
BEFORE = {Kind.ACT: 5.0, Kind.MEMBER: 6.0, Kind.ORGANISATION: 5.0, Kind.PAPER: 20.0, Kind.PAGE: 4.0, Kind.RULE: 0.0,
          Kind.MANUAL: -12.0}  # fmt: skip


def ranked(candidates: Sequence[Place], text: str) -> list[tuple[Place, float]]:
    """Return the places that a text fits, each with its score, the best first. The order adds the points of `BEFORE`,
    which put some kinds before others.
    """
    by_index = scores(meant(text), [place.phrases for place in candidates])
    fitting = [(candidates[index], score) for index, score in by_index.items()]
    return sorted(fitting, key=lambda fit: -(fit[1] + BEFORE[fit[0].kind]))


@cache
def everyday() -> dict[str, tuple[str, ...]]:
    """Return people's everyday words for each place by its key, in all languages together."""
    by_language = tomllib.loads(WORDS.read_text("utf-8"))
    words: dict[str, tuple[str, ...]] = {}
    for of_language in by_language.values():
        for key, text in of_language.items():
            words[key] = (*words.get(key, ()), *(word.strip() for word in text.split(",")))
    return words


@cache
def places(language: Language) -> tuple[Place, ...]:
    """Return every place with its names in a language, including those that an officer may not see."""
    return tuple((*_pages(language), *_acts(language), *_rules(language), *_sections()))


def _phrases(key: str, *names: str) -> tuple[Phrase, ...]:
    """Return the phrases by which a place is found: its names, and people's everyday words."""
    own = (Phrase.of(meant(name)) for name in names)
    return (*own, *(Phrase.of(meant(word), _EVERYDAY) for word in everyday().get(key, ())))


def _pages(language: Language) -> Iterator[Place]:
    """Yield the desk's pages. A page that the tree lists under two names is found by both."""
    seen: dict[str, Place] = {}
    for entry in PAGES:
        names = {entry.words.to(language)}
        if entry.key in seen:  # a page with two names
            before = seen[entry.key]
            other_name = tuple(Phrase.of(meant(name)) for name in names)
            seen[entry.key] = Place(Kind.PAGE, entry.key, (*before.phrases, *other_name), before.about)
            continue
        seen[entry.key] = Place(Kind.PAGE, entry.key, _phrases(entry.key, *names), entry)
    yield from seen.values()


def _acts(language: Language) -> Iterator[Place]:
    """Yield the acts that open a form."""
    for act in FORMS:
        yield Place(Kind.ACT, f"act:{act.key}", _phrases(f"act:{act.key}", act.words.to(language)), act)


def _rules(language: Language) -> Iterator[Place]:
    """Yield the association's rules, found by their name and by what they do."""
    for rule in RULES.values():
        key = f"rule:{rule.name}"
        hint = Phrase.of(meant(rule.does.to(language)), _HINT)
        yield Place(Kind.RULE, key, (*_phrases(key, rule.called.to(language)), hint), rule)


def _sections() -> Iterator[Place]:
    """Yield the sections of the manual, found by their titles."""
    for sections in manual.guides().values():
        for section in sections:
            phrases = (Phrase.of(meant(section.title), _SECTION),)
            yield Place(Kind.MANUAL, f"help:{section.guide}/{section.slug}", phrases, section)
