"""Shared by the pages about the premises: the use-cases in the officer's name, what was typed, where errors stand."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from flask import flash, redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from kiosk.domain import inputs
from kiosk.domain.premises.floor import Box, Stands
from kiosk.exports import floor_plan
from kiosk.exports.floor_plan import Drawn
from kiosk.premises import words
from kiosk.premises.keeping import FloorPlan, OfficeRegister, ThingDesk
from kiosk.premises.plan import Place
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.words import t
from kiosk.web.desk.finder import picking

LETTERS = 16  # of the drawing's labels


def floor() -> FloorPlan:
    """The plan, in the name of whoever is signed in."""
    return FloorPlan.of(office())


def things() -> ThingDesk:
    """Things, in the name of whoever is signed in."""
    return ThingDesk.of(office())


def register() -> OfficeRegister:
    """Registered offices, in the name of whoever is signed in."""
    return OfficeRegister.of(office())


def number(field: str) -> int:
    """A whole number that was typed; 0 for anything else, which nothing has."""
    return inputs.number(request.form.get(field, "").strip()) or 0


def member(field: str) -> int:
    """The member whom a field names, by number or by name; 0, which is no member's number, where it is empty.

    Raises RequestError `member-unclear`.
    """
    return picking.member(request.form.get(field, "")) or 0


def some(field: str) -> int | None:
    """A whole number that may be left out."""
    return number(field) if request.form.get(field, "").strip() else None


def day(field: str, otherwise: date) -> date:
    """A day that was chosen; `otherwise` where there is none that can be."""
    return inputs.day(request.form.get(field, "")) or otherwise


def box() -> Box:
    """The place of a spot. Raises Problem `spot-place`."""
    x, y = (inputs.number(request.form.get(name, "").strip()) for name in ("x", "y"))
    return Box(-1 if x is None else x, -1 if y is None else y, number("wide"), number("high"))


def done(
    act: Callable[[], object], said: str, endpoint: str, places: Mapping[str, str] = MappingProxyType({}), **values: Any
) -> Response | dict[str, str]:
    """Do what a form asks and go on to a page; or what is wrong, by field. `places` says what the form calls one."""

    def really() -> bool:
        act()
        return True

    made, errors = attempt(really, **places)
    if made is None:
        return errors
    flash(said, "done")
    return redirect(url_for(endpoint, **values), 303)


def picture(places: Sequence[Place], chosen: int = 0) -> Markup:
    """The plan as it stands."""
    free = sum(each.stands is Stands.LENT for each in places)
    told = t("Bureaux prêtés et à prendre : {count}.", "Lent desks available: {count}.", count=free)
    return floor_plan.drawn([_drawn(each, chosen) for each in places], t(words.PLAN), told, LETTERS)


def _drawn(place: Place, chosen: int) -> Drawn:
    spot = place.spot
    said = words.STANDS.get(place.stands, words.SPOTS[spot.kind])
    return Drawn(spot.box, spot.kind.value, place.stands.value, spot.label, t(said), spot.id == chosen)
