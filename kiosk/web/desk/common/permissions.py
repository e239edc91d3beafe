"""Decides what an officer may see and do at the desk, by the table of permissions."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import abort, request
from flask_security import current_user
from flask_security.decorators import auth_required

from kiosk.domain.members.permissions import MAY, May
from kiosk.domain.members.roles import Role
from kiosk.web.desk.common import second_proof
from kiosk.web.desk.common.words import t

__all__ = ["FRESH_MINUTES", "GRACE_MINUTES", "MAY", "May", "Money", "Role", "may", "needs", "permission_name"]
FRESH_MINUTES = 15  # since the password or the passkey was given
GRACE_MINUTES = 10  # to finish what was begun while fresh
_LOOKING = ("GET", "HEAD")  # requests that change nothing
P = ParamSpec("P")
R = TypeVar("R")


PROVEN_TWICE = frozenset(May) - {May.KEEP_OWN_ACCOUNT}
"""The permissions for which the rule `second_factor` requires a second factor: all that show or change people, money,
the door or rules.
"""


def permission_name(permission: May) -> str:
    """Return a permission in words, for the page that shows the table of permissions."""
    names = {
        May.SEE_TODAY: t("voir la journée et l’état de la borne", "see today’s page and the kiosk’s status"),
        May.FIND_MEMBERS: t("trouver un membre, lire sa fiche", "find members, read their files"),
        May.SEE_MONEY: t("voir ardoises et paiements", "see tabs and payments"),
        May.SEE_REDUCED: t("voir les tarifs réduits", "see reduced tariffs"),
        May.EDIT_MEMBERS: t("changer fiches et badges", "edit files and badges"),
        May.TAKE_MONEY: t("encaisser et vendre", "take payments and sell"),
        May.CORRECT_MONEY: t("corriger, rembourser, passer en perte", "correct entries, refund, write off debts"),
        May.EXPORT: t("exporter les données", "export data"),
        May.SEE_RULES: t("lire tarifs et règles", "read tariffs and rules"),
        May.EDIT_RULES: t("changer tarifs et règles", "change tariffs and rules"),
        May.SEE_FIGURES: t("voir les chiffres", "see the figures"),
        May.RUN_EVENTS: t("organiser des événements", "run events"),
        May.OPEN_DOOR: t("ouvrir la porte à distance", "open the door remotely"),
        May.SEE_LOG: t("lire le journal", "read the log"),
        May.BOOK_ROOMS: t("réserver les salles, tenir le calendrier", "book rooms, manage the calendar"),
        May.KEEP_OWN_ACCOUNT: t("gérer son propre compte", "manage their own account"),
        May.MANAGE_USERS: t("gérer les comptes du bureau", "manage desk accounts"),
        May.KEEP_ROTA: t("tenir le planning d’accueil", "manage the hosting rota"),
        May.GIVE_REWARDS: t("donner des journées pour l’accueil", "give days for hosting"),
        May.CONFIRM: t("confirmer les comptes créés par d’autres", "confirm accounts created by others"),
        May.PERSONAL_DATA: t(
            "remettre ses données à une personne, ou les effacer", "give people their data, or erase it"
        ),
    }
    return names.get(permission, permission.value)


def may(permission: May) -> bool:
    """Tell whether one of the signed-in officer's roles has this permission: `MAY` has the roles of each."""
    return any(role.name in MAY[permission] for role in getattr(current_user, "roles", ()))


class Money(StrEnum):
    """Whether a view gives or takes a member's money, or a right that is worth money."""

    OF_MEMBERS = "of-members"  # always
    ASKED = "asked"  # for some forms: the view itself calls `four_eyes.refuse_own` or `check_own_file`


def needs(
    permission: May, *, fresh: bool = False, money: Money | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator for views that only a signed-in officer with a permission reaches. Others are sent to sign in,
    or get 403; without a second factor that the rules require, to their account's page.

    A `fresh` view asks for the password or the passkey again where it was given more than `FRESH_MINUTES` ago. A view
    about the `money` of members (OF_MEMBERS) refuses an officer whose desk account names no member's file; a request
    that only shows its form warns.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        """Return the view with its checks, and with what it needs noted for a test that walks all routes."""

        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            """Check the permission, the second factor and the officer's own file, then answer."""
            if not may(permission):
                abort(403)
            if permission in PROVEN_TWICE and second_proof.is_missing():
                return second_proof.ask()  # type: ignore[return-value]  # a view answers with a response
            if money is Money.OF_MEMBERS:
                from kiosk.web.desk.common import four_eyes  # which imports this module

                (four_eyes.warn_without_file if request.method in _LOOKING else four_eyes.check_own_file)()
            return view(*args, **kwargs)

        within = FRESH_MINUTES if fresh else -1  # -1: given at any time
        guarded: Callable[P, R] = auth_required("session", within=within, grace=GRACE_MINUTES)(checked)
        guarded.needs = permission  # type: ignore[attr-defined]  # the route table is walked by a test
        guarded.money = money  # type: ignore[attr-defined]  # walked with them
        return guarded

    return decorate
