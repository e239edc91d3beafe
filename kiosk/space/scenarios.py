"""Reads scenarios (other prices and rules to try on the past) from their stored form, checks typed ones, and saves them
under a name.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from kiosk.acting import UseCase
from kiosk.domain.problems import Problem
from kiosk.domain.space.scenario import RULES, NewPlan, Scenario
from kiosk.errors import RequestError
from kiosk.store.space import policies, scenario_rows
from kiosk.store.space.scenario_rows import Saved

LONGEST_NAME = 60  # characters
MOST = 60  # scenarios saved at a time
SIDE_BY_SIDE = 3  # scenarios compared on a page
# the keys of a stored scenario; `more`: products sold more or less often, `switches`: members change to a cheaper month
_PARTS = {"prices", "zones", "rules", "more", "switches", "plan"}


def read(spec: Mapping[str, Any]) -> Scenario:
    """Return a scenario from its JSON form: `prices` are cents by product and level, `zones` the products of day and
    half day by zone; a part that is missing changes nothing. Raises Problem `scenario`, `policy` or `opening`.
    """
    try:
        if set(spec) - _PARTS:
            raise Problem("scenario", "a scenario has prices, zones, rules, more, switches and a plan")
        prices = {
            (product, level): _whole(cents)
            for product, by_level in spec.get("prices", {}).items()
            for level, cents in by_level.items()
        }
        zones = {code: (_code(day), _code(half)) for code, (day, half) in spec.get("zones", {}).items()}
        rules = {name: _rule(name, value) for name, value in spec.get("rules", {}).items()}
        more = {product: _whole(count) for product, count in spec.get("more", {}).items()}
        plan = _plan(spec.get("plan"))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Problem("scenario", "a scenario is written otherwise") from None
    return Scenario(prices, zones, rules, more, spec.get("switches") is True, plan)


def is_empty(spec: Mapping[str, Any]) -> bool:
    """Return whether a scenario's JSON form changes nothing."""
    return not any(spec.values())


class Scenarios(UseCase):
    """Saves and removes scenarios for officers. `actor` is written with each."""

    def save(self, name: str, spec: dict[str, Any], key: bytes) -> int:
        """Save a scenario under a name and return its id; `key` is the form's, which saves one when it is sent twice.

        Raises RequestError `name` or `scenarios-full`, Problem `scenario`, `policy`, `price` or `opening`.
        """
        folded = " ".join(name.split())
        if not 1 <= len(folded) <= LONGEST_NAME or not folded.isprintable():
            raise RequestError("name", field="name", longest=LONGEST_NAME)
        if is_empty(spec):
            raise Problem("scenario", "a scenario that changes nothing tells nothing")
        now = self._clock.now()
        with self._store.writing() as connection:
            read(spec).check(self._rules.at(connection, now)[0])
            if len(scenario_rows.every(connection)) >= MOST:
                raise RequestError("scenarios-full", most=MOST)
            return scenario_rows.add(connection, key, folded, spec, now, self._actor)

    def remove(self, number: int) -> None:
        """Delete a saved scenario. Raises RequestError `no-such-scenario`."""
        with self._store.writing() as connection:
            scenario_rows.by_id(connection, number)  # refuses an unknown one
            scenario_rows.remove(connection, number)


def kept(connection: sa.Connection, numbers: list[int]) -> list[Saved]:
    """Return the saved scenarios with these ids, in this order, without unknown or repeated ones; at most three, as fit
    side by side.
    """
    known = {each.id: each for each in scenario_rows.every(connection)}
    return [known[number] for number in dict.fromkeys(numbers) if number in known][:SIDE_BY_SIDE]


def _rule(name: str, value: object) -> Any:
    """Return a rule's value from its stored form. Raises Problem `scenario` for a rule that cannot be tried."""
    if name not in RULES:
        raise Problem("scenario", "there is no rule {rule!r} to try", rule=name)
    return policies.rule(name, value)


def _plan(spec: Mapping[str, Any] | None) -> NewPlan | None:
    """Return a scenario's new plan. Raises TypeError, KeyError where the stored form is wrong."""
    if spec is None:
        return None
    days = spec.get("days")
    if type(spec["name"]) is not str:
        raise TypeError
    whole = None if days is None else _whole(days)
    return NewPlan(spec["name"], _whole(spec["cents"]), whole, spec.get("months") is True)


def _whole(value: object) -> int:
    """Return a value that is a whole number. Raises TypeError for any other, True included."""
    if type(value) is not int:
        raise TypeError
    return value


def _code(value: object) -> str | None:
    """Return a product's code, or None: none is sold. Raises TypeError for any other value."""
    if value is not None and type(value) is not str:
        raise TypeError
    return value
