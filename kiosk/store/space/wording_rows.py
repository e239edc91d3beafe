"""Keeps the association's own words for texts of the screen and the door's notice. A code's newest row counts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from kiosk.language.names import Names
from kiosk.store.desk_tables import wording

Wordings = Mapping[str, Names]


@dataclass(frozen=True, slots=True)
class Worded:
    """The newest row of a code; empty where its first words hold again."""

    words: Names
    made_at: datetime


def current(connection: sa.Connection) -> Wordings:
    """The own words by code. An empty row gives a code its first words back."""
    newest = sa.select(sa.func.max(wording.c.id)).group_by(wording.c.code)
    rows = connection.execute(
        sa.select(wording.c.code, wording.c.fr, wording.c.en).where(wording.c.id.in_(newest), wording.c.fr != "")
    )
    return {code: Names({"fr": fr, "en": en}) for code, fr, en in rows}


def newest(connection: sa.Connection, codes: Collection[str]) -> dict[str, Worded]:
    """What was last written of these codes, and when."""
    latest = sa.select(sa.func.max(wording.c.id)).where(wording.c.code.in_(codes)).group_by(wording.c.code)
    rows = connection.execute(
        sa.select(wording.c.code, wording.c.fr, wording.c.en, wording.c.made_at).where(wording.c.id.in_(latest))
    )
    return {code: Worded(Names({"fr": fr, "en": en}), made_at) for code, fr, en, made_at in rows}


def add(connection: sa.Connection, code: str, words: Names, at: datetime, actor: str) -> None:
    """Reword a text from now on; no words bring the first ones back."""
    row = {"code": code, "fr": words.to("fr"), "en": words.to("en"), "actor": actor, "made_at": at}
    connection.execute(wording.insert(), row)
