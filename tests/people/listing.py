"""The office's acts about skills, notices and projects in few words."""

from dataclasses import dataclass
from datetime import date

from kiosk.acting import Acting
from kiosk.fields import MemberRef
from kiosk.people import register
from kiosk.people.register import NewNotice, NewProject, NewSkill, ProjectId


@dataclass
class Register:
    """Skills, notices and projects."""

    of: Acting

    def learn(self, number: int, text: str) -> None:
        register.learn(self.of, MemberRef(number), NewSkill(text))

    def put_up(self, number: int, kind: str, text: str, until_on: date | None = None) -> int:
        return register.put_up(self.of, NewNotice(MemberRef(number), kind, text, until_on)).id

    def add_project(self, name: str, told: str, born_on: date | None = None) -> int:
        return register.add_project(self.of, NewProject(name, told, born_on)).id

    def drop_project(self, project: int) -> None:
        register.drop_project(self.of, ProjectId(project))
