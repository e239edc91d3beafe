"""Wants a second proof of whoever touches money or accounts, from the day that the association's rule says.

Nobody is locked out by it: their own account stays open, where codes or a passkey are set up in two minutes.
"""

from flask import current_app, flash, g, redirect, session, url_for
from flask.typing import ResponseValue
from flask_security import current_user

from kiosk.web.desk.common import request_rules
from kiosk.web.desk.common.words import t

_EXTENSION = "kiosk.desk"


def is_missing() -> bool:
    """Whether the rule wants one and this session has none."""
    return not is_there() and _is_wanted()


def ask() -> ResponseValue:
    """Send them to where it is set up, and say why."""
    flash(
        t(
            "L’association demande une deuxième preuve à qui touche à l’argent ou aux comptes : mettez en place des"
            " codes par téléphone ou une clé d’accès, puis reconnectez-vous.",
            "The association wants a second proof of whoever touches money or accounts: set up codes by telephone or a"
            " passkey, then sign in again.",
        ),
        "warning",
    )
    return redirect(url_for("account.page"), 303)


def is_there() -> bool:
    """Whether they signed in with a passkey, or by a password that does not suffice alone."""
    keys = getattr(current_user, "webauthn", ())
    has_second = current_user.tf_primary_method is not None or any(key.usage == "secondary" for key in keys)
    return bool(session.get("by_passkey")) or has_second


def _is_wanted() -> bool:
    if "second_factor" not in g:
        home, clock = current_app.extensions[_EXTENSION]
        with home.store.reading() as connection:
            g.second_factor = request_rules.of(home).at(connection, clock.now())[0].second_factor
    return bool(g.second_factor)
