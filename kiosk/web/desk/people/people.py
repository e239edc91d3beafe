"""Shows presence and skills of the members that chose to be visible, notices and projects; edits them for members."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, render_template, request

from kiosk.domain.names import searchable
from kiosk.domain.people import said
from kiosk.domain.people.said import NoticeKind
from kiosk.errors import RequestError
from kiosk.language.texts import Text
from kiosk.people import register, words
from kiosk.store.members import members
from kiosk.store.people import notice_rows, skill_rows
from kiosk.store.people.notice_rows import Notice, Project
from kiosk.web.desk.act_forms import ActForms, Answer
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import listed
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t

area = Blueprint("people", __name__, url_prefix="/people")


@area.get("/")
@needs(May.FIND_MEMBERS)
def page() -> str:
    """Show the visible members that are here today, and those with the skill that is searched for (`q`)."""
    looked_for = request.args.get("q", "")[:200]
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        board = skill_rows.board(connection, moment.day)
        # The words of a search that is too short are none, and find no member.
        knowers = skill_rows.knowers(connection, said.words(looked_for), moment.day)
    return render_template(
        "people/page.html", here="rota", on=policy.people, board=board, knowers=knowers, looked_for=looked_for
    )


@area.get("/members/<int:number>")
@needs(May.EDIT_MEMBERS)
def of_member(number: int) -> Answer:
    """Show a member's skills, with a form for more, to be filled in with the member present."""
    return _skills({}, number)


def _skills(errors: dict[str, str], number: int, skill: int | None = None) -> Answer:
    """Show a member's skills, with what was wrong in the form. Answers 404 where an act was on a skill that does not
    exist (`skill`), or there is no such member.
    """
    if skill is not None:
        abort(404)
    with office().reading() as connection:
        try:
            member = members.by_number(connection, number)
        except RequestError:
            abort(404)
        own = skill_rows.of_member(connection, member.id)
    return _shown("people/member.html", errors, member=member, own=own)


def _notices(errors: dict[str, str], notice: int | None = None) -> Answer:
    """Show the notices, with what was wrong in the form. Answers 404 where an act was on a notice that does not exist
    (`notice`).
    """
    if notice is not None:
        abort(404)
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        standing = notice_rows.standing(connection, moment.day)
        names = {notice.number: members.by_number(connection, notice.number).name for notice in standing}
    kinds = [(kind.value, t(words.KINDS[kind])) for kind in NoticeKind]
    sorts: dict[str, Callable[[Notice], Any]] = {
        "kind": lambda notice: t(words.KINDS[notice.kind]),
        "name": lambda notice: searchable(names[notice.number]),
        "until": lambda notice: notice.until_on,
    }
    shown = listed(standing, lambda notice: f"{notice.text} {names[notice.number]}", sorts)
    values = {"notices": shown, "names": names, "kinds": kinds, "said": words.KINDS}
    return _shown("people/notices.html", errors, on=policy.notices, **values)


def _projects(errors: dict[str, str], project: int | None = None) -> Answer:
    """Show the projects, with what was wrong in the form. Answers 404 where an act was on a project that does not exist
    (`project`).
    """
    if project is not None:
        abort(404)
    with office().reading() as connection:
        projects = notice_rows.projects(connection)
    sorts: dict[str, Callable[[Project], Any]] = {
        "name": lambda project: searchable(project.name),
        "born": lambda project: project.born_on,
    }
    shown = listed(projects, lambda project: f"{project.name} {project.told}", sorts)
    return _shown("people/projects.html", errors, projects=shown)


def _shown(template: str, errors: dict[str, str], **values: object) -> Answer:
    """Return a page drawn with its values; with 400 where there are errors."""
    shown = render_template(template, here="rota", errors=errors, form=request.form, **values)
    return (shown, 400) if errors else shown


@area.get("/notices")
@needs(May.FIND_MEMBERS)
def notices() -> Answer:
    """Show the current notices, with a form to post one for a member."""
    return _notices({})


@area.get("/projects")
@needs(May.FIND_MEMBERS)
def projects() -> Answer:
    """Show the projects that began here, with a form for one more."""
    return _projects({})


# Each `add` makes the route of an act: its path, the act, and the message once it is done. The act leads to the page
# named here, with the ids or fields after its name.
_SKILLS = ActForms(area, _skills, "people.of_member", ("number",))
_SKILLS.add("/members/<int:number>", register.learn, Text("C’est noté.", "Saved."))
_SKILLS.add(
    "/members/<int:number>/skills/<int:skill>/drop", register.forget, Text("Savoir-faire retiré.", "Skill removed.")
)
_NOTICES = ActForms(area, _notices, "people.notices")
_NOTICES.add("/notices", register.put_up, Text("L’annonce est publiée.", "Notice posted."))
_NOTICES.add("/notices/<int:notice>/down", register.take_down, Text("L’annonce est retirée.", "Notice taken down."))
_PROJECTS = ActForms(area, _projects, "people.projects")
_PROJECTS.add("/projects", register.add_project, Text("Projet ajouté à la liste.", "Project added to the list."))
_PROJECTS.add(
    "/projects/<int:project>/drop",
    register.drop_project,
    Text("Projet retiré de la liste.", "Project removed from the list."),
)
