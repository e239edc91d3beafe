"""Lists members' skills, finds and asks a member with a skill, and puts notices up, within the given transaction.

Only members that are visible to others are found. The *knower* is the member with the skill asked for; a knower that is
asked learns the asking member's name at the door. No address is given to either.
"""

from datetime import date

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.days import Moment
from kiosk.domain.names import searchable
from kiosk.domain.people import said
from kiosk.domain.people.said import MOST_NOTICES, MOST_SKILLS, NoticeKind
from kiosk.errors import RequestError
from kiosk.people import words
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.people import notice_rows, skill_rows
from kiosk.store.people.skill_rows import Asked

MOST_ASKED_A_DAY = 5  # requests for help and answers to notices that a member may send


class Asking(Struct, frozen=True):
    """The outcome of a request for help: the asked member's shown name, whether they are present now, and whether a
    mail goes to them.
    """

    name: str
    here: bool
    mailed: bool


def learn(connection: sa.Connection, moment: Moment, number: int, text: str) -> None:
    """Add a skill to a member's list. Adding it again changes nothing.

    Raises Problem `skill`, RequestError `no-such-member`, `member-left` or `skill-many`.
    """
    cleaned, person = said.skill(text), members.present(connection, number, moment.day)
    own = skill_rows.of_member(connection, person.id)
    is_new = searchable(cleaned) not in {searchable(each.text) for each in own}
    if is_new and len(own) >= MOST_SKILLS:
        raise RequestError("skill-many", field="text", most=MOST_SKILLS)
    skill_rows.add(connection, person.id, cleaned)


def forget(connection: sa.Connection, number: int, skill: int) -> None:
    """Remove a skill from a member's list. Raises RequestError `no-such-skill` or `no-such-member`."""
    if not skill_rows.drop(connection, members.by_number(connection, number).id, skill):
        raise RequestError("no-such-skill", number=skill)


def ask(connection: sa.Connection, moment: Moment, number: int, skill: int, *, by_mail: bool = True) -> Asking:
    """Ask the member with a skill for help and return the outcome; `by_mail` sends a mail where they have an address
    and want mails of members. A member may ask each other member once a day, and five in all.

    Raises RequestError `no-such-skill`, for a hidden member and one's own skill like for an unknown one;
    `asked-already`, `asked-often`, `no-such-member` or `member-left`.
    """
    person, knower = members.present(connection, number, moment.day), to_ask(connection, moment, number, skill)
    _note_ask(connection, moment, person, knower.id)
    is_mailed = by_mail and knower.email is not None and _wants_mail(connection, knower.id)
    if is_mailed and knower.email is not None:
        words.put_ask(connection, moment, knower.email, knower.language, knower.name, person.at_the_door, knower.text)
    return Asking(knower.name, knower.here, is_mailed)


def to_ask(connection: sa.Connection, moment: Moment, number: int, skill: int) -> Asked:
    """Return the member with a skill, if another than the asking one. Raises RequestError `no-such-skill`,
    `no-such-member` or `member-left`.
    """
    person, knower = members.present(connection, number, moment.day), skill_rows.knower(connection, skill, moment.day)
    if knower is None or knower.id == person.id:
        raise RequestError("no-such-skill", number=skill)
    return knower


def put_up(
    connection: sa.Connection, moment: Moment, number: int, kind: str, text: str, until_on: date | None = None
) -> int:
    """Put up a member's notice until a day (None: for about a month), and return its id.

    Raises Problem `notice-text` or `notice-until`, RequestError `notice-kind`, `notice-many`, `no-such-member` or
    `member-left`.
    """
    if kind not in tuple(NoticeKind):
        raise RequestError("notice-kind", field="kind", given=kind, choices=", ".join(NoticeKind))
    cleaned, last = said.notice(text), said.until(until_on, moment.day)
    person = members.present(connection, number, moment.day)
    own = notice_rows.of_member(connection, person.id, moment.day)
    # A form sent again adds no notice.
    if len(own) >= MOST_NOTICES and cleaned not in [each.text for each in own]:
        raise RequestError("notice-many", field="text", most=MOST_NOTICES)
    return notice_rows.add(connection, person.id, NoticeKind(kind), cleaned, moment.day, last)


def take_down(connection: sa.Connection, number: int, notice: int) -> None:
    """Take down a member's own notice. Raises RequestError `no-such-notice` or `no-such-member`."""
    if not notice_rows.drop(connection, notice, members.by_number(connection, number).id):
        raise RequestError("no-such-notice", number=notice)


def answer(connection: sa.Connection, moment: Moment, number: int, notice: int, *, by_mail: bool = True) -> bool:
    """Answer a notice: tell its author, with `by_mail` by mail where they have an address and want such mails, and
    return whether a mail was put into the outbox. It counts as one of the five requests a day.

    Raises RequestError `no-such-notice`, also for one's own, `asked-already` or `asked-often`.
    """
    person, posted = members.present(connection, number, moment.day), notice_rows.one(connection, notice, moment.day)
    if posted is None or posted.number == person.number:
        raise RequestError("no-such-notice", number=notice)
    author = members.by_number(connection, posted.number)
    _note_ask(connection, moment, person, author.id)
    if not by_mail or author.email is None or not _wants_mail(connection, author.id):
        return False
    words.put_answer(
        connection, moment, author.email, author.language, author.shown_name, person.at_the_door, posted.text
    )
    return True


def _wants_mail(connection: sa.Connection, member_id: int) -> bool:
    """Tell whether a member wants mails of other members."""
    from kiosk.domain.members.mails import Mail  # seldom needed
    from kiosk.store.members import mail_rows

    return mail_rows.wishes(connection, member_id)[Mail.PEOPLE]


def _note_ask(connection: sa.Connection, moment: Moment, person: Member, other: int) -> None:
    """Record that a member asked another today. Raises RequestError `asked-often` or `asked-already`."""
    if skill_rows.asked_on(connection, person.id, moment.day) >= MOST_ASKED_A_DAY:
        raise RequestError("asked-often", most=MOST_ASKED_A_DAY)
    if not skill_rows.note_ask(connection, person.id, other, moment.day):
        raise RequestError("asked-already", "this person was asked by this member today")
