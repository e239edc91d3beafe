"""Tokens for scripts: an officer's own, made and shown once, ended; the president ends everybody's."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from kiosk.web.desk.common.permissions import May, needs

area = Blueprint("tokens", __name__, url_prefix="/tokens")


@area.get("")
@needs(May.EXPORT)
def page() -> str:
    """The tokens that stand."""
    from kiosk.web.desk.officers import token_views  # few houses have scripts

    return token_views.page()


@area.route("/new", methods=["GET", "POST"])
@needs(May.EXPORT, fresh=True)
def make() -> ResponseReturnValue:
    """A token, and the one page that shows it."""
    from kiosk.web.desk.officers import token_views

    return token_views.make()


@area.post("/<int:number>/end")
@needs(May.EXPORT)
def end(number: int) -> ResponseReturnValue:
    """End one of one's own; the president any."""
    from kiosk.web.desk.officers import token_views

    return token_views.end(number)
