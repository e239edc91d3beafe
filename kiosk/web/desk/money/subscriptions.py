"""Subscriptions that run: which, since when, paused or not; paused, resumed and ended here."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.books import due
from kiosk.errors import RequestError
from kiosk.language.names import called
from kiosk.money import plan_endings
from kiosk.money.subscriptions import Subscriptions
from kiosk.store import name_rows
from kiosk.store.books import due_rows, plan_sums
from kiosk.store.money import subscription_rows
from kiosk.store.money.subscription_rows import Running
from kiosk.web.desk.common import four_eyes, request_rules
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.money_forms import area, day
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import Pages
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import in_page_language, t

AHEAD_DAYS = 31


@area.get("/subscriptions")
@needs(May.SEE_MONEY)
def running() -> str:
    """Every subscription that runs or will, and what will be charged in the next month."""
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        plans = plan_sums.running(connection)
        found = [each for each in plans.all if each.terms.until_on is None or each.terms.until_on >= moment.day]
        prices = request_rules.prices(desk.home, connection, policy, moment.day)
        ahead = moment.day + timedelta(days=AHEAD_DAYS)
        coming, failed = due.plan(connection, prices, moment, ahead, plans=plans)
        names = name_rows.products(connection)
    pages, shown = Pages.cut(found)
    coming_pages, coming_shown = Pages.cut(coming, "coming")
    return render_template(
        "money/subscriptions.html",
        found=shown,
        pages=pages,
        coming=coming,
        coming_shown=coming_shown,
        coming_pages=coming_pages,
        failed=failed,
        today=moment.day,
        names={code: in_page_language(found) for code, found in names.items()},
        next_on={act.subscription: act.part.first_on for act in reversed(coming) if act.replaces is None},
    )


@area.get("/subscriptions/<int:subscription>")
@needs(May.CORRECT_MONEY)
def subscription(subscription: int) -> str | Response:
    """One of them: its periods, its pauses, what can be done. One that was sold for a period leads to its sale."""
    with office().reading() as connection:
        sale = subscription_rows.sold_by(connection, subscription)
    if sale is not None:
        return redirect(url_for("money.act", entry=sale), 303)
    return _page(_found(subscription), {})


@area.post("/subscriptions/<int:subscription>/<any(pause,resume,end,'go-on'):what>")
@needs(May.CORRECT_MONEY)
def change(subscription: int, what: str) -> Response | tuple[str, int]:
    """Pause it, resume it, end it, let it go on. What that costs is charged or put right by `kiosk due`."""
    found = _found(subscription)
    desk = office()
    running_ = Subscriptions(store=desk.store, rules=desk.rules, seal=desk.seal, clock=desk.clock, actor=desk.actor)
    credit = "credit" in request.form
    acts: dict[str, Callable[[], None]] = {
        "pause": lambda: running_.pause(subscription, day("from"), day("until"), credit=credit),
        "resume": lambda: running_.resume(subscription, day("on")),
        "end": lambda: running_.end(subscription, day("last"), credit=credit),
        "go-on": lambda: running_.go_on(subscription),
    }

    def act() -> bool:
        four_eyes.refuse_own(found.number)
        acts[what]()
        return True

    _, errors = attempt(act, day=what)
    if errors:
        return _page(found, errors), 400
    desk.log(f"subscription-{what}", found.number, f"subscription {subscription}")
    told = {
        "pause": t("La pause est enregistrée.", "The pause is kept."),
        "resume": t("La formule reprend.", "The plan resumes."),
        "end": t("La fin est enregistrée.", "The end is kept."),
        "go-on": t("La formule a repris.", "The plan runs again."),
    }
    flash(told[what])
    return redirect(url_for("money.subscription", subscription=subscription), 303)


def _found(subscription_id: int) -> Running:
    with office().reading() as connection:
        try:
            return subscription_rows.by_id(connection, subscription_id)
        except RequestError:
            abort(404)


def _page(found: Running, errors: dict[str, str]) -> str:
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        names = name_rows.products(connection)
        periods = due_rows.periods(connection, found.id)
        ways = {each.way.value: each for each in plan_endings.ways(connection, found, moment.day)}
    shown: dict[str, Any] = {
        "found": found,
        "name": in_page_language(names.get(found.product, called(found.product))),
        "periods": periods[-12:],
        "today": moment.day,
        "paused": next((p for p in found.terms.pauses if p.covers(moment.day)), None),
        "pro_rata": policy.pro_rata,
        "paid_until": ways["paid"].last_on if "paid" in ways else None,
        "first_free": ways["paid"].last_on + timedelta(days=1) if "paid" in ways else moment.day,
        "credit": ways.get("credit"),
    }
    return render_template("money/subscription.html", errors=errors, typed=request.form, **shown)
