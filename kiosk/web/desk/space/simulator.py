"""Simulates scenarios: tariffs, zones, caps, hours, seats and numbers together, over months of the
past, side by side.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from kiosk.domain.problems import Mistake
from kiosk.errors import RequestError
from kiosk.exports import formats, scenario_tables, tables
from kiosk.exports import scenario_words as words
from kiosk.exports.scenario_tables import Comparison
from kiosk.space import scenarios, simulations
from kiosk.space.scenarios import Scenarios
from kiosk.space.simulations import MOST_MONTHS, Period
from kiosk.store import name_rows
from kiosk.store.books import annual_sums
from kiosk.store.space import book_rules, scenario_rows
from kiosk.web.desk.common.formats import written
from kiosk.web.desk.common.money_forms import form_key
from kiosk.web.desk.common.office import Office, office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.remembered import scenario_sums
from kiosk.web.desk.common.words import in_page_language, language, t, told
from kiosk.web.desk.space import scenario_forms
from kiosk.web.desk.space.rule_forms import Form, level_name
from kiosk.web.desk.space.rule_kinds import WEEKDAYS

area = Blueprint("simulator", __name__, url_prefix="/figures/simulator")
Named = tuple[str, dict[str, Any]]  # a scenario's name, and its JSON form (see `scenario_forms.spec`)


@area.get("/")
@needs(May.SEE_MONEY)
def page() -> tuple[str, int]:
    """Show the saved scenarios, the ticked ones side by side, and the form for one more; it holds the values of the
    ticked one where only one is ticked.
    """
    desk, form = office(), Form({})
    with desk.reading() as connection:
        chosen = scenarios.kept(connection, _ticked_ids())
        if len(chosen) == 1:
            form = Form({**scenario_forms.typed(chosen[0].spec), "name": chosen[0].name})
        compared = _compared(desk, connection, form, [(scenario.name, scenario.spec) for scenario in chosen])
        return _page(desk, connection, form, compared, [scenario.id for scenario in chosen])


@area.post("/")
@needs(May.SEE_MONEY)
def try_it() -> tuple[str, int] | Redirect:
    """Show the typed scenario beside the ticked ones; or save it, and show it then, ticked. A form with errors is shown
    again, alone.
    """
    desk, form, key = office(), Form(request.form), form_key()
    with desk.reading() as connection:
        policy, _ = desk.now(connection)
        spec = scenario_forms.spec(form, policy)
        name = form.text("name") or t("Ce scénario", "This scenario")
        if form.text("act") == "save" and not form.errors:
            saved_id = _save(desk, form, spec, key)
            if saved_id is not None:
                flash(t("Scénario enregistré.", "Scenario saved."))
                query: dict[str, Any] = {"with": [*_ticked_ids(), saved_id]}
                query |= {"from": form.text("from"), "until": form.text("until")}
                return redirect(url_for("simulator.page", **query), 303)
        # As many as there is room for beside the typed one.
        others = [(scenario.name, scenario.spec) for scenario in scenarios.kept(connection, _ticked_ids())][
            : scenarios.SIDE_BY_SIDE - 1
        ]
        side_by_side: list[Named] = [] if form.errors else [(name, spec), *others]
        return _page(desk, connection, form, _compared(desk, connection, form, side_by_side), _ticked_ids())


@area.post("/<int:number>/remove")
@needs(May.SEE_MONEY)
def remove(number: int) -> Redirect:
    """Delete a saved scenario."""
    try:
        _use(office()).remove(number)
    except RequestError:
        abort(404)
    flash(t("Scénario supprimé.", "Scenario deleted."))
    return redirect(url_for("simulator.page"), 303)


@area.get("/comparison.<form>")
@needs(May.SEE_MONEY)
def file(form: str) -> Response:
    """Send the ticked scenarios side by side, to print for the assembly or for a spreadsheet. Answers 404 for another
    form of file, and where no ticked scenario can be compared.
    """
    if form not in scenario_tables.FORMS:
        abort(404)
    desk = office()
    with desk.reading() as connection:
        chosen = scenarios.kept(connection, _ticked_ids())
        comparison = _compared(desk, connection, Form({}), [(scenario.name, scenario.spec) for scenario in chosen])
        association = book_rules.read(connection, desk.now(connection)[1].day).association
    if comparison is None:
        abort(404)
    training = desk.home.training
    content = scenario_tables.file(comparison, form, language(), association, training=training)
    answer = Response(content, content_type=scenario_tables.FORMS[form])
    name = f"{'ECOLE-' if training else ''}scenarios-{comparison.first_on:%Y-%m}-{comparison.last_on:%Y-%m}.{form}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    desk.log("scenarios", what=f"{comparison.first_on} {comparison.last_on} {form}")
    return answer


def _use(desk: Office) -> Scenarios:
    """Return the scenarios' use-case, in the name of the signed-in officer."""
    return Scenarios.of(desk)


def _save(desk: Office, form: Form, spec: dict[str, Any], key: bytes) -> int | None:
    """Save the typed scenario, and return its id; None where it is refused, which the form then says. `key` is the sent
    form's own: sent twice, it saves one scenario.
    """
    try:
        return _use(desk).save(form.text("name"), spec, key)
    except Mistake as error:
        _add_error(form, error)
        return None


def _compared(desk: Office, connection: sa.Connection, form: Form, named: Sequence[Named]) -> Comparison | None:
    """Return the scenarios as played over the period's real visits and sales; None where none is given, or where a
    scenario or the period is not valid, which the form then says.
    """
    if not named:
        return None
    policy, moment = desk.now(connection)
    try:
        period = _period(moment.day, annual_sums.first_day(connection))
        read = [(name, scenarios.read(spec)) for name, spec in named]
        for _, scenario in read:
            scenario.check(policy)
        past = scenario_sums(connection, moment.day)
        played = simulations.play(past, period, [scenario for _, scenario in read], desk.rules.zone)
    except Mistake as error:
        _add_error(form, error)
        return None
    return Comparison(
        period.first_on,
        period.last_on,
        len(period.months),
        [(name, outcome) for (name, _), outcome in zip(read, played, strict=True)],
        name_rows.products(connection),
        name_rows.zones(connection),
    )


def _add_error(form: Form, error: Mistake) -> None:
    """Put the error of a whole scenario into the form: beside the scenario's name if it is about that, else at the top
    of the form.
    """
    form.errors["name" if error.field == "name" else "form"] = told(error)


def _page(
    desk: Office, connection: sa.Connection, form: Form, compared: Comparison | None, ticked: list[int]
) -> tuple[str, int]:
    """Show the page with its form, the scenarios side by side (`compared`; None: none) and the saved ones, of which
    those with an id in `ticked` are ticked. The status is 400 where the form has errors.
    """
    policy, moment = desk.now(connection)
    products, zones = name_rows.products(connection), name_rows.zones(connection)
    shown = render_template(
        "figures/simulator.html",
        here="figures",
        form=form,
        kept=scenario_rows.every(connection),
        ticked=ticked,
        months=_last_months(moment.day),
        in_words=lambda month: written(month, formats.MONTH_OF_YEAR),
        begun=_month_of_request("from", _first_month(moment.day)),
        over=_month_of_request("until", f"{moment.day:%Y-%m}"),
        prices=scenario_forms.prices(policy),
        counted=scenario_forms.counted(policy),  # products of which a scenario may sell more or fewer
        day_products=scenario_forms.day_products(policy),
        policy=policy,
        zones=zones,
        called=lambda code: in_page_language(products[code]) if code in products else code,  # a product's name
        level_name=level_name,
        weekdays=WEEKDAYS,
        title=None if compared is None else scenario_tables.title(compared, language()),
        state=t(words.STATE),
        told=t(words.TOLD),
        tables=[] if compared is None else scenario_tables.all_tables(compared, language()),
        sources=[] if compared is None else scenario_tables.sources(compared, language()),
        written=lambda table, row, place: tables.written(row.cells[place], table.unit(row, place), language()),
        # A file's address names saved scenarios: none is offered while a typed one is shown.
        forms=scenario_tables.FORMS if compared is not None and request.method == "GET" else (),
    )
    return shown, 400 if form.errors else 200


def _ticked_ids() -> list[int]:
    """Return the ids of the ticked scenarios, in the order of the address. Text that is no id (up to 8 digits) is
    ignored: an address may be old or changed by hand.
    """
    return [int(text) for text in request.values.getlist("with") if text.isascii() and text.isdigit() and len(text) < 9]


def _month_of_request(name: str, default: str) -> str:
    """Return a month of the address or the form, like `2026-11`; `default` where there is none."""
    return request.values.get(name, "").strip() or default


def _first_month(today: date) -> str:
    """Return the first of twelve months that end with this one, from which a period begins if none is asked for."""
    return f"{(today.replace(day=1) - timedelta(days=330)):%Y-%m}"  # 330 days before a first are in the 11th month back


def _period(today: date, begun_on: date | None) -> Period:
    """Return the months that the URL or the form asks for, without those before the first entry of the books
    (`begun_on`) or after today. Raises RequestError `period` for none or too many.
    """
    try:
        first = date.fromisoformat(f"{_month_of_request('from', _first_month(today))}-01")
        last = date.fromisoformat(f"{_month_of_request('until', f'{today:%Y-%m}')}-01")
    except ValueError:
        raise RequestError("period", "a month is written like 2026-11") from None
    return simulations.period(first, last, today, begun_on)


def _last_months(today: date) -> list[date]:
    """Return the first days of this month and those before it, the newest first, as many as a period may have."""
    months = [today.replace(day=1)]
    while len(months) < MOST_MONTHS:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months
