"""Keeps the association's own words for texts of the screen and of the door's notice.

For each language of a text's code the newest row counts; an empty one restores the program's words.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.language.names import Names
from kiosk.store.tables.entrance import wording

Wordings = Mapping[str, Names]


class Worded(Struct, frozen=True):
    """The association's words for a text, by language, and when they were last changed; empty if the program's words
    apply.
    """

    words: Names
    made_at: datetime


def current(connection: sa.Connection) -> Wordings:
    """Return the association's own words by code; texts with the program's words are left out."""
    by_code = newest(connection)
    return {code: worded.words for code, worded in by_code.items() if worded.words}


def newest(connection: sa.Connection, codes: Collection[str] | None = None) -> dict[str, Worded]:
    """Return the newest words for these codes, or with None for all, and when they were written; codes without any are
    left out.
    """
    latest = sa.select(sa.func.max(wording.c.id)).group_by(wording.c.code, wording.c.language)
    if codes is not None:
        latest = latest.where(wording.c.code.in_(codes))
    c = wording.c
    rows = connection.execute(sa.select(c.code, c.language, c.text, c.made_at).where(c.id.in_(latest)).order_by(c.id))
    by_code: dict[str, Worded] = {}
    for code, language, text, made_at in rows:
        by_language = by_code[code].words.by_language if code in by_code else {}
        by_code[code] = Worded(Names({**by_language, language: text} if text else by_language), made_at)
    return by_code


def add(connection: sa.Connection, code: str, words: Names, at: datetime, actor: str) -> None:
    """Write the association's words for a text from now on; languages that are not given get the
    program's words back.
    """
    before = connection.execute(sa.select(wording.c.language).where(wording.c.code == code)).scalars()
    by_language = {**words.by_language, **{language: "" for language in before if language not in words.by_language}}
    row = {"code": code, "actor": actor, "made_at": at}
    rows = [{**row, "language": language, "text": text} for language, text in by_language.items()]
    if rows:
        connection.execute(wording.insert(), rows)
