"""Changes a rule or a tariff in two steps: shows what it would have meant last month, then writes it."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kiosk.domain import anonymity
from kiosk.domain.problems import Coded
from kiosk.domain.space import refusals
from kiosk.domain.space.simulator import Simulated
from kiosk.language import common
from kiosk.space.rule_change import RuleChange, TariffChange
from kiosk.space.rules import PRICING
from kiosk.store import name_rows
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.words import t
from kiosk.web.desk.space.rule_forms import Form, level_name, rulebook
from kiosk.web.desk.space.rule_labels import RULES


def preview_or_write(
    form: Form, change: RuleChange | TariffChange, label: str, wording: str
) -> tuple[str, int] | Response | None:
    """Show what a change would have meant, or write it once it is confirmed. `wording` is the new value in words.

    Returns None where the form is to be shown again with what was typed: it has an error, or the officer goes back to
    it.
    """
    if form.errors or form.text("again") == "yes":
        return None
    try:
        rulebook().check(change)  # raises what writing it would raise
        if form.text("confirmed") != "yes":
            return _preview(form, change, label, wording), 200
        act_number = _write(change)
    except Coded as error:
        form.refused(error)
        return None
    if act_number is not None:
        office().log("second-asked", what=f"{label}: {wording}, act {act_number}")
        flash(t(common.ASKED_OF_TWO))
        return redirect(url_for("two.page"), 303)
    act = "rule-changed" if isinstance(change, RuleChange) else "tariff-changed"
    office().log(act, what=f"{label}: {wording}, {change.valid_from}")
    flash(t("Changement enregistré.", "Change saved."))
    return redirect(url_for("rules.overview"), 303)


def _write(change: RuleChange | TariffChange) -> int | None:
    """Write a change of a rule or a tariff. Returns the number under which it waits for a second officer; None where it
    is written.
    """
    if isinstance(change, RuleChange):
        return rulebook().set_rule(change)
    rulebook().set_tariff(change)  # never waits for a second officer
    return None


def _groups(simulated: Simulated) -> dict[str, str]:
    """Return how many people would pay more, less and the same. A group of fewer than five is hidden, and any number
    that would reveal it.
    """
    people = dict(zip(("more", "less", "same"), simulated.people(), strict=True))
    hidden = anonymity.hidden(people)
    return {name: t("caché", "hidden") if name in hidden else str(count) for name, count in people.items()}


def _preview(form: Form, change: RuleChange | TariffChange, label: str, wording: str) -> str:
    """Show a change to confirm, with what it would have meant last month: for a price, or a rule that prices a day
    (`PRICING`), how many people would have paid more or less, alone and `together` with changes that are coming
    already; for the rules of `refusals` (opening hours, days of grace), how many visits they would have refused.
    """
    simulated, coming, together, refused = None, [], None, None
    if isinstance(change, TariffChange) or change.name in PRICING:
        # `simulated`: with the first and last day of the month; `coming`: the other price changes still to come
        simulated, coming = rulebook().preview(change), rulebook().coming(change)
        together = rulebook().preview(change, with_coming=True) if coming else None
    elif change.name in refusals.RULES:
        refused = rulebook().refusals(change)  # with today's rules, with the change, and the month's first and last day
    with office().reading() as connection:
        products = name_rows.products(connection)
    return render_template(
        "rules/preview.html",
        form=form,
        change=change,
        label=label,
        said=wording,
        simulated=simulated,
        groups=None if simulated is None else _groups(simulated[0]),
        coming=coming,
        together=together,
        refused=refused,
        level_name=level_name,
        few=_few,
        rule_label=lambda name: RULES[name].label if name in RULES else name,
        products=products,
        # hidden fields: confirming sends the same change again
        kept=[(name, value) for name, value in form.typed.items() if name not in ("csrf_token", "confirmed", "again")],
    )


def _few(people: int) -> str:
    """Return a number of people; "fewer than 5" for one to four, which could reveal a person (the bound is that of
    `anonymity`). 0 is shown: it points at no one.
    """
    return str(people) if people == 0 or people >= 5 else t("moins de 5", "fewer than 5")
