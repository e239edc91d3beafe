"""Shows what needs a second person: accounts to confirm, corrections above the rule's amount, and
other sensitive acts.

A *look* is a correction above the rule's amount that waits for a second officer or was decided. A *hand* is one
officer's act on another's desk account (made, changed, given a link) that a third has to confirm; an officer *vouches*
for an account by confirming it.

A `fresh` view asks for the password or the passkey again where it was given a while ago. Views marked `money` refuse
an officer whose desk account names no member's file (`ASKED`: in some of their forms only). `refuse_own` raises where
another officer has to decide, as on an account of the officer's own; with None, for no member's account, it never does.

An officer with a passkey signs what they agree to (`signing`): `wants` tells that the form has no signature yet, `ask`
has the browser make it and send the form again, `take` returns it (None for an officer without a passkey).
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import partial

import sqlalchemy as sa
from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseValue
from flask_security import current_user
from msgspec import Struct
from werkzeug.wrappers import Response

from kiosk.domain import inputs
from kiosk.domain.days import Moment
from kiosk.domain.members import hands, officer_numbers
from kiosk.domain.members.signed_yes import SignedYes
from kiosk.domain.members.two_hands import WAITS
from kiosk.domain.members.wishes import Waiting
from kiosk.domain.problems import Mistake
from kiosk.errors import RequestError
from kiosk.language.texts import Text
from kiosk.members.acts_by_two import ROLES
from kiosk.store.money import second_look_rows
from kiosk.store.money.second_look_rows import Look
from kiosk.store.officers import account_views, asked_acts, desk_users, first_factors, holders, officer_hands
from kiosk.store.officers.asked_acts import AskedAct
from kiosk.web.desk.common import four_eyes
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, Money, may, needs
from kiosk.web.desk.common.words import t, told
from kiosk.web.desk.officers import agreed_acts, signing
from kiosk.web.desk.officers.signing import Signable
from kiosk.web.desk.officers.users import officers, role_name

area = Blueprint("two", __name__)
_DIGEST = 64  # hexadecimal digits
_MOST = 200  # acts in one agreement; ticked lines beyond them are ignored


class Doing(Struct, frozen=True):
    """An act on an account: its author as entries name them (`officer:3`), the act's code in `_ACTS`, and its day."""

    by: str
    act: str
    day_on: date


_ACTS = {  # on an account, by code
    "user-add": Text("a créé le compte", "created the account"),
    "user-change": Text("a changé les rôles ou la fiche du compte", "changed the account’s roles or file"),
    "user-link": Text("a donné un lien de mot de passe pour le compte", "created a password link for the account"),
    "user-resume": Text("a rétabli le compte", "reinstated the account"),
    "user-first-factor": Text(
        "a mis en place une deuxième preuve, pour la première fois", "set up a second factor for the first time"
    ),
    "user-factor": Text("a ajouté une deuxième preuve", "added a second factor"),
    "user-chosen": Text("a choisi son mot de passe par un lien", "chose the password with a link"),
    "user-take-factors": Text(
        "a retiré les clés d’accès et les codes du compte", "removed the account’s second factors"
    ),
}
_KINDS = {  # of corrections, by code
    "reverse": Text("Annuler l’écriture {entry}", "Reverse entry {entry}"),
    "refund": Text("Rembourser", "Refund"),
    "write-off": Text("Passer en perte", "Write off"),
}


@area.get("/two")
@needs(May.CONFIRM)
def page() -> str:
    """Show what waits for a second person, and what was decided lately."""
    with office().reading() as connection:
        policy, moment = office().now(connection)
        by_account = _to_vouch(connection, moment.day)
        views = {user_id: account_views.of(connection, user_id, moment.day) for user_id in by_account}
        pairs = officer_hands.pairs(connection)  # account and officer of each act that is not confirmed
        accounts = {officer.id: officer for officer in desk_users.everyone(connection)}
        looks = second_look_rows.waiting(connection) if may(May.CORRECT_MONEY) else []
        decided_acts = [act for act in asked_acts.latest(connection) if _concerns(act)]
        decided = second_look_rows.latest(connection) if may(May.CORRECT_MONEY) else []
        acts = [act for act in asked_acts.waiting(connection) if _concerns(act)]
        told_acts = {  # by an act's id: its lines, and what the officer may do with it
            act.id: (list(agreed_acts.lines(connection, act.wish)), _possible_step(connection, moment, act))
            for act in acts
        }
        agrees = {look.id for look in looks if _may_agree(connection, moment, look)}
    return render_template(
        "two/page.html",
        by_account=by_account,
        views=views,  # what a confirmation is about: each account's canonical text, with its digest
        accounts=accounts,
        # The accounts that the signed-in officer may confirm: not their own, nor one in which they have a hand, or an
        # officer with a hand in their own.
        vouches={user_id for user_id in by_account if hands.may_confirm(current_user.id, user_id, pairs)},
        acts=_ACTS,
        kinds=_KINDS,
        asked=acts,
        told_acts=told_acts,
        act_kinds=agreed_acts.KINDS,
        decided_acts=decided_acts,
        looks=looks,
        decided=decided,
        # by a correction's id: the officer's own, those to agree to, and own ones that have waited for 14 days
        own={look.id for look in looks if look.asked_by == office().actor},
        agrees=agrees,
        alone={look.id for look in looks if look.asked_by == office().actor and look.may_be_alone(moment)},
        waits=WAITS,
        actor=office().actor,
        limit=policy.second_officer_cents,
        role_name=role_name,
        zone=current_app.config["ZONE"],
    )


def _concerns(act: AskedAct) -> bool:
    """Tell whether the page shows an act to the signed-in officer: their role may decide on it, or they asked
    for it.
    """
    return act.asked_by == office().actor or agreed_acts.may_decide(act.kind, _roles())


def _roles() -> tuple[str, ...]:
    """Return the names of the signed-in officer's roles."""
    return tuple(role.name for role in current_user.roles)


def _possible_step(connection: sa.Connection, moment: Moment, act: AskedAct) -> str:
    """Return what the signed-in officer may do with an act: `agree` to another officer's, carry out their own `alone`
    after 14 days (`WAITS`), or `wait` where neither is allowed.
    """
    if act.asked_by == office().actor:
        return "alone" if act.may_be_alone(moment) else "wait"
    asker = officer_numbers.number_of(act.asked_by) or 0  # 0, no officer's number, for an author that is none
    return "agree" if holders.may_agree(connection, moment, current_user.id, asker, ROLES[act.kind]) else "wait"


def _to_vouch(connection: sa.Connection, today: date) -> dict[int, list[Doing]]:
    """Return what was done to each account that waits for another officer's confirmation, by account: what others did,
    its own first second factor, then what only entries of the last 14 days tell; each of these oldest first.
    """
    zone, lines = current_app.config["ZONE"], dict[int, list[Doing]]()
    for hand in (*officer_hands.unconfirmed(connection), *first_factors.waiting(connection)):
        by = officer_numbers.actor(hand.officer_id)
        lines.setdefault(hand.user_id, []).append(Doing(by, hand.act, hand.made_at.astimezone(zone).date()))
    # What sealed entries say of accounts that lately became new, without what is listed already.
    for new in holders.news(connection, today):
        known = lines.setdefault(new.user_id, [])
        if not any((doing.by, doing.act) == (new.by, new.act) for doing in known):
            known.append(Doing(new.by, new.act, new.day_on))
    return lines


def _may_agree(connection: sa.Connection, moment: Moment, look: Look) -> bool:
    """Tell whether the signed-in officer may agree to another officer's correction."""
    asker = officer_numbers.number_of(look.asked_by) or 0
    return holders.may_agree(connection, moment, current_user.id, asker)


@area.post("/two/accounts/<int:user_id>")
@needs(May.CONFIRM, fresh=True)
def confirm(user_id: int) -> ResponseValue:
    """Confirm an account as it was shown, signed with the officer's passkey where there is one: an officer with a
    passkey is first sent the page that signs. `digest` is that of the shown text: an account changed since is refused.
    """
    digest = request.form.get("digest", "")[:_DIGEST]
    if signing.wants():
        with suppress(RequestError), office().reading() as connection:  # a missing account is reported below
            view = account_views.of(connection, user_id, office().now(connection)[1].day)
            return signing.ask([Signable(digest, "digest", digest, view.text)])

    def act() -> str:
        officers().confirm(user_id, digest, signing.take([digest]))
        return t("Le compte est confirmé.", "Account confirmed.")

    return _run(act)


@area.post("/two/corrections/accept")
@needs(May.CORRECT_MONEY, fresh=True, money=Money.OF_MEMBERS)
def accept() -> ResponseValue:
    """Agree to the ticked corrections, each as it was shown, after signing them with the passkey where there is one.
    Each is written on its own: a refused one does not stop the others.
    """
    chosen = _all_chosen()
    if chosen and signing.wants():
        return _ask_to_sign(chosen, second_look_rows.get)
    yes = signing.take([digest for _, digest in chosen])
    for look_id, digest in chosen:
        _tell(partial(_accept, look_id, digest, yes))
    return redirect(url_for(".page"), 303)


def _all_chosen() -> list[tuple[int, str]]:
    """Return the ids of the ticked acts with the digests of what was shown; flash an error and return none where no
    line is ticked.
    """
    chosen = [ticked for ticked in map(_chosen, request.form.getlist("yes")[:_MOST]) if ticked is not None]
    if not chosen:
        flash(t("Cochez au moins une ligne.", "Tick at least one line."), "error")
    return chosen


def _ask_to_sign(chosen: list[tuple[int, str]], get: Callable[[sa.Connection, int], Waiting | None]) -> str:
    """Return the page on which the ticked acts are shown as they are now and signed as they were shown: where these
    differ, the agreement is refused.
    """
    with office().reading() as connection:
        waiting = [(number, digest, get(connection, number)) for number, digest in chosen]
    texts = ((number, digest, "" if act is None else act.asked.text) for number, digest, act in waiting)
    return signing.ask([Signable(digest, "yes", f"{number}:{digest}", text) for number, digest, text in texts])


def _chosen(text: str) -> tuple[int, str] | None:
    """Return the id of the act on a ticked line, sent as `id:digest`, and the digest of the text that the line showed;
    None where it has no id.
    """
    number, _, digest = text[: _DIGEST + 20].partition(":")  # an id has fewer than 20 digits
    look_id = inputs.number(number)
    return None if look_id is None else (look_id, digest)


def _accept(look_id: int, digest: str, yes: SignedYes | None) -> str:
    """Agree to a correction, which records it, and return the message. Refuses one on the officer's own account; for an
    id without a correction, `accept` raises.
    """
    with office().reading() as connection:
        look = second_look_rows.get(connection, look_id)
    four_eyes.refuse_own(None if look is None else look.member_number)
    number = office().by_two.accept(look_id, digest, yes)
    office().log("second-agreed", None if look is None else look.member_number, f"entry {number}")
    return t("Enregistré : écriture {number}.", "Recorded: entry {number}.", number=number)


@area.post("/two/corrections/<int:look_id>/alone")
@needs(May.CORRECT_MONEY, fresh=True, money=Money.OF_MEMBERS)
def alone(look_id: int) -> Response:
    """Carry out an officer's own correction after 14 days without a refusal."""

    def act() -> str:
        with office().reading() as connection:
            look = second_look_rows.get(connection, look_id)
        four_eyes.refuse_own(None if look is None else look.member_number)
        number = office().by_two.do_alone(look_id, request.form.get("digest", "")[:_DIGEST])
        office().log("second-alone", None if look is None else look.member_number, f"entry {number}")
        return t("Enregistré : écriture {number}.", "Recorded: entry {number}.", number=number)

    return _run(act)


@area.post("/two/acts/<any('accept', 'alone'):how>")
@needs(May.CONFIRM, fresh=True, money=Money.ASKED)
def do_acts(how: str) -> ResponseValue:
    """Agree to the ticked acts of other officers (`accept`), or carry out the officer's own after 14 days (`alone`,
    which needs no signature); each as it was shown, and each on its own.
    """
    chosen = _all_chosen()
    if chosen and how == "accept" and signing.wants():
        return _ask_to_sign(chosen, asked_acts.get)
    yes = signing.take([digest for _, digest in chosen])
    for number, digest in chosen:
        _tell(partial(_do_act, how, number, digest, yes))
    return redirect(url_for(".page"), 303)


def _do_act(how: str, number: int, digest: str, yes: SignedYes | None) -> str:
    """Agree to an act, or carry out the officer's own after 14 days; return the message."""
    with office().reading() as connection:
        act = asked_acts.get(connection, number)
    if act is not None:
        agreed_acts.refuse_own(act.wish)
    by_two = office().acts_by_two
    doers = agreed_acts.doers()
    outcome = by_two.accept(number, digest, doers, yes) if how == "accept" else by_two.do_alone(number, digest, doers)
    office().log("second-agreed" if how == "accept" else "second-alone", None, f"act {number}, {outcome.kind}")
    return t("C’est fait.", "Done.")


@area.post("/two/acts/<int:number>/decline")
@needs(May.CONFIRM)
def decline_act(number: int) -> Response:
    """Decline an act that waits, so that it is never carried out."""

    def act() -> str:
        office().acts_by_two.decline(number)
        office().log("second-declined", None, f"act {number}")
        return t("Rien n’a changé.", "Nothing has changed.")

    return _run(act)


@area.post("/two/corrections/<int:look_id>/decline")
@needs(May.CORRECT_MONEY)
def decline(look_id: int) -> Response:
    """Decline a correction that waits, so that it is never recorded."""

    def act() -> str:
        office().by_two.decline(look_id)
        office().log("second-declined", None, f"correction by two {look_id}")
        return t("Rien n’a changé.", "Nothing has changed.")

    return _run(act)


def _run(act: Callable[[], str]) -> Response:
    """Run an act and redirect to the page, which shows its message or its error."""
    _tell(act)
    return redirect(url_for(".page"), 303)


def _tell(act: Callable[[], str]) -> None:
    """Run an act and flash its message, or why it is refused."""
    try:
        flash(act())
    except Mistake as refused:
        if refused.code == "clock-not-trusted":  # no act is possible then: an error page says it
            raise
        flash(told(refused), "error")
