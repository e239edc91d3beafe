"""Whether the association turned on what is off by default, in one small query a page, and none where nothing asks."""

from flask import g

from kiosk.errors import MachineError, RequestError
from kiosk.store.space import room_rules
from kiosk.web.desk.common.office import office


def on(*rules: str) -> bool:
    """Whether any of these rules holds today; true where none is named. A page without its database, or that does not
    know what day it is, has it off.
    """
    if not rules:
        return True
    known: dict[tuple[str, ...], bool] = g.setdefault("switched", {})
    if rules not in known:
        try:
            desk = office()
            with desk.reading() as connection:
                today = desk.now(connection)[1].day
                known[rules] = any(room_rules.is_on(connection, today, rule) for rule in rules)
        except (MachineError, RequestError):
            known[rules] = False
    return known[rules]
