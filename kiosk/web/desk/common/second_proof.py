"""Requires a second factor of officers for all but their own account, from the day that the association's rule says.

What counts is how this session was proven, not what the account has now: otherwise a stolen password would be enough to
set up a factor. So adding or removing a factor needs the existing one, and a first factor waits for another officer's
confirmation (`kiosk.domain.members.second_factor`). Their own account stays open to every officer.
"""

from collections.abc import Sequence

from flask import Response, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseValue
from flask_security import current_user

from kiosk.domain.members import second_factor
from kiosk.store.officers import first_factors
from kiosk.web.desk.common import request_rules
from kiosk.web.desk.common.words import t

_EXTENSION = "kiosk.desk"  # `office.EXTENSION`: `office` needs `permissions`, which imports this module
_PROVED = "proved"  # the session's key for how it was proven
_PASSWORD, _TWO, _PASSKEY = "password", "two", "passkey"  # ways of signing in
KEEPS_FACTORS = frozenset(
    {
        "security.two_factor_setup",
        "security.two_factor_setup_validate",
        "security.mf_recovery_codes",
        "security.wan_register",
        "security.wan_register_response",
        "security.wan_delete",
    }
)
"""The endpoints where second factors are added, shown and removed; `wan` stands for passkeys (WebAuthn)."""


def begin(ways: Sequence[str]) -> None:
    """Save in the session how it was proven, from the names that Flask-Security gives to the ways of signing in:
    "webauthn" is a passkey, any other a password, and none a second factor. After a change of password it stays as it
    was.
    """
    if "change" not in ways:  # a new password proves no more than the session did before
        session[_PROVED] = _PASSKEY if "webauthn" in ways else _PASSWORD if ways else _TWO


def add() -> None:
    """Save in the session that a second factor was given after signing in."""
    session[_PROVED] = _TWO


def has_factor() -> bool:
    """Tell whether the account has any second factor, however this session was proven; False without a sign-in."""
    if not current_user.is_authenticated:
        return False
    return current_user.tf_primary_method is not None or bool(getattr(current_user, "webauthn", ()))


def is_proven() -> bool:
    """Tell whether this session was proven by more than a password."""
    return session.get(_PROVED) in (_TWO, _PASSKEY)


def is_missing() -> bool:
    """Tell whether the rule requires a second factor and this session was proven by none that counts."""
    return is_wanted() and not is_there()


def is_there() -> bool:
    """Tell whether this session was proven by a second factor that counts: a first factor may still wait for
    confirmation.
    """
    return is_proven() and not _waits()


def ask() -> ResponseValue:
    """Redirect officers to their account's page, where a second factor is set up, and say why; a request by htmx for a
    part of a page (401) only makes the browser go there.
    """
    if "HX-Request" in request.headers:  # asked by htmx for a part of a page: it would put a redirected page there
        return Response(status=401, headers={"HX-Redirect": url_for("account.page")})
    flash(_why(), "warning")
    return redirect(url_for("account.page"), 303)


def ask_for_existing() -> ResponseValue | None:
    """Return an answer that refuses to add or remove a factor in a session that has not proven the existing one; None
    for all other requests.
    """
    if request.endpoint not in KEEPS_FACTORS or is_proven() or not has_factor():
        return None
    text = t(
        "Ce compte a déjà une deuxième preuve : déconnectez-vous, reconnectez-vous avec elle, puis recommencez. Elle"
        " est perdue ? Une autre personne du bureau peut la retirer.",
        "This account already has a second factor: sign out, sign in with it, then start again. If it is "
        "lost, another officer can remove it.",
    )
    flash(text, "warning")
    return redirect(url_for("account.page"), 303)


def is_wanted() -> bool:
    """Tell whether the rule `second_factor` is in force today."""
    if "second_factor" not in g:
        home, clock = current_app.extensions[_EXTENSION]
        with home.store.reading() as connection:
            g.second_factor = request_rules.of(home).at(connection, clock.now())[0].second_factor
    return bool(g.second_factor)


def _waits() -> bool:
    """Tell whether the account's first factor does not count yet: it waits for another officer's confirmation, or,
    where no other officer could confirm it, for the day after it was set up.
    """
    if "factor_waits" not in g:
        home, clock = current_app.extensions[_EXTENSION]
        with home.store.reading() as connection:
            since = first_factors.waits_since(connection, current_user.id)
            has_confirmer = since is not None and bool(first_factors.confirmers(connection, current_user.id))
        zone = home.config.zone
        since_on = None if since is None else since.astimezone(zone).date()
        today = clock.now().astimezone(zone).date()
        g.factor_waits = not second_factor.counts(since_on, today, has_confirmer=has_confirmer)
    return bool(g.factor_waits)


def _why() -> str:
    """Return why this session may not go on, and what the officer can do."""
    if not is_proven() and has_factor():
        return t(
            "L’association demande une deuxième preuve : déconnectez-vous, puis reconnectez-vous avec la vôtre.",
            "The association requires a second factor: sign out, then sign in with yours.",
        )
    if is_proven():
        return t(
            "Votre deuxième preuve est en place. Vous pourrez continuer quand une autre personne du "
            "bureau l’aura confirmée (page « À deux ») ; s’il n’y en a pas d’autre, à partir de "
            "demain.",
            "Your second factor is set up. You can go on once another officer has confirmed it (“Two "
            "people” page); if there is no other officer, from tomorrow.",
        )
    return t(
        "L’association demande une deuxième preuve au bureau : mettez en place des codes par téléphone ou une clé"
        " d’accès.",
        "The association requires a second factor at the desk: set up phone codes or a passkey.",
    )
