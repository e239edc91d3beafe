"""Tells the officers by mail which fallbacks of the door would fail: when that begins, each week, and when it ends.

One mail has all of them. What the last mail reported is stored among the records of regular tasks (`upkeep_rows`):
codes and the mail's moment, no names.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa

from kiosk.domain.health.findings import Finding
from kiosk.domain.health.upkeep import Care
from kiosk.home import Home
from kiosk.language.catalogues import Language
from kiosk.language.texts import Text
from kiosk.store.health import upkeep_rows
from kiosk.store.messages import outbox_rows
from kiosk.store.officers import desk_users

AGAIN_AFTER = timedelta(days=7)  # the mail is repeated as long as a fallback would fail
_SUBJECT = Text("Borne : à régler avant la prochaine panne", "Kiosk: fix this before the next fault")
_BODY = Text("Bonjour,\n\n{what}\n", "Hello,\n\n{what}\n")
_FAILS = Text(
    "La porte s’ouvre et compte les passages. En cas de panne, voici ce qui manquerait :",
    "The door works and taps are counted. If a fault occurred now, the following would be missing:",
)
_NAMED = Text("{name} : {says}", "{name}: {says}")
_OVER = Text("Réglé depuis le dernier e-mail : {codes}.", "Fixed since the last e-mail: {codes}.")
_NOTHING = Text("Tous les problèmes sont réglés.", "All problems are fixed.")


def put_in_outbox(opened: Home, findings: Collection[Finding], now: datetime) -> int:
    """Put a mail for each officer into the outbox where one is due, and return how many; none without a mail server.
    One is due where a code is new or settled since the last mail, or a week later while any remains.
    """
    if not opened.config.mail.server:
        return 0
    with opened.store.writing() as connection:
        codes = sorted({finding.kind.code for finding in findings})
        done = upkeep_rows.found(connection).get(Care.FALLBACKS)
        before = [] if done is None else done.says.split()
        started, over = set(codes) - set(before), sorted(set(before) - set(codes))
        is_due = bool(codes) and done is not None and now - done.tried_at >= AGAIN_AFTER
        if not (started or over or is_due):
            return 0
        upkeep_rows.note(connection, Care.FALLBACKS, now, ok=not codes, says=" ".join(codes))
        return _put(connection, opened.config.language, findings, over, now)


def _put(
    connection: sa.Connection, language: Language, findings: Iterable[Finding], over: list[str], now: datetime
) -> int:
    """Put the mail into the outbox for each officer, in their language, and return how many there are."""
    officers = desk_users.others_to_tell(connection, None)  # None: no officer's act to leave its author out for
    for officer in officers:
        own = officer.language or language
        outbox_rows.put(
            connection,
            channel=outbox_rows.MAIL,
            recipient=officer.email,
            subject=_SUBJECT.to(own),
            body=_BODY.to(own, what=_mail_text(findings, over, own)),
            about="fallbacks",
            at=now,
        )
    return len(officers)


def _mail_text(findings: Iterable[Finding], over: list[str], language: Language) -> str:
    """Return the mail's text: findings with their remedy and code, then the codes that are settled."""
    lines = [
        f"- {_NAMED.to(language, name=finding.name(language), says=finding.says(language))}\n"
        f"  {finding.remedy(language)} [{finding.kind.code}]"
        for finding in findings
    ]
    parts = ["\n".join([_FAILS.to(language), *lines])] if lines else [_NOTHING.to(language)]
    parts += [_OVER.to(language, codes=", ".join(over))] if over else []
    return "\n\n".join(parts)
