"""Sets up a room on one sheet: its name, hours and prices by kind of client, tried out on three bookings first.

`labels.attempt` runs a form's act: it returns the result and no errors, or None and the errors by field. `FieldReader`
reads all fields before it raises, so that each error is shown.
"""

import re
import unicodedata
from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain import amounts, inputs, opening_hours
from kiosk.domain.money.tariffs import FULL, Policy, ProductKind
from kiosk.domain.periods import Unit
from kiosk.domain.problems import FieldReader, Problem
from kiosk.domain.rooms import clients
from kiosk.domain.rooms.price_list import Example, PriceList
from kiosk.domain.rooms.pricing import PricedBy
from kiosk.errors import RequestError
from kiosk.exports import formats
from kiosk.language.names import Names
from kiosk.language.texts import Text
from kiosk.rooms.setting_up import RoomSheet, SettingUp
from kiosk.store.rooms import room_rows
from kiosk.store.rooms.room_rows import Room, RoomFacts
from kiosk.store.space import rule_rows
from kiosk.web.desk.common import labels
from kiosk.web.desk.common.formats import euros
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.words import in_page_language, language, name_languages, t
from kiosk.web.desk.finder import picking
from kiosk.web.desk.rooms import room_forms
from kiosk.web.desk.rooms.room_forms import text
from kiosk.web.desk.space.rule_forms import rulebook

_PRICES = "prices"  # the place for errors of a price
_PLACES = {"name": "names", "product": _PRICES, "floor": _PRICES}  # where the form shows the errors of these fields
UNITS = {
    Unit.HOUR: Text("À l’heure", "By the hour"),
    Unit.HALF_DAY: Text("À la demi-journée", "By the half day"),
    Unit.DAY: Text("À la journée", "By the day"),
}
LEVELS = {  # kinds of clients, by the tariff level that each pays
    FULL: Text("Membres", "Members"),
    clients.EXTERNAL: Text("Structures", "Organisations"),
    clients.ASSOCIATION: Text("Associations", "Associations"),
    clients.PERSON: Text("Particuliers", "Private individuals"),
}
# The fields of the products that price a room.
_PRODUCTS = {Unit.HOUR: "hour_product", Unit.HALF_DAY: "half_product", Unit.DAY: "day_product"}


def page(room: Room | None) -> str | Response | tuple[str, int]:
    """Show the sheet of a room, or of a new one (None). A form with `act=look` is tried out on three bookings and not
    saved; any other is saved.
    """
    if request.method == "GET":
        return _show(room, {}, None)
    sheet, errors = labels.attempt(_sheet, form="hours", **_PLACES)  # an error without a field is one of the hours
    if sheet is None:
        return _show(room, errors, None)
    if text("act", 10) == "look":
        examples, errors = labels.attempt(lambda: _use().preview(sheet), **_PLACES)
        return _show(room, errors, examples)
    # The code of a new room; an existing room keeps its own.
    code = text("code", inputs.LONGEST_CODE) or _code(sheet.facts.names)
    room_id, errors = labels.attempt(lambda: _keep(room, code, sheet), **_PLACES)
    if room_id is None:
        return _show(room, errors, None)
    office().log("room-added" if room is None else "room-changed", what=code if room is None else room.code)
    flash(t("La salle est ajoutée.", "Room added.") if room is None else _kept_words(), "done")
    return redirect(url_for("rooms.listing"), 303)


def _kept_words() -> str:
    """Return the message after a room was changed."""
    return t("La salle est enregistrée.", "Room saved.")


def _keep(room: Room | None, code: str, sheet: RoomSheet) -> int:
    """Add a room under a code, or change the given one and its last day, by its sheet. Returns its id."""
    if room is None:
        return _use().add(code, sheet)
    return _use().change(room.id, sheet, room_forms.day_of("closed_on"))


def _use() -> SettingUp:
    """Return the use-case that sets rooms up, in the name of the signed-in officer."""
    desk = office()
    return SettingUp(store=desk.store, rules=desk.rules, clock=desk.clock, rulebook=rulebook())


def _sheet() -> RoomSheet:
    """Return the room's sheet that was typed. Without hours it has the space's own; without a day its prices are valid
    from today. Raises Problem `opening`, `number` or `day`, RequestError `price`, and what `picking.product` raises.
    """
    hours = {day: text(f"hours-{day}", 60).replace(",", " ").split() for day in opening_hours.DAYS}
    with FieldReader() as read:
        # The room's last day is only checked here: `_keep` reads it.
        valid_from, _ = (read(room_forms.day_of, name) for name in ("valid_from", "closed_on"))
        capacity, setup_minutes = (read(room_forms.whole, name) for name in ("capacity", "setup_minutes"))
        week = read(opening_hours.week, hours) if any(hours.values()) else None
        priced_by, prices = [read(_product, unit) for unit in UNITS], read(_prices)
    facts = RoomFacts(
        names=Names({code: text(f"name-{code}", 80) for code in name_languages()}),
        capacity=capacity,
        place=text("place", 80) or None,
        equipment=text("equipment", 200) or None,
        zone=text("zone", 30) or None,
        hours=week,
        setup_minutes=setup_minutes or 0,
        priced_by=PricedBy(*priced_by),
    )
    valid_from = valid_from or office().today()
    return RoomSheet(facts=facts, prices=prices, valid_from=valid_from, decided_by=text("decided_by", 80) or None)


def _product(unit: Unit) -> str | None:
    """Return the product that prices the room by a unit, as the form names it; None for an empty field."""
    field = _PRODUCTS[unit]
    return picking.product(text(field, picking.LONGEST), ProductKind.ROOM, field, unit)


def _prices() -> PriceList:
    """Return the typed prices in cents, by unit and level (kind of client), without empty fields. Raises RequestError
    `price` for the first text that is no amount.
    """
    prices = {}
    for unit in UNITS:
        for level in LEVELS:
            typed = text(_name(unit, level), 20)
            if typed:
                try:
                    prices[unit, level] = amounts.parse(typed)
                except Problem:
                    raise RequestError("price", "{given!r} is no price", field="floor", given=typed) from None
    return prices


def _name(unit: Unit, level: str) -> str:
    """Return the name of the field for a price."""
    return f"price-{unit.value}-{level}"


def _code(names: Names) -> str:
    """Return a code made of the name in the page's language, like `salle-du-fond`: small letters without accents, and
    hyphens between the words. It is empty for a name without Latin letters or digits.
    """
    plain = unicodedata.normalize("NFKD", in_page_language(names)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: inputs.LONGEST_CODE].rstrip("-")


def _show(room: Room | None, errors: dict[str, str], examples: list[Example] | None) -> str | tuple[str, int]:
    """Show the room's sheet, with what was wrong in it (status 400), or what three bookings would cost
    (`examples`). A form that was sent is shown as it was typed.
    """
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        zones, rooms = rule_rows.zones(connection), room_rows.everyone(connection)
        products = {
            name: picking.offered(connection, policy, ProductKind.ROOM, unit) for unit, name in _PRODUCTS.items()
        }
    typed = request.form if request.method == "POST" else _typed(room, policy, products)
    html = render_template(
        "rooms/edit.html",
        room=room,
        units=[(unit, t(words)) for unit, words in UNITS.items()],
        levels=[(level, t(words)) for level, words in LEVELS.items()],
        price_name=_name,
        products=products,
        shared="" if room is None else ", ".join(map(in_page_language, _shared(room, rooms))),
        zones=[(zone.code, in_page_language(zone.names)) for zone in zones.values()],
        typed=typed,
        today=moment.day.isoformat(),
        errors=errors,
        days=opening_hours.DAYS,
        examples=None if examples is None else [_example_words(example) for example in examples],
    )
    return (html, 400) if errors else html


def _shared(room: Room, rooms: list[Room]) -> list[Names]:
    """Return the names of other rooms that share a product with this one, and so its prices."""
    own = {code for code in _products(room.facts.priced_by) if code}
    return [other.names for other in rooms if other.id != room.id and own & set(_products(other.facts.priced_by))]


def _products(by: PricedBy) -> tuple[str | None, str | None, str | None]:
    """Return the products that price a room: by the hour, the half day and the day, in the order of `UNITS`."""
    return by.hour, by.half_day, by.day


def _example_words(example: Example) -> tuple[str, list[tuple[str, str]]]:
    """Return a sample booking in words: its hours, and what it costs each kind of client."""
    begins, ends = (formats.clock(*divmod(at, 60), language(), short=True) for at in (example.begins, example.ends))
    costs = [(t(LEVELS[level]), euros(sum(line.cents for line in example.lines[level]))) for level in LEVELS]
    return t("De {begins} à {ends}", "From {begins} to {ends}", begins=begins, ends=ends), costs


def _typed(room: Room | None, policy: Policy, products: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return the values of the form's fields, by name, from a room as it is, with the prices in force today; empty for
    a new room. `products` are the names offered for each field, by code.
    """
    if room is None:
        return {}
    facts, by = room.facts, room.facts.priced_by
    week = opening_hours.plain(facts.hours) or {}
    codes = dict(zip(UNITS, _products(by), strict=True))
    prices = {
        _name(unit, level): amounts.plain(policy.prices[code, level].cents, ",")
        for unit, code in codes.items()
        for level in LEVELS
        if code is not None and (code, level) in policy.prices
    }
    return {
        **{f"name-{code}": name for code, name in facts.names.by_language.items()},
        **{f"hours-{day}": " ".join(texts) for day, texts in week.items()},
        **prices,
        # by the name in the list of products; a product that the list does not have, by its code
        **{name: products[name].get(codes[unit] or "", codes[unit] or "") for unit, name in _PRODUCTS.items()},
        "capacity": str(facts.capacity or ""),
        "place": facts.place or "",
        "equipment": facts.equipment or "",
        "zone": facts.zone or "",
        "setup_minutes": str(facts.setup_minutes),
        "closed_on": "" if room.closed_on is None else room.closed_on.isoformat(),
    }
