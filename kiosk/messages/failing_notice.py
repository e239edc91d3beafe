"""Tells the machine's keepers which scheduled acts fail and which work again: at the first failure, each week, and at
the end, all in one message.

It names acts and codes, and no people. It goes to the addresses for notifications, and to two officers by mail.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import sqlalchemy as sa

from kiosk.domain.days import Moment
from kiosk.home import Home
from kiosk.language.texts import Plural, Text
from kiosk.messages import outbox
from kiosk.store.health import failing_rows
from kiosk.store.health.failing_rows import FailingAct
from kiosk.store.messages import outbox_rows
from kiosk.store.officers import desk_users

ABOUT = "acts of time"  # what the outbox calls these messages
_AGAIN = timedelta(days=7)  # after which acts that still fail are mailed again
_SUBJECT = Text("Borne : des tâches à vérifier", "Kiosk: some tasks need attention")
_WELL = Text("Borne : tout fonctionne de nouveau", "Kiosk: everything works again")
_FAILS = Plural(
    Text("- {act} : {code}, depuis le {day}, {count} fois", "- {act}: {code}, {count} time since {day}"),
    Text("- {act} : {code}, depuis le {day}, {count} fois", "- {act}: {code}, since {day}, {count} times"),
)
_ENDED = Text("- {act} : marche de nouveau", "- {act}: works again")
_BODY = Text(
    "Bonjour,\n\n"
    "Voici les tâches programmées de la borne qui échouent, ou marchent de nouveau :\n\n"
    "{lines}\n\n"
    "Tout le reste est fait. Sur la machine, « sudo kiosk due » refait ce qui échoue et dit pourquoi ; « "
    "sudo kiosk check » montre l’état complet.\n",
    "Hello,\n\n"
    "These scheduled tasks of the kiosk are failing, or working again:\n\n"
    "{lines}\n\n"
    "Everything else is done. On the machine, “sudo kiosk due” retries what fails and says why; “sudo "
    "kiosk check” shows the full status.\n",
)


def put_in_outbox(connection: sa.Connection, home: Home, ended: Sequence[FailingAct], moment: Moment) -> int:
    """Put a message about all acts that fail and those that `ended` failing into the outbox, one for each recipient,
    and return how many; none without news: an act that fails and was not told within a week, or a told one that works.
    """
    fail = failing_rows.failing(connection)
    news = [each for each in fail if each.told_on is None or moment.day - each.told_on >= _AGAIN]
    over = [each for each in ended if each.told_on is not None]
    if not news and not over:
        return 0
    count = 0
    for channel, to, language in _recipients(connection, home):
        lines = [_line(each, moment, language) for each in fail] + [_ENDED.to(language, act=each.act) for each in over]
        outbox_rows.put(
            connection,
            channel=channel,
            recipient=to,
            subject=(_SUBJECT if fail else _WELL).to(language),
            body=_BODY.to(language, lines="\n".join(lines)),
            about=ABOUT,
            at=moment.at,
        )
        count += 1
    failing_rows.told(connection, [each.act for each in fail], moment.day)
    return count


def _line(fails: FailingAct, moment: Moment, language: str) -> str:
    """Return the mail's line about an act that fails: its error code, since when and how often."""
    from kiosk.exports import formats  # heavy, and seldom needed

    day = formats.day(fails.first_at.astimezone(moment.local.tzinfo).date(), language)
    return _FAILS.to(language, fails.times, act=fails.act, code=fails.code, day=day)


def _recipients(connection: sa.Connection, home: Home) -> Iterator[tuple[str, str, str]]:
    """Yield channel, address and language of each recipient."""
    for channel, name in outbox.channels(home):
        if name is not None:  # an address for notifications; None: the channel is mail
            yield channel, name, home.config.language
            continue
        for officer in desk_users.two_to_tell(connection):
            yield channel, officer.email, officer.language or home.config.language
