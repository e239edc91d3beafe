"""Who is here and who knows what, at the desk: only of members who chose to be seen; a member's own skills."""

from collections.abc import Callable
from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.people import said
from kiosk.domain.people.said import NoticeKind
from kiosk.errors import RequestError
from kiosk.people import words
from kiosk.people.register import Register
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.people import notice_rows, skill_rows
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t
from kiosk.web.desk.finder import picking

area = Blueprint("people", __name__, url_prefix="/people")


@area.get("/")
@needs(May.FIND_MEMBERS)
def page() -> str:
    """Who is here, and who knows what is looked for."""
    looked_for = request.args.get("q", "")[:200]
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        board = skill_rows.board(connection, moment.day)
        knowers = skill_rows.knowers(connection, said.words(looked_for), moment.day)
    return render_template(
        "people/page.html", here="rota", on=policy.people, board=board, knowers=knowers, looked_for=looked_for
    )


@area.route("/members/<int:number>", methods=["GET", "POST"])
@needs(May.EDIT_MEMBERS)
def of_member(number: int) -> Response | str | tuple[str, int]:
    """What a member lists, and a form for more: in their presence."""
    found, errors = _known(number), dict[str, str]()
    if request.method == "POST":

        def act() -> bool:
            register().learn(found.number, request.form.get("text", ""))
            return True

        made, errors = attempt(act)
        if made:
            flash(t("C’est noté.", "Saved."))
            return redirect(url_for("people.of_member", number=found.number), 303)
    with office().reading() as connection:
        own = skill_rows.of_member(connection, found.id)
    shown = render_template("people/member.html", here="rota", member=found, own=own, errors=errors, form=request.form)
    return (shown, 400) if errors else shown


@area.post("/members/<int:number>/skills/<int:skill>/drop")
@needs(May.EDIT_MEMBERS)
def drop(number: int, skill: int) -> Response:
    """Take a skill off a member's list."""
    found = _known(number)
    _or_404(lambda: register().forget(found.number, skill))
    flash(t("Retiré.", "Removed."))
    return redirect(url_for("people.of_member", number=found.number), 303)


@area.route("/notices", methods=["GET", "POST"])
@needs(May.FIND_MEMBERS)
def notices() -> Response | str | tuple[str, int]:
    """The notices that stand, and a form to put one up for a member."""
    errors, form = dict[str, str](), request.form
    if request.method == "POST":

        def act() -> int:
            member, until = picking.member(form.get("member", "")) or 0, _day(form.get("until"))
            return register().put_up(member, form.get("kind", ""), form.get("text", ""), until)

        made, errors = attempt(act)
        if made:
            flash(t("L’annonce est là.", "Notice posted."))
            return redirect(url_for("people.notices"), 303)
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        standing = notice_rows.standing(connection, moment.day)
        names = {each.number: members.by_number(connection, each.number).name for each in standing}
    shown = render_template(
        "people/notices.html",
        here="rota",
        on=policy.notices,
        notices=standing,
        names=names,
        kinds=[(kind.value, t(words.KINDS[kind])) for kind in NoticeKind],
        said=words.KINDS,
        errors=errors,
        form=form,
    )
    return (shown, 400) if errors else shown


@area.post("/notices/<int:notice>/down")
@needs(May.FIND_MEMBERS)
def take_down(notice: int) -> Response:
    """Take a notice down, whoever's it is."""
    _or_404(lambda: register().take_down(notice))
    flash(t("L’annonce est retirée.", "Notice taken down."))
    return redirect(url_for("people.notices"), 303)


@area.route("/projects", methods=["GET", "POST"])
@needs(May.FIND_MEMBERS)
def projects() -> Response | str | tuple[str, int]:
    """Projects that were born here, and a form for one more."""
    errors, form = dict[str, str](), request.form
    if request.method == "POST":

        def act() -> int:
            return register().add_project(form.get("name", ""), form.get("told", ""), _day(form.get("born")))

        made, errors = attempt(act)
        if made:
            flash(t("Le projet est dans la liste.", "Project added to the list."))
            return redirect(url_for("people.projects"), 303)
    with office().reading() as connection:
        found = notice_rows.projects(connection)
    shown = render_template("people/projects.html", here="rota", projects=found, errors=errors, form=form)
    return (shown, 400) if errors else shown


@area.post("/projects/<int:project>/drop")
@needs(May.FIND_MEMBERS)
def drop_project(project: int) -> Response:
    """Take a project off the list."""
    _or_404(lambda: register().drop_project(project))
    flash(t("Le projet n’est plus dans la liste.", "Project removed from the list."))
    return redirect(url_for("people.projects"), 303)


def register() -> Register:
    """The use-case, in the name of whoever is signed in."""
    desk = office()
    return Register.of(desk)


def _or_404(act: Callable[[], None]) -> None:
    try:
        act()
    except RequestError as error:
        if not error.code.startswith("no-such-"):
            raise
        abort(404)


def _known(number: int) -> Member:
    with office().reading() as connection:
        try:
            return members.by_number(connection, number)
        except RequestError:
            abort(404)


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if date(1900, 1, 1) <= found <= date(2999, 12, 31) else None
