"""Manages tariffs, products and zones: what is sold, at which price from which day on, and what a day costs in each
zone. A form's `decided_by` is the body that decided the change, such as the board.
"""

from datetime import date, timedelta

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain import amounts
from kiosk.domain.money import units
from kiosk.domain.money.tariffs import AHEAD, Price, ProductKind
from kiosk.domain.periods import Unit
from kiosk.domain.problems import Coded, Problem
from kiosk.errors import KioskError
from kiosk.language.names import Names
from kiosk.language.texts import Text
from kiosk.space.rule_change import NewProduct, TariffChange
from kiosk.store import name_rows
from kiosk.store.space import rule_rows
from kiosk.store.space.rule_rows import NamedZone
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import in_page_language, t
from kiosk.web.desk.space.rule_changes import preview_or_write
from kiosk.web.desk.space.rule_forms import Form, area, level_name, names_typed, page, rulebook, say_price

UNITS = {
    Unit.HOUR: Text("heure", "hour"),
    Unit.HALF_DAY: Text("demi-journée", "half day"),
    Unit.DAY: Text("journée", "day"),
    Unit.WEEK: Text("semaine", "week"),
    Unit.MONTH: Text("mois", "month"),
    Unit.YEAR: Text("année", "year"),
    Unit.SEAT: Text("place", "seat"),
}
# Membership is missing here: its product exists from the beginning.
KINDS: dict[ProductKind, Text] = {
    ProductKind.DAY: Text("journée à la porte", "day counted at the door"),
    ProductKind.SUBSCRIPTION: Text("abonnement", "subscription"),
    ProductKind.CARNET: Text("carnet", "carnet"),
    ProductKind.ENVELOPE: Text("enveloppe de bons entreprise", "voucher pool"),
    ProductKind.EVENT: Text("place à un événement", "seat at an event"),
    ProductKind.ROOM: Text("salle", "room"),
}


@area.get("/tariffs/<product>/<level>")
@needs(May.EDIT_RULES)
def tariff_form(product: str, level: str) -> tuple[str, int]:
    """Show what a product costs at a level, and the form that changes it; the level `new` adds one."""
    name, rows, today = _known(product, level)
    current = rule_rows.in_force(rows, today)
    typed = {"valid_from": (today + timedelta(days=1)).isoformat(), "code": "" if level == "new" else level}
    if current is not None:
        typed["cents"] = amounts.plain(current.value.cents, ",")
        typed["floor"] = "" if current.value.floor_cents is None else amounts.plain(current.value.floor_cents, ",")
    return page("tariff.html", Form(typed), name=name, level=level, level_name=level_name, now=current, today=today)


@area.post("/tariffs/<product>/<level>")
@needs(May.EDIT_RULES)
def change_tariff(product: str, level: str) -> tuple[str, int] | Response:
    """Preview a tariff's change with what last month would have cost, and write it once it is confirmed. The form comes
    again, with what was typed, where it has errors or the officer goes back to it.
    """
    name, rows, today = _known(product, level)
    form = Form(request.form)
    level_code = form.text("code") if level == "new" else level
    change = TariffChange(product, level_code, _price(form), form.day("valid_from"), form.text("decided_by") or None)
    label = f"{in_page_language(name)} · {level_name(level_code)}"
    answer = preview_or_write(form, change, label, say_price(change.price))
    if answer is not None:
        return answer
    current = rule_rows.in_force(rows, today)
    return page("tariff.html", form, name=name, level=level, level_name=level_name, now=current, today=today)


@area.get("/confirm")
@needs(May.EDIT_RULES)
def confirm_form() -> tuple[str, int]:
    """Show the tariffs that came with the first rules, to be read and confirmed once."""
    return _confirm_page(Form({}))


@area.post("/confirm")
@needs(May.EDIT_RULES)
def confirm() -> tuple[str, int] | Response:
    """Confirm that these tariffs are the association's own."""
    form = Form(request.form)
    try:
        count = rulebook().confirm_tariffs(form.text("decided_by") or None)
    except Problem as problem:
        form.refused(problem)
        return _confirm_page(form)
    if count:
        office().log("tariffs-confirmed", what=str(count))
    flash(t("Tarifs confirmés.", "Tariffs confirmed."))
    return redirect(url_for("rules.overview"), 303)


def _confirm_page(form: Form) -> tuple[str, int]:
    """Show the tariffs that wait to be confirmed, with what was wrong in the form."""
    with office().reading() as connection:
        _, moment = office().now(connection)
        waiting = rule_rows.to_confirm(connection, moment.day)
        names = name_rows.products(connection)
    rows = [(in_page_language(names[code]), code, level, row) for (code, level), row in waiting.items()]
    return page("confirm.html", form, rows=rows, level_name=level_name)


def _known(product: str, level: str) -> tuple[Names, list[rule_rows.Row], date]:
    """Return a product's names, the dated prices of one of its levels (oldest first), and today's date. Answers 404 for
    an unknown product or level; the level `new` has no prices yet.
    """
    with office().reading() as connection:
        _, moment = office().now(connection)
        names = name_rows.products(connection)
        rows = rule_rows.tariff_rows(connection).get((product, level), [])
    if product not in names or (not rows and level != "new"):
        abort(404)
    return names[product], rows, moment.day


def _price(form: Form) -> Price:
    """Return the typed price, free above a floor where one was typed. Errors go into the form, which is then not
    saved, whatever price is returned.
    """
    cents = form.cents("cents")
    floor = form.cents("floor") if form.text("floor") else None
    try:
        return Price(cents, floor)
    except Problem as problem:
        form.refused(problem)
        return Price(cents)


@area.get("/products/new")
@needs(May.EDIT_RULES)
def product_form() -> tuple[str, int]:
    """Show the form for a new product."""
    typed = {"valid_from": office().today().isoformat(), "kind": "subscription", "unit": "month", "days": "10"}
    return page("product.html", Form(typed), code=None, kinds=KINDS, units=UNITS, today=office().today())


@area.post("/products/new")
@needs(May.EDIT_RULES)
def add_product() -> tuple[str, int] | Response:
    """Add a product with its first price."""
    form = Form(request.form)
    new = _new_product(form)
    if not form.errors:
        try:
            rulebook().add_product(new)
            office().log("product-added", what=new.code)
            flash(t("Produit ajouté.", "Product added."))
            return redirect(url_for("rules.overview"), 303)
        except Coded as error:
            form.refused(error)
    return page("product.html", form, code=None, kinds=KINDS, units=UNITS, today=office().today())


def _new_product(form: Form) -> NewProduct:
    """Return the new product that was typed. Errors go into the form; a wrong kind or unit is then replaced by a
    possible one, so that the other fields are checked, too.
    """
    known_kind = next((kind for kind in KINDS if kind.value == form.text("kind")), None)
    if known_kind is None:
        form.errors["kind"] = t("Choisissez la sorte de produit.", "Choose the kind of product.")
    kind = known_kind or ProductKind.SUBSCRIPTION
    allowed = units.UNITS[kind]
    unit = next((unit for unit in allowed if unit.value == form.text("unit")), None)
    if unit is None:
        allowed_units = ", ".join(t(UNITS[unit]) for unit in allowed)
        form.errors["unit"] = t(
            "Ce produit se vend par : {units}.", "This product is sold by: {units}.", units=allowed_units
        )
    has_days = kind in AHEAD  # kinds whose days are paid ahead, together
    return NewProduct(
        code=form.text("code"),
        kind=kind,
        unit=unit or allowed[0],
        names=names_typed(form),
        price=_price(form),
        valid_from=form.day("valid_from"),
        days=form.number("days") if has_days else 0,
        valid_days=form.number("valid_days") if has_days and form.text("valid_days") else None,
        decided_by=form.text("decided_by") or None,
    )


@area.get("/products/<code>")
@needs(May.EDIT_RULES)
def names_form(code: str) -> tuple[str, int]:
    """Show the form that renames a product."""
    names = _product(code)
    return page("product.html", Form(names.by_language), code=code, names=names, kinds=KINDS, units=UNITS)


@area.post("/products/<code>")
@needs(May.EDIT_RULES)
def name_product(code: str) -> tuple[str, int] | Response:
    """Rename a product."""
    names, form = _product(code), Form(request.form)
    try:
        rulebook().name_product(code, names_typed(form))
    except KioskError as error:
        form.refused(error)
        return page("product.html", form, code=code, names=names, kinds=KINDS, units=UNITS)
    office().log("product-named", what=code)
    flash(t("Nom enregistré.", "Name saved."))
    return redirect(url_for("rules.overview"), 303)


def _product(code: str) -> Names:
    """Return a product's names. Answers 404 where there is no such product."""
    with office().reading() as connection:
        names = name_rows.products(connection).get(code)
    return names if names is not None else abort(404)


@area.get("/zones/new", defaults={"code": None})
@area.get("/zones/<code>")
@needs(May.EDIT_RULES)
def zone_form(code: str | None) -> tuple[str, int]:
    """Show a zone's form, or that of a new zone: its names, and the products of its day and half day."""
    zone = _zone(code)
    typed = {} if zone is None else {**zone.names.by_language, "day": zone.day or "", "half": zone.half or ""}
    return page("zone.html", Form(typed), zone=zone, **_days())


@area.post("/zones/new", defaults={"code": None})
@area.post("/zones/<code>")
@needs(May.EDIT_RULES)
def put_zone(code: str | None) -> tuple[str, int] | Response:
    """Add a zone, or change one."""
    zone, form = _zone(code), Form(request.form)
    day, half = form.text("day") or None, form.text("half") or None
    new_zone = NamedZone(code or form.text("code"), names_typed(form), day, half)
    try:
        rulebook().put_zone(new_zone, new=zone is None)
    except KioskError as error:
        form.refused(error)
        return page("zone.html", form, zone=zone, **_days())
    office().log("zone-changed", what=new_zone.code)
    flash(t("Zone enregistrée.", "Zone saved."))
    return redirect(url_for("rules.overview"), 303)


def _zone(code: str | None) -> NamedZone | None:
    """Return a zone; None for a new one. Answers 404 where there is no such zone."""
    if code is None:
        return None
    with office().reading() as connection:
        zone = rule_rows.zones(connection).get(code)
    return zone if zone is not None else abort(404)


def _days() -> dict[str, list[tuple[str, Names]]]:
    """Return the products that can be a zone's day (`days`), and those that can be its half day (`halves`), each as its
    code and names, for the template.
    """
    with office().reading() as connection:
        policy, _ = office().now(connection)
        names = name_rows.products(connection)
    days = [product for product in policy.products.values() if product.kind is ProductKind.DAY]
    return {
        "days": [(product.code, names[product.code]) for product in days if product.unit is not Unit.HALF_DAY],
        "halves": [(product.code, names[product.code]) for product in days if product.unit is Unit.HALF_DAY],
    }
