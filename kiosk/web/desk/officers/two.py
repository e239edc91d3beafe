"""Shows what needs a second person: accounts that somebody has to vouch for, corrections above the sum of the rule."""

from collections.abc import Callable

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from kiosk.domain.members import hands
from kiosk.domain.problems import Problem
from kiosk.errors import MachineError, RequestError
from kiosk.language.texts import Text
from kiosk.store.money import second_look_rows
from kiosk.store.officers import desk_users, first_factors, officer_hands
from kiosk.web.desk.common import four_eyes
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, may, needs
from kiosk.web.desk.common.words import t, told
from kiosk.web.desk.officers.users import officers, role_name

area = Blueprint("two", __name__)

_ACTS = {
    "user-add": Text("a créé le compte", "made the account"),
    "user-change": Text("a changé les rôles ou la fiche du compte", "changed the account’s roles or file"),
    "user-link": Text("a donné un lien de mot de passe pour le compte", "gave a password link for the account"),
    "user-resume": Text("a rétabli le compte", "resumed the account"),
    "user-first-factor": Text(
        "a mis en place une deuxième preuve, pour la première fois", "set up a second proof for the first time"
    ),
    "user-take-factors": Text("a retiré clés et codes du compte", "took keys and codes from the account"),
}
_KINDS = {
    "reverse": Text("Annuler l’écriture {entry}", "Take entry {entry} back"),
    "refund": Text("Rembourser", "Hand back"),
    "write-off": Text("Passer en perte", "Write off"),
}


@area.get("/two")
@needs(May.CONFIRM)
def page() -> str:
    """What waits, and what was decided lately."""
    with office().reading() as connection:
        waiting = [*officer_hands.unconfirmed(connection), *first_factors.waiting(connection)]
        pairs = officer_hands.pairs(connection)
        accounts = {one.id: one for one in desk_users.everyone(connection)}
        looks = second_look_rows.waiting(connection) if may(May.CORRECT_MONEY) else []
        decided = second_look_rows.latest(connection) if may(May.CORRECT_MONEY) else []
        policy, _ = office().now(connection)
    by_account: dict[int, list[officer_hands.OpenHand]] = {}
    for one in waiting:
        by_account.setdefault(one.user_id, []).append(one)
    return render_template(
        "two/page.html",
        by_account=by_account,
        accounts=accounts,
        vouches={each for each in by_account if hands.may_confirm(current_user.id, each, pairs)},
        acts=_ACTS,
        kinds=_KINDS,
        looks=looks,
        decided=decided,
        own={look.id for look in looks if look.asked_by == office().actor},
        limit=policy.second_officer_cents,
        role_name=role_name,
        zone=current_app.config["ZONE"],
    )


@area.post("/two/accounts/<int:user_id>")
@needs(May.CONFIRM, fresh=True)
def confirm(user_id: int) -> Response:
    """Vouch for an account."""

    def act() -> str:
        officers().confirm(user_id)
        return t("Le compte est confirmé.", "The account is confirmed.")

    return _told(act)


@area.post("/two/corrections/<int:look_id>/accept")
@needs(May.CORRECT_MONEY, fresh=True)
def accept(look_id: int) -> Response:
    """Agree: the correction is written."""

    def act() -> str:
        with office().reading() as connection:
            look = second_look_rows.get(connection, look_id)
        four_eyes.refuse_own(None if look is None else look.member_number)
        number = office().by_two.accept(look_id)
        office().log("second-agreed", None if look is None else look.member_number, f"entry {number}")
        return t("C’est écrit : écriture {number}.", "It is written: entry {number}.", number=number)

    return _told(act)


@area.post("/two/corrections/<int:look_id>/decline")
@needs(May.CORRECT_MONEY)
def decline(look_id: int) -> Response:
    """Leave all as it is."""

    def act() -> str:
        office().by_two.decline(look_id)
        office().log("second-declined", None, f"correction by two {look_id}")
        return t("Rien n’a changé.", "Nothing has changed.")

    return _told(act)


def _told(act: Callable[[], str]) -> Response:
    """Do it and say so; what cannot be done is said on the page."""
    try:
        flash(act())
    except MachineError:
        raise
    except (RequestError, Problem) as refused:
        if refused.code == "clock-not-trusted":
            raise
        flash(told(refused), "error")
    return redirect(url_for(".page"), 303)
