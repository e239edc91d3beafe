"""What the office does about skills, notices and projects, for members and in their presence."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import sqlalchemy as sa

from kiosk.acting import UseCase
from kiosk.domain.days import Moment
from kiosk.domain.people import said
from kiosk.errors import RequestError
from kiosk.people import finding
from kiosk.store.officers import desk_log
from kiosk.store.people import notice_rows


class Register(UseCase):
    """Skills, notices and projects in the name of an officer: `actor` goes into the log."""

    @contextmanager
    def _writing(self) -> Iterator[tuple[sa.Connection, Moment]]:
        now = self._clock.now()
        with self._store.writing() as connection:
            yield connection, self._rules.at(connection, now)[1]

    def learn(self, number: int, text: str) -> None:
        """Write down what a member knows. Raises as `kiosk.people.finding.learn` does."""
        with self._writing() as (connection, moment):
            finding.learn(connection, moment, number, text)
            desk_log.add(connection, moment.at, self._actor, "skill-changed", number, None)

    def forget(self, number: int, skill: int) -> None:
        """Take that off again. Raises as `kiosk.people.finding.forget` does."""
        with self._writing() as (connection, moment):
            finding.forget(connection, number, skill)
            desk_log.add(connection, moment.at, self._actor, "skill-changed", number, None)

    def put_up(self, number: int, kind: str, text: str, until_on: date | None = None) -> int:
        """Put a notice up for a member. Raises as `kiosk.people.finding.put_up` does."""
        with self._writing() as (connection, moment):
            made = finding.put_up(connection, moment, number, kind, text, until_on)
            desk_log.add(connection, moment.at, self._actor, "notice-put-up", number, None)
            return made

    def take_down(self, notice: int) -> None:
        """Take a notice down, whoever's it is. Raises RequestError `no-such-notice`."""
        with self._writing() as (connection, moment):
            found = notice_rows.one(connection, notice, moment.day)
            if found is None or not notice_rows.drop(connection, notice):
                raise RequestError("no-such-notice", number=notice)
            desk_log.add(connection, moment.at, self._actor, "notice-taken-down", found.number, None)

    def add_project(self, name: str, told: str, born_on: date | None = None) -> int:
        """Put a project on the list (None: born today). Raises Problem `project`. Returns its id."""
        cleaned = said.project(name, told)
        with self._writing() as (connection, moment):
            return notice_rows.add_project(connection, *cleaned, born_on or moment.day, self._actor)

    def drop_project(self, project: int) -> None:
        """Take a project off the list. Raises RequestError `no-such-project`."""
        with self._writing() as (connection, _):
            if not notice_rows.drop_project(connection, project):
                raise RequestError("no-such-project", number=project)
