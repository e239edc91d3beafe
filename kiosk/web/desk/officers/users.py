"""Manages desk accounts: every officer's own page, and the president's pages about all accounts.

A `fresh` view asks for the password or the passkey again where it was given a while ago.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user, logout_user

from kiosk.domain.members.roles import Role
from kiosk.domain.names import searchable
from kiosk.domain.problems import Mistake
from kiosk.errors import RequestError
from kiosk.language import common
from kiosk.members.officers import Officers, Profile
from kiosk.messages import mailer
from kiosk.store.officers import desk_users
from kiosk.store.officers.desk_users import Officer
from kiosk.web.desk.common.labels import Errors
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import listed
from kiosk.web.desk.common.permissions import MAY, May, may, needs, permission_name
from kiosk.web.desk.common.words import language, t, told
from kiosk.web.desk.finder import picking
from kiosk.web.desk.officers import sign_in

if TYPE_CHECKING:
    from kiosk.members.account_files import AccountFiles

area = Blueprint("users", __name__)
own_area = Blueprint("account", __name__)


_SORTS: dict[str, Callable[[Officer], Any]] = {  # a sort key, by the column that the URL names
    "name": lambda officer: searchable(officer.name or officer.email),
    "roles": lambda officer: [role_name(role) for role in officer.roles],
    "member": lambda officer: officer.member_number or 0,
    "factors": lambda officer: (officer.has_codes, officer.passkeys),
    "state": lambda officer: (not officer.active, bool(officer.invited)),
}


def role_name(role: str) -> str:
    """Return an officer's role in words; a code without words as it is."""
    names = {
        "president": t("Présidence", "President"),
        "treasurer": t("Trésorerie", "Treasurer"),
        "secretary": t("Secrétariat", "Secretary"),
        "host": t("Accueil", "Host"),
    }
    return names.get(role, role)


def officers() -> Officers:
    """Return the officers' use-case, in the name of the signed-in officer."""
    here = office()
    return Officers.of(here.home, here.clock, here.actor, here.rules)


def _files() -> "AccountFiles":
    """Return the use-case that links desk accounts to members' files."""
    from kiosk.members.account_files import AccountFiles  # seldom needed

    return AccountFiles.of(officers())


def _waits(connection: sa.Connection, user_id: int) -> bool:
    """Tell whether a request to link an account to a member's file, or to be without one, waits for another officer."""
    from kiosk.store.officers import account_file_rows  # seldom needed

    return account_file_rows.asked(connection, user_id)


@dataclass(slots=True)
class ProfileForm:
    """The form of a desk account as it was typed: `member` is the number or name of the member's file it is
    linked to.
    """

    email: str = ""
    name: str = ""
    roles: tuple[str, ...] = ()
    member: str = ""

    @classmethod
    def typed(cls) -> "ProfileForm":
        """Return the form of this request: only its known fields, each cut to its longest length, and only
        known roles.
        """
        form = request.form
        chosen = tuple(role.value for role in Role if role.value in form.getlist("roles"))
        return cls(
            form.get("email", "")[:254],
            form.get("name", "")[:100],
            chosen,
            form.get("member", "").strip()[: picking.LONGEST],
        )

    @classmethod
    def of(cls, officer: Officer) -> "ProfileForm":
        """Return the form filled in with an account as it is."""
        number = "" if officer.member_number is None else str(officer.member_number)
        return cls(officer.email, officer.name, officer.roles, number)

    def profile(self) -> Profile:
        """Return the form's profile for the use-case. Raises RequestError `member-unclear` or `member-none`."""
        return Profile(self.name, self.roles, picking.member(self.member))


@own_area.get("/account", endpoint="page")
@needs(May.KEEP_OWN_ACCOUNT)
def own() -> str:
    """Show the officer's own account: password, second factors, sessions."""
    with office().reading() as connection:
        officer = desk_users.by_id(connection, current_user.id)
        file_waits = _waits(connection, current_user.id)
    return render_template("users/own.html", found=officer, role_name=role_name, waits=file_waits)


@own_area.post("/account/end-sessions", endpoint="end_sessions")
@needs(May.KEEP_OWN_ACCOUNT)
def end_own_sessions() -> ResponseReturnValue:
    """End all of the officer's own sessions, this one included."""
    officers().end_sessions(current_user.id)
    logout_user()
    flash(t("Vous êtes déconnecté·e de tous les appareils.", "You are signed out on all devices."), "info")
    return redirect(url_for("security.login"), 303)


@area.get("/users")
@needs(May.MANAGE_USERS)
def everybody() -> str:
    """Show every account, searched and sorted as the URL asks, and what each role may do."""
    from kiosk.store.officers import account_file_rows  # seldom looked at

    with office().reading() as connection:
        everyone, moment = desk_users.everyone(connection), office().now(connection)[1]
        # The accounts that must still name a member's file, with the last day on which they may do without.
        unsettled = {account.user_id: account.last_day for account in account_file_rows.unsettled(connection, moment)}
    return render_template(
        "users/everybody.html",
        unsettled=unsettled,
        officers=listed(everyone, lambda officer: f"{officer.name or ''} {officer.email}", _SORTS),
        role_name=role_name,
        permission_name=permission_name,
        table=MAY,
        all_roles=tuple(Role),
    )


@area.route("/users/new", methods=["GET", "POST"])
@needs(May.MANAGE_USERS, fresh=True)
def add() -> ResponseReturnValue:
    """Show the form for an account; or add the account, and show the link by which its holder chooses a password."""
    filled = ProfileForm.typed()
    if request.method == "GET":
        return _form(filled, None, {})
    try:
        officer = officers().add(filled.email, filled.profile())
    except Mistake as error:
        return _form(filled, None, _beside(error)), 400
    return _give_link(officer)


@area.route("/users/<int:user_id>", methods=["GET", "POST"])
@needs(May.MANAGE_USERS, fresh=True)
def change(user_id: int) -> ResponseReturnValue:
    """Show an account with the acts on it, or change its name, roles and member's file. An officer's link to a file of
    their own waits for another officer; the rest is saved at once.
    """
    officer = _find(user_id)
    if request.method == "GET":
        return _form(ProfileForm.of(officer), officer, {})
    filled = ProfileForm.typed()
    filled.email = officer.email  # an account keeps its address
    try:
        # The number of the request to another officer; None where nothing waits.
        act_number = _files().change(user_id, filled.profile())
    except Mistake as error:
        return _form(filled, officer, _beside(error)), 400
    if act_number is not None:
        return _asked(act_number)
    flash(t("C’est enregistré.", "Saved."), "info")
    return redirect(url_for("users.everybody"), 303)


@area.post("/users/<int:user_id>/outsider")
@needs(May.MANAGE_USERS, fresh=True)
def declare_outsider(user_id: int) -> ResponseReturnValue:
    """Declare that an account belongs to no member. Another officer agrees first, where there is one."""
    officer = _find(user_id)
    return _declare(officer, url_for("users.change", user_id=officer.id))


@area.post("/users/<int:user_id>/outsider/end")
@needs(May.MANAGE_USERS, fresh=True)
def end_outsider(user_id: int) -> ResponseReturnValue:
    """Withdraw the declaration that an account belongs to no member."""
    officer = _find(user_id)
    _files().end_outsider(officer.id)
    flash(t("C’est fait.", "Done."), "info")
    return redirect(url_for("users.change", user_id=officer.id), 303)


@own_area.post("/account/outsider", endpoint="declare_outsider")
@needs(May.KEEP_OWN_ACCOUNT, fresh=True)
def declare_own() -> ResponseReturnValue:
    """Declare that the officer's own account belongs to no member. Another officer agrees first, where there is one."""
    return _declare(_find(current_user.id), url_for("account.page"))


def _declare(officer: Officer, back: str) -> ResponseReturnValue:
    """Declare that an account belongs to no member, and return to `back`; or to the acts that wait for another officer,
    where one must agree first.
    """
    act_number = _files().declare_outsider(officer.id)
    if act_number is not None:
        return _asked(act_number)
    flash(t("C’est fait.", "Done."), "info")
    return redirect(back, 303)


def _asked(number: int) -> ResponseReturnValue:
    """Log that another officer is asked to agree, and redirect to the page of acts that wait."""
    office().log("second-asked", what=f"account, act {number}")
    flash(t(common.ASKED_OF_TWO), "info")
    where = "two.page" if may(May.CONFIRM) else "account.page"
    return redirect(url_for(where), 303)


@area.post("/users/<int:user_id>/link")
@needs(May.MANAGE_USERS, fresh=True)
def link(user_id: int) -> ResponseReturnValue:
    """Make a new link by which another officer chooses a password; earlier links become void, and sessions end."""
    officer = _another(user_id)
    # Where the link itself is mailed, its holder needs no notice of it.
    officers().prepare_link(user_id, is_mailed=bool(office().home.config.mail.server))
    return _give_link(officer)


@area.post("/users/<int:user_id>/<any('suspend', 'resume', 'end-sessions', 'take-factors', 'erase'):act>")
@needs(May.MANAGE_USERS, fresh=True)
def act(user_id: int, act: str) -> ResponseReturnValue:
    """Suspend, resume, sign out or erase another officer's account, or remove its second factors. Only a suspended
    account is erased.
    """
    _another(user_id)  # raises for the officer's own account
    use_case = officers()
    {
        "suspend": use_case.suspend,
        "resume": use_case.resume,
        "end-sessions": use_case.end_sessions,
        "take-factors": use_case.take_second_factors,
        "erase": use_case.erase,
    }[act](user_id)
    flash(t("C’est fait.", "Done."), "info")
    return redirect(url_for("users.change", user_id=user_id), 303)


def _find(user_id: int) -> Officer:
    """Return an account. Answers 404 where there is none."""
    try:
        with office().reading() as connection:
            return desk_users.by_id(connection, user_id)
    except (RequestError, OverflowError):  # the latter for a number larger than the database's
        abort(404)


def _another(user_id: int) -> Officer:
    """Return another officer's account. Raises RequestError `own-account` for the officer's own."""
    officer = _find(user_id)
    if officer.id == current_user.id:
        raise RequestError("own-account", "this account is yourself: another officer has to do this")
    return officer


def _give_link(officer: Officer) -> str:
    """Return the page that shows a link to choose a password, this one time, and mail it where the home has a mail
    server. The link is derived from the account and not stored.
    """
    datastore = current_app.extensions["security"].datastore
    account: Any = datastore.find_user(id=officer.id)
    link_made = sign_in.link_for(account)
    is_mailed = _mail(officer, link_made)
    return render_template(
        "users/link.html", found=officer, link=link_made, days=sign_in.LINK_LASTS.days, is_mailed=is_mailed
    )


def _mail(officer: Officer, link: str) -> bool:
    """Put a mail with the link into the outbox. Returns False where the home has no mail server."""
    home = office().home
    if not home.config.mail.server:
        return False
    subject = t("Votre accès au bureau", "Your access to the desk")
    text = t(
        "Bonjour,\n\n"
        "Ce lien permet de choisir un mot de passe. Il est valable {days} jours et ne sert qu’une fois :\n"
        "{link}\n\n"
        "Vous ne l’attendiez pas ? Dites-le à une autre personne du bureau.\n",
        "Hello,\n\n"
        "Use this link to choose a password. It works once, within {days} days:\n"
        "{link}\n\n"
        "If you were not expecting this, tell another officer.\n",
        days=sign_in.LINK_LASTS.days,
        link=link,
    )
    if home.training:
        subject, text = mailer.marked(language(), subject, text)
    officers().mail(officer.id, subject, text)
    return True


def _beside(error: Mistake) -> dict[str, str]:
    """Return an error's text by the field that it stands beside; under "form", at the top, for one without a field."""
    return Errors({error.field or "form": told(error)})


def _form(filled: ProfileForm, officer: Officer | None, errors: dict[str, str]) -> str:
    """Show the form for an account, new or existing, with what was wrong in it."""
    file_waits = False
    if officer is not None:
        with office().reading() as connection:
            file_waits = _waits(connection, officer.id)
    return render_template(
        "users/form.html",
        waits=file_waits,
        filled=filled,
        found=officer,
        errors=errors,
        all_roles=tuple(Role),
        role_name=role_name,
        is_self=officer is not None and officer.id == current_user.id,
    )
