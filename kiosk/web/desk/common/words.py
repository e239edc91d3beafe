"""The desk's words, in both languages side by side where they are used: `t("Membres", "Members")`."""

import re
from typing import Literal

from flask import g, request

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


def t(fr: str, en: str, **values: object) -> str:
    """One text in the page's language, its values filled in, with the spaces that French typography wants."""
    if language() == "en":
        return en.format(**values) if values else en
    text = french(fr)
    return text.format(**values) if values else text


def french(text: str) -> str:
    """French with the spaces that its typography wants."""
    return _BEFORE_MARKS.sub("\u00a0", text)


def in_page_language(fr: str | None, en: str | None) -> str:
    """One of two names, in the page's language; nothing where it has none."""
    return (fr if language() == "fr" else en) or ""
