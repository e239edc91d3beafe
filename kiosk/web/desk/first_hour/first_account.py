"""Makes the first officer's account, once, on the page behind the link that the installer prints."""

from dataclasses import dataclass, field

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import login_user

from kiosk.domain.problems import Mistake
from kiosk.errors import RequestError
from kiosk.members.first_officer import FirstOfficer
from kiosk.members.passwords import LONGEST, normal
from kiosk.web.desk.common import guards
from kiosk.web.desk.common.words import t, told

area = Blueprint("first", __name__)
EXTENSION = "kiosk.first-officer"
_OVER = "first-link-over"  # the error's code of a link that does not work (any more)


@dataclass(slots=True)
class AccountForm:
    """What was typed, without the password, and the errors by field."""

    name: str = ""
    email: str = ""
    errors: dict[str, str] = field(default_factory=dict)


@area.get("/first/<token>")
def page(token: str) -> ResponseReturnValue:
    """Show the form for name, address and password."""
    try:
        _use_case().check(token)
    except RequestError as error:
        return _show_over(error)
    return render_template("first_hour/account.html", form=AccountForm())


@area.post("/first/<token>")
def make(token: str) -> ResponseReturnValue:
    """Make the account, sign its holder in, and go on to the questions."""
    password = request.form.get("password", "")
    if len(normal(password)) > LONGEST:
        abort(413)
    form = AccountForm(request.form.get("name", "").strip()[:100], request.form.get("email", "").strip()[:254])
    if not form.name:
        form.errors["name"] = t("Écrivez votre nom.", "Enter your name.")
    if not form.errors:
        try:
            account = _use_case().make(token, form.email, form.name, password)
        except Mistake as error:
            if error.code == _OVER and isinstance(error, RequestError):
                return _show_over(error)
            if not error.field:  # no mistake in the form
                raise
            form.errors[error.field] = told(error)
        else:
            login_user(current_app.extensions["security"].datastore.find_user(id=account.id), authn_via=["password"])
            return redirect(url_for("hour.overview"), 303)
    return render_template("first_hour/account.html", form=form), 400


def _use_case() -> FirstOfficer:
    """Return the use-case that makes the first account."""
    use: FirstOfficer = current_app.extensions[EXTENSION]
    return use


def _show_over(error: RequestError) -> ResponseReturnValue:
    """Show, with status 410, that the link does not work; answer 429 to an address that guesses links."""
    if error.code == _OVER and guards.is_guessing():
        abort(429)
    return render_template("first_hour/over.html"), 410
