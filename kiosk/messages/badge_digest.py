"""Tells two officers by mail, once a day, which badges were given, so that a badge that no officer gave is noticed.

It names members by number, and nothing is sent about a day without a new badge.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from kiosk.home import Home
from kiosk.language.texts import Text
from kiosk.store.books import due_rows
from kiosk.store.members import members
from kiosk.store.messages import outbox_rows
from kiosk.store.officers import desk_users
from kiosk.store.space.policies import Rules

_LINE = Text("{day} : {badges}", "{day}: {badges}")
_SUBJECT = Text("Badges donnés : {count}", "Badges given: {count}")
_BODY = Text(
    (
        "Bonjour,\n\nBadges donnés, par numéro de membre :\n\n{days}\n\nUn badge que personne au bureau n’a donné ?"
        " Déclarez-le perdu sur la fiche, et parlez-en.\n"
    ),
    (
        "Hello,\n\nBadges given, by member number:\n\n{days}\n\nIs there a badge that no one in the office gave"
        " out? Declare it lost on the member’s page, and tell the other officers.\n"
    ),
)


def put_in_outbox(home: Home, rules: Rules, now: datetime) -> int:
    """Put messages about the past days into the outbox, each day once, and return how many.

    Without a mail server or officers nothing is put and no day counts as reported. The first mail is about yesterday
    only; each later one is about all days since the last. A day without a new badge counts as reported, without a mail.
    """
    if not home.config.mail.server:
        return 0
    with home.store.reading() as connection:
        _, moment = rules.at(connection, now)
        if due_rows.is_done(connection, due_rows.BADGES, due_rows.NO_SUBJECT, moment.day - timedelta(days=1)):
            return 0  # most runs of a day end here, without locking the database for writing
    with home.store.writing() as connection:
        last_on = moment.day - timedelta(days=1)
        last_told = due_rows.last_period(connection, due_rows.BADGES)
        officers = desk_users.two_to_tell(connection)
        if not officers or (last_told is not None and last_told >= last_on):
            return 0
        given = members.badges_given(
            connection, last_on if last_told is None else last_told + timedelta(days=1), last_on
        )
        for officer in officers if given else ():
            language = officer.language or home.config.language
            outbox_rows.put(
                connection,
                channel=outbox_rows.MAIL,
                recipient=officer.email,
                subject=_SUBJECT.to(language, count=len(given)),
                body=_BODY.to(language, days=_days(given, language)),
                about=f"badges until {last_on}",
                at=now,
            )
        due_rows.mark(connection, due_rows.BADGES, due_rows.NO_SUBJECT, last_on, now)
        due_rows.forget(connection, due_rows.BADGES, last_on)  # only the last reported day is ever read
        return len(officers) if given else 0


def _days(given: Sequence[tuple[date, int]], language: str) -> str:
    """Return the badges that were given (day and member number, by day) as one line a day."""
    from kiosk.exports import formats  # heavy, and seldom needed

    return "\n".join(
        _LINE.to(language, day=formats.day(day, language), badges=", ".join(str(number) for _, number in of_day))
        for day, of_day in groupby(given, key=lambda badge: badge[0])
    )
