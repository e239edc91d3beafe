"""Acts of the office on skills, notices and projects, for members and in their presence.

A *wish* is what an act's form asks for. `act` gives an act the right that it needs, and its line in the desk's log;
`Done` has the id of what was made, then the member for that line. The function in a field's annotation checks and
cleans what was typed.
"""

from datetime import date
from typing import Annotated, NewType

from msgspec import Struct, field

from kiosk.acts import Done, Writing, act
from kiosk.domain.members.permissions import May
from kiosk.domain.people import said
from kiosk.errors import RequestError
from kiosk.fields import MemberRef
from kiosk.people import finding
from kiosk.store.people import notice_rows

NoticeId = NewType("NoticeId", int)
ProjectId = NewType("ProjectId", int)
SkillId = NewType("SkillId", int)


class NewSkill(Struct, frozen=True):
    """A skill of a member."""

    text: Annotated[str, said.skill]


class NewNotice(Struct, frozen=True):
    """A notice of a member until a day; without one, for about a month. Its `kind`: seeks, offers, or project."""

    member: MemberRef
    kind: str
    text: Annotated[str, said.notice]
    until_on: date | None = field(name="until", default=None)


class NewProject(Struct, frozen=True):
    """A project for the list: its name, its description (`told`), and the day on which it began (None: today)."""

    name: Annotated[str, said.project_name]
    told: Annotated[str, said.project_told]
    born_on: date | None = field(name="born", default=None)


@act(May.EDIT_MEMBERS, log="skill-changed")
def learn(now: Writing, number: MemberRef, wish: NewSkill) -> Done:
    """Add a skill to a member's list. Raises as `kiosk.people.finding.learn` does."""
    finding.learn(now.connection, now.moment, number, wish.text)
    return Done(member=number)


@act(May.EDIT_MEMBERS, log="skill-changed")
def forget(now: Writing, number: MemberRef, skill: SkillId) -> Done:
    """Remove a skill from a member's list. Raises as `kiosk.people.finding.forget` does."""
    finding.forget(now.connection, number, skill)
    return Done(member=number)


@act(May.FIND_MEMBERS, log="notice-put-up")
def put_up(now: Writing, wish: NewNotice) -> Done:
    """Post a notice for a member. Raises as `kiosk.people.finding.put_up` does."""
    notice_id = finding.put_up(now.connection, now.moment, wish.member, wish.kind, wish.text, wish.until_on)
    return Done(notice_id, wish.member)


@act(May.FIND_MEMBERS, log="notice-taken-down")
def take_down(now: Writing, notice: NoticeId) -> Done:
    """Take down a notice of any member that is still up. Raises RequestError `no-such-notice`."""
    standing = notice_rows.one(now.connection, notice, now.moment.day)
    if standing is None or not notice_rows.drop(now.connection, notice):
        raise RequestError("no-such-notice", number=notice)
    return Done(notice, standing.number)


@act(May.FIND_MEMBERS)
def add_project(now: Writing, wish: NewProject) -> Done:
    """Add a project to the list. Raises Problem `project`."""
    born = wish.born_on or now.moment.day
    return Done(notice_rows.add_project(now.connection, wish.name, wish.told, born, now.actor))


@act(May.FIND_MEMBERS)
def drop_project(now: Writing, project: ProjectId) -> Done:
    """Remove a project from the list. Raises RequestError `no-such-project`."""
    if not notice_rows.drop_project(now.connection, project):
        raise RequestError("no-such-project", number=project)
    return Done(project)
