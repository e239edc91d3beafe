"""Reminds several accounts: they are ticked, the reminders read as they will go out, then mailed or printed, one a
page.
"""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain import inputs
from kiosk.domain.money.tabs import AGES
from kiosk.domain.names import searchable
from kiosk.language.texts import Text
from kiosk.money import reminding
from kiosk.money.reminding import MOST, Left, Reminding
from kiosk.store.money import tab_rows
from kiosk.store.money.tab_rows import Tab
from kiosk.web.desk.common.money_forms import area
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import is_turned, listed
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t, tn
from kiosk.web.desk.duties import mailing

_MOST_NAMES = 5  # in one message
_SORTS: dict[str, Callable[[Tab], Any]] = {  # a sort key, by the column that the URL names
    "name": lambda tab: searchable(tab.owner.name),
    "age": lambda tab: tab.ages.past,  # 0, 30, 60 or 90: how many days the oldest debt exceeds
    "total": lambda tab: tab.owner.balance_cents,
}
_NOT_SENT = {  # why an account got no reminder
    Left.SETTLED: Text("réglé entre-temps", "paid in the meantime"),
    Left.NO_ADDRESS: Text("pas d’adresse e-mail : imprimez la lettre", "no e-mail address: print the letter"),
    Left.TODAY: Text("rappel déjà envoyé aujourd’hui", "already reminded today"),
}


@area.get("/reminders")
@needs(May.SEE_MONEY)
def ask_reminders() -> str:
    """Show the accounts that owe, those that have owed longest first; those that have owed for over a month are ticked.
    Where the list was only turned to another page, the ticks of the form are kept.
    """
    desk = office()
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        tabs = sorted(tab_rows.owing(connection, today), key=lambda tab: (-tab.ages.past, tab.owner.name))
    rows = listed(tabs[:MOST], lambda tab: tab.owner.name, _SORTS, cents=lambda tab: tab.owner.balance_cents)
    usual = [tab.owner.account for tab in rows.fitting if tab.ages.past >= AGES[0]]
    ticked = _chosen() if request.method == "POST" else usual
    # Without letters (`words`) the page does not look at `mails`.
    return render_template("money/reminders.html", tabs=rows, ticked=ticked, old=AGES[0], words=[], mails=True)


def _chosen() -> list[int]:
    """Return the ids of the ticked accounts, at most `MOST`; what is not a number is left out."""
    return [number for text in request.form.getlist("account") if (number := inputs.number(text)) is not None][:MOST]


@area.post("/reminders")
@needs(May.SEE_MONEY)
def remind() -> str | Response:
    """Show each reminder as it will go out; with `act=send`, mail them. Where the list was only turned to another page,
    show that page and keep the ticks.
    """
    if is_turned():
        return ask_reminders()
    chosen = _chosen()
    if not chosen:
        flash(t("Cochez au moins un compte.", "Tick at least one account."), "warning")
        return redirect(url_for("money.ask_reminders"), 303)
    if request.form.get("act") == "send":
        return _send(chosen)
    desk = office()
    with desk.reading() as connection:
        owners = tab_rows.owners(connection, chosen)
        owing = [  # each once, without ids of no account and accounts that were paid since the list was shown
            owners[account]
            for account in dict.fromkeys(chosen)
            if account in owners and owners[account].balance_cents > 0
        ]
        letters = reminding.words(connection, owing, desk.now(connection)[1].day)
    desk.log("reminder", what=f"{len(letters)} accounts")
    # The page shows the letters in place of the list, which is empty here.
    return render_template(
        "money/reminders.html", tabs=listed(list[Tab](), str), old=AGES[0], words=letters, mails=mailing.is_there()
    )


def _send(chosen: list[int]) -> Response:
    """Mail the reminders of the chosen accounts, log them, and flash which were not sent and why; without a mail
    server, only say so.
    """
    if mailing.refused():
        return redirect(url_for("money.ask_reminders"), 303)
    desk = office()
    sending = Reminding(store=desk.store, rules=desk.rules, clock=desk.clock).send(chosen)
    desk.log_all(
        "reminder", [(owner.number, None if owner.number else f"account {owner.account}") for owner in sending.sent]
    )
    if sending.sent:
        flash(
            tn(
                len(sending.sent),
                ("{count} rappel attend de partir.", "{count} reminder waiting to be sent."),
                ("{count} rappels attendent de partir.", "{count} reminders waiting to be sent."),
            )
        )
    for why in Left:
        _say_left([owner.name for owner, reason in sending.left if reason is why], why)
    return redirect(url_for("money.ask_reminders"), 303)


def _say_left(names: list[str], why: Left) -> None:
    """Flash one message for all accounts that are left out for the same reason; at most `_MOST_NAMES` names, because
    messages are stored in a cookie.
    """
    if names:
        listed_names = ", ".join(names[:_MOST_NAMES]) + ("…" if len(names) > _MOST_NAMES else "")
        message = tn(
            len(names),
            (
                "{count} compte sans rappel, {why} : {who}",
                "No reminder for {count} account, {why}: {who}",
            ),
            (
                "{count} comptes sans rappel, {why} : {who}",
                "No reminder for {count} accounts, {why}: {who}",
            ),
            why=t(_NOT_SENT[why]),
            who=listed_names,
        )
        flash(message, "warning")
