"""Answers the links in mails about hosting: each page says what it would do, with a button that does it.

There is no sign-in here: the link's long random number is the proof, and works once. Opening the page changes nothing,
because programs of mail servers open every link.
"""

from flask import Blueprint, abort, current_app, render_template, request

from kiosk.errors import RequestError
from kiosk.hosting import words
from kiosk.hosting.links import SWAP, Links, Offer
from kiosk.web.desk.common import guards, request_rules, timing
from kiosk.web.desk.common.office import EXTENSION
from kiosk.web.desk.common.words import language, told

area = Blueprint("hosting_link", __name__, url_prefix="/accueil")


@area.get("/<token>")
def page(token: str) -> tuple[str, int]:
    """Show what the link of a mail would do, with its button."""
    try:
        return _page(_links().read(token)), 200
    except RequestError as error:
        return _show_over(error)


@area.post("/<token>")
def follow(token: str) -> tuple[str, int]:
    """Do what the link offers, or decline it."""
    accepts = request.form.get("answer") != "no"
    try:
        return _page(_links().follow(token, yes=accepts), done="yes" if accepts else "no"), 200
    except RequestError as error:
        return _show_over(error)


def _links() -> Links:
    """Return the use-case of links in e-mails."""
    home, _ = current_app.extensions[EXTENSION]
    return Links(store=home.store, rules=request_rules.of(home), clock=timing.clock())


def _page(offer: Offer, done: str = "") -> str:
    """Show what a link does, to be confirmed, or once `done` ("yes" or "no") what was answered. `other` is the second
    shift of a swap.
    """
    other = None if offer.other is None else words.with_kind(offer.other, language())
    return render_template(
        "hosting/link.html",
        act=offer.link.act,
        is_swap=offer.link.act == SWAP,
        shift=words.with_kind(offer.shift, language()),
        other=other,
        done=done,
    )


def _show_over(error: RequestError) -> tuple[str, int]:
    """Show why nothing was done: 410 for a link that does not work, 409 where its act was refused. Answers 429 to an
    address that guesses links.
    """
    if error.code == "link-over" and guards.is_guessing():
        abort(429)
    return render_template("hosting/link_over.html", says=told(error)), 410 if error.code == "link-over" else 409
