"""Checks what members write about themselves: a skill in some words, a notice with an end, a project in a few
sentences.
"""

from datetime import date, timedelta
from enum import StrEnum

from kiosk.domain import inputs
from kiosk.domain.names import searchable
from kiosk.domain.problems import Problem

LONGEST_SKILL, LONGEST_NOTICE, LONGEST_NAME, LONGEST_TOLD = 60, 200, 80, 600  # characters; the last two are a project's
MOST_SKILLS, MOST_NOTICES = 20, 5  # of one member, at a time
MOST_DAYS = 92  # the longest time a notice stands
USUAL_DAYS = 30  # how long a notice stands where its member chooses no last day
SHORTEST_SEARCH = 2  # letters and digits of a search


class NoticeKind(StrEnum):
    """The kind of a notice."""

    SEEKS = "seeks"
    OFFERS = "offers"
    PROJECT = "project"


def skill(text: str) -> str:
    """Return a skill as it is stored. Raises Problem `skill`."""
    return _cleaned(text, LONGEST_SKILL, "skill")


def notice(text: str) -> str:
    """Return a notice's words as they are stored. Raises Problem `notice-text`."""
    return _cleaned(text, LONGEST_NOTICE, "notice-text")


def project_name(text: str) -> str:
    """Return a project's name as it is stored. Raises Problem `project`."""
    return _cleaned(text, LONGEST_NAME, "project")


def project_told(text: str) -> str:
    """Return a project's description as it is stored. Raises Problem `project`."""
    return _cleaned(text, LONGEST_TOLD, "project")


def until(day: date | None, today: date) -> date:
    """Return the last day of a notice: the chosen one, or 30 days from today (None). Raises Problem `notice-until`
    where it is past, or more than 92 days ahead.
    """
    last_on = today + timedelta(days=USUAL_DAYS) if day is None else day
    if not today <= last_on <= today + timedelta(days=MOST_DAYS):
        raise Problem("notice-until", field="until", most=MOST_DAYS)
    return last_on


def words(text: str) -> list[str]:
    """Return the words of a search, without accents and case; empty where fewer than two letters or digits are
    left. A long text is cut to the length of a skill, since it could match none.
    """
    searched = searchable(text[:LONGEST_SKILL])
    return searched.split() if sum(letter.isalnum() for letter in searched) >= SHORTEST_SEARCH else []


def _cleaned(text: str, longest: int, code: str) -> str:
    """Return a text as one line of printable words, with composed letters. Raises Problem with the given code."""
    line = inputs.one_line(text, longest)
    if not line:
        raise Problem(code, field="name" if code == "project" else "text", longest=longest)
    return line
