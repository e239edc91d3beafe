"""Routes the pages of API tokens: officers make, see once and end their own, the president ends anyone's."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from kiosk.web.desk.common.permissions import May, needs

area = Blueprint("tokens", __name__, url_prefix="/tokens")


@area.get("")
@needs(May.EXPORT)
def page() -> str:
    """Show the officer's own API tokens that were not ended, expired ones too; everyone's to the president."""
    from kiosk.web.desk.officers import token_views  # few houses have scripts

    return token_views.page()


@area.route("/new", methods=["GET", "POST"])
@needs(May.EXPORT, fresh=True)
def make() -> ResponseReturnValue:
    """Show the form for a token; or make the token, and show it this one time."""
    from kiosk.web.desk.officers import token_views

    return token_views.make()


@area.post("/<int:number>/end")
@needs(May.EXPORT)
def end(number: int) -> ResponseReturnValue:
    """End a token: an officer's own, or, for the president, anyone's."""
    from kiosk.web.desk.officers import token_views

    return token_views.end(number)
