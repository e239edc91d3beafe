"""The desk's words, in both languages side by side where they are used: `t("Membres", "Members")`."""

from typing import Any, overload

from babel import Locale
from flask import current_app, g, request

from kiosk.domain.problems import Coded
from kiosk.exports.words import problem_words
from kiosk.language import problems
from kiosk.language.catalogues import Language, offered
from kiosk.language.names import Names
from kiosk.language.texts import Said, Text, Voice

COOKIE = "language"


def language() -> Language:
    """What this page speaks: what was chosen, else what the browser asks for first, else French."""
    known: Language | None = g.get("language")  # asked a thousand times a page: once through the proxy
    return known or _choose_language()


def _choose_language() -> Language:
    chosen = request.cookies.get(COOKIE)
    best = request.accept_languages.best_match(offered(), default="fr")
    g.language = chosen if chosen in offered() else best
    kept: Language = g.language
    return kept


@overload
def t(fr: str, en: str, /, **values: Any) -> str: ...
@overload
def t(fr: Text, /, **values: Any) -> str: ...
@overload
def t(fr: Said, /) -> str: ...
def t(fr: str | Said, en: str = "", /, **values: Any) -> str:
    """One text in the page's language, its values filled in, with the spaces that French typography wants."""
    text = Text(fr, en) if isinstance(fr, str) else fr
    return text.to(language(), **values)


def tn(count: int, one: tuple[str, str], many: tuple[str, str], /, **values: Any) -> str:
    """What is said of one, or of another number, in the page's language: `tn(n, ("1 jour", "1 day"), (...))`."""
    return Voice(language()).counted(count, one, many, **values)


def house() -> str:
    """The language of this home."""
    return str(current_app.config["HOUSE"])


def name_languages() -> dict[str, str]:
    """The languages that the association writes names in, by code, the house's first: what this page calls them."""
    spoken = Locale.parse(language())
    codes = dict.fromkeys((house(), *offered()))
    return {code: spoken.languages.get(code, code) for code in codes}


def in_page_language(names: Names | None) -> str:
    """What the association calls something, in the page's language; nothing where it has no name."""
    return "" if names is None else names.to(language())


def told(error: Coded | str) -> str:
    """What is wrong, what to do and what is known of it, in the page's language; of an error or its code."""
    if isinstance(error, str):
        return problems.told(error, language()) or error
    return problem_words.told(error, language()) or str(error)
