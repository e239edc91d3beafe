"""The desk's words, in both languages side by side where they are used: `t("Membres", "Members")`."""

import re
from typing import Literal

from babel import Locale
from flask import current_app, g, request

from kiosk.domain.problems import Problem
from kiosk.errors import KioskError
from kiosk.language import catalogues, problems
from kiosk.language.names import Names
from kiosk.language.texts import Text

Language = Literal["fr", "en"]
COOKIE = "language"
_BEFORE_MARKS = re.compile(r" (?=[:;?!€%])")


def language() -> Language:
    """What this page speaks: what was chosen, else what the browser asks for first, else French."""
    if "language" not in g:
        chosen = request.cookies.get(COOKIE)
        best = request.accept_languages.best_match(["fr", "en"], default="fr")
        g.language = chosen if chosen in ("fr", "en") else best
    found: Language = g.language
    return found


def t(fr: str | Text, en: str = "", **values: object) -> str:
    """One text in the page's language, its values filled in, with the spaces that French typography wants."""
    if isinstance(fr, Text):
        return fr.to(language(), **values)
    if language() == "en":
        return en.format(**values) if values else en
    text = _BEFORE_MARKS.sub("\u00a0", fr)
    return text.format(**values) if values else text


def house() -> str:
    """The language of this home."""
    return str(current_app.config["HOUSE"])


def name_languages() -> dict[str, str]:
    """The languages that the association writes names in, by code, the house's first: what this page calls them."""
    spoken = Locale.parse(language())
    codes = dict.fromkeys((house(), *catalogues.offered()))
    return {code: spoken.languages.get(code, code) for code in codes}


def in_page_language(names: Names | None) -> str:
    """What the association calls something, in the page's language; nothing where it has no name."""
    return "" if names is None else names.to(language())


def told(error: KioskError | Problem | str) -> str:
    """What is wrong, and what to do, in the page's language; of an error or its code."""
    if isinstance(error, str):
        return problems.told(error, language()) or error
    return problems.told(error.code, language()) or str(error)
