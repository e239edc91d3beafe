"""Writes the desk's sentences: French and English stand side by side where they are used, `t("Membres", "Members")`."""

from typing import Any, overload

from babel import Locale
from flask import current_app, g, request

from kiosk.domain.problems import Coded
from kiosk.exports.words import problem_words
from kiosk.language import problems
from kiosk.language.catalogues import Language, offered
from kiosk.language.names import Names
from kiosk.language.texts import Said, Text, Voice

COOKIE = "language"  # its value is the code of the chosen language


def language() -> Language:
    """Return this page's language: the chosen one, else the first that the browser asks for and the desk offers, else
    French.
    """
    known: Language | None = g.get("language")  # called a thousand times a page, so `g` is asked only once
    return known or _choose_language()


def _choose_language() -> Language:
    """Choose this page's language by the cookie, else by the browser, and keep it for the request."""
    chosen = request.cookies.get(COOKIE)
    best = request.accept_languages.best_match(offered(), default="fr")
    g.language = chosen if chosen in offered() else best
    language_kept: Language = g.language
    return language_kept


@overload
def t(fr: str, en: str, /, **values: Any) -> str: ...
@overload
def t(fr: Text, /, **values: Any) -> str: ...
@overload
def t(fr: Said, /) -> str: ...
def t(fr: str | Said, en: str = "", /, **values: Any) -> str:
    """Return a text in the page's language, with its values filled in and the spaces that French typography requires.

    Called with the French and the English, with a text that has both, or with anything else that has words in each
    language (`Said`), as a name or an amount.
    """
    text = Text(fr, en) if isinstance(fr, str) else fr
    return text.to(language(), **values)


def tn(count: int, one: tuple[str, str], many: tuple[str, str], /, **values: Any) -> str:
    """Return the text for one or for many, by `count`, in the page's language: `tn(n, ("1 jour", "1 day"), (...))`."""
    return Voice(language()).counted(count, one, many, **values)


def house() -> str:
    """Return the code of this home's language, in which the association writes first, as `fr`."""
    return str(current_app.config["HOUSE"])


def name_languages() -> dict[str, str]:
    """Return the languages in which the association writes names, the house's first: what this page calls each, by
    code.
    """
    spoken = Locale.parse(language())
    codes = dict.fromkeys((house(), *offered()))
    return {code: spoken.languages.get(code, code) for code in codes}


def in_page_language(names: Names | None) -> str:
    """Return what the association calls something, in the page's language; an empty text where it has no name."""
    return "" if names is None else names.to(language())


def told(error: Coded | str) -> str:
    """Return an error, or an error's code, in the page's language: what is wrong and what to do about it. One that has
    no words is returned as it is.
    """
    if isinstance(error, str):
        return problems.told(error, language()) or error
    return problem_words.told(error, language()) or str(error)
