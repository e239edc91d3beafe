"""Reads what products, zones and plans are called, in every language that the association wrote."""

import sqlalchemy as sa

from kiosk.language.names import Names
from kiosk.store.tables import plan, product, zone


def products(connection: sa.Connection) -> dict[str, Names]:
    """Every product's names by its code, in the order in which they were added."""
    c = product.c
    return _read(connection, sa.select(c.code, c.name_fr, c.name_en).order_by(c.id))


def zones(connection: sa.Connection) -> dict[str, Names]:
    """Every zone's names by its code, in the order in which they were added."""
    c = zone.c
    return _read(connection, sa.select(c.code, c.name_fr, c.name_en).order_by(c.id))


def plans(connection: sa.Connection) -> dict[str, Names]:
    """Every plan's names by its code, in the order of their names in French."""
    found = _read(connection, sa.select(plan.c.code, plan.c.name_fr, plan.c.name_en))
    return dict(sorted(found.items(), key=lambda item: item[1].to("fr")))


def _read(connection: sa.Connection, query: sa.Select[str, str, str]) -> dict[str, Names]:
    return {code: Names({"fr": fr, "en": en}) for code, fr, en in connection.execute(query)}
