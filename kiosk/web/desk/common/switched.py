"""Tells whether the association turned on a function that is off by default, read once while no rule changes."""

from flask import g

from kiosk.errors import MachineError, RequestError
from kiosk.store.space import room_rules
from kiosk.web.desk.common import request_rules
from kiosk.web.desk.common.office import office


def on(*rules: str) -> bool:
    """Tell whether any of these rules is turned on today; True where none is named. Everything is off while the
    database cannot be read or the desk does not know what day it is.
    """
    return not rules or not _turned_on().isdisjoint(rules)


def _turned_on() -> frozenset[str]:
    """Return what the rules turn on, read once in this request; nothing while the database cannot be read."""
    if "turned_on" not in g:
        try:
            desk = office()
            with desk.reading() as connection:
                today = desk.now(connection)[1].day
                g.turned_on = request_rules.of(desk.home).fact("turned on", connection, today, room_rules.turned_on)
        except (MachineError, RequestError):
            g.turned_on = frozenset()
    names: frozenset[str] = g.turned_on
    return names
