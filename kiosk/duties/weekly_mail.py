"""Mails each officer their own duties once a week; an officer without any gets no mail."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from kiosk.devices.protocols import MachineClock
from kiosk.domain.duties import Duty
from kiosk.domain.members.permissions import MAY, May
from kiosk.domain.members.roles import Role
from kiosk.duties import reading, words
from kiosk.duties.reading import Occasion
from kiosk.duties.two_hands import Viewer
from kiosk.home import Home
from kiosk.language.catalogues import Language
from kiosk.language.texts import Text
from kiosk.store.books import due_rows
from kiosk.store.messages import outbox_rows
from kiosk.store.officers import desk_users
from kiosk.store.space.policies import Rules

_TOLD = "duties-mail"  # the kind of the marks: what is due was mailed in the week of a Monday
_SUBJECT = Text("Tâches à faire au bureau : {count}", "Tasks to do at the office: {count}")
_BODY = Text("Bonjour,\n\nÀ faire cette semaine :\n\n{lines}\n", "Hello,\n\nTo do this week:\n\n{lines}\n")


def put_in_outbox(home: Home, rules: Rules, clock: MachineClock, now: datetime) -> int:
    """Put a mail into the outbox for each officer with duties, once a week. Returns the number of mails.

    Puts none without a mail server, and none for officers whose only role is hosting.
    """
    if not home.config.mail.server:
        return 0
    with home.store.reading() as connection:
        policy, moment = rules.at(connection, now)
        monday = moment.day - timedelta(days=moment.day.weekday())
        if due_rows.is_done(connection, _TOLD, due_rows.NO_SUBJECT, monday):
            return 0
        letters = []
        for officer in desk_users.everyone(connection):
            if not officer.active or officer.invited:
                continue
            roles = frozenset(Role(name) for name in officer.roles)
            viewer = Viewer(officer.id, roles)
            read = reading.read(connection, Occasion(home, policy, moment, clock, viewer))
            shown, language = read.shown(_allowed(roles)), desk_users.addressee(connection, officer.id).language
            if shown and roles != {Role.HOST}:
                letters.append(_letter(officer.email, shown, language or home.config.language, monday))
    with home.store.writing() as connection:
        if due_rows.is_done(connection, _TOLD, due_rows.NO_SUBJECT, monday):  # another run was faster since the reading
            return 0
        outbox_rows.put_all(connection, letters, now)
        due_rows.mark(connection, _TOLD, due_rows.NO_SUBJECT, monday, now)
        due_rows.forget(connection, _TOLD, monday)  # deletes the marks of the weeks before
    return len(letters)


def _allowed(roles: frozenset[Role]) -> Callable[[May], bool]:
    """Return a function that tells whether these roles give a permission."""
    return lambda permission: bool(MAY[permission] & roles)


def _letter(to: str, shown: list[Duty], language: Language, monday: date) -> outbox_rows.Letter:
    """Return an officer's mail with one line per duty."""
    lines = []
    for duty in shown:
        more = words.detail(duty, language)
        lines.append(f"- {words.title(duty, language)}" + (f" ({more})" if more else ""))
    subject = _SUBJECT.to(language, count=len(shown))
    body = _BODY.to(language, lines="\n".join(lines))
    return outbox_rows.Letter(to, subject, body, f"duties of the week of {monday}")
