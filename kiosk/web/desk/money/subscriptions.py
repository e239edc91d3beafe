"""Lists running subscriptions, since when they run and their pauses; pauses, resumes and ends them.

A `Way` says how one ends: once what is paid is used up (`PAID`, the default), or today, with the remaining days
credited (`CREDIT`) or without credit (`NOW`).

Views marked `money` refuse an officer whose desk account names no member's file. `refuse_own` raises where another
officer has to decide, as on an account of the officer's own.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from msgspec.structs import replace
from werkzeug.wrappers import Response

from kiosk.books import due
from kiosk.books.due import Charge
from kiosk.domain.money import endings
from kiosk.domain.money.endings import Ending, Way
from kiosk.domain.names import searchable
from kiosk.domain.problems import FieldReader
from kiosk.errors import RequestError
from kiosk.language.names import called
from kiosk.money import plan_endings
from kiosk.money.subscriptions import Subscriptions
from kiosk.store import name_rows
from kiosk.store.books import due_rows, plan_sums
from kiosk.store.money import subscription_rows
from kiosk.store.money.subscription_rows import Running
from kiosk.web.desk.common import four_eyes, request_rules
from kiosk.web.desk.common.formats import euros
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.money_forms import area, day
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import Listed, last_first, listed
from kiosk.web.desk.common.permissions import May, Money, needs
from kiosk.web.desk.common.words import in_page_language, t, tn

AHEAD_DAYS = 31  # for which the page shows coming charges: a month at least


@area.get("/subscriptions")
@needs(May.SEE_MONEY)
def running() -> str:
    """Show every subscription that runs or will run, its last day not past, and the charges of the next
    `AHEAD_DAYS`.
    """
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        plans = plan_sums.running(connection)
        current = [plan for plan in plans.all if plan.terms.until_on is None or plan.terms.until_on >= moment.day]
        prices = request_rules.prices(desk.home, connection, policy, moment.day)
        ahead = moment.day + timedelta(days=AHEAD_DAYS)
        coming, failed = due.plan(connection, prices, moment, ahead, plans=plans)  # `failed` have no price
        names = name_rows.products(connection)
    product_name_of = {code: in_page_language(product_names) for code, product_names in names.items()}
    # By subscription, the first day of its next period: from the last charge back, so that the earliest stays. A charge
    # that replaces an earlier one, for more or fewer days, begins no period.
    next_on = {act.subscription: act.part.first_on for act in reversed(coming) if act.replaces is None}
    return render_template(
        "money/subscriptions.html",
        found=_listed(current, product_name_of, next_on),
        coming=coming,
        coming_shown=_coming(coming, product_name_of),
        failed=failed,
        today=moment.day,
        names=product_name_of,
        next_on=next_on,
    )


def _listed(plans: Sequence[Running], products: Mapping[str, str], next_on: Mapping[int, date]) -> Listed[Running]:
    """Return a page of the subscriptions, searched and sorted as the URL asks; those without a last day, or without a
    next period (`next_on`), come last where the list is sorted by it.
    """
    sorts: dict[str, Callable[[Running], Any]] = {
        "number": lambda plan: plan.number,
        "name": lambda plan: searchable(plan.name),
        "plan": lambda plan: searchable(products.get(plan.product, plan.product)),
        "from": lambda plan: plan.terms.from_on,
        "until": lambda plan: last_first(plan.terms.until_on),
        "next": lambda plan: last_first(next_on.get(plan.id)),
    }
    return listed(plans, lambda plan: f"{plan.number} {plan.name} {products.get(plan.product, '')}", sorts)


def _coming(charges: Sequence[Charge], products: Mapping[str, str]) -> Listed[Charge]:
    """Return a page of the coming charges, searched and sorted as the URL asks."""
    sorts: dict[str, Callable[[Charge], Any]] = {
        "day": lambda act: act.part.first_on,
        "name": lambda act: searchable(act.name),
        "plan": lambda act: searchable(products.get(act.product, act.product)),
        "sum": lambda act: act.cents,
    }
    return listed(charges, lambda act: f"{act.number} {act.name}", sorts, "page-coming", cents=lambda act: act.cents)


@area.get("/subscriptions/<int:subscription>")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def subscription(subscription: int) -> str | Response:
    """Show a subscription with its periods, pauses and acts. One that was sold for a fixed period leads to its sale."""
    with office().reading() as connection:
        sale = subscription_rows.sold_by(connection, subscription)
    if sale is not None:
        return redirect(url_for("money.act", entry=sale), 303)
    return _page(_find(subscription), {})


@area.post("/subscriptions/<int:subscription>/<any(pause,resume,end,'go-on'):what>")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def change(subscription: int, what: str) -> Response | tuple[str, int]:
    """Pause, resume, end or continue (`go-on`: without an end again) a subscription. The credit for an end or a pause
    on chosen days is shown first, with status 400, and the form must be sent again to confirm it.
    """
    plan = _find(subscription)
    desk = office()
    use_case = Subscriptions.of(desk)
    acts: dict[str, Callable[[], None]] = {
        "pause": lambda: use_case.pause(subscription, day("from"), day("until"), _way()),
        "resume": lambda: use_case.resume(subscription, day("on")),
        "end": lambda: use_case.end(subscription, day("last"), _way()),
        "go-on": lambda: use_case.go_on(subscription),
    }

    def act() -> Ending | bool:
        four_eyes.refuse_own(plan.number)
        unseen = _unseen_credit(plan, what)
        if unseen is None:
            acts[what]()
        return unseen or True  # an Ending: to be shown first; True: done; `attempt` returns None only for an error

    # Each act has a form with one place for errors, whichever of its fields is wrong.
    asked, errors = attempt(act, **dict.fromkeys(("from", "until", "on", "last", "plan"), what))
    if isinstance(asked, Ending):
        return _page(plan, {what: _credit_words(asked)}, gives=asked.cents), 400
    if errors:
        return _page(plan, errors), 400
    desk.log(f"subscription-{what}", plan.number, f"subscription {subscription}")
    messages = {
        "pause": t("La pause est enregistrée.", "Pause saved."),
        "resume": t("La formule reprendra au jour choisi.", "The plan will resume on the day you chose."),
        "end": t("La fin est enregistrée.", "End date saved."),
        "go-on": t("La formule continue, sans date de fin.", "The plan continues, with no end date."),
    }
    flash(messages[what])
    return redirect(url_for("money.subscription", subscription=subscription), 303)


def _way() -> Way:
    """Return the way to end or pause the plan that the form asks for: at the end of what is paid, unless chosen."""
    return plan_endings.check_way(request.form.get("way", Way.PAID))


def _unseen_credit(plan: Running, what: str) -> Ending | None:
    """Return what an end or a pause on chosen days would give back, as long as the form does not confirm that amount;
    None where nothing needs to be shown: for other acts, without credit, or where no day was chosen, since the page
    shows what each way credits then.
    """
    with FieldReader() as read:
        first_on, last_on = read(day, "from"), read(day, "last" if what == "end" else "until")
    if what not in ("pause", "end") or _way() is not Way.CREDIT or not (first_on or last_on):
        return None
    desk = office()
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        if what == "end":
            terms = replace(plan.terms, until_on=last_on)
        else:
            # Without a first day the pause follows the last day that an end with credit would still cover.
            begins = first_on or plan_endings.last_day(connection, plan, Way.CREDIT, today) + timedelta(days=1)
            terms = endings.paused(plan.terms, begins, last_on)
        back = plan_endings.gives_back(connection, plan, terms, today)
    return None if request.form.get("gives") == str(back.cents) else back


def _credit_words(back: Ending) -> str:
    """Return what a chosen end would credit back, in words."""
    if not back.cents:
        return t(
            "Ces jours ne sont pas payés : rien n’est recrédité. Envoyez de nouveau le formulaire pour enregistrer.",
            "These days have not been paid for, so nothing is credited back. Submit the form again to save.",
        )
    return tn(
        back.days,
        (
            "{count} jour sur {of} est recrédité : {sum}. Envoyez de nouveau le formulaire pour enregistrer.",
            "{count} of {of} days is credited back: {sum}. Submit the form again to save.",
        ),
        (
            "{count} jours sur {of} sont recrédités : {sum}. Envoyez de nouveau le formulaire pour enregistrer.",
            "{count} of {of} days are credited back: {sum}. Submit the form again to save.",
        ),
        of=back.of_days,
        sum=euros(back.cents),
    )


def _find(subscription_id: int) -> Running:
    """Return a subscription. Answers 404 where there is none."""
    with office().reading() as connection:
        try:
            return subscription_rows.by_id(connection, subscription_id)
        except RequestError:
            abort(404)


def _page(plan: Running, errors: dict[str, str], gives: int | None = None) -> str:
    """Show a subscription's page, with what was wrong in one of its forms. `gives` is the credit in cents that the form
    confirms when it is sent again; None where it has nothing to confirm.
    """
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        names = name_rows.products(connection)
        periods = due_rows.periods(connection, plan.id)
        ways = plan_endings.ways(connection, plan, moment.day)
    if policy.pro_rata and len(ways) > 1:
        ways = tuple(ending for ending in ways if ending.way is not Way.NOW)  # pro rata, the rest is credited anyway
    shown: dict[str, Any] = {
        "found": plan,
        "name": in_page_language(names.get(plan.product, called(plan.product))),
        "periods": periods[-12:],  # the newest
        "today": moment.day,
        "paused": next((pause for pause in plan.terms.pauses if pause.covers(moment.day)), None),
        "pro_rata": policy.pro_rata,
        "ways": ways,
        "gives": gives,
    }
    return render_template("money/subscription.html", errors=errors, typed=request.form, **shown)
