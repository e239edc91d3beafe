"""Manages desk accounts: every officer's own page, and the president's pages about all accounts."""

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


_SORTS: dict[str, Callable[[Officer], Any]] = {
    "name": lambda each: searchable(each.name or each.email),
    "roles": lambda each: [role_name(role) for role in each.roles],
    "member": lambda each: each.member_number or 0,
    "factors": lambda each: (each.has_codes, each.passkeys),
    "state": lambda each: (not each.active, bool(each.invited)),
}


def role_name(role: str) -> str:
    """Return an officer's role in words."""
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
    """Tell whether a change of the file that an account names waits for another officer."""
    from kiosk.store.officers import account_file_rows  # as above

    return account_file_rows.asked(connection, user_id)


@dataclass(slots=True)
class ProfileForm:
    """The form of an account, as it was typed."""

    email: str = ""
    name: str = ""
    roles: tuple[str, ...] = ()
    member: str = ""

    @classmethod
    def typed(cls) -> "ProfileForm":
        """Return the form of this request: only its known fields, and only roles that exist."""
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
        """Return the form's profile for the use-case. Raises RequestError `member-unclear`."""
        return Profile(self.name, self.roles, picking.member(self.member))


@own_area.get("/account", endpoint="page")
@needs(May.KEEP_OWN_ACCOUNT)
def own() -> str:
    """Show the officer's own account: password, second factors, sessions."""
    with office().reading() as connection:
        found = desk_users.by_id(connection, current_user.id)
        waits = _waits(connection, current_user.id)
    return render_template("users/own.html", found=found, role_name=role_name, waits=waits)


@own_area.post("/account/end-sessions", endpoint="end_sessions")
@needs(May.KEEP_OWN_ACCOUNT)
def end_own_sessions() -> ResponseReturnValue:
    """End all of the officer's own sessions, this one included."""
    officers().end_sessions(current_user.id)
    logout_user()
    flash(t("Vous êtes déconnecté·e de tous les appareils.", "All your sessions have ended."), "info")
    return redirect(url_for("security.login"), 303)


@area.get("/users")
@needs(May.MANAGE_USERS)
def everybody() -> str:
    """Show every account, and what each role may do."""
    from kiosk.store.officers import account_file_rows  # seldom looked at

    with office().reading() as connection:
        found, moment = desk_users.everyone(connection), office().now(connection)[1]
        unsettled = {each.user_id: each.last_day for each in account_file_rows.unsettled(connection, moment)}
    return render_template(
        "users/everybody.html",
        unsettled=unsettled,
        officers=listed(found, lambda each: f"{each.name or ''} {each.email}", _SORTS),
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
        made = officers().add(filled.email, filled.profile())
    except Mistake as error:
        return _form(filled, None, _beside(error)), 400
    return _give_link(made)


@area.route("/users/<int:user_id>", methods=["GET", "POST"])
@needs(May.MANAGE_USERS, fresh=True)
def change(user_id: int) -> ResponseReturnValue:
    """Show or change an account's name, roles and file, with the acts on the account."""
    found = _found(user_id)
    if request.method == "GET":
        return _form(ProfileForm.of(found), found, {})
    filled = ProfileForm.typed()
    filled.email = found.email
    try:
        waits = _files().change(user_id, filled.profile())
    except Mistake as error:
        return _form(filled, found, _beside(error)), 400
    if waits is not None:
        return _asked(waits)
    flash(t("C’est enregistré.", "Saved."), "info")
    return redirect(url_for("users.everybody"), 303)


@area.post("/users/<int:user_id>/outsider")
@needs(May.MANAGE_USERS, fresh=True)
def declare_outsider(user_id: int) -> ResponseReturnValue:
    """Declare that an account belongs to no member. Another officer agrees first, where there is one."""
    found = _found(user_id)
    return _declare(found, url_for("users.change", user_id=found.id))


@area.post("/users/<int:user_id>/outsider/end")
@needs(May.MANAGE_USERS, fresh=True)
def end_outsider(user_id: int) -> ResponseReturnValue:
    """Withdraw the declaration that an account belongs to no member."""
    found = _found(user_id)
    _files().end_outsider(found.id)
    flash(t("C’est fait.", "Done."), "info")
    return redirect(url_for("users.change", user_id=found.id), 303)


@own_area.post("/account/outsider", endpoint="declare_outsider")
@needs(May.KEEP_OWN_ACCOUNT, fresh=True)
def declare_own() -> ResponseReturnValue:
    """Declare that the officer's own account belongs to no member. Another officer agrees first, where there is one."""
    return _declare(_found(current_user.id), url_for("account.page"))


def _declare(officer: Officer, back: str) -> ResponseReturnValue:
    waits = _files().declare_outsider(officer.id)
    if waits is not None:
        return _asked(waits)
    flash(t("C’est fait.", "Done."), "info")
    return redirect(back, 303)


def _asked(number: int) -> ResponseReturnValue:
    office().log("second-asked", what=f"account, act {number}")
    flash(t(common.ASKED_OF_TWO), "info")
    where = "two.page" if may(May.CONFIRM) else "account.page"
    return redirect(url_for(where), 303)


@area.post("/users/<int:user_id>/link")
@needs(May.MANAGE_USERS, fresh=True)
def link(user_id: int) -> ResponseReturnValue:
    """Make a new link for another officer; earlier ones become void."""
    found = _another(user_id)
    officers().prepare_link(user_id, is_mailed=bool(office().home.config.mail.server))
    return _give_link(found)


@area.post("/users/<int:user_id>/<any('suspend', 'resume', 'end-sessions', 'take-factors', 'erase'):act>")
@needs(May.MANAGE_USERS, fresh=True)
def act(user_id: int, act: str) -> ResponseReturnValue:
    """Suspend, resume, sign out or erase another officer's account, or remove its second factors."""
    _another(user_id)
    done = officers()
    {
        "suspend": done.suspend,
        "resume": done.resume,
        "end-sessions": done.end_sessions,
        "take-factors": done.take_second_factors,
        "erase": done.erase,
    }[act](user_id)
    flash(t("C’est fait.", "Done."), "info")
    return redirect(url_for("users.change", user_id=user_id), 303)


def _found(user_id: int) -> Officer:
    try:
        with office().reading() as connection:
            return desk_users.by_id(connection, user_id)
    except (RequestError, OverflowError):
        abort(404)


def _another(user_id: int) -> Officer:
    found = _found(user_id)
    if found.id == current_user.id:
        raise RequestError("own-account", "this account is yourself: another officer has to do this")
    return found


def _give_link(officer: Officer) -> str:
    """Return the page that shows a link to choose a password, this one time. The link is derived from the account and
    not stored.
    """
    datastore = current_app.extensions["security"].datastore
    account: Any = datastore.find_user(id=officer.id)
    made = sign_in.link_for(account)
    is_mailed = _mail(officer, made)
    return render_template(
        "users/link.html", found=officer, link=made, days=sign_in.LINK_LASTS.days, is_mailed=is_mailed
    )


def _mail(officer: Officer, link: str) -> bool:
    """Put a mail with the link into the outbox. Returns False where the home has no mail server."""
    home = office().home
    if not home.config.mail.server:
        return False
    subject = t("Votre accès au bureau", "Your access to the desk")
    text = t(
        "Bonjour,\n\nce lien sert une fois, pendant {days} jours, à choisir un mot de passe :\n{link}\n\nVous ne"
        " l’attendiez pas ? Dites-le à une autre personne du bureau.\n",
        "Hello,\n\nthis link works once, for {days} days, to choose a password:\n{link}\n\nNot expecting this?"
        " Tell another officer.\n",
        days=sign_in.LINK_LASTS.days,
        link=link,
    )
    if home.training:
        subject, text = mailer.marked(language(), subject, text)
    officers().mail(officer.id, subject, text)
    return True


def _beside(error: Mistake) -> dict[str, str]:
    return Errors({error.field or "form": told(error)})


def _form(filled: ProfileForm, officer: Officer | None, errors: dict[str, str]) -> str:
    waits = False
    if officer is not None:
        with office().reading() as connection:
            waits = _waits(connection, officer.id)
    return render_template(
        "users/form.html",
        waits=waits,
        filled=filled,
        found=officer,
        errors=errors,
        all_roles=tuple(Role),
        role_name=role_name,
        is_self=officer is not None and officer.id == current_user.id,
    )
